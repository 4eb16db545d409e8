import type { ChangeSet } from "../../../shared/changes/change.ts";
import type { Snapshot } from "../../../shared/changes/diff.ts";
import type { StoredOutbox } from "../../../shared/changes/outbox.ts";
import type { AppointmentWindow, ChangesPort, PollPorts, Seen, SnapshotsPort } from "../../../shared/changes/ports.ts";
import { createReferenceCache } from "../../../shared/changes/reference-cache.ts";
import type { Source } from "../../../shared/config/schema.ts";
import { BridgeError } from "../../../shared/errors.ts";
import { keyOf, type ResourceKey } from "../../../shared/fhir.ts";
import { createIgnite, type Fetch } from "../../../shared/ignite/client.ts";
import type {
  DueTarget,
  Joining,
  Lease,
  LeaseRelease,
  PlanRosterPort,
  RosterEntry,
  RosterPort,
} from "../../../shared/roster/roster.ts";
import { patientTarget, type TargetKey } from "../../../shared/roster/target.ts";

/** The stores of the bridge in memory, for tests that poll millions of times; they keep to what the tables do. */
export interface MemoryStores {
  readonly roster: RosterPort & PlanRosterPort;
  readonly snapshots: SnapshotsPort;
  readonly changes: ChangesPort;
  /** What was sent and not yet taken. */
  takeChangeSets(): ChangeSet[];
  /** Calls that would go to AWS: one a read of up to a hundred items, one a written item, one a batch of ten messages. */
  readonly calls: Record<string, number>;
}

type Writable<Entry> = { -readonly [Name in keyof Entry]: Entry[Name] };
type StoredEntry = Writable<RosterEntry> & { leaseUntil?: number | undefined };

