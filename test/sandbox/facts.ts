import type { Room } from "./stories.ts";

/** What a resource says of the facts that the truth tells, read by the resource alone. */
// biome-ignore lint/suspicious/noExplicitAny: each reader names the elements of the resource type that it takes
type Reader = (resource: any) => Record<string, unknown>;

const current = (period: fhir4.Period | undefined) => period?.end === undefined;
const roleOf = (member: fhir4.EncounterParticipant) => member.type?.[0]?.coding?.[1]?.code;
const placeIn = (encounter: fhir4.Encounter, ...statuses: string[]) =>
  encounter.location?.find(({ status = "" }) => statuses.includes(status))?.location.reference;
const digits = (quantity: fhir4.Quantity | undefined) => JSON.stringify(quantity?.value);
const codeOf = (concept: fhir4.CodeableConcept | undefined) => concept?.coding?.[0]?.code;

export const facts: readonly [room: Room, type: string, factsOf: Reader][] = [
  ["people", "Patient", (patient: fhir4.Patient) => personFacts(patient)],
  ["encounters", "Encounter", (encounter: fhir4.Encounter) => encounterFacts(encounter)],
  [
    "appointments",
    "Appointment",
    (appointment: fhir4.Appointment) => ({
      status: appointment.status,
      minutes: appointment.minutesDuration,
      start: appointment.start ?? appointment.requestedPeriod?.[0]?.start,
      patient: appointment.participant.map(({ actor }) => actor?.reference).find((actor) => actor?.startsWith("Pat")),
      replaces: appointment.supportingInformation?.[0]?.reference,
    }),
  ],
  [
    "orders",
    "ServiceRequest",
    (order: fhir4.ServiceRequest) => ({
      status: order.status,
      priority: order.priority,
      patient: order.subject.reference,
      encounter: order.encounter?.reference,
      parent: order.basedOn?.[0]?.reference,
      replaces: order.replaces?.[0]?.reference,
    }),
  ],
  [
    "reports",
    "DiagnosticReport",
    (report: fhir4.DiagnosticReport) => ({
      status: report.status,
      patient: report.subject?.reference,
      order: report.basedOn?.[0]?.reference,
      code: report.code.text,
    }),
  ],
  [
    "vitals",
    "Observation",
    ({ status, subject, valueQuantity, component = [] }: fhir4.Observation) => ({
      status,
      patient: subject?.reference,
      values: valueQuantity ? [digits(valueQuantity)] : component.map((each) => digits(each.valueQuantity)),
    }),
  ],
  [
    "documents",
    "DocumentReference",
    (document: fhir4.DocumentReference) => ({
      status: document.status,
      docStatus: document.docStatus,
      patient: document.subject?.reference,
      contentType: document.content[0]?.attachment.contentType,
      [document.relatesTo?.[0]?.code ?? "appends"]: document.relatesTo?.[0]?.target.reference,
    }),
  ],
  [
    "immunizations",
    "Immunization",
    (immunization: fhir4.Immunization) => ({
      status: immunization.status,
      patient: immunization.patient.reference,
      code: codeOf(immunization.vaccineCode),
      ...(immunization.doseQuantity ? { dose: digits(immunization.doseQuantity), lot: immunization.lotNumber } : {}),
    }),
  ],
  [
    "prescriptions",
    "MedicationRequest",
    (request: fhir4.MedicationRequest) => ({
      status: request.status,
      patient: request.subject.reference,
      drug: request.medicationCodeableConcept?.text,
      dose: digits(request.dosageInstruction?.[0]?.doseAndRate?.[0]?.doseQuantity),
      prior: request.priorPrescription?.reference,
    }),
  ],
  [
    "administrations",
    "MedicationAdministration",
    (administration: fhir4.MedicationAdministration) => ({
      status: administration.status,
      patient: administration.subject.reference,
      prescription: administration.request?.reference,
      dose: digits(administration.dosage?.dose),
      startedAt: administration.effectivePeriod?.start,
      endedAt: administration.effectivePeriod?.end,
    }),
  ],
  [
    "conditions",
    "Condition",
    (condition: fhir4.Condition) => ({
      patient: condition.subject.reference,
      encounter: condition.encounter?.reference,
      category: codeOf(condition.category?.[0]),
      verificationStatus: codeOf(condition.verificationStatus),
      ...(condition.clinicalStatus ? { clinicalStatus: codeOf(condition.clinicalStatus) } : {}),
    }),
  ],
  [
    "allergies",
    "AllergyIntolerance",
    (allergy: fhir4.AllergyIntolerance) => ({
      patient: allergy.patient.reference,
      criticality: allergy.criticality,
      code: allergy.code?.text,
      verificationStatus: codeOf(allergy.verificationStatus),
      ...(allergy.clinicalStatus ? { clinicalStatus: codeOf(allergy.clinicalStatus) } : {}),
    }),
  ],
  ["procedures", "Procedure", ({ status, subject }: fhir4.Procedure) => ({ status, patient: subject.reference })],
  [
    "coverages",
    "Coverage",
    ({ status, beneficiary, subscriberId }: fhir4.Coverage) => ({
      status,
      patient: beneficiary.reference,
      memberNumber: subscriberId,
    }),
  ],
  [
    "relatives",
    "RelatedPerson",
    ({ active, patient, period, telecom }: fhir4.RelatedPerson) => ({
      active,
      patient: patient.reference,
      endedAt: period?.end,
      phone: telecom?.[0]?.value,
    }),
  ],
  [
    "accounts",
    "Account",
    ({ status, subject, identifier, partOf }: fhir4.Account) => ({
      status,
      mergedInto: partOf?.reference,
      patient: subject?.[0]?.reference,
      number: identifier?.[0]?.value,
    }),
  ],
  [
    "charges",
    "ChargeItem",
    ({ status, subject, quantity, extension }: fhir4.ChargeItem) => ({
      status,
      patient: subject.reference,
      quantity: quantity?.value,
      replaces: extension?.[0]?.valueReference?.reference,
    }),
  ],
  ["slots", "Slot", ({ status, start }: fhir4.Slot) => ({ status, start })],
  ["practitioners", "Practitioner", ({ active, name }: fhir4.Practitioner) => ({ active, name: name?.[0]?.text })],
  ["locations", "Location", ({ status, name }: fhir4.Location) => ({ active: status === "active", name })],
];

