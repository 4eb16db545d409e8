import { expect, test } from "vitest";
import { readEnvironment } from "../../shared/aws/environment.ts";

test("reads the texts and the maps that a function needs, and nothing else", () => {
  const environment = {
    LEDGER_TABLE: "ledger",
    DELIVERY_QUEUE_URLS: '{"engine":"http://127.0.0.1/engine"}',
    HOME: "/",
  };
  expect(readEnvironment(["LEDGER_TABLE", "DELIVERY_QUEUE_URLS"], environment)).toEqual({
    LEDGER_TABLE: "ledger",
    DELIVERY_QUEUE_URLS: { engine: "http://127.0.0.1/engine" },
  });
});

test.each([
  ["what is missing", {}],
  ["no JSON", { PARKED_QUEUE_URLS: "{" }],
  ["no object", { PARKED_QUEUE_URLS: "1" }],
  ["something else than texts", { PARKED_QUEUE_URLS: '{"engine":1}' }],
])("names %s", (_, environment) => {
  expect(() => readEnvironment(["PARKED_QUEUE_URLS"], environment)).toThrow(
    expect.objectContaining({ code: "ERR_CONFIG", details: expect.objectContaining({ path: "PARKED_QUEUE_URLS" }) }),
  );
});
