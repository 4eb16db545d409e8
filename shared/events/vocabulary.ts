import type { Resource } from "../fhir.ts";
import type { Trigger } from "./event.ts";
import type { EncounterFacts } from "./facts/encounter.ts";
import { documentTrigger, orderTrigger, type TriggerChoice, type TriggerPreferences } from "./triggers.ts";

/** What one event type means, once for both formats. */
export interface EventType {
  /**
   * HL7 v2 message code and trigger event, or how to choose it by the resource. Absent where HL7 v2 has no message for
   * it.
   */
  readonly trigger?: Trigger | TriggerChoice;
  /** Triggers that a destination may ask for in the place of the usual one. */
  readonly alternatives?: readonly Trigger[];
  /** Its message leaves out lists of the visit (insurance, diagnoses, allergies): what changed there is told apart. */
  readonly isPartial?: boolean;
  /** One sentence for the person who subscribes to it. */
  readonly means: string;
  /** What an HL7 receiver that does not take it gets in its place, first choice first. */
  readonly downgrade?: readonly EventName[];
  /** The facts of the receiver's picture that this event brings up to date, so that no other event repeats them. */
  readonly carries?: readonly string[];
  /** Statements that stand from now on, and that a later cancel may withdraw. */
  readonly establishes?: readonly Statement[];
  readonly withdraws?: readonly Statement[];
  /** The same of another resource whose end its message tells too. */
  readonly ofOthers?: { readonly establishes?: readonly Statement[]; readonly withdraws: readonly Statement[] };
  /** The trigger where what the event establishes was told before; without it, the same. */
  readonly repeated?: TriggerChoice;
  /**
   * Of what an HL7 receiver must have been told for its message to make sense: one of these. Where nothing that the
   * receiver takes could have told it, it is taken to know.
   */
  readonly presupposes?: readonly Statement[];
}

/** What a receiver holds to be true because it was told so. */
export type Statement =
  | "pre-admission"
  | "visit"
  | "leave"
  | "discharge"
  | "arrival"
  | "pending-admission"
  | "pending-transfer"
  | "pending-discharge"
  | "person"
  | "merge"
  | "appointment"
  | "order"
  /** An order, a document or a charge has given its place to another one. */
  | "replaced"
  | "final-result"
  | "result"
  | "document"
  | "preliminary-document"
  | "superseded-document"
  | "record"
  | "charge"
  | "account"
  | "closed-account"
  | "block";

const wholeVisit = [
  "phase",
  "class",
  "bed",
  "attending",
  "consultants",
  "visitKey",
  "patientKey",
] as const satisfies (keyof EncounterFacts)[];
const visitStatements = [
  "visit",
  "pre-admission",
  "pending-admission",
  "arrival",
  "leave",
  "discharge",
  "pending-transfer",
  "pending-discharge",
] as const satisfies Statement[];
const aVisit = ["visit", "pre-admission", "pending-admission", "arrival"] as const satisfies Statement[];
const wholeResult = ["phase", "complete", "content", "patientKey"] as const;

const added = { carries: ["phase", "content", "patientKey"], establishes: ["record"] } as const;
const changed = { carries: ["phase", "content", "patientKey"] } as const;
const deleted = { carries: ["phase"], withdraws: ["record"] } as const;
const phase = { carries: ["phase", "content"] } as const;

/**
 * Every event type, by name. HL7 v2 triggers: v2.5.1 chapter 3 (ADT), 7 (ORU), 10 (SIU).
 */
