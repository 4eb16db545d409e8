import type { ChangeSet } from "../changes/change.ts";
import { BridgeError } from "../errors.ts";
import { isRecord, parseJson } from "../json.ts";
import type { Log } from "../log.ts";
import type { ClaimCheck } from "./delivery.ts";
import type { Routed } from "./route.ts";

/** A message of the changes queue; an SQS record has this shape. */
export interface ChangeRecord {
  readonly messageId: string;
  readonly body: string;
}

export interface RouteBatchDependencies {
  route(changeSet: ChangeSet): Promise<readonly Routed[]>;
  /** The text that a claim stands for. */
  readClaim(claim: string): Promise<string>;
  readonly log: Log;
}

/** The message of the changes queue: a change set, or where it lies in the claims bucket when it is large. */
type QueuedChangeSet = { readonly source: string; readonly patient: string } & ClaimCheck<Record<string, unknown>>;

interface Item {
  readonly messageId: string;
  readonly queued: QueuedChangeSet;
}

/**
 * Routes a batch: the change sets of one patient one after the other, those of different patients side by side. The
 * first that fails holds back the later ones of its patient.
 *
 * @returns the messageIds that were not done, for the partial batch response
 */
export async function routeBatch(
  records: readonly ChangeRecord[],
  dependencies: RouteBatchDependencies,
): Promise<string[]> {
  const items: Item[] = [];
  const unreadable: string[] = [];
  for (const { messageId, body } of records)
    try {
      items.push({ messageId, queued: readQueued(body) });
    } catch (error) {
      dependencies.log.error("A queue message cannot be routed", { error });
      unreadable.push(messageId);
    }
  const groups = Map.groupBy(items, ({ queued }) => `${queued.source}#${queued.patient}`);
  const failed = await Promise.all([...groups.values()].map((group) => routeGroup(group, dependencies)));
  return [...unreadable, ...failed.flat()];
}

async function routeGroup(group: readonly Item[], { route, readClaim, log }: RouteBatchDependencies) {
  for (const [index, { queued }] of group.entries()) {
    const { source } = queued;
    try {
      // Written by the poll of the same version, from resources that it has read: only the envelope is checked.
      const value = "claim" in queued ? parseJson(await readClaim(queued.claim)) : queued.value;
      const changeSet = value as unknown as ChangeSet;
      for (const { destination, events, parked } of await route(changeSet))
        if (events.length > 0 || parked > 0)
          log.info("Routed", { source, destination, events: events.length, changes: changeSet.changes.length });
    } catch (error) {
      log.error("A change set could not be routed", { source, error });
      return group.slice(index).map(({ messageId }) => messageId);
    }
  }
  return [];
}

/** @throws ERR_QUEUE_MESSAGE naming the first member that is missing or malformed */
function readQueued(body: string): QueuedChangeSet {
  const read = parsed(body);
  const path = malformedIn(read);
  if (path === undefined) return read as QueuedChangeSet;
  throw new BridgeError("ERR_QUEUE_MESSAGE", { details: { path } });
}

function malformedIn(read: unknown): string | undefined {
  if (!isRecord(read)) return "(body)";
  const { source, patient, value, claim } = read;
  if (typeof source !== "string") return "source";
  if (typeof patient !== "string") return "patient";
  return isRecord(value) || typeof claim === "string" ? undefined : "value";
}

function parsed(body: string): unknown {
  try {
    return parseJson(body);
  } catch (error) {
    throw new BridgeError("ERR_QUEUE_MESSAGE", { details: { path: "(body)" }, cause: error });
  }
}
