import { expect, test } from "vitest";
import { runCensus } from "../../census/census.ts";
import { censusDestinations } from "../../census/destinations.ts";

type Lie = (er7: string) => string | undefined;

const dropped =
  (trigger: string): Lie =>
  (er7) =>
    er7.includes(`|${trigger}^`) ? undefined : er7;
const told =
  (trigger: string, as: string): Lie =>
  (er7) =>
    er7.replace(`|${trigger}^`, `|${as}^`);

/** What a bridge with a fault of its own would send in the place of the truth. */
const lies: Readonly<Record<string, Lie>> = {
  "a move that is taken back is kept silent": dropped("ADT^A12"),
  "a move that is taken back is told as an update": told("ADT^A12", "ADT^A08"),
  "a discharge that is taken back is kept silent": dropped("ADT^A13"),
  "a planned stay is cancelled as if it had begun": told("ADT^A38", "ADT^A11"),
  "a visit is cancelled as if it had been planned": told("ADT^A11", "ADT^A38"),
  "a stay that becomes an outpatient visit is told as an update": told("ADT^A07", "ADT^A08"),
  "who comes back from leave is not told of": dropped("ADT^A22"),
  "a correction is swallowed": (er7) => (/\rOBR\|(?:[^|\r]*\|){24}C/.test(er7) ? undefined : er7),
  "a correction is told as a first result": (er7) => er7.replace(/(\rOBR\|(?:[^|\r]*\|){24})C/, "$1F"),
  "an appointment at another time is told as otherwise changed": told("SIU^S13", "SIU^S14"),
  "who did not come is not told of": dropped("SIU^S26"),
  "a document in the place of another is told as one more": told("MDM^T10", "MDM^T02"),
  "a merge is kept silent": dropped("ADT^A40"),
  "another number of a person is told as an update": told("ADT^A47", "ADT^A31"),
  "another visit number is told as an update": told("ADT^A50", "ADT^A08"),
};

test("whoever reads the messages notices every one of these lies", async () => {
  const full = censusDestinations["hl7-full"];
  if (full === undefined) throw new TypeError("There is no such destination");
  const lieTo = new Map(Object.entries(lies).map(([what, lie], index) => [`liar-${index}`, { what, lie }]));
  const lied = new Set<string>();
  const { disagreements } = await runCensus({
    seed: 7,
    days: 21,
    people: 20,
    intervalMinutes: 60,
    destinations: Object.fromEntries(["truthful", ...lieTo.keys()].map((name) => [name, full])),
    tamper(destination, body) {
      const { what = "", lie } = lieTo.get(destination) ?? {};
      const heard = lie === undefined ? body : lie(body);
      if (heard !== body) lied.add(what);
      return heard;
    },
  });
  const noticed = new Set(disagreements.map(({ destination }) => lieTo.get(destination)?.what ?? destination));
  expect(Object.keys(lies).filter((what) => !lied.has(what))).toEqual([]);
  expect(Object.keys(lies).filter((what) => !noticed.has(what))).toEqual([]);
  expect(noticed).not.toContain("truthful");
}, 600_000);