function personFacts(patient: fhir4.Patient): Record<string, unknown> {
  const linked = (type: string) => patient.link?.find((link) => link.type === type)?.other.reference;
  const mergedInto = linked("replaced-by");
  if (mergedInto) return { active: patient.active, mergedInto };
  const numbers = (patient.identifier ?? []).filter(({ type }) => type?.text === "MRN");
  const numberOf = (end: string) => numbers.find(({ system }) => system?.endsWith(end))?.value;
  return {
    active: patient.active,
    mergedInto,
    seeAlso: linked("seealso"),
    medicalRecordNumber: numberOf(".1000"),
    otherMedicalRecordNumber: numberOf(".1001"),
    name: patient.name?.find(({ use }) => use === "official")?.text,
    city: patient.address?.[0]?.city,
    deceasedAt: patient.deceasedDateTime,
    confidential: patient.meta?.security !== undefined,
  };
}

function encounterFacts(encounter: fhir4.Encounter): Record<string, unknown> {
  if (encounter.status === "unknown") return { status: encounter.status, mergedInto: encounter.partOf?.reference };
  const members = (encounter.participant ?? []).filter(({ period }) => current(period));
  const isOver = ["finished", "cancelled", "entered-in-error"].includes(encounter.status);
  return {
    status: encounter.status,
    class: encounter.class.code,
    patient: encounter.subject?.reference,
    visitNumber: encounter.identifier?.[0]?.value,
    reservedBed: placeIn(encounter, "planned", "reserved"),
    attending: members.findLast((member) => roleOf(member) === "ATND")?.individual?.reference,
    consultants: members.filter((member) => roleOf(member) === "CON").map(({ individual }) => individual?.reference),
    startedAt: encounter.period?.start,
    disposition: encounter.hospitalization?.dischargeDisposition?.text,
    ...(encounter.status === "finished" ? { dischargedAt: encounter.period?.end } : {}),
    ...(isOver ? {} : { dischargeExpectedAt: encounter.period?.end }),
  };
}
