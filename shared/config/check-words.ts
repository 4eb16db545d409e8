import type * as v from "valibot";
import type { bridgeSchema } from "./schema.ts";

type Issue = v.InferIssue<typeof bridgeSchema>;

/** What is wrong with an option, and what to write, where the schema has no words of its own for it. */
export function problemOf(issue: Issue, schema: typeof bridgeSchema): string {
  const { type, expected, received, message } = issue;
  if (!message.startsWith("Invalid ")) return message;
  if (type === "strict_object" && expected === "never")
    return unknownOption(received, keysAt(schema, issue.path ?? []));
  const wanted = choices(type, expected ?? "");
  if (received === "undefined") return wanted === "" ? "It is missing" : `It is missing: write ${wanted}`;
  return `Write ${wanted}, and not ${received}`;
}

function unknownOption(received: string, known: readonly string[]): string {
  const name = received.replaceAll('"', "");
  const all = known.length === 0 ? "" : `; there are: ${known.toSorted().join(", ")}`;
  return `There is no option ${name} here${all}`;
}

const kinds: Readonly<Record<string, string>> = {
  Object: "an object: { }",
  Array: "a list: [ ]",
  string: "a text",
  number: "a number",
  boolean: "true or false",
};

const bounds: Readonly<Record<string, (limit: string) => string>> = {
  min_value: (limit) => `a number of at least ${limit}`,
  max_value: (limit) => `a number of at most ${limit}`,
  max_length: (limit) => `at most ${limit} characters`,
  integer: () => "a whole number",
  non_empty: () => "at least one",
};

/** `("P" | "T" | "D")` as `one of "P", "T", "D"`; empty for an option that is known by its name. */
function choices(type: string, expected: string): string {
  const bound = bounds[type];
  if (bound !== undefined) return bound(expected.replace(/^[<>=]+/, ""));
  if (/^"\w+"$/.test(expected)) return type === "strict_object" ? "" : expected;
  const [, list] = /^\((.*)\)$/.exec(expected) ?? [];
  if (list === undefined) return kinds[expected] ?? expected;
  const each = list.split(" | ").map((kind) => kinds[kind] ?? kind);
  return each.every((kind) => /^["\d]/.test(kind)) ? `one of ${each.join(", ")}` : each.join(", or ");
}

/** As much of a schema as leads to the names of its options. */
interface Shape {
  readonly entries?: Readonly<Record<string, Shape>>;
  readonly wrapped?: Shape;
  readonly options?: readonly Shape[];
  readonly value?: Shape;
  readonly item?: Shape;
  readonly literal?: unknown;
}

/** The options that there are beside the last one of a path. */
function keysAt(
  schema: unknown,
  path: readonly { readonly key: unknown; readonly input: unknown }[],
): readonly string[] {
  let shape: Shape | undefined = schema as Shape;
  for (const [index, { key, input }] of path.entries()) {
    shape = opened(shape, input);
    if (index === path.length - 1) return Object.keys(shape?.entries ?? {});
    shape = shape?.entries?.[String(key)] ?? shape?.value ?? shape?.item;
  }
  return [];
}

/** Without what makes it optional, and of several kinds the one that the input says it is of. */
function opened(shape: Shape | undefined, input: unknown): Shape | undefined {
  if (shape?.wrapped !== undefined) return opened(shape.wrapped, input);
  if (shape?.options === undefined) return shape;
  const { format } = input as { format?: unknown };
  const entryOf = (each: Shape): Shape | undefined => opened(each, input)?.entries?.["format"];
  return shape.options.find((each) => entryOf(each)?.literal === format);
}
