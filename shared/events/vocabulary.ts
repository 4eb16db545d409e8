import type { Trigger } from "./event.ts";

/** What one event type means, once for both formats. */
export interface EventType {
  /** HL7 v2 message code and trigger event. Absent where HL7 v2 has no message for it. */
  readonly trigger?: Trigger;
  /** One sentence for the person who subscribes to it. */
  readonly means: string;
  /** What an HL7 receiver that does not take it gets in its place, first choice first. */
  readonly downgrade?: readonly EventName[];
  /** The facts of the receiver's picture that this event brings up to date, so that no other event repeats them. */
  readonly carries?: readonly string[];
  /** Statements that stand from now on, and that a later cancel may withdraw. */
  readonly establishes?: readonly Statement[];
  readonly withdraws?: readonly Statement[];
}

/** What a receiver holds to be true because it was told so. */
export type Statement =
  | "pre-admission"
  | "visit"
  | "leave"
  | "discharge"
  | "person"
  | "merge"
  | "appointment"
  | "order"
  | "final-result"
  | "result";

const wholeVisit = ["phase", "class", "bed"] as const;
const wholeResult = ["phase", "complete", "content"] as const;

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
    means: "The record of a person was found to be a second one and ended in favour of another.",
    establishes: ["merge"],
    withdraws: ["person"],
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
    withdraws: ["pre-admission"],
  },
  "encounter.admitted": {
    trigger: "ADT^A01",
    means: "A patient was admitted.",
    carries: wholeVisit,
    establishes: ["visit"],
    withdraws: ["pre-admission"],
  },
  "encounter.became-inpatient": {
    trigger: "ADT^A06",
    means: "An outpatient or emergency visit became an inpatient stay.",
    downgrade: ["encounter.admitted", "encounter.updated"],
    carries: ["class", "bed"],
    establishes: ["visit"],
  },
  "encounter.became-outpatient": {
    trigger: "ADT^A07",
    means: "An inpatient stay became an outpatient visit.",
    downgrade: ["encounter.registered", "encounter.updated"],
    carries: ["class", "bed"],
    establishes: ["visit"],
  },
  "encounter.transferred": {
    trigger: "ADT^A02",
    means: "A patient moved to another bed, room or unit.",
    carries: ["bed"],
  },
  "encounter.transfer-cancelled": {
    trigger: "ADT^A12",
    means: "A move was recorded in error: the patient is where they were before.",
    downgrade: ["encounter.transferred"],
    carries: ["bed"],
  },
  "encounter.leave-started": {
    trigger: "ADT^A21",
    means: "A patient left for a time and keeps the bed.",
    downgrade: ["encounter.updated"],
    establishes: ["leave"],
  },
  "encounter.leave-ended": {
    trigger: "ADT^A22",
    means: "A patient came back from leave.",
    downgrade: ["encounter.updated"],
    withdraws: ["leave"],
  },
  "encounter.discharged": {
    trigger: "ADT^A03",
    means: "A stay or visit ended.",
    establishes: ["discharge"],
    withdraws: ["leave"],
  },
  "encounter.discharge-cancelled": {
    trigger: "ADT^A13",
    means: "A discharge was recorded in error or the patient stays after all.",
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
    withdraws: ["visit", "pre-admission", "leave", "discharge"],
  },
  "encounter.updated": {
    trigger: "ADT^A08",
    means: "Something else about a visit changed: reason, service, clinicians, discharge details.",
  },

  "appointment.booked": {
    trigger: "SIU^S12",
    means: "An appointment was booked.",
    carries: ["phase", "time"],
    establishes: ["appointment"],
  },
  "appointment.rescheduled": {
    trigger: "SIU^S13",
    means: "An appointment moved to another time.",
    carries: ["time"],
  },
  "appointment.changed": {
    trigger: "SIU^S14",
    means: "Something else about an appointment changed: place, people, service, reason, arrival.",
  },
  "appointment.cancelled": {
    trigger: "SIU^S15",
    means: "An appointment was cancelled.",
    withdraws: ["appointment"],
  },
  "appointment.missed": {
    trigger: "SIU^S26",
    means: "The patient did not come to an appointment.",
    downgrade: ["appointment.cancelled"],
  },

  "order.placed": { means: "An order was placed.", establishes: ["order"] },
  "order.changed": { means: "Something about an order changed." },
  "order.held": { means: "An order was put on hold." },
  "order.resumed": { means: "An order on hold goes on." },
  "order.completed": { means: "What was ordered has been done." },
  "order.cancelled": { means: "An order was cancelled, stopped or recorded in error.", withdraws: ["order"] },

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
} as const satisfies Record<string, Omit<EventType, "downgrade"> & { downgrade?: readonly string[] }>;

export type EventName = keyof typeof eventTypes;

export function eventType(name: EventName): EventType {
  return eventTypes[name];
}

/** What stands after an event was told. */
export function standingAfter(standing: readonly Statement[], name: EventName): readonly Statement[] {
  const { establishes = [], withdraws = [] } = eventType(name);
  const kept = standing.filter((statement) => !withdraws.includes(statement) && !establishes.includes(statement));
  return [...kept, ...establishes];
}

/** Whether an event type is among the patterns of a destination: `*`, `encounter.*`, `result.final`. */
export function matchesEvent(patterns: readonly string[], name: string): boolean {
  return patterns.some(
    (pattern) =>
      pattern === "*" || pattern === name || (pattern.endsWith(".*") && name.startsWith(pattern.slice(0, -1))),
  );
}
