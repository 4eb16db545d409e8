import type { Scope } from "../scope.ts";
import { codeSystemId } from "./code-systems.ts";

/** Where the code systems of HL7 itself are. */
export const terminology = "http://terminology.hl7.org/CodeSystem";

/**
 * How FHIR codes become the codes of an HL7 table. `null` says on purpose that nothing is sent; a code that has no row
 * becomes a work item and is treated by the field's policy.
 */
export interface CodeMap {
  readonly name: string;
  /** `HL70002`, as in CE.3. */
  readonly table: string;
  /** How the FHIR code system of the table itself ends: `/v2-0002`. */
  readonly tableSystemEnd: string;
  /** FHIR code systems whose codes the rows hold. */
  readonly systems: readonly string[];
  readonly codes: Readonly<Record<string, string | null>>;
  /** Names of the table's codes, for CE.2. */
  readonly names: Readonly<Record<string, string>>;
  /** True where codes of other systems are as good: a code without a row is sent as it is, and is no work item. */
  readonly isOpen: boolean;
  /** The same for the codes of these systems alone. */
  readonly openSystems?: readonly string[];
  /** Where the rows come from, and what was decided where HL7 gives no map. */
  readonly note: string;
}

type Defaulted = "names" | "isOpen" | "tableSystemEnd";

export function codeMap(map: Omit<CodeMap, Defaulted> & Partial<Pick<CodeMap, "names" | "isOpen">>): CodeMap {
  return { names: {}, isOpen: false, tableSystemEnd: `/v2-${map.table.slice(3)}`, ...map };
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
    const { code, system } = coding ?? {};
    if (typeof code !== "string") continue;
    if (system !== undefined && !map.systems.includes(system)) {
      if (system.endsWith(map.tableSystemEnd) || codeSystemId(system) === map.table)
        return { code, name: coding.display };
      continue;
    }
    if (system === undefined && isNamed(map, coding)) return { code, name: map.names[code] };
    // What every object has (`constructor`) is no text.
    const found = map.codes[code];
    if (found === null) return null;
    if (typeof found === "string") return { code: found, name: map.names[found] };
  }
  return undefined;
}

/** Whether a coding that names no system is called as the table calls its own code: `A` is annulled, or separated. */
function isNamed({ names }: CodeMap, { code, display }: fhir4.Coding): boolean {
  if (code === undefined || display === undefined || !Object.hasOwn(names, code)) return false;
  return names[code]?.toLowerCase() === display.toLowerCase();
}

export function reportUnmapped(coding: fhir4.Coding, field: string, map: CodeMap | undefined, scope: Scope): void {
  if (map?.isOpen || map?.openSystems?.includes(coding.system ?? "")) return;
  scope.report({
    severity: "warning",
    reason: "unmapped-code",
    field,
    code: `${coding.system ?? ""}|${coding.code ?? ""}`,
    detail: map === undefined ? "No row in the value set" : `No row for ${map.table}`,
  });
}
