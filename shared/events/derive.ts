import { inError } from "../changes/gone.ts";
import { keyOf, type Resource } from "../fhir.ts";
import type { ClinicalEvent, Trigger } from "./event.ts";
import type { RecordNumberChoice } from "./facts/patient.ts";
import { recordTypes } from "./facts/record.ts";
import type { Lookup } from "./lookup.ts";
import type { EventOption } from "./options.ts";
import type { Around, Facts, Rule, RuleTable } from "./rule.ts";
import { appointmentTable } from "./rules/appointment.ts";
import { documentTable } from "./rules/document.ts";
import { encounterTable } from "./rules/encounter.ts";
import { medicationRequestTable, serviceRequestTable } from "./rules/order.ts";
import { patientTable } from "./rules/patient.ts";
import { recordTable } from "./rules/record.ts";
import { observationTable, reportTable } from "./rules/result.ts";
import {
  downgradesOf,
  type EventName,
  eventsThatEstablish,
  eventType,
  type Statement,
  standingAfter,
} from "./vocabulary.ts";

/** What a receiver holds to be true about a resource. */
export interface Picture {
  readonly facts: Facts;
  readonly standing: readonly Statement[];
}

/** A resource that changed, with what is needed to speak about it. */
export interface Subject {
  readonly before?: Resource | undefined;
  readonly after: Resource;
  /** Finds the resources of the change set in their new form. */
  readonly lookup: Lookup;
  /** The same as of before the change set; without it, nothing else is taken to be new. */
  readonly lookupBefore?: Lookup | undefined;
  /** Everything that came along, in its new form. */
  readonly resources?: readonly Resource[];
  /** Whether a statement about another resource stands; without it, what was there before is taken to be known. */
  readonly knows?: ((key: string, statement: Statement) => boolean) | undefined;
  /** Another resource changed that messages about this one tell. */
  readonly isTouched?: boolean;
  /** Whatever waits for its parts is told as it is. */
  readonly isWaitOver?: boolean;
  /** For versions without `meta.lastUpdated` (instant). */
  readonly detectedAt: string;
}

/** What the receiver wants to hear and how. */
export interface Gate {
  takes(event: EventName): boolean;
  /** `isRepeated`: what the event establishes was told before. */
  trigger(event: EventName, resource: Resource, isRepeated?: boolean): Trigger | undefined;
  /** Whether the event meets the conditions that it sets besides the type. Absent where it sets none. */
  admits?(event: ClinicalEvent, known: Facts, state: Facts): boolean;
  /** Whether an event that it does not take is told as a less specific one. */
  readonly downgrades: boolean;
  /** Whether it keeps copies of resources: then every change of content counts once it was told of a resource. */
  readonly mirrors: boolean;
  /**
   * Whether what it does not take counts as told. An HL7 receiver cannot cancel what it never got; a webhook subscriber
   * of cancellations alone wants them all.
   */
  readonly knowsUntold: boolean;
  readonly options: ReadonlySet<EventOption>;
  /** How long it waits for the results of a report. */
  readonly settleMs: number;
  /** Which identifier of a Patient is the medical record number; without it, those of type MR. */
  readonly recordNumber?: RecordNumberChoice | undefined;
}

/** One step of a derivation: an event to tell, or one that happened and that this receiver does not hear of. */
export interface Step {
  readonly rule: string;
  /** What the rule names: another event than `name` where the receiver does not take it. */
  readonly happened: EventName;
  readonly name: EventName;
  /** The facts that made the rule fire. */
  readonly was: Facts;
  readonly is: Facts;
  /** Absent when the receiver does not take it. */
  readonly event?: ClinicalEvent | undefined;
  /** Other resources whose end the message tells too. */
  readonly others?: readonly string[] | undefined;
  /** The event is about a resource that did not come along: it cannot be rendered. */
  readonly missingFocus?: boolean | undefined;
}

export interface Derivation {
  readonly steps: readonly Step[];
  /**
   * The event for a change of content alone. What it renders to is what the receiver holds, so its hash is kept; absent
   * where content alone is never told.
   */
  readonly content?: Step | undefined;
  /** Whether {@link content} is worth telling when no step has an event and its hash differs from what was told. */
  readonly isUpdate: boolean;
  /** The same behind steps whose messages tell only a part. */
  readonly isRest?: boolean;
  /**
   * Whether {@link content} must follow the steps whatever was told before: one that was left out changed what the
   * others show.
   */
  readonly isBehind?: boolean;
  /** Nothing is told yet, for more is expected soon. */
  readonly isWaiting?: boolean;
  /** The version says nothing: the next one is held against what was told before. */
  readonly isIgnored?: boolean;
  readonly facts: Facts;
}

