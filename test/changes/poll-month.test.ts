import { expect, test } from "vitest";
import { contentHash } from "../../shared/changes/content.ts";
import { feeds } from "../../shared/config/schema.ts";
import type { BridgeError } from "../../shared/errors.ts";
import { keyOf, patientIdOf, type Resource } from "../../shared/fhir.ts";
import { parseJson } from "../../shared/json.ts";
import { startMonth } from "./support/month.ts";

const minute = 60_000;
const hour = 60 * minute;

test("days of a hospital with every feed on: all that the watched have is told as it stands, each after what was told before", async () => {
  const month = await startMonth(5, { fullReread: "6h", intervals: { inHouse: "15m", today: "15m", other: "30m" } });
  const { hospital } = month;
  const told = new Map<string, Resource>();
  const breaks: string[] = [];
  const problems: BridgeError[] = [];
  const pollDue = async () => {
    for (const outcome of await month.pollDue()) problems.push(...outcome.problems);
    for (const { changes } of month.takeChangeSets())
      for (const { before, after } of changes) {
        const last = told.get(keyOf(after));
        if ((before && contentHash(before)) !== (last && contentHash(last))) breaks.push(keyOf(after));
        told.set(keyOf(after), after);
      }
  };
  for (let round = 0; round < 4 * 24 * 3; round += 1) {
    month.pass(15 * minute);
    await pollDue();
  }
  hospital.closeDoors();
  for (let round = 0; round < 4 * 24 * 2; round += 1) {
    month.pass(30 * minute);
    await pollDue();
  }

  const watched = new Set(
    (await month.stores.roster.due("prairie", month.now() + 365 * 24 * hour, 10_000)).map(({ target }) => target),
  );
  const stale: Record<string, string[]> = {};
  const held: Record<string, number> = {};
  for (const type of feeds)
    for (const { key, versions, hidden } of hospital.store.ofType(type)) {
      const version = versions.at(-1);
      if (version === undefined || hidden || version.suppressed) continue;
      const resource = parseJson(hospital.store.textOf(version)) as Resource;
      const patient = patientIdOf(resource);
      if (patient !== undefined && !watched.has(`patient/${patient}`)) continue;
      held[type] = (held[type] ?? 0) + 1;
      const known = told.get(key);
      if (known === undefined || contentHash(known) !== contentHash(resource))
        stale[type] = [...(stale[type] ?? []), `${key} ${known === undefined ? "unknown" : "old"}`];
    }
  console.log(
    held,
    stale,
    breaks,
    problems.map(({ code, details }) => `${code} ${details.what} ${details.missing ?? ""}`).slice(0, 5),
    month.workItems.map(({ resourceType, reason }) => `${resourceType} ${reason}`),
  );
  expect(breaks).toEqual([]);
  expect(stale).toEqual({});
  expect(problems).toEqual([]);
}, 120_000);
