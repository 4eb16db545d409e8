import { manualClock } from "../sandbox/clock.ts";
import { wholeMonth } from "../sandbox/hospital/month.ts";
import { createHospital, type Hospital, type JournalEntry } from "../sandbox/hospital.ts";
import { createFhirService } from "../sandbox/server/fhir.ts";
import { poll } from "../shared/changes/poll.ts";
import { defineBridge } from "../shared/config/bridge.ts";
import { type BridgeInput, feeds, type Source } from "../shared/config/schema.ts";
import type { Delivery } from "../shared/delivery/delivery.ts";
import { type RouteDependencies, routeChangeSet } from "../shared/delivery/route.ts";
import { BridgeError } from "../shared/errors.ts";
import type { Published, PublishedStore } from "../shared/events/published.ts";
import type { ResourceKey } from "../shared/fhir.ts";
import { renderMessage } from "../shared/hl7/render.ts";
import type { DueTarget } from "../shared/roster/roster.ts";
import type { TargetKey } from "../shared/roster/target.ts";
import { renderWebhook } from "../shared/webhook/payload.ts";
import { createMemoryPorts, createMemoryStores, fetchInProcess } from "../test/changes/support/memory.ts";
import { openRereadMs } from "./expected.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** A poll that cannot find anything is left out, so that a month can be afforded; but not for longer than this. */
const leftOutForMs = { patient: 6 * hourMs, list: hourMs };

export interface HouseOptions {
  readonly seed: number;
  readonly people: number;
  /** Between two polls of a target; `tiers` for the intervals that the bridge takes by itself. */
  readonly intervalMinutes: number | "tiers";
  readonly destinations: BridgeInput["destinations"];
  /** Every delivery, in order, as its queue takes it. */
  deliver(delivery: Delivery): void;
}

/** A simulated hospital and the whole bridge behind it, in one process and without a network. */
export interface House {
  readonly hospital: Hospital;
  now(): number;
  /** Lets a minute pass and polls and routes what is due. */
  passMinute(): Promise<void>;
  /** What is watched, `patient/<id>` or `schedule/<location id>`, and how far it has been read. */
  readings(): Iterable<[target: string, reading: TargetReading]>;
  /** Failures, by code. */
  readonly problems: ReadonlyMap<string, number>;
  readonly counts: { polls: number; leftOut: number; changeSets: number; parked: number };
}

/** Times are epoch milliseconds. */
export interface TargetReading {
  /** When the answers about it were last read, or were known to be the same as those that were. */
  readonly readAt: number;
  readonly firstReadAt: number;
  /** When it was asked about, oldest first. */
  readonly polls: readonly number[];
  /** Of the hospital's records of it, as they were read: another one where any was written. */
  readonly revision: number;
}

export const startAt = new Date("2026-11-23T06:00:00Z");
const sourceName = "prairie";