export interface DeriveOptions {
  /** Whether the receiver was told of the resource before, or is taken to know it. */
  readonly isKnown?: boolean;
  readonly gate: Gate;
  /** Tell only the present state, not how it came about. */
  readonly snapshot?: boolean;
  /** The event tells what was there before the bridge began to watch. */
  readonly initial?: boolean;
  /** Nothing is told: what stands is found out of what was there before, as if it had been told all along. */
  readonly isPast?: boolean;
}

const tables: Readonly<Record<string, AnyTable>> = {
  Patient: anyTable(patientTable),
  Encounter: anyTable(encounterTable),
  Appointment: anyTable(appointmentTable),
  ServiceRequest: anyTable(serviceRequestTable),
  MedicationRequest: anyTable(medicationRequestTable),
  DocumentReference: anyTable(documentTable),
  DiagnosticReport: anyTable(reportTable),
  Observation: anyTable(observationTable),
  ...Object.fromEntries(recordTypes.map((type) => [type, anyTable(recordTable(type))])),
};

/** Whether any event can come of a resource of this type. */
export function hasRules(resourceType: string): boolean {
  return Object.hasOwn(tables, resourceType);
}

/** Whether an event about a resource of this type can ever come to a receiver. */
export function canTell(resourceType: string, gate: Gate): boolean {
  return Object.hasOwn(tables, resourceType) && tables[resourceType]?.canTell(gate) === true;
}

export function nothingTold(resource: Resource): Picture {
  return { facts: tableOf(resource).none, standing: [] };
}

/**
 * What a receiver must hear so that its picture becomes what is. Pure: the same picture and the same change give the
 * same events in the same order.
 */
export function derive(picture: Picture, subject: Subject, options: DeriveOptions): Derivation {
  return tableOf(subject.after).derive(picture, subject, options);
}

/** Whether one resource of this type may tell of the end of another. */
export function canEndOthers(resourceType: string): boolean {
  return tables[resourceType]?.canEndOthers === true;
}

/** Other resources that this one may tell the end of: what was told of them counts. */
export function othersBehind(resource: Resource): readonly string[] {
  return tables[resource.resourceType]?.behind(resource) ?? [];
}

/** The picture of a receiver that heard all of these steps. */
export function standingAfterAll(
  standing: readonly Statement[],
  steps: readonly Step[],
  gate: Gate,
): readonly Statement[] {
  return steps
    .filter(({ event }) => event !== undefined || gate.knowsUntold)
    .reduce<readonly Statement[]>((before, { name }) => standingAfter(before, name), standing);
}

/** Other resources that count for what is told of this one: what was told of them does too. */
export function othersAround(resource: Resource): readonly string[] {
  return tables[resource.resourceType]?.around(resource) ?? [];
}

/** A row of the rule tables, for people. */
export interface RuleRow {
  readonly resourceType: string;
  readonly id: string;
  readonly event: EventName;
  readonly title: string;
  readonly option?: EventOption | undefined;
  readonly unless?: EventOption | undefined;
  /** Told only where nothing else is, and only when the message says something new. */
  readonly isResidue: boolean;
}

export function ruleRows(): readonly RuleRow[] {
  return Object.entries(tables).flatMap(([resourceType, { rows }]) => rows.map((row) => ({ resourceType, ...row })));
}

interface AnyTable {
  readonly none: Facts;
  readonly rows: readonly Omit<RuleRow, "resourceType">[];
  readonly canEndOthers: boolean;
  behind(resource: Resource): readonly string[];
  around(resource: Resource): readonly string[];
  canTell(gate: Gate): boolean;
  derive(picture: Picture, subject: Subject, options: DeriveOptions): Derivation;
}

function tableOf(resource: Resource): AnyTable {
  const table = tables[resource.resourceType];
  if (table === undefined) throw new RangeError(`There are no rules for ${resource.resourceType}`);
  return table;
}

/** Hides the type of the facts: a picture always holds those of the table of its resource. */
function anyTable<SomeFacts extends Facts>(table: RuleTable<SomeFacts>): AnyTable {
  return {
    none: table.none,
    rows: rowsOf(table),
    canEndOthers: table.behind !== undefined,
    behind: (resource) => table.behind?.(resource) ?? [],
    around: (resource) => table.around?.(resource) ?? [],
    canTell: (gate) => isOpenTo(table, gate),
    derive: (picture, subject, options) => deriveBy(table, picture as Known<SomeFacts>, subject, options),
  };
}

