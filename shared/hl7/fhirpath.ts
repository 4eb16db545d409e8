import { fhirPathEngine, r4Model } from "#fhirpath";
import type { Resource } from "../fhir.ts";
import { type CompiledPath, compilePath, valuesAt } from "./path.ts";
import type { Scope } from "./scope.ts";

/** A FHIRPath expression of a configuration. */
export interface Expression {
  readonly text: string;
  /** The values at the expression, in order. @throws whatever the evaluation of odd data throws */
  valuesIn(context: object, scope: Pick<Scope, "resolve">): readonly unknown[];
}

const compiled = new Map<string, Expression>();

/**
 * Members and extensions, which is most of what is written, are walked as the mapping rows are; all else goes through the
 * fhirpath package, and the model of R4 comes along only where an element of several types is named without its type.
 *
 * @throws Error with where and what when it is not FHIRPath
 */
export function compileExpression(text: string): Expression {
  let expression = compiled.get(text);
  if (expression === undefined) {
    const path = plainPath(text);
    expression = path === undefined ? fhirPathExpression(text) : plainExpression(text, path);
    compiled.set(text, expression);
  }
  return expression;
}

/** Whether an expression takes the fhirpath package, and its model of R4. */
export function needsOf(text: string): { readonly engine: boolean; readonly model: boolean } {
  const engine = plainPath(text) === undefined;
  return { engine, model: engine && needsModel(text) };
}

/** Elements that come as one of several types, and whose name so needs the type behind it. */
const choices =
  "abatement|age|allowed|asNeeded|born|collected|deceased|defaultValue|dose|due|effective|entity|fastingStatus|identified|medication|multipleBirth|occurrence|occurred|onset|performed|product|rate|reported|scheduled|serviced|substance|time|timing|used|value";
const namesChoice = new RegExp(`(?:^|\\.)(?:${choices})(?=$|[^A-Za-z\\[])`);
/** The parents of `value` where it is of one type only. */
const plainValue =
  /\b(?:identifier|telecom|valueQuantity|low|high|numerator|denominator|class|doseQuantity|quantity|preAdmissionIdentifier)\.value\b/g;

function needsModel(text: string): boolean {
  return /\b(?:is|as|ofType)\b/.test(text) || namesChoice.test(text.replace(plainValue, ""));
}

function plainPath(text: string): CompiledPath | undefined {
  if (needsModel(text)) return undefined;
  try {
    return compilePath(text);
  } catch {
    return undefined;
  }
}

function plainExpression(text: string, path: CompiledPath): Expression {
  return { text, valuesIn: (context) => valuesAt(path, slotOf(context, path.root)) };
}

/** `focus` is the resource that the event is about, beside the slots of the context. */
function slotOf(context: object, name: string): unknown {
  const { [name]: slot, event } = context as Readonly<Record<string, unknown>>;
  return name === "focus" ? (event as { readonly after?: unknown } | undefined)?.after : slot;
}

/** What `resolve()` looks references up in: evaluation never waits, so there is one at a time. */
let current: { readonly scope: Pick<Scope, "resolve">; readonly owner: object } | undefined;

/** What expressions may call beside the functions of FHIRPath. */
export const functions = {
  resolve: {
    fn: (references: readonly unknown[]) =>
      references.flatMap((each) => {
        const reference = typeof each === "string" ? { reference: each } : (each as fhir4.Reference);
        const found = current?.scope.resolve<Resource>(reference, current.owner);
        return found === undefined ? [] : [plain(found)];
      }),
    arity: { 0: [] },
  },
};

function fhirPathExpression(text: string): Expression {
  const model = needsModel(text) ? r4Model() : undefined;
  const evaluate = fhirPathEngine().compile(text, model, { userInvocationTable: functions });
  return {
    text,
    valuesIn(context, scope) {
      const owner = slotOf(context, "focus");
      current = { scope, owner: typeof owner === "object" && owner !== null ? owner : context };
      try {
        const values = evaluate(rootOf(context));
        return Array.isArray(values) ? values : [values];
      } finally {
        current = undefined;
      }
    },
  };
}

const roots = new WeakMap<object, object>();
const settingsSlots = new Set(["source", "destination"]);

/** What an expression starts from: the slots of the context, each copied when it is first asked for. */
function rootOf(context: object): object {
  let root = roots.get(context);
  if (root !== undefined) return root;
  root = {};
  for (const name of [...Object.keys(context), "focus"]) {
    if (settingsSlots.has(name)) continue;
    let copy: unknown;
    Object.defineProperty(root, name, {
      enumerable: true,
      configurable: true,
      get: () => {
        copy ??= plain(slotOf(context, name));
        return copy;
      },
    });
  }
  roots.set(context, root);
  return root;
}

const copies = new WeakMap<object, unknown>();

/** A copy that the fhirpath package may mark, with plain numbers in the place of decimals that keep their digits. */
function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (JSON.isRawJSON(value)) return Number(value.rawJSON);
  const known = copies.get(value);
  if (known !== undefined) return known;
  const copy = Array.isArray(value)
    ? value.map(plain)
    : Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
  copies.set(value, copy);
  return copy;
}
