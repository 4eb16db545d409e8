import {
  billedServices,
  conditions,
  dispositions,
  documentTypes,
  drugs,
  organisms,
  panels,
  plans,
  procedures,
  reasons,
  relationships,
  services,
  substances,
  susceptibilities,
  tests,
  vaccines,
  visitServices,
  vitals,
} from "./catalogue.ts";
import { displayName } from "./population.ts";
import type {
  Booking,
  Charge,
  Document,
  Id,
  Kin,
  Measurement,
  Order,
  Person,
  RecordOf,
  Report,
  Stay,
} from "./records.ts";
import { instant } from "./resources/context.ts";
import type { ResourceKey } from "./store.ts";
import type * as Truth from "./truth.ts";
import { attendingOf, currentMove, type World } from "./world.ts";

type Said<Item> = Omit<Item, "changedAt" | "hidden">;

/** Plain words for a record as it stands; nothing for one that nobody can see. */
export function truthOf(world: World, record: Kin): Said<Truth.Told> | undefined {
  return (words[record.record] as (record: Kin, world: World) => Said<Truth.Told> | undefined)(record, world);
}

const key = (type: string, id: Id): ResourceKey => `${type}/${id}`;
const patient = (id: Id) => key("Patient", id);
const encounter = (id: Id) => key("Encounter", id);
const time = (name: string, at: number | undefined) => (at === undefined ? {} : { [name]: instant(at) });
const link = (name: string, type: string, id: Id | undefined) => (id === undefined ? {} : { [name]: key(type, id) });

const words: { [Name in Kin["record"]]: (record: RecordOf<Name>, world: World) => Said<Truth.Told> | undefined } = {
  person: personWords,
  stay: stayWords,
  booking: bookingWords,
  order: orderWords,
  report: reportWords,
  measurement: measurementWords,
  document: documentWords,
  immunization: ({ id, person, vaccine, status, lot, dose, givenAt }): Said<Truth.ImmunizationTruth> => ({
    key: key("Immunization", id),
    patient: patient(person),
    vaccine: vaccines[vaccine]?.concept.display ?? "",
    code: vaccines[vaccine]?.concept.standard?.[0]?.code ?? "",
    status,
    lot,
    dose,
    givenAt: instant(givenAt),
  }),
  prescription: ({ id, person, stay, drug, dose, status, prior }): Said<Truth.PrescriptionTruth> => ({
    key: key("MedicationRequest", id),
    patient: patient(person),
    encounter: encounter(stay),
    drug: drugs[drug]?.concept.display ?? "",
    dose,
    status,
    ...link("prior", "MedicationRequest", prior),
  }),
  administration: ({ id, person, prescription, drug, dose, status, startedAt, endedAt }) =>
    ({
      key: key("MedicationAdministration", id),
      patient: patient(person),
      prescription: key("MedicationRequest", prescription),
      drug: drugs[drug]?.concept.display ?? "",
      dose,
      status,
      startedAt: instant(startedAt),
      ...time("endedAt", endedAt),
    }) satisfies Said<Truth.AdministrationTruth>,
  condition: ({ id, person, stay, category, condition, clinical, verification }): Said<Truth.ConditionTruth> => ({
    key: key("Condition", id),
    patient: patient(person),
    ...link("encounter", "Encounter", stay),
    category,
    code: conditions[condition]?.display ?? "",
    clinicalStatus: clinical,
    verificationStatus: verification,
  }),
  procedure: ({ id, person, stay, procedure, status, performedAt }): Said<Truth.ProcedureTruth> => ({
    key: key("Procedure", id),
    patient: patient(person),
    encounter: encounter(stay),
    code: procedures[procedure]?.display ?? "",
    status,
    performedAt: instant(performedAt),
  }),
  allergy: ({ id, person, substance, clinical, verification, criticality }): Said<Truth.AllergyTruth> => ({
    key: key("AllergyIntolerance", id),
    patient: patient(person),
    code: substances[substance]?.display ?? "",
    clinicalStatus: clinical,
    verificationStatus: verification,
    criticality,
  }),
  coverage: ({ id, person, plan, memberNumber, status }): Said<Truth.CoverageTruth> => ({
    key: key("Coverage", id),
    patient: patient(person),
    plan: plans[plan]?.name ?? "",
    memberNumber,
    status,
  }),
  relative: ({ id, person, name, relationship, phone, active, end }): Said<Truth.RelativeTruth> => ({
    key: key("RelatedPerson", id),
    patient: patient(person),
    name: displayName(name),
    relationship: relationships[relationship]?.display ?? "",
    phone,
    active,
    ...time("endedAt", end),
  }),
  account: ({ id, person, stay, number, status, combinedInto }): Said<Truth.AccountTruth> => ({
    key: key("Account", id),
    patient: patient(person),
    encounter: encounter(stay),
    number,
    status,
    ...link("mergedInto", "Account", combinedInto),
  }),
  charge: chargeWords,
  slot: ({ id, clinic, practitioner, status, startAt, minutes }): Said<Truth.SlotTruth> => ({
    key: key("Slot", id),
    location: key("Location", clinic),
    practitioner: key("Practitioner", practitioner),
    status,
    start: instant(startAt),
    minutes,
  }),
  clinician: ({ id, name, isInactive }): Said<Truth.PractitionerTruth> => ({
    key: key("Practitioner", id),
    name: displayName({ family: name.family, given: name.given }),
    active: !isInactive,
  }),
  place: ({ id, name, isInactive }): Said<Truth.LocationTruth> => ({
    key: key("Location", id),
    name,
    active: !isInactive,
  }),
};

