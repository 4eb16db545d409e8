import type { MessageContext } from "../context.ts";
import { type Coded, codingsIn, codingsOf, is, isSaid } from "../datatypes/coded.ts";
import { fc } from "../datatypes/finance.ts";
import { cx, identifierType } from "../datatypes/identifier.ts";
import { depthOf, physicalType, pl, placeCode } from "../datatypes/location.ts";
import { nm } from "../datatypes/number.ts";
import { xcn } from "../datatypes/provider.ts";
import { si, st, textOf } from "../datatypes/text.ts";
import { hasEnded, ts } from "../datatypes/time.ts";
import { millennium, standard } from "../extensions.ts";
import { kept, none } from "../lists.ts";
import { segment } from "../mapping.ts";
import type { Scope } from "../scope.ts";
import { terminology, translate } from "../tables/code-map.ts";
import { admissionType, admitSource, ambulatoryStatus, dischargeDisposition, encounterClass } from "../tables/visit.ts";
import { since } from "../versions.ts";
import { isToCome, pendingLocation } from "./evn.ts";
import { coverages } from "./in1.ts";
import { internalVisitNumber, visitNumber, withoutPeriod } from "./visit-number.ts";

const participations = `${terminology}/v3-ParticipationType`;
const accountBalance = `${millennium}/account-balance`;
const codeSet71 = /\/codeSet\/71$/;

const patientImportance = `${standard}/patient-importance`;

