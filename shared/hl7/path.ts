/**
 * The FHIRPath that a mapping row names, compiled once when the table loads. Taken are member steps, `value[x]` for an element of
 * any type, and `extension(url)`; arrays are walked through, as FHIRPath does.
 *
 *     Patient.extension('http://hl7.org/fhir/us/core/StructureDefinition/us-core-race').extension('text').valueString
 *
 * The first step names a slot of the context: a resource type, or one of the bridge's own (`event`, `message`...).
 */
export interface CompiledPath {
  readonly text: string;
  readonly root: string;
  readonly steps: readonly Step[];
  /** The one member that most paths take. */
  readonly only: string | undefined;
}

interface Step {
  readonly member: string;
  /** URL of the one extension that the step takes. */
  readonly extension?: string | undefined;
  /** True when the member is the first part of the names of a choice. */
  readonly isChoice: boolean;
}

export type Path<Context> =
  | (keyof Context & string)
  | `${keyof Context & string}.${string}`
  | `${keyof Context & string}[${string}`;

const stepPattern = /\.?(?:extension\('([^']+)'\)|([A-Za-z_][A-Za-z0-9_]*)(\[x\])?)/y;

/** @throws SyntaxError when a mapping table holds a path that is neither members nor extensions */
export function compilePath(text: string): CompiledPath {
  const steps: Step[] = [];
  stepPattern.lastIndex = 0;
  while (stepPattern.lastIndex < text.length) {
    const at = stepPattern.lastIndex;
    const match = stepPattern.exec(text);
    if (match === null) throw new SyntaxError(`Cannot read the path ${text} at ${at}`);
    const [, extension, member = "extension", choice] = match;
    steps.push({ member, extension, isChoice: choice !== undefined });
  }
  const [root, ...rest] = steps;
  if (root === undefined || root.extension !== undefined) throw new SyntaxError(`The path ${text} has no root`);
  const [only] = rest.length === 1 ? rest : [];
  const isPlain = only !== undefined && only.extension === undefined && !only.isChoice;
  return { text, root: root.member, steps: rest, only: isPlain ? only.member : undefined };
}

const nothing: readonly unknown[] = [];

/**
 * All values at a path, in document order; elements that are null or not there are not among them.
 *
 * @param start what the root of the path stands for
 */
export function valuesAt(path: CompiledPath, start: unknown): readonly unknown[] {
  const found = foundAt(path, start);
  if (found === undefined) return nothing;
  return isList(found) ? found : [found];
}

/**
 * As {@link valuesAt}, where one value that stands in no list is given as it is, and nothing as undefined: most paths
 * have one value or none, and lists made for them were a tenth of what filling a message threw away.
 */
export function foundAt({ steps, only }: CompiledPath, start: unknown): unknown {
  // Most paths have one step, and most elements are not there: neither needs the walk.
  if (only !== undefined && !Array.isArray(start)) return listed((start as Element)?.[only]);
  let node = start;
  let index = 0;
  while (index < steps.length && !Array.isArray(node)) {
    const { member, extension, isChoice } = steps[index] as Step;
    if (isAbsent(node) || typeof node !== "object") return undefined;
    if (isChoice || extension !== undefined) break;
    node = (node as Record<string, unknown>)[member];
    index += 1;
  }
  if (index === steps.length) return listed(node);
  const found: unknown[] = [];
  collect(node, steps, index, found);
  return found.length === 0 ? undefined : found;
}

type Element = Readonly<Record<string, unknown>> | null | undefined;

function isList(found: unknown): found is readonly unknown[] {
  return Array.isArray(found);
}

function listed(value: unknown): unknown {
  if (isAbsent(value)) return undefined;
  if (!Array.isArray(value)) return value;
  if (value.length === 0) return undefined;
  for (let index = 0; index < value.length; index++)
    if (isNested(value[index])) {
      const found: unknown[] = [];
      collect(value, [], 0, found);
      return found.length === 0 ? undefined : found;
    }
  return value;
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function collect(node: unknown, steps: readonly Step[], index: number, found: unknown[]): void {
  if (node === undefined || node === null) return;
  if (Array.isArray(node)) {
    for (const each of node) collect(each, steps, index, found);
    return;
  }
  const step = steps[index];
  if (step === undefined) {
    found.push(node);
    return;
  }
  if (typeof node !== "object") return;
  if (step.isChoice) {
    for (const [name, value] of Object.entries(node))
      if (name.startsWith(step.member)) collect(value, steps, index + 1, found);
    return;
  }
  const next = (node as Record<string, unknown>)[step.member];
  if (step.extension === undefined) collect(next, steps, index + 1, found);
  else if (Array.isArray(next))
    for (const each of next)
      if ((each as fhir4.Extension | null)?.url === step.extension) collect(each, steps, index + 1, found);
}

/** FHIR has null in arrays of primitives, where an extension stands in for the value, and nowhere arrays in arrays. */
function isNested(element: unknown): boolean {
  return element === undefined || element === null || Array.isArray(element);
}
