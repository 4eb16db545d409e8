import { describe, expect, test } from "vitest";
import type { ChangeSet } from "../../shared/changes/change.ts";
import { routeChangeSet } from "../../shared/delivery/route.ts";
import type { Resource } from "../../shared/fhir.ts";
import { app, at, bridgeTo, engine, labReport, person, potassium, startPolling } from "./support/hospital.ts";
import { rememberAll } from "./support/memory.ts";

/** What an HL7 link and a webhook are told, poll by poll: the same. */
function listen(settings: { settle?: string } = {}) {
  const memory = rememberAll(bridgeTo({ engine: { ...engine, ...settings }, app: { ...app, ...settings } }));
  const poll = startPolling();
  const route = async (changeSet: ChangeSet) => {
    const before = { engine: memory.sent.get("engine")?.length ?? 0, app: memory.sent.get("app")?.length ?? 0 };
    await routeChangeSet(changeSet, memory.dependencies);
    const [toEngine, toApp] = (["engine", "app"] as const).map((name) =>
      (memory.sent.get(name) ?? []).slice(before[name]).map(({ event }) => event),
    );
    expect(toApp).toEqual(toEngine);
    return toEngine;
  };
  return {
    tell: (minute: number, ...resources: Resource[]) => route({ ...poll(resources), detectedAt: at(minute) }),
    /** The same again, when its time is over. */
    recheck: (minute: number, ...resources: Resource[]) =>
      route({ ...poll(resources), detectedAt: at(minute), isRecheck: true }),
    /** The last message of the HL7 link, field by field: `OBR-25`, `OBX-11`... */
    last: (segment: string, field: number) =>
      (memory.sent.get("engine") ?? [])
        .at(-1)
        ?.body.split("\r")
        .filter((each) => each.startsWith(segment))
        .map((each) => each.split("|")[field] ?? ""),
  };
}

function pulse(minute: number, status: fhir4.Observation["status"], value = 72, id = "VS-1"): fhir4.Observation {
  const category = [{ coding: [{ code: "vital-signs" }] }];
  return { ...potassium(minute, status, value), id, category, code: { text: id } };
}

const report = () => labReport(1, "final");

describe("a report that was written before its results", () => {
  test("is held, and told as final when they come", async () => {
    const { tell, recheck } = listen();
    expect(await tell(1, person(0), report())).toEqual(["patient.added"]);
    expect(await tell(2, potassium(2, "final", 4.1))).toEqual(["result.final"]);
    expect(await recheck(3, report())).toEqual([]);
  });

  test("is held though a preliminary result is there", async () => {
    const { tell } = listen();
    await tell(0, person(0), labReport(0, "preliminary"), potassium(0, "preliminary", 4.1));
    expect(await tell(1, report())).toEqual([]);
    expect(await tell(2, potassium(2, "final", 4.1))).toEqual(["result.final"]);
  });

  test("is told as it is when the time is over, and as final when they come after all", async () => {
    const { tell, recheck } = listen();
    const written = { ...report(), conclusion: "See the values" };
    await tell(1, person(0), written);
    expect(await recheck(3, written)).toEqual(["result.preliminary"]);
    expect(await recheck(3, written)).toEqual([]);
    expect(await tell(9, potassium(9, "final", 4.1))).toEqual(["result.final"]);
  });

  test("is not held when it was written long before it was seen", async () => {
    const { tell } = listen();
    const written = { ...report(), conclusion: "See the values" };
    expect(await tell(60, person(0), written)).toEqual(["patient.added", "result.preliminary"]);
  });

  test("is not held by a destination that does not wait", async () => {
    const { tell } = listen({ settle: "0s" });
    const written = { ...report(), conclusion: "See the values" };
    expect(await tell(1, person(0), written)).toEqual(["patient.added", "result.preliminary"]);
  });
});

describe("laboratory results that were written before their report", () => {
  const [one, other] = [potassium(1, "final", 4.1), { ...potassium(1, "final", 139), id: "L-2" }];
  const ofBoth = {
    ...labReport(2, "final"),
    result: [{ reference: "Observation/L-1" }, { reference: "Observation/L-2" }],
  };

  test("are held, and told with it in one message", async () => {
    const { tell, recheck } = listen();
    expect(await tell(1, person(0), one, other)).toEqual(["patient.added"]);
    expect(await tell(2, ofBoth)).toEqual(["result.final"]);
    expect(await recheck(3, one)).toEqual([]);
  });

  test("are told as they are when the time is over, and with the report when it comes after all", async () => {
    const { tell, recheck } = listen();
    await tell(1, person(0), one);
    expect(await recheck(3, one)).toEqual(["result.final"]);
    expect(await recheck(3, one)).toEqual([]);
    expect(await tell(5, potassium(5, "corrected", 3.9))).toEqual(["result.corrected"]);
    expect(await tell(9, labReport(9, "final"))).toEqual(["result.final"]);
  });

  test("are not held where they have none, as vital signs", async () => {
    const { tell } = listen();
    await tell(0, person(0));
    expect(await tell(1, pulse(1, "final"))).toEqual(["result.final"]);
  });

  test("are not held by a destination that does not wait", async () => {
    const { tell } = listen({ settle: "0s" });
    expect(await tell(1, person(0), one)).toEqual(["patient.added", "result.final"]);
  });
});