/** HL7 v2.5.1, 3.4.3 */
export const pv1 = segment<MessageContext>("PV1", {
  1: si({ from: "setId" }),
  2: is({
    from: "Encounter",
    pick: receiversClass,
    required: true,
    otherwise: ({ Encounter, Appointment }) => (Encounter ? "U" : Appointment ? "O" : "N"),
    rule: "A code of HL70004 in Encounter.type or class, else by class; P before arrival; N where no visit is meant",
  }),
  3: pl({
    from: "Encounter.location.location",
    compute: ({ Encounter, event }, scope) =>
      referencesOf(event.step?.location ?? currentLocation(placesOf(Encounter), scope) ?? lastLocation(Encounter)),
    rule: "Where the patient is at this step: the deepest active location; after the discharge, the last one",
  }),
  4: is({
    from: ["Encounter.type", "Encounter.priority"],
    pick: (concepts: readonly fhir4.CodeableConcept[], { Encounter }, scope) =>
      concepts.filter((concept) => concept === Encounter?.priority || isSaid(concept, "PV1-4", admissionType, scope)),
    map: admissionType,
    rule: "A code of HL70007 in Encounter.type, else the priority",
  }),
  5: cx({ from: "Encounter.hospitalization.preAdmissionIdentifier" }),
  6: pl({
    from: "Encounter.location.location",
    compute: ({ Encounter, event }, scope) =>
      referencesOf(event.step === undefined ? locationBefore(Encounter, scope) : event.step.priorLocation),
    rule: "Where the patient came from: the location before this step",
  }),
  7: xcn({ from: "Encounter.participant", pick: participants("ATND"), repeats: true, rule: "ATND, current" }),
  8: xcn({ from: "Encounter.participant", pick: participants("REF"), repeats: true, rule: "REF, current" }),
  9: xcn({ from: "Encounter.participant", pick: participants("CON"), repeats: true, rule: "CON, current" }),
  10: is({ from: ["Encounter.serviceType", "Appointment.specialty"] }),
  11: pl({
    from: "Encounter.location",
    pick: (places: readonly fhir4.EncounterLocation[]) =>
      referencesOf(places.find((place) => isTemporary(place) && place.status !== "completed")),
    rule: "A temporary location",
  }),
  13: is({ from: "Encounter.hospitalization.reAdmission" }),
  14: is({ from: "Encounter.hospitalization.admitSource", map: admitSource }),
  15: is({ from: "Encounter.hospitalization.specialArrangement", map: ambulatoryStatus, repeats: true }),
  16: is({
    from: [
      "Encounter.hospitalization.specialCourtesy",
      `Patient.extension('${patientImportance}').valueCodeableConcept`,
    ],
  }),
  17: xcn({ from: "Encounter.participant", pick: participants("ADM"), repeats: true, rule: "ADM, current" }),
  18: is({
    from: "Encounter.type",
    pick: (types: readonly fhir4.CodeableConcept[]) =>
      codingsIn(types).filter(({ system }) => system !== undefined && codeSet71.test(system)),
    rule: "Millennium's encounter type (code set 71)",
  }),
  19: cx({
    from: "Encounter.identifier",
    pick: visitNumber,
    otherwise: ({ Encounter }, scope) => internalVisitNumber(Encounter, scope),
    rule: "The visit number, else the account number, else Encounter.id",
  }),
  20: fc({
    from: ["Coverage.type", "Coverage.period.start"],
    compute: (context, scope) =>
      coverages(context, scope)
        .slice(0, 1)
        .flatMap(({ Coverage }) => financialClass(Coverage)),
    rule: "The type of the primary coverage and since when",
  }),
  36: is({
    from: "Encounter.hospitalization.dischargeDisposition",
    pick: (values: readonly fhir4.CodeableConcept[], { Encounter }) => (Encounter?.status === "finished" ? values : []),
    map: dischargeDisposition,
    rule: "Once discharged",
  }),
  37: is({
    from: "Encounter.hospitalization.destination",
    pick: (references: readonly fhir4.Reference[], { Encounter }, scope) =>
      Encounter?.status === "finished"
        ? references.map((each) => placeCode(each, scope, Encounter)).filter((code) => code !== undefined)
        : [],
    rule: "Once discharged: the code of the place, or its name",
  }),
  38: is({ from: "Encounter.hospitalization.dietPreference" }),
  40: is({
    from: "Encounter.location.location",
    compute: ({ Encounter }, scope) => bedStatuses(Encounter, scope),
    rule: "The operational status of the bed, where it is coded by HL70116",
  }),
  41: is({ from: "Account.status", rule: "Of the account that the message is about" }),
  42: pl({
    from: "Encounter.location",
    compute: ({ Encounter }) => referencesOf(Encounter === undefined ? undefined : pendingLocation(Encounter)),
    rule: "A location that is reserved, or planned while the patient is in another",
  }),
  43: pl({
    from: "Encounter.location",
    pick: (places: readonly fhir4.EncounterLocation[]) =>
      referencesOf(places.findLast((place) => isTemporary(place) && place.status === "completed")),
    rule: "The temporary location that the patient was in before",
  }),
  44: ts({
    from: ["Encounter.period.start", "Account.servicePeriod.start"],
    pick: (starts: readonly string[], { Encounter, message }) =>
      Encounter !== undefined && isToCome(Encounter, message.triggerEvent) ? [] : starts,
    rule: "Once the visit has begun; a planned begin is PV2-8",
  }),
  45: ts({
    from: ["Encounter.period.end", "Account.servicePeriod.end"],
    pick: (ends: readonly string[], { Encounter }) =>
      Encounter === undefined || Encounter.status === "finished" ? ends : [],
    nullOn: ["A13"],
    rule: "Once discharged; null when a discharge is cancelled",
  }),
  46: nm({
    from: `Account.extension('${accountBalance}').valueMoney.value`,
    rule: "The balance of the account that the message is about",
  }),
  50: cx({
    from: "Encounter.identifier",
    pick: (identifiers: readonly fhir4.Identifier[]) =>
      identifiers.filter((each) => !visitKeys.has(identifierType(each) ?? "") && each.use !== "old").map(withoutPeriod),
    rule: "Another number of the visit",
  }),
  51: is({
    from: "Encounter",
    pick: (encounters: readonly fhir4.Encounter[]) => encounters.map(() => "V"),
    rule: "V: these are data of the visit",
  }),
  52: xcn({
    from: "Encounter.participant",
    pick: (all: readonly fhir4.EncounterParticipant[], context, scope) => others(kept(all, takesCare), context, scope),
    repeats: true,
    rule: "DIS, PPRF, SPRF and PART, current; not who takes part in a role of the site's own, as clerks do",
  }),
  53: since(
    "2.7",
    st({
      from: "Encounter.episodeOfCare",
      pick: (references: readonly fhir4.Reference[], { Encounter }, scope) =>
        episodes(references, Encounter, scope)
          .flatMap(({ type }) => type ?? [])
          .map((type) => textOf(type.text) ?? codingsOf(type)[0]?.display),
      rule: "What the episode is for that the visit is part of",
    }),
  ),
  54: since(
    "2.7",
    cx({
      from: "Encounter.episodeOfCare",
      pick: (references: readonly fhir4.Reference[], { Encounter }, scope) =>
        episodes(references, Encounter, scope).flatMap(({ identifier }) => identifier ?? []),
      rule: "The episode that the visit is part of",
    }),
  ),
});

