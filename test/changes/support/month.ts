import { manualClock } from "../../../sandbox/clock.ts";
import { wholeMonth } from "../../../sandbox/hospital/month.ts";
import { createHospital, type Hospital } from "../../../sandbox/hospital.ts";
import { createFhirService } from "../../../sandbox/server/fhir.ts";
import type { ChangeSet } from "../../../shared/changes/change.ts";
import { type PollOutcome, poll } from "../../../shared/changes/poll.ts";
import type { PollWorkItem } from "../../../shared/changes/ports.ts";
import { defineBridge } from "../../../shared/config/bridge.ts";
import { feeds, type Source } from "../../../shared/config/schema.ts";
import type { TargetKey } from "../../../shared/roster/target.ts";
import { createMemoryPorts, createMemoryStores, fetchInProcess, type MemoryStores } from "./memory.ts";

/** A simulated hospital with all that can happen in a month, polled in this process with every feed on. */
export interface Month {
  readonly hospital: Hospital;
  readonly source: Source;
  readonly stores: MemoryStores;
  readonly workItems: PollWorkItem[];
  now(): number;
  pass(ms: number): void;
  /** Polls what is due, as a plan would without a limit; tells how many calls to AWS each poll would have made. */
  pollDue(watch?: (outcome: PollOutcome, calls: number) => void): Promise<PollOutcome[]>;
  takeChangeSets(): ChangeSet[];
}

export async function startMonth(
  seed: number,
  settings: Partial<Parameters<typeof defineBridge>[0]["sources"][string]> = {},
  house: { people?: number; busy?: number } = {},
): Promise<Month> {
  const startAt = new Date("2026-11-23T06:00:00Z");
  const clock = manualClock(startAt);
  const hospital = createHospital({ seed, startAt, timeZone: "America/Chicago", people: 30, ...wholeMonth, ...house });
  const service = createFhirService({ hospital, clock });
  const { sources } = defineBridge({
    sources: {
      prairie: {
        baseUrl: service.baseUrl,
        credentials: { method: "client_secret_basic", secret: "prairie" },
        timeZone: "America/Chicago",
        patients: { ids: [...hospital.patientIds()], appointmentLocations: [...hospital.clinicIds()] },
        feeds: [...feeds],
        referenceData: "listed",
        ...settings,
      },
    },
    destinations: {},
  });
  const { prairie: source } = sources;
  if (source === undefined) throw new TypeError("The source is missing");
  const stores = createMemoryStores();
  const workItems: PollWorkItem[] = [];
  const now = () => clock.now().getTime();
  const ports = createMemoryPorts("prairie", source, stores, {
    fetch: fetchInProcess(service.baseUrl, service, clock.now),
    now,
    reportWorkItem: async (item) => void workItems.push(item),
  });
  const targets: TargetKey[] = [
    ...hospital.patientIds().map((id) => `patient/${id}` as const),
    ...hospital.clinicIds().map((id) => `schedule/${id}` as const),
    "reference/Practitioner",
    "reference/Location",
  ];
  for (const target of targets) await stores.roster.addConfigured("prairie", target, now());
  return {
    hospital,
    source,
    stores,
    workItems,
    now,
    pass: (ms) => void clock.advance(ms),
    async pollDue(watch = () => {}) {
      const due = await stores.roster.due("prairie", now(), 10_000);
      const outcomes: PollOutcome[] = [];
      for (const { target } of due) {
        const before = sumOf(stores.calls);
        const outcome = await poll({ source: "prairie", target }, ports(), { leaseMs: 300_000 });
        watch(outcome, sumOf(stores.calls) - before);
        outcomes.push(outcome);
      }
      return outcomes;
    },
    takeChangeSets: () => stores.takeChangeSets(),
  };
}

function sumOf(calls: Readonly<Record<string, number>>): number {
  return Object.values(calls).reduce((sum, each) => sum + each, 0);
}
