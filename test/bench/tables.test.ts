import { expect, test } from "vitest";
import { followTables, type Item, sizeOf } from "../../bench/cost/tables.ts";

const shapes = {
  roster: { keys: ["source", "target"], indexes: [{ name: "due", keys: ["source", "dueAt"], projected: ["tier"] }] },
};

function entry(more: Item): Item {
  return { source: { S: "prairie" }, target: { S: "patient/1" }, ...more };
}

test("an item counts with its names and values, numbers by their digits", () => {
  expect(sizeOf({ a: { S: "µ" }, bb: { N: "12345" }, c: { B: new Uint8Array(10) }, d: { BOOL: true } })).toBe(
    3 + 6 + 11 + 2,
  );
});

test("a write costs a unit for each begun KiB of the larger of before and after", () => {
  const { written } = followTables(shapes);
  expect(written("roster", entry({ progress: { S: "x".repeat(1_500) } }))).toBe(2);
  expect(written("roster", entry({}))).toBe(2);
  expect(written("roster", entry({}))).toBe(1);
});

test("an index is written only where what it holds changes, and twice where its key does", () => {
  const { written } = followTables(shapes);
  const at = (dueAt: string, more: Item = {}) => written("roster", entry({ dueAt: { N: dueAt }, ...more }));
  expect(at("1")).toBe(2);
  expect(at("1", { epoch: { N: "1" } })).toBe(1);
  expect(at("1", { tier: { S: "today" } })).toBe(2);
  expect(at("2", { tier: { S: "today" } })).toBe(3);
  expect(written("roster", entry({ tier: { S: "today" } }))).toBe(2);
});

test("a write that is refused costs what is there", () => {
  const { written, refused } = followTables(shapes);
  written("roster", entry({ progress: { S: "x".repeat(2_500) } }));
  expect(refused("roster", entry({}))).toBe(3);
});
