import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLedger } from "../../shared/aws/ledger.ts";
import type { DeliveryHead, Ledger } from "../../shared/delivery/ledger.ts";
import { deliveryOf } from "../delivery/deliveries.ts";
import { startLedgerTable, type Tables } from "../delivery/embedded.ts";
import { createMemoryLedger } from "../delivery/memory-ledger.ts";

let tables: Tables;
beforeAll(async () => {
  tables = await startLedgerTable();
});
afterAll(() => tables[Symbol.asyncDispose]());

let count = 0;
/** A delivery that no other test uses. */
function newHead(other: Partial<DeliveryHead> = {}): DeliveryHead {
  count++;
  const { body: _, ...head } = deliveryOf("p", count, other);
  return head;
}

async function idsOf(entries: AsyncIterable<{ id: string }>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of entries) ids.push(id);
  return ids;
}

describe.each([
  ["in DynamoDB", () => createLedger(tables.client, "ledger")],
  ["in memory, as other tests use it", createMemoryLedger],
])("a ledger %s", (_where, create) => {
  let ledger: Ledger;
  beforeAll(() => {
    ledger = create();
  });

  test("a delivery is opened, begun and acknowledged", async () => {
    const head = newHead();
    await ledger.open(head, [{ severity: "warning", reason: "unmapped-code", field: "PV1-36", code: "oth" }]);
    expect(await ledger.get(head.id)).toMatchObject({
      ...head,
      state: "queued",
      attempts: 0,
      workList: [{ severity: "warning", reason: "unmapped-code", field: "PV1-36", code: "oth" }],
    });
    expect(await ledger.begin(head)).toEqual({ send: true, attempt: 1, unsent: 0 });
    await ledger.acknowledged(head, { acknowledgement: "AA", attempt: 1 });
    expect(await ledger.get(head.id)).toMatchObject({ state: "acknowledged", attempts: 1, acknowledgement: "AA" });
  });

  test("opening again leaves what is there", async () => {
    const head = newHead();
    await ledger.open(head);
    await ledger.acknowledged(head, { acknowledgement: "AA", attempt: 1 });
    await ledger.open(head);
    expect(await ledger.get(head.id)).toMatchObject({ state: "acknowledged", attempts: 1 });
  });

  test("what was acknowledged is not begun again, whatever else is said of it", async () => {
    const head = newHead();
    await ledger.acknowledged(head, { acknowledgement: "204", attempt: 1 });
    const nextAttemptAt = new Date().toISOString();
    await ledger.retrying(head, { reason: "timeout", attempt: 2, counted: true, nextAttemptAt });
    await ledger.parked(head, { reason: "application-error", attempt: 2 });
    expect(await ledger.begin(head)).toEqual({ send: false });
    expect(await ledger.get(head.id)).toMatchObject({ state: "acknowledged", acknowledgement: "204", attempts: 1 });
    expect((await ledger.get(head.id))?.reason).toBeUndefined();
  });

  test("attempts are counted, and apart from them those that do not count", async () => {
    const head = newHead();
    const nextAttemptAt = "2026-11-23T15:00:00.000Z";
    await ledger.retrying(head, { reason: "unreachable", attempt: 1, counted: false, nextAttemptAt });
    expect(await ledger.get(head.id)).toMatchObject({ state: "retrying", reason: "unreachable", nextAttemptAt });
    expect(await ledger.begin(head)).toEqual({ send: true, attempt: 2, unsent: 1 });
    const refused = { reason: "no-acknowledgement", acknowledgement: "AR" };
    await ledger.retrying(head, { ...refused, attempt: 2, counted: true, nextAttemptAt });
    expect(await ledger.begin(head)).toEqual({ send: true, attempt: 3, unsent: 1 });
  });

  test("a parked delivery keeps its reason and both work lists, and may be begun again after a redrive", async () => {
    const head = newHead();
    await ledger.open(head, [{ severity: "warning", reason: "truncated", field: "PID-5" }]);
    const workList = [{ severity: "error", reason: "refused-by-receiver", field: "PID-3", code: "101" }] as const;
    await ledger.parked(head, { reason: "application-error", acknowledgement: "AE", attempt: 1, workList });
    expect(await ledger.get(head.id)).toMatchObject({
      state: "parked",
      reason: "application-error",
      acknowledgement: "AE",
      workList: [{ reason: "truncated" }, { reason: "refused-by-receiver" }],
    });
    expect(await ledger.begin(head)).toEqual({ send: true, attempt: 2, unsent: 0 });
  });

  test("what could not be rendered is parked without ever being opened", async () => {
    const head = newHead();
    await ledger.parked(head, { reason: "unrenderable" });
    expect(await ledger.get(head.id)).toMatchObject({ ...head, state: "parked", reason: "unrenderable", attempts: 0 });
  });

  test("an event without a trigger stays without", async () => {
    const { trigger: _, ...head } = newHead();
    await ledger.open(head);
    expect((await ledger.get(head.id))?.trigger).toBeUndefined();
  });

  test("the entries of a destination in a state are listed, oldest first", async () => {
    const heads = [1, 2, 3].map(() => newHead({ destination: "listed" }));
    for (const head of heads) await ledger.parked(head, { reason: "application-error" });
    await ledger.acknowledged(heads[1] ?? newHead(), { acknowledgement: "AA", attempt: 1 });
    const listed = await idsOf(ledger.list("listed", "parked"));
    expect(listed).toEqual([heads[0]?.id, heads[2]?.id]);
    expect(await idsOf(ledger.list("listed", "retrying"))).toEqual([]);
  });

  test("an attempt that came to no outcome is made again under the same number", async () => {
    const head = newHead();
    await ledger.open(head);
    await ledger.begin(head);
    expect(await ledger.begin(head)).toEqual({ send: true, attempt: 1, unsent: 0 });
    expect(await ledger.get(head.id)).toMatchObject({ state: "queued", attempts: 0 });
  });

  test("nothing is known of what never was", async () => {
    expect(await ledger.get("00000000000000000000")).toBeUndefined();
  });
});

test("only what was acknowledged expires", async () => {
  const ledger = createLedger(tables.client, "ledger");
  const [open, done] = [newHead(), newHead()];
  await ledger.open(open);
  await ledger.acknowledged(done, { acknowledgement: "AA", attempt: 1 });
  const expiresAt = async ({ id }: DeliveryHead) =>
    (await tables.client.send(new GetItemCommand({ TableName: "ledger", Key: { delivery: { S: id } } }))).Item?.[
      "expiresAt"
    ]?.N;
  expect(await expiresAt(open)).toBeUndefined();
  expect(Number(await expiresAt(done))).toBeGreaterThan(Date.now() / 1000 + 80 * 24 * 60 * 60);
});

test("a store that cannot be reached is told", async () => {
  await expect(createLedger(tables.client, "no-such-table").begin(newHead())).rejects.toThrow();
});
