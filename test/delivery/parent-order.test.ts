import { expect, test } from "vitest";
import { routeChangeSet } from "../../shared/delivery/route.ts";
import type { Resource } from "../../shared/fhir.ts";
import { at, bridgeTo, engine, person, startPolling } from "./support/hospital.ts";
import { rememberAll } from "./support/memory.ts";

const order = (minute: number, id: string, more: Partial<fhir4.ServiceRequest> = {}): fhir4.ServiceRequest => ({
  resourceType: "ServiceRequest",
  id,
  meta: { versionId: String(minute), lastUpdated: at(minute) },
  status: "active",
  intent: "order",
  code: { text: "Chest X-ray, each morning" },
  subject: { reference: "Patient/12" },
  ...more,
});
const parent = (minute: number, more: Partial<fhir4.ServiceRequest> = {}) => order(minute, "31", more);
const child = (minute: number, more: Partial<fhir4.ServiceRequest> = {}) =>
  order(minute, "33", { intent: "instance-order", basedOn: [{ reference: "ServiceRequest/31" }], ...more });

/** ORC-1 and the number of each order of the messages that the last poll gave. */
async function toldOf(...polls: readonly (readonly Resource[])[]): Promise<string[][]> {
  const memory = rememberAll(bridgeTo({ filler: { ...engine, events: ["order.*"], initialLoad: "snapshot" } }));
  const poll = startPolling();
  let before = 0;
  for (const resources of polls) {
    before = memory.sent.get("filler")?.length ?? 0;
    await routeChangeSet(poll([person(0), ...resources]), memory.dependencies);
  }
  const messages = memory.sent.get("filler")?.slice(before) ?? [];
  return messages.map(({ body }) =>
    [...body.matchAll(/\rORC\|([^|]*)\|([^|^]*)/g)].map(([, control, number]) => `${control} ${number}`),
  );
}

test("a part of an order that was told goes with it", async () =>
  expect(await toldOf([parent(1)], [child(2)])).toEqual([["PA 31", "CH 33"]]));

test("a part of an order that was told just before, too", async () =>
  expect(await toldOf([parent(1), child(2)])).toEqual([["NW 31"], ["PA 31", "CH 33"]]));

test("a part of an order that nobody was told of stands alone", async () =>
  expect(await toldOf([parent(1, { status: "draft" })], [child(2)])).toEqual([["NW 33"]]));

test("a part of an order that was cancelled stands alone", async () =>
  expect(await toldOf([parent(1)], [parent(2, { status: "revoked" })], [child(3)])).toEqual([["NW 33"]]));

test("what becomes of the part is told of it alone", async () => {
  expect(await toldOf([parent(1), child(2)], [child(3, { priority: "stat" })])).toEqual([["XO 33"]]);
  expect(await toldOf([parent(1), child(2)], [child(3, { status: "revoked" })])).toEqual([["CA 33"]]);
});
