import { hl7Versions } from "../hl7/dictionary/contents.ts";
import { triggersOf } from "../hl7/dictionary/triggers.ts";
import { compileExpression } from "../hl7/fhirpath.ts";
import { contextSlots, ownSlots } from "../hl7/slots.ts";
import { mistakeIn } from "./fhirpath-mistakes.ts";

/** A mistake in a configuration: where, and what to write instead. */
export interface Problem {
  readonly path: string;
  readonly problem: string;
}

/** What is wrong with when and in which messages an overlay holds. */
export function conditionProblems(
  { when, triggers }: { readonly when: unknown; readonly triggers: unknown },
  path: string,
): readonly Problem[] {
  return [
    ...(when === undefined ? [] : expressionProblems(when, `${path}.when`)),
    ...(triggers === undefined ? [] : triggerProblems(triggers, `${path}.triggers`)),
  ];
}

function triggerProblems(triggers: unknown, path: string): readonly Problem[] {
  const isTrigger = (each: unknown) => typeof each === "string" && /^[A-Z]{3}(\^[A-Z]\d\d)?$/.test(each);
  if (!Array.isArray(triggers) || !triggers.every(isTrigger))
    return [{ path, problem: 'Write message codes or triggers: ["ORU", "ADT^A08"]' }];
  const known = hl7Versions.flatMap(triggersOf);
  const isKnown = (wanted: string) => known.some((each) => each === wanted || each.startsWith(`${wanted}^`));
  const unknown: unknown = triggers.find((each) => !isKnown(String(each)));
  return unknown === undefined ? [] : [{ path, problem: `There is no message ${unknown}; docs/mapping lists them` }];
}

const changes = "gives something else in a repeat of the same message: start from message.time";
/** Functions of FHIRPath that have no place in a message, and why. */
const misplacedCalls: Readonly<Record<string, string>> = {
  now: changes,
  today: changes,
  timeOfDay: changes,
  trace: "writes patient data into the log: leave it out",
  memberOf: "asks a terminology server, and no message waits for one: name the codes",
};
const misplacedCall = new RegExp(`\\b(${Object.keys(misplacedCalls).join("|")})\\s*\\(`);

export function expressionProblems(text: unknown, path: string): readonly Problem[] {
  if (typeof text !== "string" || text.trim() === "") return [{ path, problem: "Write a FHIRPath expression" }];
  try {
    compileExpression(text);
  } catch (error) {
    return [{ path, problem: `It is not FHIRPath: ${error instanceof Error ? error.message : String(error)}` }];
  }
  const [, misplaced] = misplacedCall.exec(text.replace(/'(?:[^'\\]|\\.)*'/g, "''")) ?? [];
  if (misplaced !== undefined) return [{ path, problem: `${misplaced}() ${misplacedCalls[misplaced]}` }];
  const problem = rootProblem(text) ?? mistakeIn(text);
  return problem === undefined ? [] : [{ path, problem }];
}

/** An expression starts from a slot, from a value or from a function. */
function rootProblem(text: string): string | undefined {
  const [, root = ""] = /^\s*([A-Za-z]\w*)(?!\w|\s*\()/.exec(text) ?? [];
  if (root === "" || contextSlots.has(root) || ownSlots.has(root) || root === "true" || root === "false")
    return undefined;
  const resource = `${root.charAt(0).toUpperCase()}${root.slice(1)}`;
  if (contextSlots.has(resource)) return `An expression starts from ${resource}, not from ${root}`;
  return `No message has ${root}; there are: ${[...contextSlots, ...ownSlots].join(", ")}`;
}
