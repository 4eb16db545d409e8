import { describe, expect, test } from "vitest";
import type { ChangeSet } from "../../shared/changes/change.ts";
import { type RouteBatchDependencies, routeBatch } from "../../shared/delivery/route-batch.ts";
import { decimalText } from "../../shared/json.ts";
import type { LogFields } from "../../shared/log.ts";

function record(messageId: string, patient: string, more: object = {}) {
  const value = { id: messageId, source: "general", patient, changes: [], context: [], ...more };
  return { messageId, body: JSON.stringify({ source: "general", patient, value }) };
}

function listen(fails: readonly string[] = [], claims: Record<string, string> = {}) {
  const routed: ChangeSet[] = [];
  const lines: [string, LogFields | undefined][] = [];
  const write = (message: string, fields?: LogFields) => void lines.push([message, fields]);
  const dependencies: RouteBatchDependencies = {
    async route(changeSet) {
      await new Promise((resolve) => setImmediate(resolve));
      if (fails.includes(changeSet.id)) throw new RangeError("no");
      routed.push(changeSet);
      return [];
    },
    readClaim: async (claim) => claims[claim] ?? "",
    log: { debug: write, info: write, warn: write, error: write },
  };
  return { routed, lines, dependencies, ids: () => routed.map(({ id }) => id) };
}

test("routes the change sets of a patient in order", async () => {
  const { ids, dependencies } = listen();
  const records = ["1", "2", "3", "4"].map((id) => record(id, "12"));
  expect(await routeBatch(records, dependencies)).toEqual([]);
  expect(ids()).toEqual(["1", "2", "3", "4"]);
});

test("a failure holds back the later ones of its patient and of no other", async () => {
  const { ids, dependencies } = listen(["2"]);
  const records = [record("1", "12"), record("2", "12"), record("3", "34"), record("4", "12"), record("5", "34")];
  expect(await routeBatch(records, dependencies)).toEqual(["2", "4"]);
  expect(ids().sort()).toEqual(["1", "3", "5"]);
});

describe("a message that does not have the agreed shape", () => {
  test.each([
    ["no JSON", "{"],
    ["no source", JSON.stringify({ patient: "12", value: {} })],
    ["neither a value nor a claim", JSON.stringify({ source: "general", patient: "12" })],
  ])("%s: is left alone", async (_, body) => {
    const { ids, lines, dependencies } = listen();
    expect(await routeBatch([{ messageId: "0", body }, record("1", "12")], dependencies)).toEqual(["0"]);
    expect(ids()).toEqual(["1"]);
    expect(lines[0]?.[1]?.error).toMatchObject({ code: "ERR_QUEUE_MESSAGE" });
  });
});

test("a large change set is read from where its claim says", async () => {
  const body = JSON.stringify({ source: "general", patient: "12", claim: "changes/9" });
  const { ids, dependencies } = listen([], {
    "changes/9": JSON.stringify({ id: "9", source: "general", patient: "12" }),
  });
  expect(await routeBatch([{ messageId: "9", body }], dependencies)).toEqual([]);
  expect(ids()).toEqual(["9"]);
});

test("decimals keep their digits", async () => {
  const { routed, dependencies } = listen();
  const body = '{"source":"general","patient":"12","value":{"id":"1","context":[{"valueQuantity":{"value":1.50}}]}}';
  await routeBatch([{ messageId: "1", body }], dependencies);
  const [observation] = (routed[0]?.context ?? []) as fhir4.Observation[];
  expect(decimalText(observation?.valueQuantity?.value ?? 0)).toBe("1.50");
});
