import { expect, test } from "vitest";
import { contentHash } from "../../../shared/changes/content.ts";
import { feeds } from "../../../shared/config/schema.ts";
import type { BridgeError } from "../../../shared/errors.ts";
import { keyOf, patientIdOf, type Resource } from "../../../shared/fhir.ts";
import { parseJson } from "../../../shared/json.ts";
import { startMonth } from "./month.ts";

const minute = 60_000;

/** How long the hospital is open, and how long what it did is polled for after that. */
interface BusyDays {
  readonly seed: number;
  readonly openHours: number;
  readonly closedHours: number;
  readonly timeoutMs: number;
}

export function busyDaysAreTold({ seed, openHours, closedHours, timeoutMs }: BusyDays): void {
  test(
    `busy days of hospital ${seed} with every feed on: all that the watched have is told as it stands, each version after the one told before`,
    async () => {
      const intervals = { inHouse: "1h", today: "1h", schedule: "1h", other: "1h" };
      const feedIntervals = { Practitioner: "1h", Location: "1h" };
      const month = await startMonth(seed, { fullReread: "8h", intervals, feedIntervals }, { people: 20, busy: 12 });
      const { hospital } = month;
      const told = new Map<string, Resource>();
      const breaks: string[] = [];
      const problems: BridgeError[] = [];
      const pollFor = async (hours: number) => {
        for (let round = 0; round < hours; round += 1) {
          month.pass(60 * minute);
          for (const outcome of await month.pollDue()) problems.push(...outcome.problems);
          const changes = month.takeChangeSets().flatMap((changeSet) => changeSet.changes);
          // Of what has left a patient, the one who has it now is told.
          for (const { before, after } of changes.filter(({ hasLeft }) => !hasLeft)) {
            const last = told.get(keyOf(after));
            if ((before && contentHash(before)) !== (last && contentHash(last))) breaks.push(keyOf(after));
            told.set(keyOf(after), after);
          }
        }
      };
      await pollFor(openHours);
      hospital.closeDoors();
      await pollFor(closedHours);

      const happened = new Set<string>(hospital.journal().map(({ kind }) => kind));
      for (const kind of ["records-merged", "records-unmerged", "stay-moved-to-other-patient", "stays-combined"])
        expect(happened).toContain(kind);
      const due = await month.stores.roster.due("prairie", Number.MAX_SAFE_INTEGER, 10_000);
      const watched = new Set<string>(due.map(({ target }) => target));
      const stale: string[] = [];
      const held: Record<string, number> = {};
      for (const type of feeds)
        for (const { key, versions, hidden } of hospital.store.ofType(type)) {
          const version = versions.at(-1);
          if (version === undefined || hidden || version.suppressed) continue;
          const resource = parseJson(hospital.store.textOf(version)) as Resource;
          const patient = patientIdOf(resource);
          const known = told.get(key);
          if (patient !== undefined && !watched.has(`patient/${patient}`)) continue;
          // What was charged and taken back between two polls was never there to be seen.
          if (known === undefined && resource.resourceType === "ChargeItem" && resource.status !== "billable") continue;
          held[type] = (held[type] ?? 0) + 1;
          if (known === undefined || contentHash(known) !== contentHash(resource)) stale.push(key);
        }
      expect(Object.keys(held).sort()).toEqual([...feeds].sort());
      expect(breaks).toEqual([]);
      expect(stale).toEqual([]);
      expect(problems).toEqual([]);
    },
    timeoutMs,
  );
}
