import type { Scope } from "../scope.ts";

/**
 * How FHIR codes become the codes of an HL7 table. `null` says on purpose that nothing is sent; a code that has no row
 * becomes a work item and is treated by the field's policy.
 */
export interface CodeMap {
  readonly name: string;
  /** `HL70002`, as in CE.3. */
  readonly table: string;
  /** FHIR code systems whose codes the rows hold. */
  readonly systems: readonly string[];
  readonly codes: Readonly<Record<string, string | null>>;
  /** Names of the table's codes, for CE.2. */
  readonly names: Readonly<Record<string, string>>;
  /** True where codes of other systems are as good: a code without a row is sent as it is, and is no work item. */
  readonly isOpen: boolean;
  /** Where the rows come from, and what was decided where HL7 gives no map. */
  readonly note: string;
}

export function codeMap(map: Omit<CodeMap, "names" | "isOpen"> & Partial<CodeMap>): CodeMap {
  return { names: {}, isOpen: false, ...map };
}

export interface Translated {
  readonly code: string;
  readonly name: string | undefined;
}

/**
 * The table code of the first coding that has one: by the map, or because it is of the HL7 table already.
 *
 * @returns null when a row says that nothing is sent, undefined when no coding has a row
 */
export function translate(codings: readonly fhir4.Coding[], map: CodeMap): Translated | null | undefined {
  for (const coding of codings) {
    if (typeof coding?.code !== "string") continue;
    if (isOfTable(coding.system, map.table)) return { code: coding.code, name: coding.display };
    if (coding.system !== undefined && !map.systems.includes(coding.system)) continue;
    if (!Object.hasOwn(map.codes, coding.code)) continue;
    const code = map.codes[coding.code];
    return code === null || code === undefined ? null : { code, name: map.names[code] };
  }
  return undefined;
}

function isOfTable(system: string | undefined, table: string): boolean {
  return system?.endsWith(`/v2-${table.slice(3)}`) ?? false;
}

export function reportUnmapped(coding: fhir4.Coding, field: string, map: CodeMap, scope: Scope): void {
  if (map.isOpen) return;
  scope.report({
    severity: "warning",
    reason: "unmapped-code",
    field,
    code: `${coding.system ?? ""}|${coding.code ?? ""}`,
    detail: `No row for ${map.table}`,
  });
}