interface Known<SomeFacts> {
  readonly facts: SomeFacts;
  readonly standing: readonly Statement[];
}

function deriveBy<SomeFacts extends Facts>(
  table: RuleTable<SomeFacts>,
  picture: Known<SomeFacts>,
  subject: Subject,
  options: DeriveOptions,
): Derivation {
  const { gate } = options;
  const { after, lookup, lookupBefore = lookup, resources = [] } = subject;
  const was = picture.facts;
  const is = table.facts(after, lookup, resources, was, gate.recordNumber);
  const isWaiting =
    !subject.isWaitOver && table.isWaiting?.(after, lookup, subject.detectedAt, gate.settleMs, was) === true;
  if (isWaiting) return { steps: [], facts: was, isUpdate: false, isWaiting };
  if (table.ignores?.(was, is)) return { steps: [], facts: was, isUpdate: false, isIgnored: true };

  const steps: Step[] = [];
  let standing = picture.standing;
  const told = (statement: Statement) => standing.includes(statement);
  const around = {
    subject: after,
    final: is,
    isLast: true,
    lookup,
    lookupBefore,
    resources,
    has: has(gate),
    mirrors: gate.mirrors,
    isPast: options.isPast === true,
    hears,
    hearsTogether,
    toldBefore,
    recordedAt: after.meta?.lastUpdated ?? subject.detectedAt,
    knows: subject.knows ?? ((key: string) => lookupBefore(key) !== undefined),
  };
  let isMissed = false;
  // What was ended as it was before begins as if it had never been there.
  let isAnew = false;
  let update: Pick<Rule<SomeFacts>, "id" | "occurredAt"> | undefined;
  const path = (options.snapshot ? table.snapshot?.(is) : table.path?.(was, is, lookup)) ?? [was, is];
  for (const [index, state] of path.slice(1).entries()) {
    // The receiver's picture at this point of the path: each event brings up to date what it carries.
    let known = path[index] ?? was;
    const here = { ...around, isLast: index === path.length - 2 };
    for (const rule of table.rules) {
      if (rule.option !== undefined && !gate.options.has(rule.option)) continue;
      if (rule.unless !== undefined && gate.options.has(rule.unless)) continue;
      if (!rule.when(known, state, told, here) || !makesSense(rule.event)) continue;
      const chosen = choose(rule.event, after, gate);
      isMissed ||= chosen === undefined;
      if (chosen !== undefined && chosen === table.update?.event) update ??= rule;
      else if (chosen !== undefined || gate.knowsUntold) {
        const isRepeated = chosen !== undefined && eventType(chosen).establishes?.every(told) === true;
        const spoken = isAnew ? { ...subject, before: undefined } : subject;
        const step = makeStep(table, rule, chosen, [known, state, here], spoken, options, isRepeated);
        if (step.event === undefined && !gate.knowsUntold) continue;
        steps.push(step);
        isAnew ||= rule.isOfBefore !== undefined;
        standing = standingAfter(standing, step.name);
        known = { ...known, ...carried(state, step.name) };
      }
    }
  }
  const { update: content } = table;
  if (content === undefined || !gate.takes(content.event)) return { steps, facts: is, isUpdate: false };
  const isWorthTelling = makesSense(content.event) && (update !== undefined || isNewsAboutContent(content));
  const rule = { id: update?.id ?? content.rule, event: content.event };
  const step = makeStep(table, rule, content.event, [is, is, around], subject, options);
  const isAdmitted = step.event !== undefined;
  // A step that was left out may have been the last one: the others showed where the patient was before it.
  const canFollow = isAdmitted && makesSense(content.event);
  const isBehind = canFollow && isMissed && !gate.knowsUntold && content.when(is, told);
  const isRest =
    canFollow &&
    isNewsAboutContent(content) &&
    steps.every(({ name }) => eventType(name).isPartial) &&
    (subject.isTouched === true || content.hasRest?.(was, is) === true);
  return { steps, facts: is, content: step, isUpdate: isWorthTelling && isAdmitted, isRest, isBehind };

  function hears(name: EventName): boolean {
    return gate.takes(name) || !gate.downgrades;
  }

  function toldBefore(statement: Statement): boolean {
    return picture.standing.includes(statement);
  }

  function hearsTogether(name: EventName): boolean {
    return gate.takes(name) && !gate.mirrors;
  }

  function makesSense(name: EventName): boolean {
    const { presupposes = [] } = eventType(name);
    if (presupposes.length === 0 || gate.knowsUntold || presupposes.some(told)) return true;
    return !presupposes.some((statement) => eventsThatEstablish(statement).some(gate.takes));
  }

  function isNewsAboutContent(content: NonNullable<RuleTable<SomeFacts>["update"]>): boolean {
    if (was.phase === table.none.phase || (!subject.isTouched && content.isQuiet?.(was, is, around))) return false;
    const isSilent = (state: SomeFacts) => content.silentWhen?.(state, told) === true;
    // Nobody was told of what was silent: what becomes of it without an event of its own is no news either.
    const hadNews = steps.length > 0 || !isSilent(was);
    if (gate.mirrors && options.isKnown && hadNews && !isSilent(is)) return true;
    return content.when(is, told);
  }
}