export const eventTypes = {
  "patient.added": {
    trigger: "ADT^A28",
    means: "A person's record is new.",
    establishes: ["person"],
  },
  "patient.updated": {
    trigger: "ADT^A31",
    means: "Something about a person changed: name, address, identifiers, death.",
  },
  "patient.merged": {
    trigger: "ADT^A40",
    alternatives: ["ADT^A34"],
    means: "The record of a person was found to be a second one and ended in favour of another.",
    establishes: ["merge"],
    withdraws: ["person"],
  },
  "patient.unmerged": {
    trigger: "ADT^A37",
    means: "A merge was undone: the record stands for itself again.",
    downgrade: ["patient.added"],
    establishes: ["person"],
    withdraws: ["merge"],
  },
  "patient.identifier-changed": {
    trigger: "ADT^A47",
    alternatives: ["ADT^A40", "ADT^A46"],
    means: "A medical record number of a person was changed to another one.",
    downgrade: ["patient.updated"],
  },
  "patient.linked": {
    trigger: "ADT^A24",
    means: "Two records were found to be about related persons, or the same one, and both stay in use.",
  },
  "patient.unlinked": { trigger: "ADT^A37", means: "A link between two records was taken away." },
  "patient.deleted": { trigger: "ADT^A29", means: "A person's record is not in use any more.", withdraws: ["person"] },

  "encounter.admission-pending": {
    trigger: "ADT^A14",
    means: "A stay is planned and a bed is reserved for it.",
    downgrade: ["encounter.pre-admitted"],
    carries: wholeVisit,
    establishes: ["pending-admission"],
  },
  "encounter.pending-admission-cancelled": {
    trigger: "ADT^A27",
    means: "A planned stay with a reserved bed will not take place.",
    downgrade: ["encounter.pre-admission-cancelled", "encounter.cancelled"],
    withdraws: ["pending-admission"],
  },
  "encounter.arrived": {
    trigger: "ADT^A10",
    means: "A patient arrived for a visit that has not begun yet.",
    downgrade: ["encounter.updated"],
    isPartial: true,
    carries: ["phase"],
    establishes: ["arrival"],
  },
  "encounter.pre-admitted": {
    trigger: "ADT^A05",
    means: "A stay is planned.",
    carries: wholeVisit,
    establishes: ["pre-admission"],
  },
  "encounter.registered": {
    trigger: "ADT^A04",
    means: "An outpatient or emergency visit began.",
    carries: wholeVisit,
    establishes: ["visit"],
    withdraws: ["pre-admission", "pending-admission", "arrival", "discharge"],
  },
  "encounter.admitted": {
    trigger: "ADT^A01",
    means: "A patient was admitted.",
    carries: wholeVisit,
    establishes: ["visit"],
    withdraws: ["pre-admission", "pending-admission", "arrival", "discharge"],
  },
  "encounter.became-inpatient": {
    trigger: "ADT^A06",
    means: "An outpatient or emergency visit became an inpatient stay.",
    downgrade: ["encounter.admitted", "encounter.updated"],
    carries: ["class", "bed", "visitKey"],
    establishes: ["visit"],
  },
  "encounter.became-outpatient": {
    trigger: "ADT^A07",
    means: "An inpatient stay became an outpatient visit.",
    downgrade: ["encounter.registered", "encounter.updated"],
    carries: ["class", "bed", "visitKey"],
    establishes: ["visit"],
  },
  "encounter.transferred": {
    trigger: "ADT^A02",
    means: "A patient moved to another bed, room or unit.",
    isPartial: true,
    carries: ["bed"],
    withdraws: ["pending-transfer"],
    presupposes: aVisit,
  },
  "encounter.tracked": {
    trigger: "ADT^A10",
    alternatives: ["ADT^A09"],
    means: "An outpatient or emergency patient came to another place.",
    downgrade: ["encounter.updated"],
    isPartial: true,
    carries: ["bed"],
    presupposes: aVisit,
  },
  "encounter.transfer-cancelled": {
    trigger: "ADT^A12",
    means: "A move was recorded in error: the patient is where they were before.",
    downgrade: ["encounter.transferred"],
    isPartial: true,
    carries: ["bed"],
    presupposes: aVisit,
  },
  "encounter.transfer-pending": {
    trigger: "ADT^A15",
    means: "A move to another bed is planned.",
    isPartial: true,
    establishes: ["pending-transfer"],
    presupposes: aVisit,
  },
  "encounter.pending-transfer-cancelled": {
    trigger: "ADT^A26",
    means: "A planned move will not take place.",
    isPartial: true,
    withdraws: ["pending-transfer"],
    presupposes: aVisit,
  },
  "encounter.leave-cancelled": {
    trigger: "ADT^A52",
    means: "A leave was recorded in error: the patient never left.",
    downgrade: ["encounter.leave-ended", "encounter.updated"],
    isPartial: true,
    carries: ["phase"],
    withdraws: ["leave"],
    presupposes: aVisit,
  },
  "encounter.return-cancelled": {
    trigger: "ADT^A53",
    means: "A return from leave was recorded in error: the patient is still away.",
    downgrade: ["encounter.leave-started", "encounter.updated"],
    isPartial: true,
    carries: ["phase"],
    establishes: ["leave"],
    presupposes: aVisit,
  },
  "encounter.leave-started": {
    trigger: "ADT^A21",
    means: "A patient left for a time and keeps the bed.",
    isPartial: true,
    downgrade: ["encounter.updated"],
    establishes: ["leave"],
    presupposes: aVisit,
  },
  "encounter.leave-ended": {
    trigger: "ADT^A22",
    means: "A patient came back from leave.",
    isPartial: true,
    downgrade: ["encounter.updated"],
    withdraws: ["leave"],
    presupposes: aVisit,
  },
  "encounter.discharged": {
    trigger: "ADT^A03",
    means: "A stay or visit ended.",
    establishes: ["discharge"],
    withdraws: ["leave", "pending-discharge", "pending-transfer"],
    presupposes: aVisit,
  },
  "encounter.discharge-pending": {
    trigger: "ADT^A16",
    means: "The end of a stay is planned.",
    establishes: ["pending-discharge"],
    presupposes: aVisit,
  },
  "encounter.pending-discharge-cancelled": {
    trigger: "ADT^A25",
    means: "The planned end of a stay does not hold any more.",
    isPartial: true,
    withdraws: ["pending-discharge"],
    presupposes: aVisit,
  },
  "encounter.attending-changed": {
    trigger: "ADT^A54",
    means: "Another doctor is responsible for the patient.",
    downgrade: ["encounter.updated"],
    isPartial: true,
    carries: ["attending"],
    presupposes: aVisit,
  },
  "encounter.attending-change-cancelled": {
    trigger: "ADT^A55",
    means: "A change of the responsible doctor was recorded in error.",
    downgrade: ["encounter.updated"],
    isPartial: true,
    carries: ["attending"],
    presupposes: aVisit,
  },
  "encounter.consultants-changed": {
    trigger: "ADT^A61",
    means: "Other doctors are consulted.",
    downgrade: ["encounter.updated"],
    isPartial: true,
    carries: ["consultants"],
    presupposes: aVisit,
  },
  "encounter.consultant-change-cancelled": {
    trigger: "ADT^A62",
    means: "A change of the consulted doctors was recorded in error.",
    downgrade: ["encounter.updated"],
    isPartial: true,
    carries: ["consultants"],
    presupposes: aVisit,
  },
  "encounter.moved": {
    trigger: "ADT^A45",
    alternatives: ["ADT^A44", "ADT^A43"],
    means: "A visit belongs to another patient than the record said before.",
    isPartial: true,
    carries: ["patientKey"],
    presupposes: aVisit,
  },
  "encounter.renumbered": {
    trigger: "ADT^A50",
    means: "A visit has another visit number.",
    downgrade: ["encounter.updated"],
    isPartial: true,
    carries: ["visitKey"],
    presupposes: aVisit,
  },
  "encounter.merged": {
    trigger: "ADT^A42",
    means: "A visit was found to be a part of another one and ended in favour of it.",
    downgrade: ["encounter.cancelled"],
    isPartial: true,
    carries: ["phase"],
    withdraws: visitStatements,
  },
  "encounter.discharge-cancelled": {
    trigger: "ADT^A13",
    means: "A discharge was recorded in error or the patient stays after all.",
    downgrade: ["encounter.admitted", "encounter.registered", "encounter.updated"],
    withdraws: ["discharge"],
  },
  "encounter.pre-admission-cancelled": {
    trigger: "ADT^A38",
    means: "A planned stay will not take place.",
    downgrade: ["encounter.cancelled"],
    withdraws: ["pre-admission"],
  },
  "encounter.cancelled": {
    trigger: "ADT^A11",
    means: "A visit that had been told was recorded in error or did not take place.",
    withdraws: visitStatements,
  },
  "encounter.deleted": {
    trigger: "ADT^A23",
    means: "The record of a visit was deleted, for it should never have been made.",
    downgrade: ["encounter.cancelled"],
    withdraws: visitStatements,
  },
  "encounter.updated": {
    trigger: "ADT^A08",
    means: "Something else about a visit changed: reason, service, clinicians, discharge details.",
    presupposes: aVisit,
  },

  "appointment.booked": {
    trigger: "SIU^S12",
    means: "An appointment was booked.",
    carries: ["phase", "time", "resources", "patientKey"],
    establishes: ["appointment"],
  },
  "appointment.rescheduled": {
    trigger: "SIU^S13",
    means: "An appointment moved to another time.",
    carries: ["time", "resources"],
    establishes: ["appointment"],
  },
  "appointment.changed": {
    trigger: "SIU^S14",
    means: "Something else about an appointment changed: place, people, service, reason, arrival.",
    establishes: ["appointment"],
  },
  "appointment.cancelled": {
    trigger: "SIU^S15",
    means: "An appointment was cancelled.",
    withdraws: ["appointment"],
  },
  "appointment.missed": {
    trigger: "SIU^S26",
    means: "The patient did not come to an appointment.",
    downgrade: ["appointment.cancelled", "appointment.changed"],
  },
  "appointment.discontinued": {
    trigger: "SIU^S16",
    means: "An appointment was broken off after the patient had arrived.",
    downgrade: ["appointment.cancelled"],
    withdraws: ["appointment"],
  },
  "appointment.deleted": {
    trigger: "SIU^S17",
    means: "An appointment was recorded in error.",
    downgrade: ["appointment.cancelled"],
    withdraws: ["appointment"],
  },
  "appointment.resource-added": {
    trigger: "SIU^S18",
    means: "A service, person, place or thing was added to an appointment.",
    downgrade: ["appointment.changed"],
  },
  "appointment.resource-changed": {
    trigger: "SIU^S19",
    means: "What a service, person, place or thing has to do with an appointment changed.",
    downgrade: ["appointment.changed"],
  },
  "appointment.resource-cancelled": {
    trigger: "SIU^S20",
    alternatives: ["SIU^S22"],
    means: "A service, person, place or thing does not take part in an appointment any more.",
    downgrade: ["appointment.changed"],
  },
  "appointment.resource-discontinued": {
    trigger: "SIU^S21",
    means: "A service, person, place or thing left an appointment that was under way.",
    downgrade: ["appointment.changed"],
  },
  "slot.blocked": { trigger: "SIU^S23", means: "A time in a schedule cannot be booked.", establishes: ["block"] },
  "slot.unblocked": { trigger: "SIU^S24", means: "A time in a schedule can be booked again.", withdraws: ["block"] },

  "order.placed": {
    trigger: orderTrigger,
    means: "An order was placed.",
    establishes: ["order"],
    withdraws: ["replaced"],
  },
  "order.renewed": {
    trigger: orderTrigger,
    means: "A prescription goes on with a new one.",
    downgrade: ["order.placed"],
    establishes: ["order"],
    withdraws: ["replaced"],
  },
  "order.replaced": {
    trigger: orderTrigger,
    means: "An order takes the place of another one, which ends.",
    downgrade: ["order.placed"],
    establishes: ["order"],
    withdraws: ["replaced"],
    ofOthers: { withdraws: ["order"], establishes: ["replaced"] },
  },
  "order.changed": { trigger: orderTrigger, means: "Something about an order changed." },
  "order.held": { trigger: orderTrigger, means: "An order was put on hold.", downgrade: ["order.changed"] },
  "order.resumed": { trigger: orderTrigger, means: "An order on hold goes on.", downgrade: ["order.changed"] },
  "order.status-changed": {
    trigger: orderTrigger,
    means: "Nothing of an order changed but its reason for the status, or the number of the one who carries it out.",
  },
  "order.completed": { trigger: orderTrigger, means: "What was ordered has been done." },
  "order.cancelled": {
    trigger: orderTrigger,
    means: "An order was cancelled before it was begun, or recorded in error.",
    withdraws: ["order"],
  },
  "order.discontinued": {
    trigger: orderTrigger,
    means: "An order was stopped after it had been begun.",
    downgrade: ["order.cancelled"],
    withdraws: ["order"],
  },

  "result.registered": { trigger: "ORU^R01", means: "A report is on its way and has nothing to show yet." },
  "result.preliminary": {
    trigger: "ORU^R01",
    means: "A result is there but not final: preliminary, or not all of its parts.",
    carries: wholeResult,
    establishes: ["result"],
  },
  "result.final": {
    trigger: "ORU^R01",
    means: "A result is final.",
    carries: wholeResult,
    establishes: ["result", "final-result"],
  },
  "result.corrected": {
    trigger: "ORU^R01",
    means: "A final result was corrected, amended or added to.",
    carries: wholeResult,
    establishes: ["result", "final-result"],
  },
  "result.cancelled": {
    trigger: "ORU^R01",
    means: "There will be no result.",
    withdraws: ["result", "final-result"],
  },
  "result.entered-in-error": {
    trigger: "ORU^R01",
    means: "A result that had been told is void.",
    withdraws: ["result", "final-result"],
  },

  "document.added": {
    trigger: documentTrigger("T02", "T01"),
    means: "A document is there.",
    carries: ["phase", "content", "amended", "patientKey"],
    establishes: ["document"],
    withdraws: ["preliminary-document", "superseded-document", "replaced"],
  },
  "document.preliminary": {
    trigger: documentTrigger("T02", "T01"),
    repeated: documentTrigger("T08", "T07"),
    means: "A document is being written and not signed yet.",
    carries: ["phase", "content", "amended", "patientKey"],
    establishes: ["preliminary-document"],
    withdraws: ["superseded-document", "replaced"],
  },
  "document.finalized": {
    trigger: documentTrigger("T04", "T03"),
    means: "A document that was told as preliminary is final.",
    downgrade: ["document.added"],
    carries: ["phase", "content", "amended", "patientKey"],
    establishes: ["document"],
    withdraws: ["preliminary-document"],
  },
  "document.changed": {
    trigger: documentTrigger("T08", "T07"),
    means: "A document has another content, or was amended.",
    downgrade: ["document.added"],
    carries: ["phase", "content", "amended", "patientKey"],
  },
  "document.addended": {
    trigger: documentTrigger("T06", "T05"),
    means: "A document adds to another one.",
    downgrade: ["document.added"],
    carries: ["phase", "content", "amended", "patientKey"],
    establishes: ["document"],
    withdraws: ["superseded-document", "replaced"],
  },
  "document.replaced": {
    trigger: documentTrigger("T10", "T09"),
    means: "A document takes the place of another one.",
    downgrade: ["document.added"],
    carries: ["phase", "content", "amended", "patientKey"],
    establishes: ["document"],
    withdraws: ["superseded-document", "replaced"],
    ofOthers: { withdraws: ["document", "preliminary-document"], establishes: ["replaced"] },
  },
  "document.superseded": {
    trigger: "MDM^T03",
    means: "A document does not hold any more.",
    establishes: ["superseded-document"],
    withdraws: ["document", "preliminary-document"],
  },
  "document.cancelled": {
    trigger: "MDM^T11",
    means: "A document was recorded in error.",
    withdraws: ["document", "preliminary-document", "superseded-document", "replaced"],
  },

  "immunization.added": { trigger: "VXU^V04", means: "A vaccine was given, or was not given for a reason.", ...added },
  "immunization.changed": { trigger: "VXU^V04", means: "The record of a vaccination was changed.", ...changed },
  "immunization.deleted": { trigger: "VXU^V04", means: "The record of a vaccination is an error.", ...deleted },
  "administration.added": {
    trigger: "RAS^O17",
    means: "A medicine was given, or was not given for a reason.",
    ...added,
  },
  "administration.changed": { trigger: "RAS^O17", means: "The record of a medicine given was changed.", ...changed },
  "administration.deleted": { trigger: "RAS^O17", means: "The record of a medicine given is an error.", ...deleted },
  "problem.added": { trigger: "PPR^PC1", means: "A problem was added to the problem list.", ...added },
  "problem.changed": { trigger: "PPR^PC2", means: "A problem changed, or was resolved.", ...changed },
  "problem.deleted": { trigger: "PPR^PC3", means: "A problem was recorded in error.", ...deleted },
  "diagnosis.added": { trigger: "BAR^P12", means: "A visit has another diagnosis.", ...added },
  "diagnosis.changed": { trigger: "BAR^P12", means: "A diagnosis of a visit changed.", ...changed },
  "diagnosis.deleted": { trigger: "BAR^P12", means: "A diagnosis of a visit was recorded in error.", ...deleted },
  "procedure.added": { trigger: "BAR^P12", means: "Something was done to the patient.", ...added },
  "procedure.changed": { trigger: "BAR^P12", means: "The record of a procedure was changed.", ...changed },
  "procedure.deleted": { trigger: "BAR^P12", means: "The record of a procedure is an error.", ...deleted },
  "allergy.added": { trigger: "ADT^A60", means: "An allergy or intolerance was recorded.", ...added },
  "allergy.changed": { trigger: "ADT^A60", means: "An allergy or intolerance changed.", ...changed },
  "allergy.deleted": { trigger: "ADT^A60", means: "An allergy or intolerance was recorded in error.", ...deleted },
  "coverage.added": { means: "An insurance of the patient was recorded.", ...added },
  "coverage.changed": { means: "An insurance of the patient changed.", ...changed },
  "coverage.deleted": { means: "An insurance of the patient was recorded in error.", ...deleted },
  "relative.added": { means: "A person related to the patient was recorded.", ...added },
  "relative.changed": { means: "Something about a person related to the patient changed.", ...changed },
  "relative.deleted": { means: "A person is not related to the patient any more.", ...deleted },

  "charge.posted": {
    trigger: "DFT^P03",
    means: "Something is to be charged.",
    carries: ["phase", "content"],
    establishes: ["charge"],
    withdraws: ["replaced"],
  },
  "charge.reversed": {
    trigger: "DFT^P03",
    means: "A charge that had been told is taken back.",
    carries: ["phase"],
    withdraws: ["charge"],
    ofOthers: { withdraws: ["charge"], establishes: ["replaced"] },
  },
  "account.opened": {
    trigger: "BAR^P01",
    means: "An account was opened.",
    carries: ["phase", "content"],
    establishes: ["account"],
    withdraws: ["closed-account"],
  },
  "account.changed": { trigger: "BAR^P05", means: "An account changed.", carries: ["content"] },
  "account.closed": {
    trigger: "BAR^P06",
    means: "An account was closed.",
    carries: ["phase"],
    establishes: ["closed-account"],
    withdraws: ["account"],
  },
  "account.deleted": {
    trigger: "BAR^P02",
    means: "An account was opened in error.",
    carries: ["phase"],
    withdraws: ["account", "closed-account"],
  },
  "account.merged": {
    trigger: "ADT^A41",
    means: "An account was found to be a part of another one and ended in favour of it.",
    downgrade: ["account.closed"],
    carries: ["phase", "content"],
    withdraws: ["account"],
  },
  "account.moved": {
    trigger: "ADT^A44",
    means: "An account belongs to another patient than the record said before.",
    carries: ["patientKey"],
  },

  "practitioner.added": { trigger: "MFN^M02", means: "A clinician is new.", ...added },
  "practitioner.changed": {
    trigger: "MFN^M02",
    means: "Something about a clinician changed, or about a role of theirs.",
    ...changed,
  },
  "practitioner.deactivated": { trigger: "MFN^M02", means: "A clinician does not work here any more.", ...phase },
  "practitioner.reactivated": { trigger: "MFN^M02", means: "A clinician works here again.", ...phase },
  "location.added": { trigger: "MFN^M05", means: "A place is new.", ...added },
  "location.changed": { trigger: "MFN^M05", means: "Something about a place changed.", ...changed },
  "location.deactivated": { trigger: "MFN^M05", means: "A place is not in use any more.", ...phase },
  "location.reactivated": { trigger: "MFN^M05", means: "A place is in use again.", ...phase },
} as const satisfies Record<string, Omit<EventType, "downgrade"> & { downgrade?: readonly string[] }>;

