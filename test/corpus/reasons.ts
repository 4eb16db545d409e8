import type { Resource } from "../../shared/fhir.ts";
import type { Leaf } from "./compare.ts";
import { type Facts, factsOf } from "./facts.ts";
import { ofMessages } from "./reasons/message.ts";
import { ofPersons } from "./reasons/person.ts";
import { addresses, coded, numbers, persons, type Reason, telecom } from "./reasons/reason.ts";
import { ofResults } from "./reasons/result.ts";

/** The first that fits holds. What no reason fits fails the test. */
export const reasons: readonly Reason[] = [...ofPersons, ...ofResults, ...ofMessages];

/** What is nowhere in the FHIR of a sample. */
const nowhere = "The FHIR of the sample does not have it";
const converterOnly = "Only an extension of the converter has it";
const another = "The FHIR of the sample has another value there, and nowhere the one of the sample";
export const absent: ReadonlySet<string> = new Set([nowhere, converterOnly, another]);

/**
 * Places whose values the bridge works out from a code or a rule: there the sample's value stands nowhere in FHIR, and
 * still has to come out.
 */
const workedOut = new RegExp(
  `^(?:${coded}\\.(?:1|2|3|6|12)$|NK1-15|(?:OBX|OBR|ORC)-\\d+\\.1$|OBX-2\\.|SPM-20|PV1-(?:2|51)\\.|PID-(?:1|24|30)\\.1$|${telecom}\\.[235678]$|${addresses}\\.[67]$|(?:PID-[56]|NK1-2)\\.7$|${persons}\\.(?:9|10|13)|${numbers}\\.[45]|(?:OBR|ORC)-[23]\\.1$|MSH-4|ORC-21|OBX-23|(?:PID|SPM|PV1|NTE)-1\\.|NTE-2|PID-(?:7|29)\\.|PID-(?:10|22|27)\\.[1-6]$)`,
);

/** Undefined where the bridge is wrong, or nobody has thought about it. */
export function explain(difference: Leaf, pair: { readonly resources: readonly Resource[] }): string | undefined {
  const facts = factsOf(pair.resources, difference.place.slice(0, 3));
  const found = reasons.find((each) => fits(each, difference, facts));
  if (found !== undefined) return found.reason;
  const { place, expected, actual } = difference;
  if (["", "there"].includes(expected) || facts.says(expected) || workedOut.test(place)) return undefined;
  if (actual !== "") return facts.says(actual) && !facts.converterSays(expected) ? another : undefined;
  return facts.converterSays(expected) ? converterOnly : nowhere;
}

function fits({ place, kind, when }: Reason, difference: Leaf, facts: Facts): boolean {
  const { expected, actual } = difference;
  const own = actual === "" ? "left out" : expected === "" ? "added" : "otherwise";
  return place.test(difference.place) && (kind ?? own) === own && (when?.(difference, facts) ?? true);
}
