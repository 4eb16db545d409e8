import { fhirPathEngine, r4Model } from "#fhirpath";
import { compileExpression, functions, needsOf } from "../hl7/fhirpath.ts";

/**
 * What is wrong with an expression whatever the resources say: functions that there are not or that lack a parameter,
 * elements that a resource of R4 does not have, and what fails on nothing at all.
 *
 * @param text is FHIRPath
 * @returns undefined where nothing is found
 */
export function mistakeIn(text: string): string | undefined {
  return unknownElement(text) ?? (needsOf(text).engine ? (unknownFunction(text) ?? failureOnNothing(text)) : undefined);
}

/** Words before a bracket that are no functions. */
const operators: ReadonlySet<string> = new Set("and or xor implies is as in contains div mod".split(" "));

function unknownFunction(text: string): string | undefined {
  const code = text.replace(/'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`/g, "''");
  const calls = [...code.matchAll(/(\.\s*)?\b([A-Za-z_]\w*)\s*\(/g)];
  const names = new Set(
    calls.flatMap(([, dot, name = ""]) => (dot === undefined && operators.has(name) ? [] : [name])),
  );
  for (const name of names) {
    const { failure } = evaluated(() => fhirPathEngine().compile(`{}.${name}()`, undefined, options)({}));
    if (failure?.startsWith("Not implemented")) return `There is no function ${name}() in FHIRPath`;
  }
  return undefined;
}

const options = { userInvocationTable: functions };

function failureOnNothing(text: string): string | undefined {
  const resolve = () => undefined;
  const { failure, remarks } = evaluated(() => compileExpression(text).valuesIn({}, { resolve }));
  const [problem] = failure === undefined ? remarks : [failure];
  return problem === undefined ? undefined : `It fails whatever the resources say: ${problem}`;
}

interface Outcome {
  readonly failure?: string;
  /** What the package writes to the console where it would better fail: a wrong number of parameters. */
  readonly remarks: readonly string[];
}

function evaluated(evaluate: () => unknown): Outcome {
  const remarks: string[] = [];
  const { warn } = console;
  console.warn = (remark: unknown) => remarks.push(String(remark));
  try {
    evaluate();
    return { remarks };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error), remarks };
  } finally {
    console.warn = warn;
  }
}

interface Model {
  readonly path2Type: Readonly<Record<string, string | undefined>>;
  readonly choiceTypePaths: Readonly<Record<string, readonly string[] | undefined>>;
  readonly pathsDefinedElsewhere: Readonly<Record<string, string | undefined>>;
  readonly type2Parent: Readonly<Record<string, string | undefined>>;
}

/** A resource of R4 and the members that follow it, up to the first function. */
const members = /^\s*([A-Z][A-Za-z]*)((?:\s*\.\s*_?[A-Za-z]\w*(?:\[(?:\d+|x)\])?(?![\w(]|\s*\())+)/;

function unknownElement(text: string): string | undefined {
  const [, root = "", chain = ""] = members.exec(text) ?? [];
  if (chain === "") return undefined;
  const model = r4Model() as Model;
  if (model.type2Parent[root] !== "DomainResource") return undefined;
  let at = root;
  for (const step of chain.split(".").slice(1)) {
    const name = step.trim().replace(/^_|\[.*$/g, "");
    if (name === "resourceType" && at === root) return undefined;
    const next = elementOf(at, name, model);
    if (next === undefined) return `${at} has no element ${name} in FHIR R4`;
    if (next === "") return undefined;
    at = next;
  }
  return undefined;
}

/** Where the elements of an element are: under its type, or under its path. Empty where they may be anything. */
function elementOf(at: string, name: string, model: Model): string | undefined {
  const { path2Type, choiceTypePaths, pathsDefinedElsewhere, type2Parent } = model;
  const path = `${at}.${name}`;
  const type = path2Type[path];
  if (type === "BackboneElement" || type === "Element") return path;
  if (type === "Resource" || choiceTypePaths[path] !== undefined) return "";
  if (type !== undefined) return type.replace(/^System\./, "");
  if (pathsDefinedElsewhere[path] !== undefined) return pathsDefinedElsewhere[path];
  const choice = typeInName(at, name, choiceTypePaths);
  if (choice !== undefined) return choice;
  const parent = type2Parent[at] ?? (path2Type[at] === undefined ? undefined : "BackboneElement");
  return parent === undefined || parent === at ? undefined : elementOf(parent, name, model);
}

/** `valueQuantity`: the type of the one choice that the name is made of. */
function typeInName(at: string, name: string, choices: Model["choiceTypePaths"]): string | undefined {
  for (let length = name.length - 1; length > 0; length--) {
    const types = choices[`${at}.${name.slice(0, length)}`];
    const type = types?.find((each) => each === name.slice(length));
    if (type !== undefined) return type;
  }
  return undefined;
}
