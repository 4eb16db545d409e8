import { describe, expect, test } from "vitest";
import { groupChanges } from "../../shared/changes/change-set.ts";
import { contentHash } from "../../shared/changes/content.ts";
import type { DetectedChange, Snapshot } from "../../shared/changes/diff.ts";
import { keyOf, type Resource, type ResourceKey } from "../../shared/fhir.ts";
import type { PendingChanges } from "../../shared/roster/roster.ts";
import { encounter, observation } from "./support/people.ts";

const first = "2026-11-23T15:00:00.000Z";
const second = "2026-11-23T15:10:00.000Z";

function change(after: Resource): DetectedChange {
  return { key: keyOf(after), hash: contentHash(after), after, initial: false };
}

function stored(...resources: Resource[]): Map<ResourceKey, Snapshot> {
  return new Map(resources.map((resource) => [keyOf(resource), { resource, hash: contentHash(resource), seenAt: 1 }]));
}

const transfer = encounter("10", first, { status: "in-progress" });
const result = observation("L-1", first, 4.2);
const another = observation("L-2", second, 9.9);

function group(
  resources: Resource[],
  options: { pending?: readonly PendingChanges[]; snapshots?: Map<ResourceKey, Snapshot>; at?: string } = {},
) {
  const { pending = [], snapshots = new Map(), at = first } = options;
  return groupChanges("general", new Map([["1", resources.map(change)]]), snapshots, pending, at);
}

test("all changes of a patient go out together, and are put on record before", () => {
  const { groups, pending, accepted } = group([transfer, result]);
  expect(groups).toMatchObject([
    { patient: "1", detectedAt: first, changes: [{ after: transfer }, { after: result }] },
  ]);
  expect(pending).toMatchObject([{ detectedAt: first }]);
  expect(pending[0]?.fingerprints).toHaveLength(2);
  expect(accepted.size).toBe(0);
});

test("nothing changed: nothing to send and nothing to record", () => {
  expect(groupChanges("general", new Map(), new Map(), [], first)).toEqual({
    accepted: new Map(),
    groups: [],
    pending: [],
  });
});

describe("after a poll that died", () => {
  const { groups: died, pending } = group([transfer, result]);

  test("before anything was stored, the same goes out under the same id and time", () => {
    const again = group([transfer, result], { pending, at: second });
    expect(again.groups).toEqual(died);
    expect(again.pending).toEqual(pending);
  });

  test("what is new goes out apart, after it", () => {
    const again = group([transfer, result, another], { pending, at: second });
    expect(again.groups[0]).toEqual(died[0]);
    expect(again.groups[1]).toMatchObject({ detectedAt: second, changes: [{ after: another }] });
    expect(again.pending).toHaveLength(2);
  });

  test("what was stored in part was accepted whole: the rest is stored and not sent again", () => {
    const again = group([result, another], { pending, snapshots: stored(transfer), at: second });
    expect(again.accepted.get("1")).toMatchObject([{ after: result }]);
    expect(again.groups).toMatchObject([{ detectedAt: second, changes: [{ after: another }] }]);
  });

  test("a resource that has moved on is another change", () => {
    const discharge = encounter("10", second, { status: "finished" });
    const again = group([discharge, result], { pending, at: second });
    expect(again.groups).toMatchObject([
      { detectedAt: first, changes: [{ after: result }] },
      { detectedAt: second, changes: [{ after: discharge }] },
    ]);
    expect(again.groups[0]?.id).not.toBe(died[0]?.id);
  });
});

test("content that comes back to what it was before is another change set", () => {
  const once = group([transfer]).groups[0]?.id;
  const again = group([transfer], { at: second }).groups[0]?.id;
  expect(again).not.toBe(once);
});

test("patients of one schedule get a group each", () => {
  const changes = new Map([
    ["1", [change(transfer)]],
    ["2", [change(another)]],
  ]);
  const { groups, pending } = groupChanges("general", changes, new Map(), [], first);
  expect(groups.map(({ patient }) => patient)).toEqual(["1", "2"]);
  expect(new Set(groups.map(({ id }) => id)).size).toBe(2);
  expect(pending).toHaveLength(1);
});