test("what changes after that is a correction", async () => {
  const { tell } = listen();
  await tell(1, person(0), report(), potassium(1, "final", 4.1));
  expect(await tell(3, potassium(3, "corrected", 3.9))).toEqual(["result.corrected"]);
});

describe("the states of a report and of its results agree with what is told", () => {
  type Stage = [told: string, obr25: string, obx11: string, ...versions: Resource[]];
  const wholly = (
    minute: number,
    status: "preliminary" | "final" | "amended" | "corrected",
    value = 4.1,
  ): Resource[] => [labReport(minute, status), potassium(minute, status, value)];
  const both = (minute: number, status: fhir4.DiagnosticReport["status"]) => ({
    ...labReport(minute, status),
    result: [{ reference: "Observation/L-1" }, { reference: "Observation/L-2" }],
  });
  const stories: Record<string, Stage[]> = {
    "preliminary, final, corrected": [
      ["result.preliminary", "P", "P", ...wholly(1, "preliminary")],
      ["result.final", "F", "F", ...wholly(2, "final")],
      ["result.corrected", "C", "C", ...wholly(3, "corrected", 3.9)],
      ["result.corrected", "C", "C", ...wholly(4, "amended", 3.8)],
    ],
    "a value is corrected, and the report stays as it was": [
      ["result.final", "F", "F", ...wholly(1, "final")],
      ["result.corrected", "C", "C", potassium(2, "corrected", 3.9)],
    ],
    "added to": [
      ["result.final", "F", "F", ...wholly(1, "final")],
      ["result.corrected", "C", "F C", { ...labReport(2, "appended"), conclusion: "See below" }],
    ],
    "final when not all of it is there": [
      ["result.preliminary", "A", "F", both(1, "final"), potassium(1, "final", 4.1)],
      ["result.final", "F", "F F", { ...potassium(9, "final", 139), id: "L-2" }],
    ],
    "called off": [
      ["result.preliminary", "P", "P", ...wholly(1, "preliminary")],
      ["result.cancelled", "X", "X", labReport(2, "cancelled"), potassium(2, "cancelled", 4.1)],
    ],
    "an error, though the values say nothing of it": [
      ["result.final", "F", "F", ...wholly(1, "final")],
      ["result.entered-in-error", "C", "W", labReport(2, "entered-in-error")],
    ],
    "an error, and right after all": [
      ["result.final", "F", "F", ...wholly(1, "final")],
      ["result.entered-in-error", "C", "W", labReport(2, "entered-in-error")],
      ["result.final", "F", "F", labReport(3, "final")],
    ],
  };
  test.each(Object.entries(stories))("%s", async (_name, stages) => {
    const { tell, last } = listen({ settle: "0s" });
    await tell(0, person(0));
    for (const [index, [told, obr25, obx11, ...versions]] of stages.entries()) {
      expect(await tell(30 + index, ...versions)).toEqual([told]);
      expect([last("OBR", 25), last("OBX", 11)?.join(" ")]).toEqual([[obr25], obx11]);
    }
  });
});

describe("what comes late", () => {
  test("an older version of a report is silent", async () => {
    const { tell } = listen();
    await tell(1, person(0), labReport(3, "final"), potassium(3, "final", 4.1));
    expect(await tell(4, labReport(2, "preliminary"))).toEqual([]);
    expect(await tell(5, labReport(3, "final"))).toEqual([]);
  });

  test("a final report that is preliminary again, and final again with the same, is silent", async () => {
    const { tell } = listen();
    const issued = at(1);
    const both = (minute: number, status: "final" | "preliminary", value = 4.1) => [
      { ...labReport(minute, status), issued },
      { ...potassium(minute, status, value), issued },
    ];
    await tell(1, person(0), ...both(1, "final"));
    expect(await tell(4, ...both(4, "preliminary"))).toEqual([]);
    expect(await tell(5, ...both(5, "final"))).toEqual([]);
    expect(await tell(6, ...both(6, "preliminary", 3.9))).toEqual([]);
    expect(await tell(7, ...both(7, "final", 3.9))).toEqual(["result.corrected"]);
  });

  test("an error before anything was told is silent", async () => {
    const { tell, recheck } = listen();
    await tell(1, person(0), report());
    expect(await tell(2, labReport(2, "entered-in-error"))).toEqual([]);
    expect(await recheck(3, labReport(2, "entered-in-error"))).toEqual([]);
  });
});