function rowsOf<SomeFacts extends Facts>({ rules, update }: RuleTable<SomeFacts>): Omit<RuleRow, "resourceType">[] {
  const own = rules.map(({ id, event, title, option, unless }) => ({
    id,
    event,
    title,
    option,
    unless,
    isResidue: event === update?.event,
  }));
  if (update === undefined) return own;
  return [...own, { id: update.rule, event: update.event, title: update.title, isResidue: true }];
}

function isOpenTo<SomeFacts extends Facts>({ rules, update }: RuleTable<SomeFacts>, gate: Gate): boolean {
  const isTaken = (name: EventName) =>
    gate.takes(name) || (gate.downgrades && downgradesOf(name).some((each) => gate.takes(each)));
  return (
    (update !== undefined && isTaken(update.event)) ||
    rules.some(({ event, option }) => (option === undefined || gate.options.has(option)) && isTaken(event))
  );
}

function has({ options }: Gate) {
  return (option: EventOption) => options.has(option);
}

function choose(name: EventName, resource: Resource, gate: Gate): EventName | undefined {
  const chain = gate.downgrades ? downgradesOf(name) : [];
  return [name, ...chain].find((each) => gate.takes(each) && (!gate.downgrades || gate.trigger(each, resource)));
}

function makeStep<SomeFacts extends Facts>(
  table: RuleTable<SomeFacts>,
  rule: Omit<Rule<SomeFacts>, "title" | "when">,
  chosen: EventName | undefined,
  [known, state, around]: readonly [known: SomeFacts, state: SomeFacts, around: Around<SomeFacts>],
  { before, after, lookup, detectedAt }: Subject,
  { initial, gate }: DeriveOptions,
  isRepeated = false,
): Step {
  const why = { rule: rule.id, happened: rule.event, was: known, is: state };
  if (chosen === undefined) return { ...why, name: rule.event };
  const others = chosen === rule.event ? rule.others?.(state, around) : undefined;
  const now = table.focus === undefined ? after : table.focus(chosen, state, after, lookup, before);
  // Who keeps copies is always told of what is.
  const isOfBefore = gate.mirrors ? undefined : rule.isOfBefore;
  const focus = isOfBefore ? asBefore(before, isOfBefore) : rule.isOfOther ? lookup(others?.[0]) : now;
  const event: ClinicalEvent = {
    type: chosen,
    trigger: gate.trigger(chosen, focus ?? after, isRepeated),
    rule: rule.id,
    focus: keyOf(focus ?? after),
    after: focus ?? after,
    before: rule.isNew ? undefined : before,
    occurredAt: rule.occurredAt?.(state),
    recordedAt: after.meta?.lastUpdated ?? detectedAt,
    step: table.step?.(known, state, before, after, around),
    ...(initial && { initial }),
  };
  if (gate.admits?.(event, known, state) === false) return { ...why, name: chosen };
  return { ...why, name: chosen, event, others, ...(focus === undefined && { missingFocus: true }) };
}

function asBefore(before: Resource | undefined, form: NonNullable<Rule<Facts>["isOfBefore"]>): Resource | undefined {
  return form === "in-error" && before !== undefined ? inError(before) : before;
}

function carried<SomeFacts extends Facts>(state: SomeFacts, name: EventName): Partial<SomeFacts> {
  const { carries = [] } = eventType(name);
  return Object.fromEntries(Object.entries(state).filter(([fact]) => carries.includes(fact))) as Partial<SomeFacts>;
}
