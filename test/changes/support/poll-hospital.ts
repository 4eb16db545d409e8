import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { createHospital } from "../../../sandbox/hospital.ts";
import { startSandbox } from "../../../sandbox/server.ts";
import { createChangeQueue } from "../../../shared/aws/change-queue.ts";
import { createClaims } from "../../../shared/aws/claims.ts";
import { createLedger } from "../../../shared/aws/ledger.ts";
import { createPolling } from "../../../shared/aws/polling.ts";
import { createRoster } from "../../../shared/aws/roster.ts";
import { createSnapshots } from "../../../shared/aws/snapshots.ts";
import type { ChangeSet } from "../../../shared/changes/change.ts";
import { contentHash } from "../../../shared/changes/content.ts";
import { defineBridge } from "../../../shared/config/bridge.ts";
import { keyOf, patientIdOf, type Resource } from "../../../shared/fhir.ts";
import { parseJson } from "../../../shared/json.ts";
import { parseTarget } from "../../../shared/roster/target.ts";
import { drain, startStores } from "./stores.ts";

const minute = 60_000;
const begin = new Date("2026-11-23T15:00:00Z");

/** Rounds of polls while the hospital is open, every 5 minutes, and after that, every 10 minutes. */
interface Morning {
  readonly seed: number;
  readonly openRounds: number;
  readonly closedRounds: number;
  readonly timeoutMs: number;
}

export function morningIsTold({ seed, openRounds, closedRounds, timeoutMs }: Morning): void {
  afterEach(() => {
    vi.useRealTimers();
  });

  test(
    `a morning of hospital ${seed}, with its faults: every resource of the watched is told as it stands`,
    async () => {
      const stores = await startStores();
      const hospital = createHospital({ seed, startAt: begin, timeZone: "America/Chicago", people: 8, busy: 2 });
      let now = begin.getTime();
      const client = { clientId: "system-app", clientSecret: "s3cret", smartVersion: 2 } as const;
      const sandbox = await startSandbox({
        hospital,
        clock: { now: () => new Date(now) },
        clients: [client],
        // Those that are cured by asking again at once, and those that fail a poll: without the waits that a server asks for.
        faults: { unauthorized: 0.02, forbidden: 0.005, "bad-gateway": 0.01, reset: 0.01, "repeated-resource": 0.1 },
        slowMs: [1, 5],
      });
      onTestFinished(async () => {
        await sandbox.close();
        await stores.close();
      });
      vi.useFakeTimers({ toFake: ["Date"], now });
      const pass = (ms: number) => {
        now += ms;
        vi.setSystemTime(now);
        hospital.advanceTo(new Date(now));
      };

      const bridge = defineBridge({
        sources: {
          prairie: {
            baseUrl: sandbox.baseUrl,
            credentials: { method: "client_secret_basic", secret: "prairie" },
            timeZone: "America/Chicago",
            patients: { ids: [...hospital.patientIds()], appointmentLocations: [...hospital.clinicIds()] },
            intervals: { inHouse: "5m", today: "10m", schedule: "5m", other: "20m" },
          },
        },
        destinations: {},
      });
      const roster = createRoster(stores.dynamoDb, await stores.rosterTable());
      const queueUrl = await stores.queue({ fifo: true });
      const claims = createClaims(stores.bucketNamed(await stores.bucket()));
      const polling = createPolling({
        bridge,
        roster,
        snapshots: createSnapshots(stores.dynamoDb, await stores.snapshotsTable()),
        changes: createChangeQueue(stores.sqs, queueUrl, claims),
        ledger: createLedger(stores.dynamoDb, await stores.ledgerTable()),
        readSecret: async () => client,
      });
      for (const id of hospital.patientIds()) await roster.addConfigured("prairie", `patient/${id}`, now);
      for (const id of hospital.clinicIds()) await roster.addConfigured("prairie", `schedule/${id}`, now);

      const told = new Map<string, Resource>();
      const breaks: string[] = [];
      const states = new Set<string>();
      const pollDue = async () => {
        const due = await roster.due("prairie", now, 1_000);
        await Promise.all(
          due.map(async ({ target }) => {
            const life = { signal: AbortSignal.timeout(60_000), leaseMs: minute };
            const outcome = await polling.run({ source: "prairie", target }, life);
            if (outcome) states.add(outcome.state);
          }),
        );
        for (const { Body = "" } of await drain(stores.sqs, queueUrl)) {
          const { value, claim } = parseJson(Body) as { value?: ChangeSet; claim?: string };
          const changeSet = value ?? (parseJson(await claims.read(claim ?? "")) as ChangeSet);
          for (const { before, after } of changeSet.changes.filter(({ hasLeft }) => !hasLeft)) {
            const last = told.get(keyOf(after));
            if ((before && contentHash(before)) !== (last && contentHash(last))) breaks.push(keyOf(after));
            told.set(keyOf(after), after);
          }
        }
      };

      for (let round = 0; round < openRounds; round += 1) {
        pass(5 * minute);
        await pollDue();
      }
      hospital.closeDoors();
      for (let round = 0; round < closedRounds; round += 1) {
        pass(10 * minute);
        await pollDue();
      }

      const watched = new Set(
        (await roster.due("prairie", now + 365 * 24 * 60 * minute, 10_000)).flatMap(({ target }) => {
          const parsed = parseTarget(target);
          return parsed.kind === "patient" ? [parsed.patient] : [];
        }),
      );
      const stale: string[] = [];
      let held = 0;
      for (const type of ["Patient", "Encounter", "Appointment", "ServiceRequest", "DiagnosticReport", "Observation"])
        for (const { key, versions, hidden } of hospital.store.ofType(type)) {
          const version = versions.at(-1);
          if (version === undefined || hidden || version.suppressed) continue;
          const resource = parseJson(hospital.store.textOf(version)) as Resource;
          if (!watched.has(patientIdOf(resource) ?? "")) continue;
          held += 1;
          const known = told.get(key);
          if (known === undefined || contentHash(known) !== contentHash(resource)) stale.push(key);
        }
      expect(held).toBeGreaterThan(100);
      expect(states).toContain("polled");
      // Each version follows the one that was told before it.
      expect(breaks).toEqual([]);
      expect(stale).toEqual([]);
    },
    timeoutMs,
  );
}
