import { describe, expect, test } from "vitest";
import { configuration, run as runProgram, temporaryFiles } from "./running.ts";

const file = temporaryFiles();

const config = file(
  "my.config.ts",
  configuration({
    engine: { format: "hl7v2", link: { host: "127.0.0.1", port: 1 } },
    app: { format: "webhook", url: "https://app.example.org/hook", secret: "x" },
    lab: { format: "hl7v2", link: { host: "127.0.0.1", port: 2 }, events: ["result.*", "encounter.admitted"] },
    old: { format: "hl7v2", link: { host: "127.0.0.1", port: 3 }, events: ["*", "!encounter.became-inpatient"] },
  }),
);

async function run(...parameters: string[]) {
  const { status, stdout: out, stderr: err } = await runProgram(["events", "--config", config, ...parameters]);
  return { status, out, err };
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

describe("several steps between two versions", () => {
  const bed = (name: string, start: number, end?: number) => ({
    location: { reference: `Location/${name}` },
    status: end === undefined ? "active" : "completed",
    period: { start: `2026-03-02T0${start}:10:00Z`, ...(end !== undefined && { end: `2026-03-02T0${end}:10:00Z` }) },
  });
  const ended = {
    ...stay(30),
    status: "finished",
    period: { start: "2026-03-02T05:10:00Z", end: "2026-03-02T09:00:00Z" },
    location: [bed("C3", 7, 9), bed("A1", 5, 6), bed("B2", 6, 7)],
  };

  test("each come with the facts of their own", async () => {
    const { out } = await run("--json", "--before", before, file("ended.json", [jane, ended]));
    const events: { rule: string; facts: { fact: string; was: unknown; is: unknown }[] }[] = JSON.parse(out).events;
    expect(events.map(({ rule }) => rule)).toEqual(["E12", "E12", "E18"]);
    expect(events[0]?.facts).toContainEqual({ fact: "bed", was: "Location/A1", is: "Location/B2" });
    expect(events[1]?.facts).toContainEqual({ fact: "bed", was: "Location/B2", is: "Location/C3" });
    expect(events[2]?.facts).toContainEqual({ fact: "phase", was: "active", is: "ended" });
    expect(events[2]?.facts.map(({ fact }) => fact)).not.toContain("bed");
  });

  test("places in another order are silent", async () => {
    const files = [file("ended.json", ended), file("turned.json", { ...ended, location: ended.location.toReversed() })];
    const { out, err } = await run("--before", files[0] ?? "", files[1] ?? "");
    expect([out, err]).toEqual(["", "Silent: Encounter/e  It says the same as before\n"]);
  });
});

test("an event that the destination does not take is told as a less specific one", async () => {
  const emergency = file("emergency.json", { ...stay(10, "A1"), class: { code: "EMER" } });
  const { out } = await run("--destination", "old", "--before", emergency, file("stay.json", stay(20, "A1")));
  expect(out).toMatch(/^encounter.admitted {2}ADT\^A01.*\n {2}E9 .* \(in the place of encounter.became-inpatient\)\n/);
});

describe("tells nothing, and says why,", () => {
  test.each([
    [
      "of a version that comes too late",
      { ...stay(10), meta: { lastUpdated: "2026-03-02T05:00:00Z" } },
      /newer version/,
    ],
    ["of a status that says nothing", { ...stay(20, "A1"), status: "unknown" }, /Its status says nothing/],
    ["of a resource that is gone", jane, /Encounter\/e {2}It is not there any more, and absence is no deletion/],
  ])("%s", async (name, resource, reason) => {
    const { status, out, err } = await run("--before", before, file(`${name}.json`, resource));
    expect([status, out]).toEqual([0, ""]);
    expect(err).toMatch(reason);
  });
});

test("an order that gives its place to another one is told with it", async () => {
  const order = (id: string, status: string, more: object = {}) => ({
    resourceType: "ServiceRequest",
    id,
    status,
    intent: "order",
    code: { text: "Chest X-ray" },
    subject: { reference: "Patient/1" },
    ...more,
  });
  const successor = order("32", "active", { replaces: [{ reference: "ServiceRequest/31" }] });
  const { out, err } = await run(
    ...["--before", file("jane.json", jane), "--before", file("order.json", order("31", "active"))],
    ...[file("jane.json", jane), file("revoked.json", order("31", "revoked")), file("successor.json", successor)],
  );
  expect(out).toMatch(/^order.replaced {2}OMG\^O19 {2}ServiceRequest\/32/);
  expect(out).not.toMatch(/order.cancelled/);
  expect(err).toMatch(/ServiceRequest\/31 {2}What takes its place tells of its end/);
});

test("a merge into a record that the files lack says so", async () => {
  const merged = { ...jane, link: [{ type: "replaced-by", other: { reference: "Patient/2" } }] };
  const { out, err } = await run("--before", file("jane.json", jane), file("merged.json", merged));
  expect(out).toMatch(/^patient.merged {2}ADT\^A40/);
  expect(err).toMatch(/Not sent: patient.merged {2}What Patient\/1 points to is not in the files/);
});

describe("resources that are not as FHIR has them", () => {
  const files: [name: string, resource: object, paths: string[]][] = [
    ["a place without a location", { ...stay(20), location: [{}] }, ["Encounter.location[0]"]],
    ["a list that is none", { ...stay(20), location: { status: "active" } }, ["Encounter.location"]],
    [
      "several faults",
      { ...stay(20), location: [null], statusHistory: [{ status: "planned" }] },
      ["Encounter.location[0]", "Encounter.statusHistory[0]"],
    ],
    ["a link to nobody", { ...jane, link: [{ type: "seealso" }, { type: "replaced-by" }] }, ["Patient.link[0]"]],
  ];
  test.each(files)("%s: file and FHIRPath are named, and the others are told of", async (name, resource, paths) => {
    const other = { ...jane, id: "2" };
    const path = file(`${name}.json`, [other, resource]);
    const { status, out, err } = await run("--json", path);
    const { events, failures } = JSON.parse(out);
    expect(status).toBe(1);
    expect(events.map(({ focus }: { focus: string }) => focus)).toEqual(["Patient/2"]);
    expect(failures.map((each: { file: string; path: string }) => [each.file, each.path])).toEqual(
      paths.map((each) => [path, each]),
    );
    expect(err).toContain(`path=${paths[0]}`);
  });
});

describe("NDJSON, as a bulk export gives it,", () => {
  test("is read line by line", async () => {
    const { status, out } = await run(file("all.ndjson", `${JSON.stringify(jane)}\n${JSON.stringify(stay(10))}\n`));
    expect([status, out.match(/^\S+/gm)]).toEqual([0, ["patient.added", "encounter.admitted"]]);
  });
  test("names the line that is not JSON", async () => {
    const { status, err } = await run(file("cut.ndjson", `${JSON.stringify(jane)}\n{"resourceType":"Enc`));
    expect(status).toBe(1);
    expect(err).toMatch(/cut\.ndjson.*Line 2 is not JSON/);
  });
});

test.each([
  [
    "a Bundle whose entry is no list",
    { resourceType: "Bundle", entry: { resource: jane } },
    /Bundle.entry is not a list/,
  ],
  [
    "a Bundle with an entry of nothing",
    { resourceType: "Bundle", entry: [null, { resource: {} }] },
    /entry\[1\] has no/,
  ],
  ["no JSON", "{", /is not JSON/],
])("%s is refused", async (name, content, problem) => {
  const { status, out, err } = await run(file(`${name}.json`, content));
  expect([status, out]).toEqual([1, ""]);
  expect(err).toMatch(problem);
});
