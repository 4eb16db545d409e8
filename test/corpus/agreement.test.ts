import { describe, expect, it } from "vitest";
import { agreement } from "./agreement.ts";
import { isThere, skipped } from "./folders.ts";
import { reasons } from "./reasons.ts";

if (!isThere) console.log(skipped);

describe.runIf(isThere)("published pairs of FHIR and HL7 v2", async () => {
  const { agreements, differences } = await agreement();

  it("says the same as the sample, or has a reason not to", () => {
    const unexplained = differences.filter(({ reason }) => reason === undefined);
    expect(unexplained.map(({ pair, place, expected, actual }) => `${pair} ${place}: ${expected} | ${actual}`)).toEqual(
      [],
    );
  });

  it("has no reason that nothing needs", () => {
    const needed = new Set(differences.map(({ reason }) => reason));
    expect(reasons.map(({ reason }) => reason).filter((reason) => !needed.has(reason))).toEqual([]);
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
