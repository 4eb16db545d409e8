import { referencedId } from "../../fhir.ts";
import { asWasKnown, hasCode, inOrder, listOf, numbered, onsetText } from "../chart.ts";
import type { MessageContext } from "../context.ts";
import { type Coded, ce, codingsOf, id } from "../datatypes/coded.ts";
import { ei } from "../datatypes/identifier.ts";
import { st } from "../datatypes/text.ts";
import { ts } from "../datatypes/time.ts";
import { standard } from "../extensions.ts";
import { segment } from "../mapping.ts";
import { observationResults, type ResultContext } from "../results.ts";
import type { Scope } from "../scope.ts";
import { terminology } from "../tables/code-map.ts";
import { instanceNumber } from "./iam.ts";
import { type NoteContext, noteContexts } from "./nte.ts";
import type { Role, RoleContext } from "./rol.ts";

export interface ProblemContext extends MessageContext {
  readonly Condition: fhir4.Condition;
}

const assertedDate = `${standard}/condition-assertedDate`;
const restricted = new Set(["R", "V"]);

const ended: ReadonlySet<string> = new Set(["inactive", "remission", "resolved"]);

/** HL70287 by trigger event. */
const actions: Readonly<Record<string, Role["action"]>> = { PC1: "AD", PC2: "UP", PC3: "DE" };

export function problemAction({ message }: MessageContext): Role["action"] {
  return actions[message.triggerEvent] ?? "UP";
}

/** HL7 v2.5.1, 12.4.1 */
export const prb = segment<ProblemContext>("PRB", {
  1: id({
    from: "message.triggerEvent",
    compute: (context) => [problemAction(context)],
    required: true,
    volatile: true,
    rule: "AD, UP or DE by the event (HL70287)",
  }),
  2: ts({ from: "event.recordedAt", required: true, volatile: true }),
  3: ce({ from: "Condition.code", required: true }),
  4: ei({
    from: ["Condition.identifier", "Condition.id"],
    compute: ({ Condition }) => instanceNumber(Condition),
    required: true,
    rule: "The identifier, else the id: the key of the problem",
  }),
  7: ts({ from: [`Condition.extension('${assertedDate}').valueDateTime`, "Condition.recordedDate"] }),
  9: ts({ from: ["Condition.abatementDateTime", "Condition.abatementPeriod.end"] }),
  10: ce({ from: "Condition.category" }),
  13: ce({ from: "Condition.verificationStatus", rule: "HL7 has no table for it" }),
  14: ce({ from: "Condition.clinicalStatus", rule: "HL7 has no table for it" }),
  15: ts({
    from: ["Condition.abatementDateTime", "Condition.abatementPeriod.end"],
    pick: (times: readonly string[], { Condition }) => (hasCode(Condition.clinicalStatus, ended) ? times : []),
    rule: "Of what is no longer active",
  }),
  16: ts({ from: ["Condition.onsetDateTime", "Condition.onsetPeriod.start"] }),
  17: st({
    from: ["Condition.onsetString", "Condition.onsetAge", "Condition.onsetRange"],
    compute: ({ Condition }) => [onsetText(Condition)],
    rule: "In words, or as the age of the patient",
  }),
  18: ce({
    from: "Encounter.diagnosis.rank",
    compute: ({ Encounter, Condition }): readonly Coded[] =>
      listOf(Encounter?.diagnosis)
        .filter(({ condition }) => referencedId(condition?.reference, "Condition") === Condition.id)
        .flatMap(({ rank }) => (rank === undefined ? [] : [String(rank)])),
    rule: "The rank that the visit gives it",
  }),
  25: ce({
    from: "Condition.meta.security",
    pick: (labels: readonly fhir4.Coding[]) => labels.filter(({ code }) => restricted.has(code ?? "")),
    rule: "Where the record is restricted",
  }),
});

