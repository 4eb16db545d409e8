import { expect, test } from "vitest";
import type { ChangeSet } from "../../shared/changes/change.ts";
import { routeChangeSet } from "../../shared/delivery/route.ts";
import { at, bridgeTo, engine, person, startPolling, stay } from "./support/hospital.ts";
import { rememberAll } from "./support/memory.ts";

const coverage = (minute: number, id: string, of: string): fhir4.Coverage => ({
  resourceType: "Coverage",
  id,
  meta: { versionId: String(minute), lastUpdated: at(minute) },
  status: "active",
  beneficiary: { reference: `Patient/${of}` },
  payor: [{ display: id }],
  subscriberId: id,
});

test("a person and their visit are told without the insurance that turned out to be somebody else's", async () => {
  const memory = rememberAll(bridgeTo({ engine: { ...engine, patientUpdateEvent: "both" } }));
  const poll = startPolling();
  const [blue, green] = [coverage(1, "blue", "12"), coverage(1, "green", "12")];
  await routeChangeSet(poll([person(0), stay(0, "in-progress", ["A"]), blue, green]), memory.dependencies);
  const before = memory.sent.get("engine")?.length ?? 0;
  const gone = coverage(2, "blue", "34");
  const left: ChangeSet = {
    ...poll([gone]),
    id: "left",
    changes: [{ before: blue, after: gone, initial: false, hasLeft: true }],
  };
  await routeChangeSet(left, memory.dependencies);
  await routeChangeSet({ ...left, id: "left-again" }, memory.dependencies);
  const messages = memory.sent.get("engine")?.slice(before) ?? [];
  expect(messages.map(({ trigger }) => trigger)).toEqual(["ADT^A31", "ADT^A08"]);
  for (const { body } of messages) {
    expect(body).toContain("green");
    expect(body).not.toContain("blue");
  }
});