export function createMemoryStores(): MemoryStores {
  const calls: Record<string, number> = {};
  const count = (name: string, times = 1) => {
    calls[name] = (calls[name] ?? 0) + times;
  };
  const entries = new Map<string, StoredEntry>();
  const entryKey = (source: string, target: string) => `${source} ${target}`;
  const isCurrent = ({ entry }: Lease) => entries.get(entryKey(entry.source, entry.target))?.epoch === entry.epoch;
  const fenced = (lease: Lease): StoredEntry => {
    const entry = entries.get(entryKey(lease.entry.source, lease.entry.target));
    if (entry === undefined || !isCurrent(lease))
      throw new BridgeError("ERR_LEASE_LOST", { details: { source: lease.entry.source, epoch: lease.entry.epoch } });
    return entry;
  };
  const configurations = new Map<string, string>();
  const add = (source: string, target: TargetKey, more: Partial<RosterEntry>): StoredEntry => {
    const key = entryKey(source, target);
    const entry = entries.get(key) ?? {
      source,
      target,
      tier: "other" as const,
      dueAt: 0,
      since: 0,
      configured: false,
      epoch: 0,
      watermarks: {},
      feedSince: {},
      failures: 0,
      inHouse: false,
      mergedFrom: [],
      settledEpoch: 0,
      ...more,
    };
    entries.set(key, entry);
    return entry;
  };

  const roster: MemoryStores["roster"] = {
    async lease({ source, target, plannedAt, now, until }) {
      count("roster");
      const entry = entries.get(entryKey(source, target));
      if (entry === undefined || (entry.leaseUntil !== undefined && entry.leaseUntil >= now)) return undefined;
      if (plannedAt !== undefined && entry.polledAt !== undefined && entry.polledAt >= plannedAt) return undefined;
      entry.leaseUntil = until;
      entry.epoch += 1;
      return { entry: structuredClone(entry) };
    },
    async confirm(lease) {
      count("roster");
      fenced(lease);
    },
    async settle(lease, settlement) {
      count("roster");
      Object.assign(fenced(lease), settlement);
    },
    async release(lease, { settled, ...release }: LeaseRelease) {
      count("roster");
      const entry = fenced(lease);
      for (const [name, value] of Object.entries(release))
        if (value !== undefined) Object.assign(entry, { [name]: value });
      delete entry.leaseUntil;
      if (settled) entry.settledEpoch = entry.epoch;
    },
    async join(source, joining, now) {
      for (const each of joining) joinOne(source, each, now);
    },
    configurationOf: async (source) => configurations.get(source),
    noteConfiguration: async (source, hash) => void configurations.set(source, hash),
    async addConfigured(source, target, now) {
      const tier = target.startsWith("schedule/") ? ("schedule" as const) : ("other" as const);
      add(source, target, { since: now, dueAt: now, tier }).configured = true;
    },
    configuredTargets: async (source) =>
      [...entries.values()].filter((entry) => entry.source === source && entry.configured).map(({ target }) => target),
    remove: async (source, target) => void entries.delete(entryKey(source, target)),
    async due(source, now, limit): Promise<DueTarget[]> {
      return [...entries.values()]
        .filter((entry) => entry.source === source && entry.dueAt <= now)
        .sort((a, b) => a.dueAt - b.dueAt)
        .slice(0, limit);
    },
    async postpone(source, { target, dueAt: seen }, dueAt) {
      const entry = entries.get(entryKey(source, target));
      if (entry?.dueAt === seen) entry.dueAt = dueAt;
    },
  };

  function joinOne(source: string, { patient, since, expectedUntil, mergedFrom }: Joining, now: number): void {
    count("roster");
    const entry = add(source, patientTarget(patient), { since, dueAt: now, tier: "today" });
    if (expectedUntil !== undefined) {
      entry.expectedUntil = expectedUntil;
      if (entry.tier === "other") Object.assign(entry, { tier: "today", dueAt: now });
    }
    if (mergedFrom === undefined) return;
    entry.mergedFrom = [...new Set([...entry.mergedFrom, mergedFrom])];
    entry.rereadWanted = now;
    entry.dueAt = Math.min(entry.dueAt, now);
  }

  interface Stored {
    readonly snapshot?: Snapshot | undefined;
    readonly writer: string;
    readonly epoch: number;
  }
  /** Partition, then type, then key: as a query finds them. */
  const partitions = new Map<string, Map<ResourceKey, Stored>>();
  const owners = new Map<string, string>();
  const bodies = new Map<string, string>();
  const partitionOf = (source: string, patient: string) => {
    const name = `${source}#${patient}`;
    const partition = partitions.get(name) ?? new Map<ResourceKey, Stored>();
    partitions.set(name, partition);
    return partition;
  };
  const ofType = (source: string, patient: string, resourceType: string) =>
    [...partitionOf(source, patient)].filter(([key]) => key.startsWith(`${resourceType}/`));
  const bodyKey = ({ entry }: Lease, name: string) => `${entry.source} ${entry.target} ${name}`;
  const read = <Value>(lease: Lease, name: string): Value | undefined => {
    count("snapshots");
    const text = bodies.get(bodyKey(lease, name));
    return text === undefined ? undefined : (JSON.parse(text) as Value);
  };
  const write = (lease: Lease, name: string, value: unknown) => {
    count("snapshots");
    fenced(lease);
    bodies.set(bodyKey(lease, name), JSON.stringify(value));
  };

  const snapshots: SnapshotsPort = {
    async get(source, wanted) {
      count("snapshots", Math.ceil(wanted.length / 100));
      const found = new Map<ResourceKey, Snapshot>();
      for (const { patient, key } of wanted) {
        const snapshot = partitionOf(source, patient).get(key)?.snapshot;
        if (snapshot && snapshot.seenAt >= (found.get(key)?.seenAt ?? 0)) found.set(key, snapshot);
      }
      return found;
    },
    async list(source, patient, resourceType) {
      count("snapshots");
      return ofType(source, patient, resourceType).flatMap(([, { snapshot }]) => snapshot?.resource ?? []);
    },
    async keys(source, patient, resourceType) {
      count("snapshots");
      return ofType(source, patient, resourceType).map(([key]) => key);
    },
    async save(lease, writes) {
      count("snapshots", writes.length);
      const { source, target, epoch } = lease.entry;
      for (const { patient, resource, hash, seenAt } of writes) {
        const partition = partitionOf(source, patient);
        const stored = partition.get(keyOf(resource));
        if (stored && stored.writer === target && stored.epoch > epoch)
          throw new BridgeError("ERR_LEASE_LOST", { details: { source, epoch } });
        partition.set(keyOf(resource), { snapshot: { resource, hash, seenAt }, writer: target, epoch });
      }
    },
    saveOutbox: async (lease, outbox) => write(lease, "outbox", { ...outbox, epoch: lease.entry.epoch }),
    getOutbox: async (lease) => read<StoredOutbox>(lease, "outbox"),
    async note(source, keys) {
      count("snapshots");
      const partition = partitionOf(source, "");
      for (const key of keys)
        if (!partition.has(key)) {
          count("snapshots");
          partition.set(key, { writer: "", epoch: 0 });
        }
    },
    async ownersOf(source, keys) {
      count("snapshots");
      return new Map(
        keys.flatMap((key) => {
          const owner = owners.get(`${source} ${key}`);
          return owner === undefined ? [] : [[key, owner] as const];
        }),
      );
    },
    async saveOwner({ entry }, patient, keys) {
      count("snapshots", keys.length);
      for (const key of keys) owners.set(`${entry.source} ${key}`, patient);
    },
    getSeen: async (lease, feed) => read<Seen>(lease, `seen/${feed}`),
    saveSeen: async (lease, feed, seen) => write(lease, `seen/${feed}`, seen),
    getWindow: async (lease) => read<AppointmentWindow>(lease, "window"),
    saveWindow: async (lease, window) => write(lease, "window", window),
  };

  let sent: ChangeSet[] = [];
  return {
    roster,
    snapshots,
    changes: {
      async send(changeSets) {
        count("changes", Math.ceil(changeSets.length / 10));
        // A queue drops what it has had already.
        for (const each of changeSets) if (!sent.some(({ id }) => id === each.id)) sent.push(each);
      },
    },
    takeChangeSets() {
      const taken = sent;
      sent = [];
      return taken;
    },
    calls,
  };
}

