import type { Leaf } from "../compare.ts";
import type { Facts } from "../facts.ts";

/**
 * Why the bridge says something else than the sample, where it is right to. Each one is tied to the data: to what the
 * bridge says, or to what FHIR says. None excuses a value that is wrong, and none the loss of one that FHIR has and the
 * bridge tells elsewhere; the tests try both.
 */
export interface Reason {
  readonly place: RegExp;
  /** What the bridge does: it leaves out, it adds, it says otherwise; without it, any of these. */
  readonly kind?: "left out" | "added" | "otherwise";
  /** Whether the difference is of that nature. A reason to say something has to name it. */
  readonly when?: (difference: Leaf, facts: Facts) => boolean;
  readonly reason: string;
}

/** The bridge says what FHIR says, as it stands there. */
export const fromFhir = ({ actual }: Leaf, { says }: Facts): boolean => says(actual);
/** The bridge says one of these codes. */
export const oneOf =
  (...codes: readonly string[]) =>
  ({ actual }: Leaf): boolean =>
    codes.includes(actual);

export const coded =
  "(?:PID-(?:8|10|15|16|17|22|26|27|28|35|36|39)|NK1-(?:3|7)|OBR-4|OBX-(?:3|5|6|8|17)|SPM-(?:4|8)|PV1-(?:4|13|14|16|18|36|38))";
export const telecom = "(?:PID-(?:13|14|40)|NK1-(?:5|6|40)|OBR-17|ORC-(?:14|23))";
export const addresses = "(?:PID-11|NK1-4|OBX-24|ORC-2[24])";
export const persons = "(?:OBR-16|ORC-12|OBX-(?:16|25)|PV1-(?:7|8|9|17|52))";
export const numbers = "(?:PID-(?:3|18|21)|PV1-(?:5|19|50|54)|OBR-53)";
