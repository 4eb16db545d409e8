import type { UnmappedPolicy, ValueSet } from "../config/hl7-settings.ts";
import { BridgeError } from "../errors.ts";
import type { Translated } from "./tables/code-map.ts";
import { codeSystemId } from "./tables/code-systems.ts";

/** A code of the destination's own, with its code system as CE.3 has it. */
export interface SetCode extends Translated {
  readonly system: string | undefined;
}

/** What a destination says of the codes of one field, ready to be looked up. */
export interface ValueSetTable {
  /**
   * By `system|code`, by `code` for rows that name no system, by `system|*` for all other codes of a system, and by `*` for
   * all others. Null: nothing is sent.
   */
  readonly rows: ReadonlyMap<string, SetCode | null>;
  readonly builtIn: boolean;
  readonly noRow: UnmappedPolicy;
  readonly fallback: SetCode | undefined;
  /** Whether it leaves codes out on purpose. */
  readonly drops: boolean;
}

/** Rows of the destination go before those of its ConceptMap. */
export function valueSetTable({ map, conceptMap, system, builtIn, noRow, default: usual }: ValueSet): ValueSetTable {
  const rows = new Map<string, SetCode | null>();
  for (const { from, code, to, name, system: target } of conceptMap?.rows ?? []) {
    const key = from === undefined ? code : `${from}|${code}`;
    if (!rows.has(key)) rows.set(key, to === null ? null : { code: to, name, system: idOf(target) ?? system });
  }
  for (const [key, value] of Object.entries(map))
    rows.set(
      key,
      value === null
        ? null
        : typeof value === "string"
          ? { code: value, name: undefined, system }
          : { code: value.code, name: value.name, system: value.system ?? system },
    );
  const fallback = usual && { code: usual.code, name: usual.name, system: usual.system ?? system };
  return { rows, builtIn, noRow, fallback, drops: noRow === "drop" || [...rows.values()].includes(null) };
}

/** A FHIR URI as its HL70396 id; an id as it stands. */
function idOf(system: string | undefined): string | undefined {
  return system?.includes(":") ? codeSystemId(system) : system;
}

/**
 * The code of the first coding that has a row; null when that row says that nothing is sent. A row names its system by
 * the FHIR URI or by the HL70396 id, or does not ask for it; where it gives its code no name, the source's stays.
 */
export function translateBySet(codings: readonly fhir4.Coding[], { rows }: ValueSetTable): SetCode | null | undefined {
  for (const coding of codings) {
    const { system = "", code, display } = coding ?? {};
    if (typeof code !== "string") continue;
    const found = [`${system}|${code}`, `${codeSystemId(system)}|${code}`, code, `${system}|*`, "*"]
      .map((key) => rows.get(key))
      .find((row) => row !== undefined);
    if (found === undefined) continue;
    return found === null || found.name !== undefined || typeof display !== "string"
      ? found
      : { ...found, name: display };
  }
  return undefined;
}

/**
 * What becomes of a code that has no row.
 *
 * @returns undefined for the source's own code, null for nothing
 * @throws ERR_UNRENDERABLE with `field` and `code` where the destination says `fail`
 */
export function unmappedValue(
  { noRow, fallback }: ValueSetTable,
  field: string,
  { system = "", code = "" }: fhir4.Coding,
): SetCode | { readonly text: true } | null | undefined {
  if (noRow === "fail")
    throw new BridgeError("ERR_UNRENDERABLE", {
      details: { field, code: `${system}|${code}`, problem: "A code has no row in the value set" },
    });
  if (noRow === "default") return fallback;
  if (noRow === "textOnly") return { text: true };
  return noRow === "drop" ? null : undefined;
}