/** The least of a FHIR server in this process. */
export interface FhirInProcess {
  get(
    target: string,
    options?: { accept?: string },
  ): {
    status: number;
    headers?: Record<string, string>;
    body?: string | Uint8Array;
  };
}

/**
 * A `fetch` that asks a FHIR server in this process; tokens are granted for whatever is asked. `date` is the server's
 * clock.
 */
export function fetchInProcess(baseUrl: string, service: FhirInProcess, date: () => Date): Fetch {
  const json = (body: unknown) =>
    new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } });
  return async (url, { headers, body }) => {
    if (url === `${baseUrl}/.well-known/smart-configuration`) return json({ token_endpoint: `${baseUrl}/token` });
    if (url === `${baseUrl}/token`) {
      const scope = new URLSearchParams(String(body)).get("scope");
      return json({ access_token: "token", token_type: "Bearer", expires_in: 570, scope });
    }
    const accept = new Headers(headers).get("accept");
    const answer = service.get(url, accept === null ? {} : { accept });
    const head = { status: answer.status, headers: { date: date().toUTCString(), ...answer.headers } };
    return new Response(answer.body === undefined ? null : (answer.body as BodyInit), head);
  };
}

/** What `poll` needs, over stores in memory. Take `session()` anew for each poll: it counts the requests. */
export function createMemoryPorts(
  sourceName: string,
  source: Source,
  stores: MemoryStores,
  options: { fetch: Fetch; now: () => number; reportWorkItem?: PollPorts["reportWorkItem"] },
): () => PollPorts {
  const ignite = createIgnite(source, {
    readSecret: async () => ({ clientId: "client", clientSecret: "secret" }),
    fetch: options.fetch,
    retryPolicy: { attempts: 2, firstDelayMs: 1, longestDelayMs: 10 },
  });
  const references = createReferenceCache();
  return () => ({
    sourceName,
    source,
    roster: stores.roster,
    snapshots: stores.snapshots,
    changes: stores.changes,
    references,
    ignite: ignite.session(AbortSignal.timeout(60_000)),
    reportWorkItem: options.reportWorkItem ?? (async () => {}),
    now: options.now,
  });
}
