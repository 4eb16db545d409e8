import { readFileSync } from "node:fs";
import * as v from "valibot";

/** A row of an imported ConceptMap: the first target of a code that says the same. */
export interface ValueSetRow {
  /** FHIR code system; absent where the map does not tell it. */
  readonly from?: string | undefined;
  /** `*` for all codes of the system that have no row. */
  readonly code: string;
  /** Null where the map says that nothing matches. */
  readonly to: string | null;
  readonly name?: string | undefined;
  /** FHIR code system of the target, or its HL70396 id. */
  readonly system?: string | undefined;
}

/**
 * How a target may stand to its code, best first; undefined for what would give the code another meaning. Equivalences of
 * R4 and relationships of R5; a target that says neither is taken at its word.
 */
const ranks: Readonly<Record<string, number | undefined>> = {
  equal: 0,
  equivalent: 0,
  wider: 1,
  subsumes: 1,
  inexact: 1,
  relatedto: 1,
  "source-is-narrower-than-target": 1,
  "related-to": 1,
  narrower: undefined,
  specializes: undefined,
  "source-is-broader-than-target": undefined,
  unmatched: undefined,
  disjoint: undefined,
  "not-related-to": undefined,
};

const text = v.optional(v.string());

/** What is read of a ConceptMap, of R4 or R5. */
const targetSchema = v.looseObject({
  code: text,
  display: text,
  equivalence: text,
  relationship: text,
  dependsOn: v.optional(v.array(v.unknown())),
});
const groupSchema = v.looseObject({
  source: text,
  target: text,
  element: v.array(
    v.looseObject({ code: text, target: v.optional(v.array(targetSchema)), noMap: v.optional(v.boolean()) }),
  ),
  unmapped: v.optional(v.looseObject({ mode: text, code: text, display: text })),
});
const groupsSchema = v.array(groupSchema);
type Group = v.InferOutput<typeof groupSchema>;
type Target = v.InferOutput<typeof targetSchema>;

/**
 * The rows of a FHIR ConceptMap, of R4 or R5.
 *
 * @param map the resource, or where its file is
 * @returns a text where there is a problem: what is wrong and what to write
 */
export function readConceptMap(map: string | URL | object): readonly ValueSetRow[] | string {
  const found = typeof map === "string" || map instanceof URL ? readFile(map) : map;
  if (typeof found === "string") return found;
  const { resourceType, group } = (found ?? {}) as Partial<fhir4.ConceptMap>;
  if (resourceType !== "ConceptMap" || !Array.isArray(group)) return "Name a FHIR ConceptMap that has a group";
  const odd = group.findIndex((each) => !Array.isArray(each?.element));
  if (odd !== -1) return `group[${odd}] of the ConceptMap has no element: leave it out or fill it`;
  const { success, output, issues } = v.safeParse(groupsSchema, group);
  if (!success)
    return `group.${v.getDotPath(issues[0])} of the ConceptMap is not as FHIR has it: ${issues[0].message.replace("Invalid type: ", "")}`;
  return unknownWord(output) ?? output.flatMap(rowsOf);
}

function relationOf({ equivalence, relationship }: Target): string {
  return equivalence ?? relationship ?? "equivalent";
}

/** A word that FHIR does not have would be a row that is missing and that nobody misses. */
function unknownWord(groups: readonly Group[]): string | undefined {
  for (const [groupIndex, { element }] of groups.entries())
    for (const [index, { target = [] }] of element.entries())
      for (const each of target) {
        const relation = relationOf(each);
        if (!Object.hasOwn(ranks, relation))
          return `group[${groupIndex}].element[${index}] of the ConceptMap says ${relation}: write one of ${Object.keys(ranks).join(", ")}`;
      }
  return undefined;
}

function readFile(file: string | URL): unknown {
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch {
    return `There is no such file as ${file}: write a path from the working directory, or new URL("...", import.meta.url)`;
  }
  try {
    return JSON.parse(content.replace(/^\uFEFF/, ""));
  } catch {
    return `${file} is not JSON: name a FHIR R4 ConceptMap`;
  }
}

function rowsOf({ source, target, element, unmapped }: Group): ValueSetRow[] {
  // R5 writes the version behind the system.
  const [from, system] = [source, target].map((uri) => uri?.split("|")[0]);
  const systems = { ...(from !== undefined && { from }), ...(system !== undefined && { system }) };
  const rowTo = (code: string, to: string, name: string | undefined): ValueSetRow => ({
    ...systems,
    code,
    to,
    ...(name !== undefined && { name }),
  });
  const rows = element.flatMap(({ code, target: targets = [], noMap }): ValueSetRow[] => {
    if (code === undefined) return [];
    const best = bestOf(targets);
    if (best?.code !== undefined) return [rowTo(code, best.code, best.display)];
    const isUnmatched = noMap === true || targets.some(({ equivalence }) => equivalence === "unmatched");
    return isUnmatched ? [{ ...(from !== undefined && { from }), code, to: null }] : [];
  });
  // One code for all others; what the map says otherwise of codes without a row, `noRow` of the value set does.
  if (unmapped?.mode !== "fixed" || unmapped.code === undefined) return rows;
  return [...rows, rowTo("*", unmapped.code, unmapped.display)];
}

/** The first of those that say it best. A target that depends on something else does not hold for the code alone. */
function bestOf(targets: readonly Target[]): Target | undefined {
  const rankOf = (target: Target) => ranks[relationOf(target)] ?? Number.POSITIVE_INFINITY;
  return targets
    .filter((target) => target.code !== undefined && !target.dependsOn?.length && Number.isFinite(rankOf(target)))
    .toSorted((a, b) => rankOf(a) - rankOf(b))[0];
}
