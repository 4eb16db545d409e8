import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import { afterAll, describe, expect, test } from "vitest";
import { runProgram } from "../../cli/program.ts";

const folder = mkdtempSync(join(tmpdir(), "ignite-bridge-events-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const schema = resolve(import.meta.dirname, "../../shared/config/bridge.ts");
const config = file(
  "my.config.ts",
  `import { defineBridge } from ${JSON.stringify(schema)};
export default defineBridge({
  sources: { general: {
    baseUrl: "https://fhir.example.org/r4/t", credentials: { method: "client_secret_basic", secret: "x" },
    timeZone: "America/Chicago", patients: { ids: ["1"] },
  } },
  destinations: {
    engine: { format: "hl7v2", link: { host: "127.0.0.1", port: 1 } },
    app: { format: "webhook", url: "https://app.example.org/hook", secret: "x" },
    lab: { format: "hl7v2", link: { host: "127.0.0.1", port: 2 }, events: ["result.*", "encounter.admitted"] },
  },
});
`,
);

async function run(...parameters: string[]) {
  const written = { out: "", err: "" };
  const status = await runProgram(["events", "--config", config, ...parameters], {
    in: Readable.from([""]),
    out: { write: (text) => (written.out += text) },
    err: { write: (text) => (written.err += text) },
  });
  return { status, ...written };
}

const jane = {
  resourceType: "Patient",
  id: "1",
  meta: { lastUpdated: "2026-03-02T05:00:00Z" },
  name: [{ family: "DOE" }],
};
const stay = (minute: number, ...beds: string[]) => ({
  resourceType: "Encounter",
  id: "e",
  meta: { lastUpdated: `2026-03-02T06:${minute}:00Z` },
  status: "in-progress",
  class: { code: "IMP" },
  subject: { reference: "Patient/1" },
  period: { start: "2026-03-02T05:10:00Z" },
  location: beds.map((bed, index) => ({
    location: { reference: `Location/${bed}` },
    status: index === beds.length - 1 ? "active" : "completed",
    period: { start: `2026-03-02T0${5 + index}:10:00Z` },
  })),
});
const before = file("before.json", [jane, stay(10, "A1")]);
const after = file("after.json", [jane, stay(20, "A1", "B2")]);

test("tells the event, its trigger, the rule and the facts behind it, and why the rest is silent", async () => {
  const { status, out, err } = await run("--before", before, after);
  expect(status).toBe(0);
  expect(out).toBe(`encounter.transferred  ADT^A02  Encounter/e  2026-03-02T06:10:00Z
  E12 In another bed
    bed: Location/A1 -> Location/B2
    bedSince: 2026-03-02T05:10:00Z -> 2026-03-02T06:10:00Z
    beds: ["Location/A1@2026-03-02T05:10:00Z"] -> ["Location/A1@2026-03-02T05:10:00Z","Location/B2@2026-03-02T...
`);
  expect(err).toBe("Silent: Patient/1  It says the same as before\n");
});

test("as JSON", async () => {
  const { out } = await run("--json", "--destination", "app", "--before", before, after);
  const { events, silent } = JSON.parse(out);
  expect(events).toMatchObject([
    { event: "encounter.transferred", trigger: "ADT^A02", focus: "Encounter/e", rule: "E12", title: "In another bed" },
  ]);
  expect(events[0].facts).toContainEqual({ fact: "bed", was: "Location/A1", is: "Location/B2" });
  expect(silent).toEqual([{ focus: "Patient/1", reason: "It says the same as before", facts: [] }]);
});

describe("says why nothing is told", () => {
  const silences: [name: string, parameters: string[], reason: RegExp][] = [
    [
      "of what the destination does not take",
      ["--destination", "lab", "--before", before, after],
      /Not taken.*encounter.transferred \(E12\)/,
    ],
    [
      "of a kind that it takes nothing of",
      ["--destination", "lab", file("j.json", jane)],
      /takes no event about a Patient/,
    ],
    [
      "of content that no message tells",
      [
        "--before",
        before,
        file("flags.json", { ...stay(20, "A1"), episodeOfCare: [{ reference: "EpisodeOfCare/1" }] }),
      ],
      /Encounter\/e\s+Only content changed/,
    ],
    [
      "of a plan that was called off before anybody had heard of it",
      [file("off.json", { ...stay(20), status: "cancelled" })],
      /nothing was told before/,
    ],
    [
      "of what only helps to speak",
      [file("o.json", { resourceType: "Organization", id: "7" })],
      /no rules for a Organization/,
    ],
  ];
  for (const [name, parameters, reason] of silences)
    test(name, async () => {
      const { status, out, err } = await run(...parameters);
      expect([status, out]).toEqual([0, ""]);
      expect(err).toMatch(reason);
    });
});

test("a destination that is not there is wrong usage", async () => {
  const { status, err } = await run("--destination", "nobody", after);
  expect(status).toBe(2);
  expect(err).toMatch(/There is no destination nobody.*engine, app, lab/);
});