function episodes(
  references: readonly fhir4.Reference[],
  encounter: fhir4.Encounter | undefined,
  scope: Scope,
): readonly fhir4.EpisodeOfCare[] {
  return references
    .map((each) => scope.resolve<fhir4.EpisodeOfCare>(each, encounter ?? {}))
    .filter((each): each is fhir4.EpisodeOfCare => each?.resourceType === "EpisodeOfCare");
}

function bedStatuses(encounter: fhir4.Encounter | undefined, scope: Scope): readonly fhir4.Coding[] {
  const places = (encounter?.location ?? []).filter(({ status }) => status === undefined || status === "active");
  const statuses: fhir4.Coding[] = [];
  for (const { location } of places) {
    const found = scope.resolve<fhir4.Location>(location, encounter ?? {});
    const status = found?.resourceType === "Location" ? found.operationalStatus : undefined;
    if (status?.system?.endsWith("/v2-0116")) statuses.push(status);
  }
  return statuses;
}

function financialClass({ type, period }: fhir4.Coverage): readonly { code: string; start?: string | undefined }[] {
  const code = codingsOf(type ?? {}).find((coding) => typeof coding?.code === "string")?.code;
  return code === undefined ? [] : [{ code, start: period?.start }];
}

const visitKeys = new Set(["VN", "AN"]);
const inpatient = new Set(["I"]);
/** Before an admission the patient is P; a pending admission (A14) tells the class to come. */
const preAdmissionEvents = new Set(["A05", "A38"]);

/** HL70004 */
export function patientClass(encounters: readonly fhir4.Encounter[], context: MessageContext): readonly string[] {
  const [encounter] = encounters;
  if (encounter === undefined) return [];
  const codings = classesOf(encounter);
  const own = codings.find(({ system }) => system?.endsWith("/v2-0004"))?.code;
  const code = own ?? translate(codings, encounterClass)?.code;
  if (code === undefined) return encounter.class?.code === undefined ? [] : [encounter.class.code];
  const isComing = encounter.status === "planned" || preAdmissionEvents.has(context.message.triggerEvent);
  return [isComing && inpatient.has(code) && context.message.triggerEvent !== "A14" ? "P" : code];
}

/** What says of which class a visit is: Encounter.class is the last to be asked. */
function classesOf({ type, class: own }: fhir4.Encounter): readonly fhir4.Coding[] {
  if (type === undefined || type === null) return own ? [own] : [];
  return own ? [...codingsIn(type), own] : codingsIn(type);
}

/** The class as HL70004 has it, unless the destination has a row for the class as FHIR has it and none for the other. */
function receiversClass(
  encounters: readonly fhir4.Encounter[],
  context: MessageContext,
  scope: Scope,
): readonly Coded[] {
  const [word = "", ...none] = patientClass(encounters, context);
  if (word === "") return none;
  const [encounter] = encounters;
  if (encounter === undefined || scope.settings.valueSets === undefined) return [word];
  const found = classesOf(encounter).find((coding) => isSaid(coding, "PV1-2", undefined, scope));
  return [found === undefined || word === "P" || isSaid(word, "PV1-2", undefined, scope) ? word : found];
}

/** Where the patient is, or was last. */
export function whereabouts(encounter: fhir4.Encounter, scope: Scope): readonly fhir4.Reference[] {
  return referencesOf(currentLocation(encounter.location ?? [], scope) ?? lastLocation(encounter));
}

/** Before a visit, the place that it is planned for first, wherever the patient was seen to arrange it. */
function placesOf(encounter: fhir4.Encounter | undefined): readonly fhir4.EncounterLocation[] {
  const { location: places = [], status } = encounter ?? {};
  const planned = status === "planned" ? places.filter((place) => place.status === "planned") : [];
  return planned.length > 0 ? planned.toReversed() : places;
}

