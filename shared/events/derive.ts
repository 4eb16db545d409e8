import { keyOf, type Resource } from "../fhir.ts";
import type { ClinicalEvent } from "./event.ts";
import type { Lookup } from "./lookup.ts";
import type { Facts, Rule, RuleTable } from "./rule.ts";
import { appointmentTable } from "./rules/appointment.ts";
import { encounterTable } from "./rules/encounter.ts";
import { orderTable } from "./rules/order.ts";
import { patientTable } from "./rules/patient.ts";
import { observationTable, reportTable } from "./rules/result.ts";
import { type EventName, eventType, type Statement, standingAfter } from "./vocabulary.ts";

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
  /** For versions without `meta.lastUpdated` (instant). */
  readonly detectedAt: string;
}

/** What the receiver wants to hear and how. */
export interface Gate {
  takes(event: EventName): boolean;
  /** Whether an event that it does not take is told as a less specific one. */
  readonly downgrades: boolean;
  /** Whether it keeps copies of resources: then every change of content counts once it was told of a resource. */
  readonly mirrors: boolean;
  /**
   * Whether what it does not take counts as told. An HL7 receiver cannot cancel what it never got; a webhook subscriber
   * of cancellations alone wants them all.
   */
  readonly knowsUntold: boolean;
  readonly options: ReadonlySet<string>;
}

/** One step of a derivation: an event to tell, or one that happened and that this receiver does not hear of. */
export interface Step {
  readonly rule: string;
  readonly name: EventName;
  /** Absent when the receiver does not take it. */
  readonly event?: ClinicalEvent | undefined;
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
}

const tables: Readonly<Record<string, AnyTable>> = {
  Patient: anyTable(patientTable),
  Encounter: anyTable(encounterTable),
  Appointment: anyTable(appointmentTable),
  ServiceRequest: anyTable(orderTable),
  DiagnosticReport: anyTable(reportTable),
  Observation: anyTable(observationTable),
};

/** Whether any event can come of a resource of this type. */
export function hasRules(resourceType: string): boolean {
  return Object.hasOwn(tables, resourceType);
}

export function factsOf(resource: Resource, lookup: Lookup): Facts {
  return tableOf(resource).facts(resource, lookup);
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

interface AnyTable {
  readonly none: Facts;
  facts(resource: Resource, lookup: Lookup): Facts;
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
    facts: table.facts,
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
  const was = picture.facts;
  const is = table.facts(subject.after, subject.lookup);
  if (table.ignores?.(was, is)) return { steps: [], facts: was, isUpdate: false };

  const steps: Step[] = [];
  let standing = picture.standing;
  let update: string | undefined;
  const path = (options.snapshot ? table.snapshot?.(is) : table.path?.(was, is)) ?? [was, is];
  for (const [index, state] of path.slice(1).entries()) {
    // The receiver's picture at this point of the path: each event brings up to date what it carries.
    let known = path[index] ?? was;
    for (const rule of table.rules) {
      if (rule.option !== undefined && !gate.options.has(rule.option)) continue;
      if (!rule.when(known, state, (statement) => standing.includes(statement))) continue;
      const chosen = choose(rule.event, gate);
      if (chosen !== undefined && chosen === table.update?.event) update ??= rule.id;
      else if (chosen !== undefined || gate.knowsUntold) {
        const step = makeStep(table, rule, chosen, [known, state, is], subject, options);
        steps.push(step);
        standing = standingAfter(standing, step.name);
        known = { ...known, ...carried(state, step.name) };
      }
    }
  }
  if (isWorthTelling()) update ??= table.update?.rule;
  if (table.update === undefined || !gate.takes(table.update.event)) return { steps, facts: is, isUpdate: false };
  const { rule, event } = table.update;
  const content = makeStep(table, { id: update ?? rule, event }, event, [is, is, is], subject, options);
  return { steps, facts: is, content, isUpdate: update !== undefined };

  function isWorthTelling(): boolean {
    if (table.update === undefined || was.phase === table.none.phase) return false;
    if (gate.mirrors && options.isKnown && !table.update.silentWhen?.(is)) return true;
    return table.update.when(is, (statement) => standing.includes(statement));
  }
}

function choose(name: EventName, gate: Gate): EventName | undefined {
  const chain = gate.downgrades ? (eventType(name).downgrade ?? []) : [];
  return [name, ...chain].find(gate.takes);
}

function makeStep<SomeFacts extends Facts>(
  table: RuleTable<SomeFacts>,
  rule: Pick<Rule<SomeFacts>, "id" | "event" | "occurredAt">,
  chosen: EventName | undefined,
  [known, state, is]: readonly [known: SomeFacts, state: SomeFacts, is: SomeFacts],
  { before, after, lookup, detectedAt }: Subject,
  { initial }: DeriveOptions,
): Step {
  if (chosen === undefined) return { rule: rule.id, name: rule.event };
  const focus = table.focus === undefined ? after : table.focus(chosen, is, after, lookup);
  const event: ClinicalEvent = {
    type: chosen,
    trigger: eventType(chosen).trigger,
    rule: rule.id,
    focus: keyOf(focus ?? after),
    after: focus ?? after,
    before,
    occurredAt: rule.occurredAt?.(state),
    recordedAt: after.meta?.lastUpdated ?? detectedAt,
    step: table.step?.(known, state, before, after),
    ...(initial && { initial }),
  };
  return { rule: rule.id, name: chosen, event, ...(focus === undefined && { missingFocus: true }) };
}

function carried<SomeFacts extends Facts>(state: SomeFacts, name: EventName): Partial<SomeFacts> {
  const { carries = [] } = eventType(name);
  return Object.fromEntries(Object.entries(state).filter(([fact]) => carries.includes(fact))) as Partial<SomeFacts>;
}
