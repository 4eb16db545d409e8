import { readFileSync } from "node:fs";

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

/** Equivalences that do not give the code another meaning. */
const usable: ReadonlySet<string> = new Set(["relatedto", "equivalent", "equal", "wider", "subsumes", "inexact"]);

/**
 * The rows of a FHIR R4 ConceptMap.
 *
 * @param map the resource, or where its file is
 * @returns a text where there is a problem: what is wrong and what to write
 */
export function readConceptMap(map: string | URL | object): readonly ValueSetRow[] | string {
  const found = typeof map === "string" || map instanceof URL ? readFile(map) : map;
  if (typeof found === "string") return found;
  const { resourceType, group } = (found ?? {}) as Partial<fhir4.ConceptMap>;
  if (resourceType !== "ConceptMap" || !Array.isArray(group)) return "Name a FHIR R4 ConceptMap that has a group";
  const odd = group.findIndex((each) => !Array.isArray(each?.element));
  return odd === -1 ? group.flatMap(rowsOf) : `group[${odd}] of the ConceptMap has no element: leave it out or fill it`;
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

function rowsOf({ source, target: system, element, unmapped }: fhir4.ConceptMapGroup): ValueSetRow[] {
  const from = source === undefined ? {} : { from: source };
  const rows = element.flatMap((each): ValueSetRow[] => {
    const { code, target } = each ?? {};
    if (typeof code !== "string") return [];
    const best = target?.find((each) => each.code !== undefined && usable.has(each.equivalence));
    if (best?.code !== undefined)
      return [
        {
          ...from,
          code,
          to: best.code,
          ...(best.display !== undefined && { name: best.display }),
          ...(system !== undefined && { system }),
        },
      ];
    return target?.some(({ equivalence }) => equivalence === "unmatched") ? [{ ...from, code, to: null }] : [];
  });
  // One code for all others; what the map says otherwise of codes without a row, `noRow` of the value set does.
  if (unmapped?.mode !== "fixed" || unmapped.code === undefined || source === undefined) return rows;
  const { code: to, display: name } = unmapped;
  return [
    ...rows,
    { from: source, code: "*", to, ...(name !== undefined && { name }), ...(system !== undefined && { system }) },
  ];
}