export type EventName = keyof typeof eventTypes;

export function eventType(name: EventName): EventType {
  return eventTypes[name];
}

/** What an HL7 receiver gets in the place of an event that it does not take: the whole chain, first choice first. */
export function downgradesOf(name: EventName): readonly EventName[] {
  const chain: EventName[] = [];
  const follow = (from: EventName) => {
    for (const next of eventType(from).downgrade ?? [])
      if (!chain.includes(next)) {
        chain.push(next);
        follow(next);
      }
  };
  follow(name);
  return chain;
}

/** The events that can tell a receiver of what a statement says. */
export function eventsThatEstablish(statement: Statement): readonly EventName[] {
  return establishing.get(statement) ?? [];
}

const establishing = new Map<Statement, EventName[]>();
for (const name of Object.keys(eventTypes) as EventName[])
  for (const statement of eventType(name).establishes ?? [])
    establishing.set(statement, [...(establishing.get(statement) ?? []), name]);

/** What stands after an event was told. */
export function standingAfter(standing: readonly Statement[], name: EventName): readonly Statement[] {
  const { establishes = [], withdraws = [] } = eventType(name);
  const kept = standing.filter((statement) => !withdraws.includes(statement) && !establishes.includes(statement));
  return [...kept, ...establishes];
}

/** What stands of another resource after its end was told with an event. */
export function standingOfOther(standing: readonly Statement[], name: EventName): readonly Statement[] {
  const { establishes = [], withdraws = [] } = eventType(name).ofOthers ?? {};
  return [...new Set([...standing.filter((statement) => !withdraws.includes(statement)), ...establishes])];
}

/** The HL7 v2 trigger of an event about a resource, as a receiver prefers it. */
export function triggerOf(
  name: EventName,
  resource: Resource,
  preferences: TriggerPreferences = {},
  isRepeated = false,
): Trigger | undefined {
  const { trigger: first, repeated = first } = eventType(name);
  const trigger = isRepeated ? repeated : first;
  return preferences.triggers?.[name] ?? (typeof trigger === "object" ? trigger.of(resource, preferences) : trigger);
}

/**
 * Whether an event type is among the patterns of a destination: `*`, `encounter.*`, `result.final`. A pattern behind
 * `!` takes out again what it names, whichever place it has.
 */
export function matchesEvent(patterns: readonly string[], name: string): boolean {
  const matches = (pattern: string) =>
    pattern === "*" || pattern === name || (pattern.endsWith(".*") && name.startsWith(pattern.slice(0, -1)));
  const [refused, taken] = [patterns.filter(isRefusal), patterns.filter((pattern) => !isRefusal(pattern))];
  return (taken.length === 0 || taken.some(matches)) && !refused.some((pattern) => matches(pattern.slice(1)));
}

function isRefusal(pattern: string): boolean {
  return pattern.startsWith("!");
}
