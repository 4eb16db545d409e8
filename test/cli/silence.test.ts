import { describe, expect, test } from "vitest";
import { configuration, run as runProgram, temporaryFiles } from "./running.ts";

const file = temporaryFiles();

const config = file(
  "bridge.config.ts",
  configuration({
    engine: { format: "hl7v2", link: { host: "127.0.0.1", port: 1 } },
    visits: { format: "hl7v2", link: { host: "127.0.0.1", port: 2 }, patientUpdateEvent: "A08" },
    filler: { format: "hl7v2", link: { host: "127.0.0.1", port: 3 }, events: ["order.placed", "order.cancelled"] },
  }),
);

let files = 0;

/** The events, and why each resource of the state after is silent. */
async function tell(destination: string, before: readonly object[], after: readonly object[]) {
  files += 1;
  const parameters = ["--destination", destination, "--before", file(`before-${files}.json`, before)];
  const { stdout } = await runProgram([
    "events",
    "--config",
    config,
    "--json",
    ...parameters,
    file(`after-${files}.json`, after),
  ]);
  const found: { events: { event: string }[]; silent: { focus: string; reason: string }[] } = JSON.parse(stdout);
  return {
    events: found.events.map(({ event }) => event),
    silent: new Map(found.silent.map((each) => [each.focus, each.reason])),
  };
}

let versions = 0;
const make = (resourceType: string, id: string, content: object) => {
  versions += 1;
  const lastUpdated = new Date(Date.parse("2026-03-02T06:00:00Z") + versions * 60_000).toISOString();
  return { resourceType, id, ...content, meta: { lastUpdated, ...(content as { meta?: object }).meta } };
};
const person = (id = "1", more: object = {}) =>
  make("Patient", id, { active: true, name: [{ family: "Doe" }], ...more });
const subject = (id: string) => ({ subject: { reference: `Patient/${id}` } });
const stay = (patient = "1") =>
  make("Encounter", "e", { status: "in-progress", class: { code: "IMP" }, ...subject(patient) });
const order = (status: string, more: object = {}) =>
  make("ServiceRequest", "31", { status, intent: "order", code: { text: "X-ray" }, ...subject("1"), ...more });
const diagnosis = (more: object = {}) =>
  make("Condition", "d", {
    category: [{ coding: [{ code: "encounter-diagnosis" }] }],
    code: { text: "Flu" },
    encounter: { reference: "Encounter/e" },
    ...subject("1"),
    ...more,
  });
const coverage = (patient: string) =>
  make("Coverage", "c", {
    status: "active",
    beneficiary: { reference: `Patient/${patient}` },
    payor: [{ display: "Blue" }],
  });
const inError = { meta: { tag: [{ code: "entered-in-error" }] } };

describe("who is silent says who speaks", () => {
  test("the visit, of its diagnosis", async () => {
    const { events, silent } = await tell("engine", [person(), stay()], [diagnosis()]);
    expect(events).toEqual(["encounter.updated"]);
    expect(silent.get("Condition/d")).toBe("What is told of Encounter/e tells it");
  });

  test("both persons, of an insurance that turned out to be the other one's", async () => {
    const { events, silent } = await tell("engine", [person(), person("2"), coverage("1")], [coverage("2")]);
    expect(events).toEqual(["patient.updated", "patient.updated"]);
    expect(silent.get("Coverage/c")).toBe("What is told of Patient/2 tells it");
  });

  test("the visits under way, of the person, where there are some", async () => {
    const [before, visit, renamed] = [person(), stay(), person("1", { name: [{ family: "Roe" }] })];
    const inHouse = await tell("visits", [before, visit], [renamed]);
    const elsewhere = await tell("visits", [before], [renamed]);
    expect([inHouse.events, inHouse.silent.get("Patient/1")]).toEqual([
      ["encounter.updated"],
      "What is told of Encounter/e tells it",
    ]);
    expect([elsewhere.events, elsewhere.silent.get("Patient/1")]).toEqual([
      [],
      "It is told with the A08 of the visits under way, and there are none",
    ]);
  });
});

describe("a diagnosis that turned out to be of another visit", () => {
  const elsewhere = (patient: string) =>
    make("Encounter", "f", { status: "in-progress", class: { code: "AMB" }, ...subject(patient) });
  const ofElsewhere = { encounter: { reference: "Encounter/f" } };

  test("of the same patient is told by both", async () => {
    const { events, silent } = await tell(
      "engine",
      [person(), stay(), elsewhere("1"), diagnosis()],
      [diagnosis(ofElsewhere)],
    );
    expect(events).toEqual(["encounter.updated", "encounter.updated"]);
    expect(silent.get("Condition/d")).toBe("What is told of Encounter/e and Encounter/f tells it");
  });

  test("of another one, too", async () => {
    const before = [person(), stay(), person("2"), elsewhere("2"), diagnosis()];
    const { events, silent } = await tell("engine", before, [diagnosis({ ...ofElsewhere, ...subject("2") })]);
    expect(events).toEqual(["encounter.updated", "encounter.updated"]);
    expect(silent.get("Condition/d")).toBe("What is told of Encounter/f tells it");
  });
});

describe("what is told only where it is wanted says how to want it", () => {
  test("by an option", async () =>
    expect((await tell("engine", [person()], [person("1", inError)])).silent.get("Patient/1")).toBe(
      "Told only where asked for: patient.deleted (P11) by the option deleted-patients",
    ));

  test("by the list of events", async () =>
    expect(
      (await tell("filler", [person(), order("active")], [order("active", { priority: "stat" })])).silent.get(
        "ServiceRequest/31",
      ),
    ).toBe("Not taken, or not let through: order.changed (O2)"));
});

test("a report that came before its results has nothing to show", async () => {
  const report = {
    status: "final",
    code: { text: "Panel" },
    ...subject("1"),
    result: [{ reference: "Observation/1" }],
  };
  expect(
    (await tell("engine", [person()], [make("DiagnosticReport", "r", report)])).silent.get("DiagnosticReport/r"),
  ).toBe("It has nothing to show yet: no result that it names is at hand");
});

describe("what was over before is known, and can be taken back", () => {
  test("an order that was done", async () =>
    expect((await tell("engine", [person(), order("completed")], [order("entered-in-error")])).events).toEqual([
      "order.cancelled",
    ]));

  test("a document that was out of date", async () => {
    const document = (status: string) =>
      make("DocumentReference", "61", { status, content: [{ attachment: {} }], ...subject("1") });
    const { events } = await tell("engine", [person(), document("superseded")], [document("entered-in-error")]);
    expect(events).toEqual(["document.cancelled"]);
  });

  test("a clinician who was away", async () => {
    const clinician = (active: boolean) => make("Practitioner", "7", { active, name: [{ family: "Lee" }] });
    expect((await tell("engine", [clinician(false)], [clinician(true)])).events).toEqual(["practitioner.reactivated"]);
  });
});

test("the record that goes on is told before the merge into it", async () => {
  const before = person();
  const merged = person("1", { active: false, link: [{ type: "replaced-by", other: { reference: "Patient/2" } }] });
  expect((await tell("engine", [before], [merged, person("2")])).events).toEqual(["patient.added", "patient.merged"]);
});
