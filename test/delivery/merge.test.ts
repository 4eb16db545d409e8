import { expect, test } from "vitest";
import type { ChangeSet } from "../../shared/changes/change.ts";
import type { BridgeInput } from "../../shared/config/schema.ts";
import { routeChangeSet } from "../../shared/delivery/route.ts";
import type { Resource } from "../../shared/fhir.ts";
import { at, bridgeTo, engine, person } from "./support/hospital.ts";
import { rememberAll } from "./support/memory.ts";

const survivor = person(1, { id: "34", name: [{ family: "Rivera", given: ["Anna"] }] });
const merged: fhir4.Patient = {
  resourceType: "Patient",
  id: "12",
  meta: { versionId: "9" },
  active: false,
  link: [{ other: { reference: "Patient/34" }, type: "replaced-by" }],
};

function changeSet(patient: string, after: Resource, before?: Resource): ChangeSet {
  const change = { after, initial: false, ...(before && { before }) };
  return { id: `${patient}-1`, source: "general", patient, detectedAt: at(5), changes: [change], context: [survivor] };
}

/** The control segments of what a receiver is told, trigger and first number of PID. */
async function told(initialLoad: "none" | "snapshot", ...changeSets: ChangeSet[]): Promise<string[]> {
  const memory = rememberAll(bridgeTo({ engine: { ...engine, initialLoad } as BridgeInput["destinations"][string] }));
  for (const each of changeSets) await routeChangeSet(each, memory.dependencies);
  return (memory.sent.get("engine") ?? []).map(({ trigger, body = "" }) => {
    const given = /\rPID\|[^\r]*\|[^|^]*\^([^|^]*)/.exec(body)?.[1];
    return `${trigger} ${given}`;
  });
}

const first = changeSet("12", person(1));
const merge = changeSet("12", merged, person(1));

test("the record that goes on is told before the merge where nothing was told of it", async () => {
  expect(await told("snapshot", first, merge)).toEqual(["ADT^A28 Ana", "ADT^A28 Anna", "ADT^A40 Anna"]);
});

test("it is not told again where it was told with its own patient", async () => {
  const own = changeSet("34", survivor);
  expect(await told("snapshot", own, first, merge)).toEqual(["ADT^A28 Anna", "ADT^A28 Ana", "ADT^A40 Anna"]);
});

test("what was there before is taken to be known to who asks for no initial load", async () => {
  expect(await told("none", first, merge)).toEqual(["ADT^A28 Ana", "ADT^A40 Anna"]);
});

test("a merge into the wrong record is undone before that into the right one, with the numbers that the record had", async () => {
  const [wrong, right] = [survivor, person(1, { id: "56", name: [{ family: "Soto", given: ["Ana"] }] })];
  const elsewhere: fhir4.Patient = { ...merged, link: [{ other: { reference: "Patient/56" }, type: "replaced-by" }] };
  const options = ["unmerged-patients"] as const;
  const memory = rememberAll(bridgeTo({ engine: { ...engine, options: [...options], initialLoad: "none" } }));
  const corrected = { ...changeSet("12", elsewhere, merged), id: "12-2", context: [wrong, right] };
  for (const each of [first, merge, corrected]) await routeChangeSet(each, memory.dependencies);
  const [, , unmerged, mergedAnew] = memory.sent.get("engine") ?? [];
  const segmentsOf = (body = "", names: RegExp) => body.split("\r").filter((segment) => names.test(segment));
  const named = (segment: string | undefined, field: number) => segment?.split("|")[field];
  expect([unmerged?.trigger, mergedAnew?.trigger]).toEqual(["ADT^A37", "ADT^A40"]);
  const [one, other] = segmentsOf(unmerged?.body, /^PID/);
  expect([named(one, 5), named(other, 5)]).toEqual([
    expect.stringContaining("Rivera^Ana^"),
    expect.stringContaining("Rivera^Anna^"),
  ]);
  const [pid, mrg] = segmentsOf(mergedAnew?.body, /^(PID|MRG)/);
  expect(named(pid, 5)).toContain("Soto^Ana");
  expect([named(mrg, 1), named(mrg, 7)]).toEqual([
    expect.stringContaining("MRN-12"),
    expect.stringContaining("Rivera^Ana"),
  ]);
});
