import { contentHash } from "../../changes/content.ts";
import { identifierType, type Resource } from "../../fhir.ts";
import { instantOf } from "../../instant.ts";
import { type Lookup, relativeReference } from "../lookup.ts";

/** `merged`: combined into another encounter. `unknown`: a state that says nothing (FHIR `unknown` on its own). */
export type EncounterPhase =
  | "none"
  | "planned"
  | "arrived"
  | "active"
  | "leave"
  | "ended"
  | "void"
  | "merged"
  | "unknown";

/** HL70004, and `U` where nothing says. */
export type PatientClass = "B" | "C" | "E" | "I" | "N" | "O" | "P" | "R" | "U";

export interface EncounterFacts {
  readonly of: "Encounter";
  readonly phase: EncounterPhase;
  /** Void because it should never have been recorded, and not because it was called off. */
  readonly inError: boolean;
  readonly class: PatientClass;
  /** Where the patient is, or was last: the reference of a Location, or its display. */
  readonly bed?: string | undefined;
  /** What {@link bed} is called. */
  readonly bedName?: string | undefined;
  /** When the patient came to {@link bed} (instant or date). */
  readonly bedSince?: string | undefined;
  /** Every place that was not only planned, as `bed@since`, oldest first. */
  readonly beds: readonly string[];
  /** The phases that `statusHistory` tells, as `phase@since`, oldest first. */
  readonly phases: readonly string[];
  /** When the present phase began, where `statusHistory` tells. */
  readonly phaseSince?: string | undefined;
  /** The classes that `classHistory` tells, as `class@since`, oldest first. */
  readonly classes: readonly string[];
  /** When the present class began, where `classHistory` tells. */
  readonly classSince?: string | undefined;
  /** Reference of the attending practitioner of now. */
  readonly attending?: string | undefined;
  readonly consultants: readonly string[];
  /** The visit number, `system|value`, or the id where there is none. */
  readonly visitKey: string;
  /** `Patient/12724066` */
  readonly patientKey?: string | undefined;
  readonly partOf?: string | undefined;
  /** `period.start`: when it began or is planned to begin. */
  readonly admitTime?: string | undefined;
  /** `period.end`: when it ended or is planned to end. */
  readonly dischargeTime?: string | undefined;
  readonly disposition?: string | undefined;
  /** The place that is planned or reserved, as {@link bed}. */
  readonly reserved?: string | undefined;
  /** Everyone who is listed in these roles, those whose time has ended too. */
  readonly attendingEver?: readonly string[];
  readonly consultantsEver?: readonly string[];
  /** Hash of what messages about moves, leaves and clinicians do not tell: the diagnoses. */
  readonly rest?: string | undefined;
}

export const noEncounter: EncounterFacts = {
  of: "Encounter",
  phase: "none",
  inError: false,
  class: "U",
  beds: [],
  phases: [],
  classes: [],
  consultants: [],
  visitKey: "",
};

const phases: Readonly<Record<string, EncounterPhase>> = {
  planned: "planned",
  arrived: "arrived",
  triaged: "arrived",
  "in-progress": "active",
  onleave: "leave",
  finished: "ended",
  cancelled: "void",
  "entered-in-error": "void",
};

const classSystem = "http://terminology.hl7.org/CodeSystem/v2-0004";
const classLetters = new Set<string>(["B", "C", "E", "I", "N", "O", "P", "R", "U"] satisfies PatientClass[]);

/** v3-ActCode to HL70004 (reference v2-to-FHIR ConceptMap, read backwards). */
const letterOfActCode: Readonly<Record<string, PatientClass>> = {
  EMER: "E",
  IMP: "I",
  ACUTE: "I",
  NONAC: "I",
  SS: "I",
  AMB: "O",
  OBSENC: "O",
  HH: "O",
  FLD: "O",
  VR: "O",
  PRENC: "P",
};

export function encounterFacts(encounter: fhir4.Encounter, _lookup: Lookup): EncounterFacts {
  const places = placesOf(encounter);
  const now = currentLocation(encounter);
  return {
    of: "Encounter",
    phase: phaseOf(encounter),
    inError: encounter.status === "entered-in-error",
    class: patientClass(encounter),
    bed: now && bedOf(now, encounter),
    bedName: now?.location.display,
    bedSince: now?.period?.start,
    beds: places.map((place) => `${bedOf(place, encounter)}@${place.period?.start ?? ""}`),
    phases: inOrder(encounter.statusHistory).map((each) => `${phases[each.status] ?? "unknown"}@${each.period.start}`),
    phaseSince: sinceIn(encounter.statusHistory, ({ status }) => status === encounter.status),
    classes: inOrder(encounter.classHistory).map((each) => `${letterOf([each.class])}@${each.period.start}`),
    classSince: sinceIn(encounter.classHistory, (each) => letterOf([each.class]) === patientClass(encounter)),
    attending: participants(encounter, "ATND")[0],
    consultants: participants(encounter, "CON").sort(),
    visitKey: visitKeyOf(encounter),
    patientKey: relativeReference(encounter.subject?.reference),
    partOf: relativeReference(encounter.partOf?.reference),
    admitTime: encounter.period?.start,
    dischargeTime: encounter.period?.end,
    reserved: reservedBed(encounter),
    attendingEver: listed(encounter, "ATND"),
    consultantsEver: listed(encounter, "CON"),
    rest: encounter.diagnosis && contentHash({ resourceType: "Encounter", diagnosis: encounter.diagnosis } as Resource),
    disposition: encounter.hospitalization?.dischargeDisposition?.coding?.[0]?.code,
  };
}

