import { describe, expect, test } from "vitest";
import type { BridgeInput } from "../../shared/config/schema.ts";
import { routeChangeSet } from "../../shared/delivery/route.ts";
import type { Resource } from "../../shared/fhir.ts";
import { app, at, bridgeTo, engine, person, potassium, startPolling, stay } from "./support/hospital.ts";
import { rememberAll } from "./support/memory.ts";

type Settings = Partial<Extract<BridgeInput["destinations"][string], { format: "hl7v2" }>>;

/** What a destination with these settings is told, poll by poll. */
async function told(settings: Settings, ...polls: Resource[][]): Promise<string[][]> {
  const memory = rememberAll(bridgeTo({ engine: { ...engine, ...settings } as BridgeInput["destinations"][string] }));
  const poll = startPolling();
  const all: string[][] = [];
  for (const changed of polls) {
    const before = memory.sent.get("engine")?.length ?? 0;
    await routeChangeSet(poll(changed), memory.dependencies);
    all.push((memory.sent.get("engine") ?? []).slice(before).map(({ trigger = "" }) => trigger));
  }
  return all;
}

const subject = { reference: "Patient/12" };
const visit = { reference: "Encounter/97845" };
const admitted = () => [person(1), stay(1, "in-progress", ["Bed 1"])];
const moved = (minute: number) => person(minute, { address: [{ line: [`${minute} Elm St`] }] });
const allergy = (minute: number): fhir4.AllergyIntolerance => ({
  resourceType: "AllergyIntolerance",
  id: "S-1",
  meta: { lastUpdated: at(minute) },
  patient: subject,
  code: { text: "Penicillin" },
  clinicalStatus: { coding: [{ code: "active" }] },
});
const diagnosis = (minute: number): fhir4.Condition => ({
  resourceType: "Condition",
  id: `d${minute}`,
  meta: { lastUpdated: at(minute) },
  category: [{ coding: [{ code: "encounter-diagnosis" }] }],
  code: { text: `Pneumonia ${minute}` },
  subject,
  encounter: visit,
});
const relative = (minute: number): fhir4.RelatedPerson => ({
  resourceType: "RelatedPerson",
  id: "a-b",
  meta: { lastUpdated: at(minute) },
  active: true,
  patient: subject,
  name: [{ family: "Rivera" }],
});
const vital = (id: string, minute: number, changes: Partial<fhir4.Observation> = {}): fhir4.Observation => ({
  ...potassium(minute, "final", 80),
  id,
  category: [{ coding: [{ code: "vital-signs" }] }],
  code: { coding: [{ system: "http://loinc.org", code: "8867-4", display: id }] },
  effectiveDateTime: at(2),
  ...changes,
});

describe("a change of the person during a stay is told with", () => {
  const polls = [admitted(), [moved(5)]];
  test("A31", async () => expect((await told({}, ...polls))[1]).toEqual(["ADT^A31"]));
  test("A08, if asked for", async () =>
    expect((await told({ patientUpdateEvent: "A08" }, ...polls))[1]).toEqual(["ADT^A08"]));
  test("both, if asked for", async () =>
    expect((await told({ patientUpdateEvent: "both" }, ...polls))[1]).toEqual(["ADT^A31", "ADT^A08"]));
});

describe("an allergy is told with", () => {
  const polls = [admitted(), [allergy(5)]];
  test("A60", async () => expect((await told({}, ...polls))[1]).toEqual(["ADT^A60"]));
  test("A31, by whoever does not take A60", async () =>
    expect((await told({ events: ["*", "!allergy.*"] }, ...polls))[1]).toEqual(["ADT^A31"]));
  test("A08, where persons are told so", async () =>
    expect((await told({ events: ["*", "!allergy.*"], patientUpdateEvent: "A08" }, ...polls))[1]).toEqual(["ADT^A08"]));
});

test("a relative is told with A31", async () =>
  expect((await told({}, admitted(), [relative(5)]))[1]).toEqual(["ADT^A31"]));

describe("diagnoses of a visit are told", () => {
  test("with one A08 for all of them", async () =>
    expect((await told({}, admitted(), [diagnosis(5), diagnosis(6)]))[1]).toEqual(["ADT^A08"]));
  test("by the admission, where they come with it", async () =>
    expect(await told({}, [...admitted(), diagnosis(5)])).toEqual([["ADT^A28", "ADT^A01"]]));
  test("with one P12 for those of a visit, if asked for", async () =>
    expect((await told({ options: ["billing-diagnoses"] }, admitted(), [diagnosis(5), diagnosis(6)]))[1]).toEqual([
      "BAR^P12",
    ]));
  test("beside a move, for A02 has no place for them", async () =>
    expect((await told({}, admitted(), [stay(20, "in-progress", ["Bed 1", "Bed 2"]), diagnosis(20)]))[1]).toEqual([
      "ADT^A02",
      "ADT^A08",
    ]));
});

