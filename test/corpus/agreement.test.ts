import { describe, expect, it } from "vitest";
import { agreement } from "./agreement.ts";
import { agrees, type Leaf } from "./compare.ts";
import { isThere, skipped } from "./folders.ts";
import { explain, reasons } from "./reasons.ts";

if (!isThere) console.log(skipped);

describe.runIf(isThere)("published pairs of FHIR and HL7 v2", async () => {
  const { agreements, differences, leaves } = await agreement();
  const line = ({ pair, place, expected, actual }: Leaf & { pair: string }) =>
    `${pair} ${place}: ${expected} | ${actual}`;

  it("says the same as the sample, or has a reason not to", () => {
    expect(differences.filter(({ reason }) => reason === undefined).map(line)).toEqual([]);
  });

  it("has no reason that nothing needs", () => {
    const needed = new Set(differences.map(({ reason }) => reason));
    expect(reasons.map(({ reason }) => reason).filter((reason) => !needed.has(reason))).toEqual([]);
  });

  it("has no reason that would excuse a wrong value", () => {
    const wrong = leaves.filter(isField).map((leaf) => ({ ...leaf, actual: "Wrong" }));
    expect(wrong.filter((leaf) => explain(leaf, leaf) !== undefined).map(line)).toEqual([]);
  });

  it("has no reason that would excuse the loss of what is told", () => {
    const told = leaves.filter((leaf) => isField(leaf) && agrees(leaf) && !indistinct.test(leaf.place));
    const lost = told.map((leaf) => ({ ...leaf, actual: "" }));
    expect(lost.filter((leaf) => explain(leaf, leaf) !== undefined).map(line)).toEqual([]);
  });

  it.each(["element-pairs", "reportstream", "fhir-converter"])("compares the fields of %s", (corpus) => {
    const own = agreements.filter((each) => each.corpus === corpus);
    expect(own.reduce((total, { compared }) => total + compared, 0)).toBeGreaterThan(90);
    expect(own.reduce((total, { agreed }) => total + agreed, 0)).toBeGreaterThan(25);
  });

  // What a patient is known by must agree in every sample that tells it with plain FHIR.
  it.each(["PID-8", "PID-29", "OBR-4", "OBX-3", "OBX-14"])("%s agrees in most samples", (field) => {
    const own = agreements.filter((each) => each.field === field);
    const [compared, agreed] = own.reduce(([all, same], each) => [all + each.compared, same + each.agreed], [0, 0]);
    expect(agreed).toBeGreaterThan(compared / 2);
  });
});

/**
 * Parts of results of which the FHIR of some pair has several and of some none: what is left out of one is not told from
 * what is left out of another by the field alone.
 */
const indistinct = /^OBX-(?:2|4|5|6|17|18|25)\.|^SPM-2\.2|^PID-(?:10|22)\.7$|^PID-(?:16\.3|20\.1)$/;

/** A segment is there or not: it has no value that could be wrong. */
function isField({ place }: Leaf): boolean {
  return place.includes("-");
}
