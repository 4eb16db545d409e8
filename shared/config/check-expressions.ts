import { compileExpression } from "../hl7/fhirpath.ts";
import { contextSlots } from "../hl7/slots.ts";

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
  const isList = Array.isArray(triggers) && triggers.every((each) => /^[A-Z]{3}(\^[A-Z]\d\d)?$/.test(String(each)));
  return [
    ...(when === undefined ? [] : expressionProblems(when, `${path}.when`)),
    ...(triggers === undefined || isList
      ? []
      : [{ path: `${path}.triggers`, problem: 'Write message codes or triggers: ["ORU", "ADT^A08"]' }]),
  ];
}

const changes = "gives something else in a repeat of the same message: start from message.time";
/** Functions of FHIRPath that have no place in a message, and why. */
const changingCalls: Readonly<Record<string, string>> = {
  now: changes,
  today: changes,
  timeOfDay: changes,
  trace: "writes patient data into the log: leave it out",
};
const changingCall = new RegExp(`\\b(${Object.keys(changingCalls).join("|")})\\s*\\(`);

export function expressionProblems(text: unknown, path: string): readonly Problem[] {
  if (typeof text !== "string" || text.trim() === "") return [{ path, problem: "Write a FHIRPath expression" }];
  try {
    compileExpression(text);
  } catch (error) {
    return [{ path, problem: `It is not FHIRPath: ${error instanceof Error ? error.message : String(error)}` }];
  }
  const [, changing] = changingCall.exec(text.replace(/'(?:[^'\\]|\\.)*'/g, "''")) ?? [];
  if (changing !== undefined) return [{ path, problem: `${changing}() ${changingCalls[changing]}` }];
  const [, root = ""] = /^\s*([A-Za-z]\w*)(?!\w|\s*\()/.exec(text) ?? [];
  const resource = `${root.charAt(0).toUpperCase()}${root.slice(1)}`;
  if (root !== resource && contextSlots.has(resource))
    return [{ path, problem: `An expression starts from ${resource}, not from ${root}` }];
  if (root !== resource || root === "" || contextSlots.has(root)) return [];
  return [{ path, problem: `No message has ${root}; there are: ${[...contextSlots].join(", ")}` }];
}
