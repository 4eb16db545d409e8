import { expect, test } from "vitest";
import { type CensusRun, runCensus } from "../../census/census.ts";

function lies(run: CensusRun): string[] {
  return run.disagreements.map(({ destination, thing, facet, expected, held }) =>
    [destination, thing.split(/[ /]/)[0], facet, expected, held].join(" | "),
  );
}

test.each([5, 120])(
  "a day, polled every %i minutes: what receivers made of the stream is what happened",
  async (minutes) => {
    const run = await runCensus({ seed: 7, days: 1, people: 10, intervalMinutes: minutes });
    expect(lies(run)).toEqual([]);
    expect(run.agreed).toBe(run.compared);
    expect(run.compared).toBeGreaterThan(5_000);
    expect(run.messages).toBeGreaterThan(200);
    expect([...run.problems]).toEqual([]);
  },
  60_000,
);

test("a message that is lost and one that lies are found, with their story", async () => {
  let lost = 0;
  const run = await runCensus({
    seed: 7,
    days: 1,
    people: 6,
    intervalMinutes: 60,
    tamper(destination, body) {
      if (destination !== "hl7-full") return body;
      if (body.includes("ADT^A03")) {
        lost += 1;
        return undefined;
      }
      return body.replaceAll("|3N^", "|9Z^");
    },
  });
  const found = run.disagreements.filter(({ destination }) => destination === "hl7-full");
  expect(lost).toBeGreaterThan(0);
  expect(found.some(({ facet, expected }) => facet === "state" && expected === "discharged")).toBe(true);
  expect(found.some(({ facet, held }) => facet === "bed" && held.startsWith("9Z "))).toBe(true);
  expect(run.disagreements.filter(({ destination }) => destination !== "hl7-full")).toEqual([]);
  const [story] = found.filter(({ facet }) => facet === "state");
  expect(story).toMatchObject({ thing: expect.stringMatching(/^visit V/), key: expect.stringMatching(/^Encounter\//) });
  expect(story?.happened.at(-1)).toMatch(/discharge|fulfilled/);
  expect(story?.heard.at(-1)).toMatch(/ADT\^A\d\d/);
}, 60_000);