/** The problem that the event is about. */
export function problems(context: MessageContext): readonly ProblemContext[] {
  const { after } = context.event;
  return after.resourceType === "Condition" ? numbered(context, [{ Condition: asWasKnown(after, context.event) }]) : [];
}

export function problemNotes(context: ProblemContext): readonly NoteContext[] {
  return noteContexts(context, listOf(context.Condition.note));
}

const provenance = `${terminology}/provenance-participant-type`;

/** Who says so and who wrote it down. */
export function problemRoles(context: ProblemContext): readonly RoleContext[] {
  const { Condition } = context;
  const action = problemAction(context);
  const parts: readonly (readonly [string, fhir4.Reference | undefined])[] = [
    ["informant", Condition.asserter],
    ["author", Condition.recorder],
  ];
  const roles = parts.flatMap(([code, person]) =>
    person?.reference === undefined && person?.display === undefined
      ? []
      : [{ Role: { action, role: { system: provenance, code }, person, contained: Condition.contained } }],
  );
  return numbered(context, roles);
}

const severityCode: fhir4.CodeableConcept = {
  coding: [{ system: "http://snomed.info/sct", code: "246112005", display: "Severity" }],
};

/** PRB has no field for the severity: an OBX tells it, before the findings that are evidence. */
export function problemFindings(context: ProblemContext, scope: Scope): readonly ResultContext[] {
  const { Condition } = context;
  const { severity } = Condition;
  const told: fhir4.Observation[] = [];
  if (severity !== undefined)
    told.push({ resourceType: "Observation", status: "final", code: severityCode, valueCodeableConcept: severity });
  for (const reference of listOf(Condition.evidence).flatMap(({ detail }) => listOf(detail))) {
    const found = scope.resolve<fhir4.Observation>(reference, Condition);
    if (found?.resourceType === "Observation" && codingsOf(found.code ?? {}).length > 0) told.push(found);
  }
  return observationResults(context, told, scope);
}

/** The action of what a problem comes with. */
export const asProblemAction = id<ProblemContext>({
  from: "message.triggerEvent",
  compute: (context) => [problemAction(context)],
  required: true,
  volatile: true,
  rule: "As PRB-1",
});

export interface GoalContext extends ProblemContext {
  readonly Goal: fhir4.Goal;
}

/** HL7 v2.5.1, 12.4.2 */
export const gol = segment<GoalContext>("GOL", {
  1: asProblemAction,
  2: ts({ from: "event.recordedAt", required: true, volatile: true }),
  3: ce({ from: "Goal.description", required: true }),
  4: ei({
    from: ["Goal.identifier", "Goal.id"],
    compute: ({ Goal }) => instanceNumber(Goal),
    required: true,
  }),
  7: ts({ from: ["Goal.startDate", "Goal.statusDate"] }),
  8: ts({ from: "Goal.target.dueDate" }),
  9: ce({ from: "Goal.category" }),
  16: ce({ from: "Goal.achievementStatus" }),
  18: ce({
    from: "Goal.lifecycleStatus",
    pick: (statuses: readonly string[]): readonly Coded[] =>
      statuses.map((code) => ({ system: "http://hl7.org/fhir/goal-status", code, display: code })),
  }),
  19: ts({ from: "Goal.statusDate" }),
});

/** The goals that were set for the problem. */
export function goals(context: ProblemContext): readonly GoalContext[] {
  const { Condition, resources } = context;
  const set = resources.filter(
    (each): each is fhir4.Goal =>
      each.resourceType === "Goal" &&
      each.lifecycleStatus !== "entered-in-error" &&
      listOf(each.addresses).some(({ reference }) => reference === `Condition/${Condition.id}`) &&
      (codingsOf(each.description ?? {}).length > 0 || each.description?.text !== undefined),
  );
  return numbered(
    context,
    inOrder(set, (goal) => goal.id).map((Goal) => ({ Goal })),
  );
}

export function goalNotes(context: GoalContext): readonly NoteContext[] {
  return noteContexts(context, listOf(context.Goal.note));
}
