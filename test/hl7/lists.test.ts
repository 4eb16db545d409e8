import { describe, expect, it } from "vitest";
import { kept } from "../../shared/hl7/lists.ts";

describe("what is kept of a list", () => {
  const isEven = (number: number) => number % 2 === 0;

  it("is the list itself where that is all", () => {
    const even = [2, 4];
    expect(kept(even, isEven)).toBe(even);
  });

  it.each([[], [1], [1, 3], [1, 2], [2, 1], [2, 1, 4, 3, 6], [1, 2, 3]])(
    "is of %j what a filter keeps",
    (...numbers) => {
      expect(kept(numbers, isEven)).toEqual(numbers.filter(isEven));
    },
  );

  it("asks once for each", () => {
    let asked = 0;
    kept([2, 1, 4, 3], (number) => {
      asked += 1;
      return isEven(number);
    });
    expect(asked).toBe(4);
  });
});