export async function openHouse(options: HouseOptions): Promise<House> {
  const clock = manualClock(startAt);
  const { seed, people, intervalMinutes } = options;
  const hospital = createHospital({ seed, startAt, timeZone: "America/Chicago", people, ...wholeMonth });
  const service = createFhirService({ hospital, clock });
  const bridge = defineBridge({
    sources: {
      [sourceName]: {
        baseUrl: service.baseUrl,
        credentials: { method: "client_secret_basic", secret: "prairie" },
        timeZone: hospital.timeZone,
        patients: { ids: [...hospital.patientIds()], appointmentLocations: [...hospital.clinicIds()] },
        feeds: [...feeds],
        referenceData: "listed",
        fullReread: "6h",
        ...(intervalMinutes !== "tiers" && { intervals: sameIntervals(`${intervalMinutes}m`) }),
      },
    },
    destinations: options.destinations,
  });
  const source = bridge.sources[sourceName] as Source;
  const stores = createMemoryStores();
  const now = () => clock.now().getTime();
  const portsOf = createMemoryPorts(sourceName, source, stores, {
    fetch: fetchInProcess(service.baseUrl, service, clock.now),
    now,
  });
  const counts = { polls: 0, leftOut: 0, changeSets: 0, parked: 0 };
  const problems = new Map<string, number>();
  const note = (code: string) => void problems.set(code, (problems.get(code) ?? 0) + 1);
  const route: RouteDependencies = {
    bridge,
    published: createPublished(),
    ledger: {
      async open() {},
      async parked({ event }, { reason }) {
        counts.parked += 1;
        note(`${event} parked: ${reason}`);
      },
    },
    queue: { send: async (_destination, deliveries) => deliveries.forEach(options.deliver) },
    renderers: { renderMessage, renderWebhook },
  };

  const targets: TargetKey[] = [
    ...hospital.patientIds().map((id): TargetKey => `patient/${id}`),
    ...hospital.clinicIds().map((id): TargetKey => `schedule/${id}`),
    "reference/Practitioner",
    "reference/Location",
  ];
  for (const target of targets) await stores.roster.addConfigured(sourceName, target, now());

  const reads = new Map<string, Reading>();

  /** Polls, unless nothing has been written since the poll before the last one: that one then had the same answers. */
  async function visit(due: DueTarget): Promise<void> {
    const { target, dueAt } = due;
    const [kind, id = ""] = target.split("/");
    const last = reads.get(target);
    // Whatever is written anywhere may be on a schedule or in a list.
    const revision = kind === "patient" ? hospital.revisionOf(id) : hospital.journal().length;
    const isCalled =
      last === undefined ||
      dueAt < last.dueAt ||
      now() - (last.polls.at(-1) ?? 0) >= leftOutForMs[kind === "patient" ? "patient" : "list"];
    if (!isCalled && last.revision === revision && last.isConfirmed) {
      counts.leftOut += 1;
      last.readAt = now();
      last.dueAt = now() + last.intervalMs;
      await stores.roster.postpone(sourceName, due, last.dueAt);
      return;
    }
    counts.polls += 1;
    const polls = last?.polls ?? [];
    const outcome = await poll({ source: sourceName, target }, portsOf(), { leaseMs: minuteMs });
    for (const problem of outcome.problems) note(problem.code);
    if (outcome.state !== "polled") {
      note(`poll ${outcome.state}`);
      return;
    }
    const nextAt = await dueAtOf(target);
    const intervalMs = nextAt - now();
    // From the second poll on, each target has its own minutes, as targets that joined at different times do.
    const dueNext = last === undefined ? now() + minuteMs * (1 + (reads.size % (intervalMs / minuteMs))) : nextAt;
    await stores.roster.postpone(sourceName, { ...due, dueAt: nextAt }, dueNext);
    polls.push(now());
    reads.set(target, {
      firstReadAt: last?.firstReadAt ?? now(),
      polls,
      readAt: now(),
      revision,
      isConfirmed: last?.revision === revision && outcome.changes === 0 && !wasAnyCombined(),
      dueAt: dueNext,
      intervalMs,
    });
  }

  /** An encounter that was combined is found only by who reads it by its id, which is not done by every poll. */
  function wasAnyCombined(): boolean {
    const isRecent = ({ time }: JournalEntry) => now() - Date.parse(time) < openRereadMs;
    const journal = hospital.journal();
    const before = journal.findLastIndex((entry) => !isRecent(entry));
    return journal.slice(before + 1).some(({ kind }) => kind === "stays-combined");
  }

  async function dueAtOf(target: TargetKey): Promise<number> {
    const all = await stores.roster.due(sourceName, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
    return all.find((each) => each.target === target)?.dueAt ?? now();
  }

  async function routeAll(): Promise<void> {
    for (const changeSet of stores.takeChangeSets()) {
      counts.changeSets += 1;
      try {
        await routeChangeSet(changeSet, route);
      } catch (error) {
        note(`route: ${error instanceof BridgeError ? error.code : String(error)}`);
      }
    }
  }

  return {
    hospital,
    now,
    counts,
    problems,
    readings: () => reads,
    async passMinute() {
      clock.advance(minuteMs);
      hospital.advanceTo(clock.now());
      for (const due of await stores.roster.due(sourceName, now(), Number.POSITIVE_INFINITY)) {
        // The store in memory goes on with its own entry.
        await visit({ ...due });
        await routeAll();
      }
    },
  };
}

interface Reading {
  readonly firstReadAt: number;
  readonly polls: number[];
  readAt: number;
  revision: number;
  /** Two polls in a row have seen this revision: what becomes visible late has been looked for. */
  isConfirmed: boolean;
  dueAt: number;
  intervalMs: number;
}

type Intervals = NonNullable<BridgeInput["sources"][string]["intervals"]>;

function sameIntervals(interval: string): Intervals {
  return { inHouse: interval, today: interval, other: interval, schedule: interval };
}

/** What was told, in memory; as in the table, each write follows the revision before it. */
function createPublished(): PublishedStore {
  const partitions = new Map<string, Map<ResourceKey, Published>>();
  return {
    async load({ destination, source, patient }, resources) {
      const partition = partitions.get(`${destination}#${source}#${patient}`);
      return new Map(
        resources.flatMap((key) => {
          const found = partition?.get(key);
          return found === undefined ? [] : [[key, found] as const];
        }),
      );
    },
    async save({ destination, source, patient }, resource, published) {
      const name = `${destination}#${source}#${patient}`;
      const partition = partitions.get(name) ?? new Map<ResourceKey, Published>();
      partitions.set(name, partition);
      if ((partition.get(resource)?.revision ?? 0) !== published.revision - 1)
        throw new BridgeError("ERR_PUBLISHED_MOVED", { details: { destination } });
      partition.set(resource, published);
    },
  };
}
