import type { Resource } from "../../shared/fhir.ts";
import type { Difference } from "./compare.ts";
import { has, saidBy } from "./plain.ts";

interface Reason {
  readonly place: RegExp;
  readonly when?: (difference: Difference, resources: readonly Resource[]) => boolean;
  readonly reason: string;
}

const reasons: readonly Reason[] = [];

/** Fields whose codes are translated: there the code of the sample stands nowhere in FHIR, and still must come out. */
const translated =
  /^(?:PID-(?:8|10|16|17|22)\.[123]|NK1-(?:3|7|15)\.|OBX-(?:2|8|10|11)\.|OBR-(?:24|25)\.|SPM-(?:4\.[13]|20)|PV1-(?:2|4|14|36)\.1|[A-Z0-9]+-\d+\.(?:7|2|3)$)/;

export function explain(difference: Difference, resources: readonly Resource[]): string | undefined {
  const { place, expected, actual } = difference;
  const found = reasons.find(({ place: where, when }) => where.test(place) && (when?.(difference, resources) ?? true));
  if (found !== undefined) return found.reason;
  if (actual !== "" || expected === "there" || translated.test(place)) return undefined;
  const { plain, roundTrip } = saidBy(resources, place.slice(0, 3));
  if (has(plain, expected)) return undefined;
  return has(roundTrip, expected)
    ? "Only an extension of the converter has it"
    : "The FHIR of the sample does not have it";
}