function phaseOf({ status, partOf }: fhir4.Encounter): EncounterPhase {
  // Ignite answers with `unknown` and `partOf` for an encounter that was combined into another one.
  return phases[status] ?? (partOf === undefined ? "unknown" : "merged");
}

/**
 * HL70004. Ignite gives the registration system's own letter in `type`; `class` is derived from it and coarser, so
 * comparing `class` alone would miss moves from emergency to inpatient or see them twice.
 */
export function patientClass(encounter: fhir4.Encounter): PatientClass {
  return letterOf([...(encounter.type ?? []).flatMap((type) => type.coding ?? []), encounter.class]);
}

function letterOf(codings: readonly (fhir4.Coding | undefined)[]): PatientClass {
  const own = codings.find((coding) => coding?.system === classSystem && classLetters.has(coding.code ?? ""));
  if (own !== undefined) return own.code as PatientClass;
  return codings.map((coding) => letterOfActCode[coding?.code ?? ""]).find(Boolean) ?? "U";
}

/** The places that the patient was or is in, oldest first. Planned and reserved ones are not among them. */
function placesOf(encounter: fhir4.Encounter): fhir4.EncounterLocation[] {
  return inOrder(encounter.location?.filter((each) => each.status !== "planned" && each.status !== "reserved"));
}

/**
 * Where the patient is: the deepest active place, the latest of several. After the end, the last place. Before the
 * beginning, the planned one.
 */
export function currentLocation(encounter: fhir4.Encounter): fhir4.EncounterLocation | undefined {
  const places = placesOf(encounter);
  const active = places.filter((place) => (place.status ?? "active") === "active" && place.period?.end === undefined);
  const deepest = Math.max(...active.map(depthOf));
  return active.findLast((place) => depthOf(place) === deepest) ?? places.at(-1) ?? encounter.location?.at(-1);
}

/** HL7 location-physical-type, from the whole site down to the bed. */
const physicalTypes = ["si", "bu", "wi", "lvl", "wa", "ro", "bd"];

function depthOf(place: fhir4.EncounterLocation): number {
  return Math.max(...(place.physicalType?.coding ?? []).map(({ code }) => physicalTypes.indexOf(code ?? "")), -1);
}

/** The same place gives the same text in every version. */
export function bedOf(place: fhir4.EncounterLocation, encounter: fhir4.Encounter): string {
  const { reference, display } = place.location;
  if (!reference?.startsWith("#")) return relativeReference(reference) ?? display ?? "";
  // The id of a contained resource lives only as long as one version of its container.
  const contained = encounter.contained?.find((each) => `#${each.id}` === reference);
  const location = contained?.resourceType === "Location" ? contained : undefined;
  return location?.identifier?.[0]?.value ?? location?.name ?? display ?? reference;
}

/** The entry of `Encounter.location` behind a {@link EncounterFacts.bed}: the latest, where the patient was there twice. */
export function placeOfBed(
  bed: string | undefined,
  encounter: fhir4.Encounter | undefined,
): fhir4.EncounterLocation | undefined {
  if (encounter === undefined || bed === undefined) return undefined;
  return inOrder(encounter.location).findLast((place) => bedOf(place, encounter) === bed);
}

const participationSystem = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";

/** The latest place that waits for the patient. */
function reservedBed(encounter: fhir4.Encounter): string | undefined {
  const waiting = encounter.location?.filter(
    ({ status, period }) => (status === "planned" || status === "reserved") && period?.end === undefined,
  );
  const place = inOrder(waiting).at(-1);
  return place && bedOf(place, encounter);
}

/** Ignite keeps former participants in the list, with the end of their time. */
function participants(encounter: fhir4.Encounter, code: string): string[] {
  return inRole(
    encounter.participant?.filter((each) => each.period?.end === undefined),
    code,
  );
}

function listed(encounter: fhir4.Encounter, code: string): string[] {
  return inRole(encounter.participant, code).sort();
}

function inRole(participants: readonly fhir4.EncounterParticipant[] | undefined, code: string): string[] {
  return (participants ?? [])
    .filter((each) => hasCoding(each.type, participationSystem, code))
    .map((each) => relativeReference(each.individual?.reference) ?? each.individual?.display ?? "");
}

function hasCoding(concepts: readonly fhir4.CodeableConcept[] | undefined, system: string, code: string): boolean {
  return (concepts ?? []).some((concept) =>
    concept.coding?.some((coding) => coding.system === system && coding.code === code),
  );
}

function visitKeyOf(encounter: fhir4.Encounter): string {
  const ofType = (code: string) => {
    const numbers = (encounter.identifier ?? []).filter(
      (each) => each.value && each.use !== "old" && identifierType(each) === code,
    );
    // Former numbers stay listed, with the end of their time.
    return numbers.find(({ period }) => period?.end === undefined) ?? numbers[0];
  };
  const number = ofType("VN") ?? ofType("AN");
  return number === undefined ? `${encounter.id}` : `${number.system ?? ""}|${number.value ?? ""}`;
}

/** When the present state began: with the end of the one before, or as the history says that knows it too. */
function sinceIn<Entry extends { period: fhir4.Period }>(
  history: readonly Entry[] | undefined,
  isPresent: (entry: Entry) => boolean,
): string | undefined {
  const last = inOrder(history).at(-1);
  return last && (isPresent(last) ? last.period.start : last.period.end);
}

/** By the start of their time; entries without one keep their place. */
function inOrder<Entry extends { period?: fhir4.Period | undefined }>(entries: readonly Entry[] | undefined): Entry[] {
  return [...(entries ?? [])].sort((one, other) => {
    const [start, otherStart] = [instantOf(one.period?.start), instantOf(other.period?.start)];
    return start === undefined || otherStart === undefined ? 0 : start - otherStart;
  });
}
