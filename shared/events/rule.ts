import type { Resource } from "../fhir.ts";
import type { EventStep } from "./event.ts";
import type { AppointmentFacts } from "./facts/appointment.ts";
import type { DocumentFacts } from "./facts/document.ts";
import type { EncounterFacts } from "./facts/encounter.ts";
import type { OrderFacts } from "./facts/order.ts";
import type { PatientFacts, RecordNumberChoice } from "./facts/patient.ts";
import type { RecordFacts } from "./facts/record.ts";
import type { ReportFacts } from "./facts/report.ts";
import type { Lookup } from "./lookup.ts";
import type { EventOption } from "./options.ts";
import type { EventName, Statement } from "./vocabulary.ts";

/** What is known of a resource: flat, and the same for the same content. Kept in `published`, so it must survive JSON. */
export type Facts =
  | EncounterFacts
  | PatientFacts
  | AppointmentFacts
  | OrderFacts
  | ReportFacts
  | DocumentFacts
  | RecordFacts;

/** What a rule may look at besides the facts. */
export interface Around<SomeFacts extends Facts> {
  /** The resource as it is now. */
  readonly subject: Resource;
  /** What it comes to in the end, where several steps lie on the way. */
  readonly final: SomeFacts;
  /** Whether the step is the last one. */
  readonly isLast: boolean;
  readonly lookup: Lookup;
  readonly lookupBefore: Lookup;
  /** Everything that came along. */
  readonly resources: readonly Resource[];
  /** When the version was written (instant). */
  readonly recordedAt: string;
  /** Whether a statement stood before the first of the steps. */
  toldBefore(statement: Statement): boolean;
  /** Whether a statement about another resource stands because this receiver was told so, or is taken to know. */
  knows(key: string, statement: Statement): boolean;
  has(option: EventOption): boolean;
  /** Whether it is only found out what a receiver must have been told of what was there before. */
  readonly isPast: boolean;
  /** Whether the receiver keeps copies of resources. */
  readonly mirrors: boolean;
  /** Whether the receiver hears of such an event as what it is. */
  hears(event: EventName): boolean;
  /** Whether it hears of such an event with a message that tells of the related resource too. */
  hearsTogether(event: EventName): boolean;
}

/**
 * A row of a rule table: what changed, and which event that is. Rows stand in the order in which several of them are
 * told when they fire together. The event type gives the HL7 v2 trigger, the downgrade chain and what it carries.
 */
export interface Rule<SomeFacts extends Facts> {
  /** Row of the table in docs/events: `E5`. */
  readonly id: string;
  readonly event: EventName;
  /** `told` says whether a statement stands because this receiver was told so. */
  when(was: SomeFacts, is: SomeFacts, told: (statement: Statement) => boolean, around: Around<SomeFacts>): boolean;
  /** What happened, in a few words. */
  readonly title: string;
  /** When it happened in the hospital. */
  occurredAt?(is: SomeFacts): string | undefined;
  /** Fires only where this option is switched on, or off. */
  readonly option?: EventOption;
  readonly unless?: EventOption;
  /** Other resources whose end the message tells: what it makes of them is in the vocabulary, `ofOthers`. */
  others?(is: SomeFacts, around: Around<SomeFacts>): readonly string[];
  /** Speaks of the first of those. */
  readonly isOfOther?: boolean;
  /** Speaks of the resource as it was before, or `in-error`: of that as recorded in error. */
  readonly isOfBefore?: true | "in-error";
  /** Whatever the resource was before, the receiver hears of it for the first time. */
  readonly isNew?: boolean;
}

export interface RuleTable<SomeFacts extends Facts> {
  /** The facts of a resource that was never seen. */
  readonly none: SomeFacts;
  /** `was`: what the receiver knew, for facts that do not go away; `resources`: everything that came along. */
  facts(
    resource: Resource,
    lookup: Lookup,
    resources: readonly Resource[],
    was: SomeFacts,
    recordNumber?: RecordNumberChoice,
  ): SomeFacts;
  readonly rules: readonly Rule<SomeFacts>[];
  /**
   * The event for a change that no other event of the same jump carried, told only when the rendered content differs.
   * Rows with this event, and events downgraded to it, are bound by the same condition.
   */
  readonly update?: {
    readonly rule: string;
    readonly event: EventName;
    readonly title: string;
    /** Whether a change of content alone is worth a message in this state. */
    when(is: SomeFacts, told: (statement: Statement) => boolean): boolean;
    /** Whether nobody is ever told of content in this state, not even who keeps copies of whole resources. */
    silentWhen?(is: SomeFacts, told: (statement: Statement) => boolean): boolean;
    /** Whether what changed is none of the receiver's business, though its message would differ. */
    isQuiet?(was: SomeFacts, is: SomeFacts, around: Around<SomeFacts>): boolean;
    /** Whether something changed that partial messages of the same jump leave out. */
    hasRest?(was: SomeFacts, is: SomeFacts): boolean;
  };
  /** The states from `was` to `is` that lie between two polls; without it, only these two. */
  path?(was: SomeFacts, is: SomeFacts, lookup: Lookup): readonly SomeFacts[];
  /** The same where only the present state is told; without it, from nothing to what is. */
  snapshot?(is: SomeFacts): readonly SomeFacts[];
  /** A version that says nothing: nothing is told and the receiver's picture stays as it is. */
  ignores?(was: SomeFacts, is: SomeFacts): boolean;
  /** Whether more is to be expected soon: nothing is told yet, and the receiver's picture stays as it is. */
  isWaiting?(resource: Resource, lookup: Lookup, detectedAt: string, settleMs: number, was: SomeFacts): boolean;
  /** What a step shows differently from the final state. */
  step?(
    was: SomeFacts,
    is: SomeFacts,
    before: Resource | undefined,
    after: Resource,
    around: Around<SomeFacts>,
  ): EventStep;
  /** Other resources of whose end this one may tell. */
  behind?(resource: Resource): readonly string[];
  /** Other resources that count for what is told of this one, where the receiver knows them. */
  around?(resource: Resource): readonly string[];
  /** The resource that an event is about, where it is not the one that changed; undefined where it did not come along. */
  focus?(
    event: EventName,
    is: SomeFacts,
    after: Resource,
    lookup: Lookup,
    before: Resource | undefined,
  ): Resource | undefined;
}
