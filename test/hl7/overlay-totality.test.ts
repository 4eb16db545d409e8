import { describe, expect, it } from "vitest";
import { holdForOddDestinations } from "./support/overlay-law.ts";

describe("whatever a destination asks for", () => {
  it("is refused with its place, or every message is told whole, or parked by name, and again in the same bytes", () => {
    const { valid, told } = holdForOddDestinations({ numRuns: 400 });
    // The law says something only where much is taken.
    expect(valid).toBeGreaterThan(100);
    expect(told).toBeGreaterThan(50);
  });
});