describe("results without a report", () => {
  test("of one visit, minute and performer are told in one message", async () => {
    const memory = rememberAll(bridgeTo({ engine, app }));
    const poll = startPolling();
    await routeChangeSet(poll(admitted()), memory.dependencies);
    await routeChangeSet(poll([vital("VS-1", 5), vital("VS-2", 5), vital("VS-3", 5)]), memory.dependencies);
    const message = memory.sent.get("engine")?.at(-1)?.body ?? "";
    expect(memory.sent.get("engine")).toHaveLength(3);
    expect(message.match(/\rOBX\|/g)).toHaveLength(3);
    expect(message.match(/\rOBR\|/g)).toHaveLength(1);
    expect(message).toContain("VS-1");
    const toApp = memory.sent.get("app")?.map(({ focus }) => focus) ?? [];
    expect(toApp.filter((focus) => focus.startsWith("Observation/"))).toHaveLength(3);
  });

  test("are vital signs also where that is not the first of their categories, and lack a value each for itself", async () => {
    const kinds = (...codes: string[]) => ({ category: codes.map((code) => ({ coding: [{ code }] })) });
    const height = vital("VS-1", 5, kinds("procedure", "therapy", "vital-signs"));
    const { valueQuantity: _none, ...absent } = height;
    const weight = vital("VS-2", 5, kinds("vital-signs"));
    const poll = [{ ...absent, dataAbsentReason: { text: "Refused" } }, weight];
    const memory = rememberAll(bridgeTo({ engine }));
    const next = startPolling();
    for (const each of [admitted(), poll]) await routeChangeSet(next(each), memory.dependencies);
    const message = memory.sent.get("engine")?.at(-1)?.body ?? "";
    expect(message).toContain("|85353-1^");
    expect(message.match(/\rOBX\|[^\r]*/g)?.map((line) => line.split("|")[11])).toEqual(["X", "F"]);
  });

  test("of another minute are told apart", async () => {
    const other = vital("VS-2", 5, { effectiveDateTime: at(3) });
    expect((await told({}, admitted(), [vital("VS-1", 5), other]))[1]).toEqual(["ORU^R01", "ORU^R01"]);
  });

  test("a correction of one of them comes alone", async () => {
    const polls = [admitted(), [vital("VS-1", 5), vital("VS-2", 5)], [vital("VS-1", 9, { status: "corrected" })]];
    expect(await told({}, ...polls)).toEqual([["ADT^A28", "ADT^A01"], ["ORU^R01"], ["ORU^R01"]]);
  });
});

describe("a destination that takes", () => {
  const day = [admitted(), [stay(20, "in-progress", ["Bed 1", "Bed 2"])], [stay(40, "finished", ["Bed 1", "Bed 2"])]];

  test("no less specific event in the place of another is told nothing then", async () => {
    const events = ["encounter.registered", "encounter.admitted"];
    const emergency = stay(1, "in-progress", ["Bed 1"], { class: { code: "EMER" } });
    const polls = [[emergency], [stay(5, "in-progress", ["Bed 1"])]];
    expect(await told({ events }, ...polls)).toEqual([["ADT^A04"], ["ADT^A01"]]);
    expect(await told({ events, downgrade: "omit" }, ...polls)).toEqual([["ADT^A04"], []]);
  });

  test("only some patients", async () => {
    expect((await told({ only: { patients: ["34"] } }, ...day)).flat()).toEqual([]);
    expect((await told({ only: { patients: ["12"] } }, ...day)).flat()).toHaveLength(4);
  });

  test("only inpatients hears of a stay when it becomes one, and to its end", async () => {
    const emergency = { class: { code: "EMER" } };
    const polls = [
      [stay(1, "in-progress", ["Bed 1"], emergency)],
      [stay(12, "in-progress", ["Bed 1"])],
      [stay(20, "finished", ["Bed 1"])],
    ];
    expect(await told({ only: { classes: ["I"] } }, ...polls)).toEqual([[], ["ADT^A01"], ["ADT^A03"]]);
  });

  test("only a ward hears of who comes and who leaves", async () => {
    const ward = { resourceType: "Location", id: "W", name: "Ward 1" } as const;
    const bed = { resourceType: "Location", id: "Bed 2", partOf: { reference: "Location/W" } } as const;
    const polls = [
      [person(1), ward, bed, stay(1, "in-progress", ["Bed 1"])],
      day[1] ?? [],
      [stay(30, "in-progress", ["Bed 1", "Bed 2", "Bed 3"])],
    ];
    const triggers = await told({ only: { locations: ["Ward 1"] }, events: ["encounter.*"] }, ...polls);
    expect(triggers).toEqual([[], ["ADT^A01"], ["ADT^A02"]]);
  });

  test("what a FHIRPath filter lets through", async () => {
    const filter = "Patient.gender = 'male'";
    expect((await told({ only: { filter } }, ...day)).flat()).toEqual([]);
    expect((await told({ only: { filter: "Patient.gender = 'female'" } }, ...day)).flat()).toHaveLength(4);
  });
});

describe("a configuration is refused", () => {
  const problems: [settings: object, path: string, problem: RegExp][] = [
    [{ events: ["encounter.admited"] }, "destinations.engine.events.0", /No event is called encounter.admited/],
    [{ options: ["arrival"] }, "destinations.engine.options.0", /arrivals/],
    [{ only: { filter: "Patient.name.where(" } }, "destinations.engine.only.filter", /FHIRPath/],
    [{ triggers: { "encounter.moved": "ADT^A08" } }, "destinations.engine.triggers.encounter.moved", /A44/],
    [{ patientUpdateEvent: "A28" }, "destinations.engine.patientUpdateEvent", /A31/],
    [{ settle: "soon" }, "destinations.engine.settle", /./],
  ];
  for (const [settings, path, problem] of problems)
    test(`at ${path}`, () => {
      const define = () => bridgeTo({ engine: { ...engine, ...settings } as BridgeInput["destinations"][string] });
      expect(define).toThrow(expect.objectContaining({ code: "ERR_CONFIG" }));
      try {
        define();
      } catch (error) {
        const { details } = error as { details: { path: string; problem: string } };
        expect(details.path).toBe(path);
        expect(details.problem).toMatch(problem);
      }
    });
});
