import { expect, test } from "vitest";
import { groupChanges } from "../../shared/changes/change-set.ts";
import { contentHash } from "../../shared/changes/content.ts";
import type { DetectedChange } from "../../shared/changes/diff.ts";
import { keyOf, type Resource } from "../../shared/fhir.ts";
import { encounter, observation } from "./support/people.ts";

const first = "2026-11-23T15:00:00.000Z";
const second = "2026-11-23T15:10:00.000Z";

function change(after: Resource): DetectedChange {
  return { key: keyOf(after), hash: contentHash(after), after, initial: false };
}

const transfer = encounter("10", first, { status: "in-progress" });
const result = observation("L-1", first, 4.2);
const another = observation("L-2", second, 9.9);

function group(resources: Resource[], at = first) {
  return groupChanges("general", new Map([["1", resources.map(change)]]), at);
}

test("all changes of a patient go out together", () => {
  expect(group([transfer, result])).toMatchObject([
    { patient: "1", detectedAt: first, changes: [{ after: transfer }, { after: result }] },
  ]);
});

test("nothing changed: nothing to send", () => {
  expect(groupChanges("general", new Map(), first)).toEqual([]);
});

test("the same versions seen in the same poll give the same id, in whichever order they come", () => {
  const [once] = group([transfer, result]);
  expect(group([result, transfer])[0]?.id).toBe(once?.id);
  expect(group([transfer])[0]?.id).not.toBe(once?.id);
});

test("content that comes back to what it was before is another change set", () => {
  expect(group([transfer], second)[0]?.id).not.toBe(group([transfer])[0]?.id);
});

test("patients of one schedule get a group each", () => {
  const changes = new Map([
    ["1", [change(transfer)]],
    ["2", [change(another)]],
  ]);
  const groups = groupChanges("general", changes, first);
  expect(groups.map(({ patient }) => patient)).toEqual(["1", "2"]);
  expect(new Set(groups.map(({ id }) => id)).size).toBe(2);
});