function personWords(person: Person): Said<Truth.PersonTruth> {
  return {
    key: patient(person.id),
    medicalRecordNumber: person.mrn,
    ...(person.otherMrn ? { otherMedicalRecordNumber: person.otherMrn } : {}),
    name: displayName(person.name.value),
    city: person.address.value.city,
    phone: person.phones[0]?.value ?? "",
    active: !person.isInactive && !person.mergedInto,
    confidential: person.isConfidential ?? false,
    ...time("deceasedAt", person.deceasedAt),
    ...link("seeAlso", "Patient", person.seeAlso),
    ...link("mergedInto", "Patient", person.mergedInto),
  };
}

function stayWords(stay: Stay, world: World): Said<Truth.EncounterTruth> {
  const move = currentMove(stay);
  const reserved = stay.moves.find((each) => each.status === "planned" || each.status === "reserved");
  return {
    key: encounter(stay.id),
    patient: patient(stay.person),
    visitNumber: stay.visitNumber,
    status: stay.status,
    class: stay.class,
    service: services[stay.service]?.display ?? "",
    reason: reasons[stay.reason] ?? "",
    ...link("attending", "Practitioner", attendingOf(stay)),
    consultants: stay.team.flatMap(({ role, practitioner, end }) =>
      role === "consulting" && end === undefined ? [key("Practitioner", practitioner)] : [],
    ),
    ...(move
      ? {
          bed: {
            location: key("Location", move.location),
            path: world.places.byId.get(move.location)?.path ?? "",
            since: instant(move.start),
          },
        }
      : {}),
    ...link("reservedBed", "Location", reserved?.location),
    ...time("startedAt", stay.startedAt),
    ...time("dischargeExpectedAt", stay.endedAt === undefined ? stay.expectedEndAt : undefined),
    ...time("dischargedAt", stay.endedAt),
    ...(stay.disposition === undefined ? {} : { disposition: dispositions[stay.disposition]?.display ?? "" }),
    ...link("appointment", "Appointment", stay.appointment),
    ...link("mergedInto", "Encounter", stay.combinedInto),
  };
}

function bookingWords(booking: Booking): Said<Truth.AppointmentTruth> {
  return {
    key: key("Appointment", booking.id),
    patient: patient(booking.person),
    status: booking.status,
    service: visitServices[booking.service]?.display ?? "",
    start: instant(booking.startAt),
    minutes: booking.minutes,
    location: key("Location", booking.location),
    practitioner: key("Practitioner", booking.practitioner),
    ...link("replaces", "Appointment", booking.replaces),
  };
}

function orderWords(order: Order): Said<Truth.OrderTruth> {
  const panel = panels[order.panel];
  return {
    key: key("ServiceRequest", order.id),
    patient: patient(order.person),
    encounter: encounter(order.stay),
    code: panel?.concept.display ?? "",
    category: panel?.category ?? "laboratory",
    status: order.status,
    priority: order.priority,
    ...link("replaces", "ServiceRequest", order.replaces),
    ...link("parent", "ServiceRequest", order.parent),
  };
}

/** Its results are put in when the truth is told. */
function reportWords(report: Report): Said<Truth.ReportTruth> {
  const panel = panels[report.panel];
  return {
    key: key("DiagnosticReport", report.id),
    patient: patient(report.person),
    encounter: encounter(report.stay),
    order: key("ServiceRequest", report.order),
    code: panel?.concept.display ?? "",
    category: panel?.category ?? "laboratory",
    status: report.status,
    results: [],
    ...(report.paragraphs ? { text: report.paragraphs.join("\n") } : {}),
  };
}

const testLists = { laboratory: tests, vital: vitals, microbiology: susceptibilities };

function measurementWords(measurement: Measurement): Said<Truth.ResultTruth> | undefined {
  const { id, person, kind, status, test, values, parent } = measurement;
  if (status === "missing") return undefined;
  const said = { key: key("Observation", id), patient: patient(person), status };
  // A culture tells what grew.
  if (kind === "microbiology" && parent === undefined)
    return { ...said, code: "Culture", values: [organisms[test]?.display ?? ""], unit: "" };
  const { concept, unit } = testLists[kind][test] ?? {};
  return {
    ...said,
    code: concept?.display ?? "",
    values: [...values],
    unit: unit ?? "",
    ...link("parent", "Observation", parent),
  };
}

function documentWords(document: Document): Said<Truth.DocumentTruth> {
  const { id, person, stay, type, status, docStatus, format, paragraphs, author, follows } = document;
  return {
    key: key("DocumentReference", id),
    patient: patient(person),
    encounter: encounter(stay),
    type: documentTypes[type]?.display ?? "",
    status,
    docStatus,
    contentType: format,
    text: paragraphs.join("\n"),
    author: key("Practitioner", author),
    ...link(follows?.how ?? "", "DocumentReference", follows?.document),
  };
}

function chargeWords(charge: Charge): Said<Truth.ChargeTruth> {
  const { id, person, stay, service, status, quantity, price, replaces } = charge;
  return {
    key: key("ChargeItem", id),
    patient: patient(person),
    encounter: encounter(stay),
    code: billedServices[service]?.concept.display ?? "",
    status,
    quantity,
    price,
    ...link("replaces", "ChargeItem", replaces),
  };
}