function referencesOf(place: fhir4.EncounterLocation | undefined): readonly fhir4.Reference[] {
  return place?.location === undefined ? [] : [place.location];
}

const locationClass = `${standard}/subject-locationClassification`;

const temporaryLocation = "http://hl7.org/fhir/uv/v2mappings/StructureDefinition/temporary-location";

/** A place where a patient is for a test or a treatment, while the bed stays theirs. */
function isTemporary({ extension }: fhir4.EncounterLocation): boolean {
  return (extension ?? []).some(
    ({ url, valueBoolean, valueCodeableConcept }) =>
      (url === temporaryLocation && valueBoolean === true) ||
      (url === locationClass &&
        [valueCodeableConcept?.text, ...codingsOf(valueCodeableConcept ?? {}).map(({ code }) => code)].includes(
          "temporary",
        )),
  );
}

/** The location that holds: active or without an end, the deepest in the building, else the last one listed. */
export function currentLocation(
  places: readonly fhir4.EncounterLocation[],
  scope: Scope,
): fhir4.EncounterLocation | undefined {
  const all = kept(
    places,
    (place) => place.status !== "completed" && place.status !== "reserved" && !isTemporary(place),
  );
  // What is planned is pending, unless all of it is.
  const isBegun = places.some(({ status }) => status !== "planned");
  const open = isBegun ? kept(all, ({ status }) => status !== "planned") : all;
  const active = kept(open, (place) => place.status === "active" && !hasEnded(place.period, scope));
  const candidates = active.length > 0 ? active : kept(open, (place) => !hasEnded(place.period, scope));
  let best: fhir4.EncounterLocation | undefined;
  let bestDepth = -1;
  for (const place of candidates) {
    const depth = depthOf(physicalType(place));
    if (depth >= bestDepth) {
      best = place;
      bestDepth = depth;
    }
  }
  return best;
}

/** The places that the patient was in, the last one at the end; of those that do not say until when, the first listed. */
function completed({ location }: fhir4.Encounter): readonly fhir4.EncounterLocation[] {
  return (location ?? [])
    .filter((place) => place.status === "completed" && !isTemporary(place))
    .toReversed()
    .toSorted((a, b) => (a.period?.end ?? "").localeCompare(b.period?.end ?? ""));
}

function lastLocation(encounter: fhir4.Encounter | undefined): fhir4.EncounterLocation | undefined {
  return encounter?.status === "finished" ? completed(encounter).at(-1) : undefined;
}

function locationBefore(encounter: fhir4.Encounter | undefined, scope: Scope): fhir4.EncounterLocation | undefined {
  if (encounter === undefined) return undefined;
  const isLeft = encounter.status === "finished" && currentLocation(encounter.location ?? [], scope) === undefined;
  return completed(encounter).at(isLeft ? -2 : -1);
}

/** The people in some of these roles whose time has not ended: Millennium keeps the former ones in the list. */
function participants(...roles: readonly string[]) {
  return (
    all: readonly fhir4.EncounterParticipant[],
    _context: MessageContext,
    scope: Scope,
  ): readonly fhir4.Reference[] => {
    const acting = kept(
      all,
      ({ type, period, individual }) => individual !== undefined && !hasEnded(period, scope) && hasRole(type, roles),
    );
    return acting.length === 0 ? none : acting.map(({ individual }) => individual as fhir4.Reference);
  };
}

const others = participants("DIS", "PPRF", "SPRF", "PART");
const caringRoles: readonly string[] = ["DIS", "PPRF", "SPRF"];
const codeSet333 = /\/codeSet\/333$/;

/** Millennium lists all who had to do with the visit, in roles of the site's own that HL7 knows as PART alone. */
function takesCare({ type }: fhir4.EncounterParticipant): boolean {
  return hasRole(type, caringRoles) || !codingsIn(type ?? none).some(({ system }) => codeSet333.test(system ?? ""));
}

function hasRole(types: readonly fhir4.CodeableConcept[] | undefined, roles: readonly string[]): boolean {
  if (types === undefined) return false;
  for (const type of types)
    for (const { system, code } of codingsOf(type))
      if ((system === undefined || system === participations) && roles.includes(code ?? "")) return true;
  return false;
}
