import { expect, test } from "vitest";
import { check, type Telling, type Thing, withoutRepeats } from "../../local/truth/check.ts";

const visit: Thing = {
  key: "Encounter/1",
  due: "always",
  facets: { bed: ["ED", "4W-1", "4W-2", "4W-1"], status: ["open", "ended"] },
};

/** One message for each pair of bed and status. */
function told(...messages: Record<string, string>[]): Telling[] {
  return messages.map((facets, message) => ({ message, key: visit.key, facets }));
}

const good = [
  { bed: "ED", status: "open" },
  { bed: "4W-1", status: "open" },
  { bed: "4W-2", status: "open" },
  { bed: "4W-1", status: "open" },
  { bed: "4W-1", status: "ended" },
];

test("all of it told in order is good, and so is a poll that missed the steps between", () => {
  expect(check([visit], told(...good))).toEqual({ lost: [], outOfOrder: [] });
  expect(check([visit], told({ bed: "4W-1", status: "ended" }))).toEqual({ lost: [], outOfOrder: [] });
});

test("the same message twice is good: a client system may get a repeat", () => {
  expect(check([visit], told(...good.flatMap((each) => [each, each])))).toEqual({ lost: [], outOfOrder: [] });
});

test("a last message that is dropped is lost", () => {
  expect(check([visit], told(...good.slice(0, -1))).lost).toEqual([
    { key: "Encounter/1", facet: "status", why: "not-told", told: "open", expected: "ended" },
  ]);
});

test("a thing that nobody was told of is lost, unless it was not due", () => {
  expect(check([visit], []).lost).toMatchObject([{ key: "Encounter/1", why: "not-told" }]);
  expect(check([{ ...visit, due: "if-told" }], []).lost).toEqual([]);
  expect(check([{ ...visit, due: "if-told" }], told(...good.slice(0, 2))).lost).toHaveLength(1);
  expect(check([{ ...visit, due: "never" }], told(...good.slice(0, 2))).lost).toEqual([]);
});

test("two messages that are swapped are out of order", () => {
  const [first = {}, second = {}, third = {}, fourth = {}, fifth = {}] = good;
  const { outOfOrder, lost } = check([visit], told(second, first, third, fourth, fifth));
  expect(outOfOrder).toEqual([{ key: "Encounter/1", facet: "bed", why: "earlier-state", message: 1, told: "ED" }]);
  expect(lost).toEqual([]);
});

test("an end that is told before its time is out of order once the rest comes", () => {
  const [first = {}, , , , fifth = {}] = good;
  const { outOfOrder, lost } = check([visit], told(fifth, first));
  expect(outOfOrder).toHaveLength(1);
  expect(lost).toMatchObject([{ why: "not-told", expected: "4W-1" }]);
});

test("a message that says what never was is lost, even where the last one is right", () => {
  const [first = {}, ...rest] = good;
  expect(check([visit], told({ ...first, bed: "ED-2" }, ...rest)).lost).toEqual([
    { key: "Encounter/1", facet: "bed", why: "never-was", message: 0, told: "ED-2" },
  ]);
});

test("a thing is counted once, whatever its facets", () => {
  expect(check([visit], told({ bed: "nowhere", status: "nothing" })).lost).toHaveLength(1);
});

test("what is told of other things says nothing", () => {
  expect(check([visit], [{ message: 9, key: "Encounter/2", facets: { bed: "x" } }, ...told(...good)])).toEqual({
    lost: [],
    outOfOrder: [],
  });
});

test("repeats in a row are one state", () => expect(withoutRepeats(["a", "a", "b", "a"])).toEqual(["a", "b", "a"]));
