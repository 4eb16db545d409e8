import { expect, it } from "vitest";
import { holdForOddDestinations } from "./support/overlay-law.ts";

it("tens of thousands of destinations that ask for anything get whole messages", () => {
  const { valid, told } = holdForOddDestinations({ numRuns: 30_000 });
  expect([valid > 7_500, told > 3_750]).toEqual([true, true]);
});