describe("vital signs", () => {
  const four = (status: fhir4.Observation["status"]) =>
    ["VS-1", "VS-2", "VS-3", "VS-4"].map((id, index) => pulse(1, status, 70 + index, id));
  const heard = async (...polls: Resource[][]) => {
    const memory = rememberAll(bridgeTo({ engine }));
    const poll = startPolling();
    const told: string[][] = [];
    for (const resources of [[person(0)], ...polls]) {
      const { events } = (await routeChangeSet(poll(resources), memory.dependencies))[0] ?? { events: [] };
      told.push([...events]);
    }
    return { told: told.slice(1), bodies: (memory.sent.get("engine") ?? []).map(({ body }) => body) };
  };
  const rows = (body: string | undefined) => body?.split("\r").filter((segment) => segment.startsWith("OBX")).length;

  test("of one moment are one message", async () => {
    const { told, bodies } = await heard(four("final"));
    expect(told).toEqual([["result.final"]]);
    expect(rows(bodies.at(-1))).toBe(4);
  });

  test("one of them that was an error is told alone, and of those that nobody heard of nothing is", async () => {
    const { told, bodies } = await heard(four("final"), [pulse(2, "entered-in-error", 71, "VS-2")]);
    expect(told.at(-1)).toEqual(["result.entered-in-error"]);
    expect([rows(bodies.at(-1)), /OBX.*/.exec(bodies.at(-1) ?? "")?.[0].split("|")[11]]).toEqual([1, "W"]);
    expect((await heard(four("entered-in-error"))).told).toEqual([[]]);
  });
});

describe("a report that goes to another patient", () => {
  const survivor = person(5, { id: "34", identifier: [{ ...person(0).identifier?.[0], value: "MRN-34" }] });
  const merged: fhir4.Patient = {
    ...person(5),
    active: false,
    link: [{ other: { reference: "Patient/34" }, type: "replaced-by" }],
  };
  const theirs = (resource: Resource, minute: number) =>
    ({
      ...resource,
      subject: { reference: "Patient/34" },
      meta: { versionId: String(minute), lastUpdated: at(minute) },
    }) as Resource;
  const heard = async (former: fhir4.Patient, format: "engine" | "app") => {
    const memory = rememberAll(bridgeTo({ engine, app }));
    const poll = startPolling();
    await routeChangeSet(
      { ...poll([person(0), report(), potassium(1, "final", 4.1)]), detectedAt: at(60) },
      memory.dependencies,
    );
    await routeChangeSet(poll([former]), memory.dependencies);
    await routeChangeSet({ ...poll([survivor]), patient: "34" }, memory.dependencies);
    const before = memory.sent.get(format)?.length ?? 0;
    const moved = [theirs(report(), 7), theirs(potassium(1, "final", 4.1), 7)];
    await routeChangeSet({ ...poll(moved), patient: "34" }, memory.dependencies);
    return (memory.sent.get(format) ?? []).slice(before);
  };
  const events = async (former: fhir4.Patient, format: "engine" | "app") =>
    (await heard(former, format)).map(({ event }) => event);

  test("with a merge says nothing new: the merge has told it", async () => {
    expect(await events(merged, "engine")).toEqual([]);
  });
  test("with a merge is told to who keeps copies", async () => {
    expect(await events(merged, "app")).toEqual(["result.corrected"]);
  });
  test("alone is wrong for the one, as HL70085 has it, and new for the other", async () => {
    const told = (await heard(person(6), "engine")).map(({ event, body = "" }) => {
      const field = (segment: string, position: number) =>
        body
          .split("\r")
          .find((line) => line.startsWith(segment))
          ?.split("|")[position];
      return [event, field("PID", 3)?.split("^")[0], field("OBX", 11)];
    });
    expect(told).toEqual([
      ["result.entered-in-error", person(0).identifier?.[0]?.value, "W"],
      ["result.final", "MRN-34", "F"],
    ]);
  });
});

test("a result for a patient who was just merged names the survivor", async () => {
  const memory = rememberAll(bridgeTo({ engine }));
  const poll = startPolling();
  const survivor = person(0, { id: "34", identifier: [{ ...person(0).identifier?.[0], value: "MRN-34" }] });
  const merged = {
    ...person(5),
    active: false,
    link: [{ other: { reference: "Patient/34" }, type: "replaced-by" as const }],
  };
  await routeChangeSet(poll([person(0)]), memory.dependencies);
  await routeChangeSet({ ...poll([merged, survivor]), patient: "12" }, memory.dependencies);
  const result = { ...potassium(6, "final", 4.1), subject: { reference: "Patient/34" } };
  await routeChangeSet({ ...poll([result]), patient: "34", detectedAt: at(60) }, memory.dependencies);
  const { body = "", event } = memory.sent.get("engine")?.at(-1) ?? {};
  expect([
    event,
    body
      .split("\r")
      .find((segment) => segment.startsWith("PID"))
      ?.includes("MRN-34"),
  ]).toEqual(["result.final", true]);
});
