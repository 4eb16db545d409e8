import { describe, expect, test } from "vitest";
import { contentHash } from "../../shared/changes/content.ts";
import { diff, type Found, inCausalOrder, type Snapshot } from "../../shared/changes/diff.ts";
import { keyOf, type Resource, type ResourceKey } from "../../shared/fhir.ts";
import { encounter, observation, patient, report } from "./support/people.ts";

const since = Date.parse("2026-11-23T15:00:00Z");
const earlier = "2026-11-23T14:59:59Z";
const later = "2026-11-23T15:00:00+00:00";

function found(resource: Resource, firstRead = false): Found {
  return { resource, since, firstRead };
}

function snapshots(...resources: Resource[]): Map<ResourceKey, Snapshot> {
  return new Map(resources.map((resource) => [keyOf(resource), { resource, hash: contentHash(resource), seenAt: 1 }]));
}

describe("a change", () => {
  test("is what says something else than its snapshot, with both", () => {
    const before = encounter("10", earlier);
    const after = encounter("10", later, { status: "finished" });
    expect(diff([found(after)], snapshots(before))).toMatchObject([{ before, after, initial: false }]);
  });

  test("is not what says the same under another version", () => {
    const again = { ...encounter("10", later), meta: { versionId: "9", lastUpdated: later } };
    expect(diff([found(again)], snapshots(encounter("10", earlier)))).toEqual([]);
  });
});

describe("initial", () => {
  test.each([
    ["seen for the first time, from before the bridge began to watch", encounter("10", earlier), false, true],
    ["seen for the first time, from since then", encounter("10", later), false, false],
    ["without a time, in the first read of its feed", { ...encounter("10", later), meta: {} }, true, true],
    ["without a time, in a later read", { ...encounter("10", later), meta: {} }, false, false],
  ])("%s", (_, resource, firstRead, initial) => {
    expect(diff([found(resource, firstRead)], new Map())).toMatchObject([{ initial }]);
  });

  test("never what was seen before", () => {
    const changed = encounter("10", earlier, { status: "finished" });
    expect(diff([found(changed, true)], snapshots(encounter("10", earlier)))).toMatchObject([{ initial: false }]);
  });
});

test("changes come in the order of their instants, then who before what, and orders before results", () => {
  const resources = [
    report("500", "2026-11-23T15:00:00.000Z", []),
    observation("L-1", "2026-11-23T15:00:00Z", 1),
    encounter("10", "2026-11-23T15:00:00+00:00"),
    patient("1", 1, "2026-11-23T09:00:00-06:00"),
    encounter("9", "2026-11-23T14:00:00Z"),
    { resourceType: "Patient", id: "2", meta: { versionId: "2" } } as const,
  ];
  expect(
    resources
      .map((after) => ({ after, initial: false }))
      .sort(inCausalOrder)
      .map(({ after }) => keyOf(after)),
  ).toEqual(["Patient/2", "Encounter/9", "Patient/1", "Encounter/10", "Observation/L-1", "DiagnosticReport/500"]);
});
