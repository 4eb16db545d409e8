import { describe, expect, test } from "vitest";
import { routeChangeSet } from "../../shared/delivery/route.ts";
import type { Resource } from "../../shared/fhir.ts";
import { at, bridgeTo, engine, person, startPolling, stay } from "./support/hospital.ts";
import { rememberAll } from "./support/memory.ts";

const subject = { reference: "Patient/12" };
const visit = { reference: "Encounter/97845" };
const meta = (minute: number) => ({ versionId: String(minute), lastUpdated: at(minute) });

const diagnosis = (minute: number, id: string, code: string, more: object = {}): Resource =>
  ({
    resourceType: "Condition",
    id,
    meta: meta(minute),
    category: [{ coding: [{ code: "encounter-diagnosis" }] }],
    code: { coding: [{ system: "http://hl7.org/fhir/sid/icd-10-cm", code }] },
    subject,
    encounter: visit,
    recordedDate: at(Number(id.slice(1))),
    ...more,
  }) as Resource;

const procedure = (minute: number, id: string, more: object = {}): Resource =>
  ({
    resourceType: "Procedure",
    id,
    meta: meta(minute),
    status: "completed",
    code: { coding: [{ system: "http://www.ama-assn.org/go/cpt", code: "71046" }] },
    subject,
    encounter: visit,
    performedDateTime: at(minute),
    ...more,
  }) as Resource;

const inError = { verificationStatus: { coding: [{ code: "entered-in-error" }] } };

function listen() {
  const memory = rememberAll(
    bridgeTo({ billing: { ...engine, events: ["diagnosis.*", "procedure.*"], options: ["billing-diagnoses"] } }),
  );
  const poll = startPolling();
  return async (...resources: readonly Resource[]) => {
    const before = memory.sent.get("billing")?.length ?? 0;
    await routeChangeSet(poll([person(0), stay(0, "in-progress", ["A"]), ...resources]), memory.dependencies);
    const messages = memory.sent.get("billing")?.slice(before) ?? [];
    return messages.map(({ body }) =>
      body
        .split("\r")
        .filter((segment) => /^(DG1|PR1)/.test(segment))
        .map(inShort),
    );
  };
}

/** What, its key and what becomes of it: `DG1 1 I10 d1 A`. */
function inShort(segment: string): string {
  const fields = segment.split("|");
  const [key, action] = fields[0] === "DG1" ? [fields[20], fields[21]] : [fields[19], fields[20]];
  return [fields[0], fields[1], fields[3]?.split("^")[0], key?.split("^")[0], action].join(" ");
}

describe("diagnoses and procedures of one visit that changed together are one message", () => {
  test("each with what becomes of it, in the order of the visit", async () => {
    const poll = listen();
    expect(await poll(diagnosis(1, "d1", "I10"), diagnosis(1, "d2", "J18.9"))).toEqual([
      ["DG1 1 I10 d1 A", "DG1 2 J18.9 d2 A"],
    ]);
    expect(
      await poll(
        diagnosis(2, "d3", "E11.9"),
        diagnosis(2, "d2", "J18.9", inError),
        diagnosis(2, "d1", "I11.9"),
        procedure(2, "p1"),
      ),
    ).toEqual([["DG1 1 I11.9 d1 U", "DG1 2 J18.9 d2 D", "DG1 3 E11.9 d3 A", "PR1 1 71046 p1 A"]]);
  });

  test("what did not change is not told again", async () => {
    const poll = listen();
    await poll(diagnosis(1, "d1", "I10"), diagnosis(1, "d2", "J18.9"));
    expect(await poll(diagnosis(2, "d2", "J18.1"))).toEqual([["DG1 1 J18.1 d2 U"]]);
  });

  test("another visit has a message of its own", async () => {
    const poll = listen();
    const elsewhere = { encounter: { reference: "Encounter/97846" } };
    const other = { ...stay(0, "in-progress", ["B"]), id: "97846" };
    expect(await poll(other, diagnosis(1, "d1", "I10"), diagnosis(1, "d2", "J18.9", elsewhere))).toEqual([
      ["DG1 1 I10 d1 A"],
      ["DG1 1 J18.9 d2 A"],
    ]);
  });

  test("one that turns out to be a problem of the person is taken back", async () => {
    const poll = listen();
    await poll(diagnosis(1, "d1", "I10"));
    expect(await poll(diagnosis(2, "d1", "I10", { category: [{ coding: [{ code: "problem-list-item" }] }] }))).toEqual([
      ["DG1 1 I10 d1 D"],
    ]);
  });
});
