import type { Log } from "../log.ts";
import type { Delivery } from "./delivery.ts";
import { groupOf } from "./delivery-group.ts";
import type { DeliveryHead, Ledger } from "./ledger.ts";
import type { Accepted, Outcome, Setback } from "./outcome.ts";
import { type QueuedDelivery, readQueuedDelivery } from "./queued-delivery.ts";
import { parkAfterMs, type RetryPolicy, retryDelayMs } from "./retry.ts";

/** A message as its queue handed it out; an SQS record has this shape. */
export interface QueueRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: { readonly ApproximateReceiveCount: string };
}

/** The way to one client system. */
export interface Sender {
  /** Never throws for what the network or the client system does. */
  send(delivery: Delivery): Promise<Outcome>;
  readonly policy: RetryPolicy;
  /** `link`: one delivery at a time for the whole destination. `patient`: one at a time for each patient. */
  readonly order: "link" | "patient";
  /** Whether deliveries of different groups may be under way at the same time. */
  readonly parallel: boolean;
  /** The longest that a send may take; none is begun that might be cut off. */
  readonly longestSendMs: number;
}

/** What is counted. Destinations are names of the configuration. */
export interface DeliveryMeter {
  /** @param latencyMs from the moment the record took it in to the acknowledgement */
  delivered(destination: string, latencyMs: number): void;
  retried(destination: string): void;
  parked(destination: string): void;
}

export interface DeliverDependencies {
  /** @throws ERR_CONFIG when the configuration has no such destination */
  senderOf(destination: string): Sender;
  readonly ledger: Ledger;
  /** The body that a claim stands for. */
  readClaim(claim: string): Promise<string>;
  /** Keeps a record from being handed out again for that long. */
  postpone(record: QueueRecord, destination: string, delayMs: number): Promise<void>;
  /** Copies a message into the parked queue of its destination. The copy is distinct for each attempt that came to an end. */
  park(queued: QueuedDelivery, group: string, attempt: number): Promise<void>;
  readonly meter: DeliveryMeter;
  readonly log: Log;
  /** How long this invocation may still run. */
  remainingMs(): number;
  readonly random?: () => number;
}

interface Item {
  readonly record: QueueRecord;
  readonly queued: QueuedDelivery;
  readonly sender: Sender;
}

/** Done and to be deleted, or to be handed out again after a while, and with it the rest of its group. */
type Step =
  | { readonly done: true }
  | { readonly done: false; readonly delayMs: number; readonly stopsDestination: boolean };

const done: Step = { done: true };

/** What the groups of a batch know of each other. */
interface Progress {
  begun: boolean;
  /** Destinations that nothing can be sent to in this batch any more, and for how long. */
  readonly stopped: Map<string, number>;
}

/** Left for the ledger entry and the acknowledgement after a send. */
const bookkeepingMs = 3_000;

/**
 * Delivers a batch. Within a group deliveries go out in order, and the first that fails holds back the rest of its group;
 * other groups go on. A crash at any point leads to the same delivery again with the same id.
 *
 * @returns the messageIds that were not done, for the partial batch response
 */
export async function deliverBatch(
  records: readonly QueueRecord[],
  dependencies: DeliverDependencies,
): Promise<string[]> {
  const { items, unreadable } = readRecords(records, dependencies);
  const groups = [...Map.groupBy(items, ({ queued, sender }) => groupOf(queued, sender.order)).values()];
  const progress: Progress = { begun: false, stopped: new Map() };

  const [parallel, sequential] = [true, false].map((each) =>
    groups.filter((group) => group[0]?.sender.parallel === each),
  ) as [Item[][], Item[][]];
  const failed = await Promise.all([
    ...parallel.map((group) => deliverGroup(group, progress, dependencies)),
    (async () => {
      const ids: string[] = [];
      for (const group of sequential) ids.push(...(await deliverGroup(group, progress, dependencies)));
      return ids;
    })(),
  ]);
  return [...unreadable, ...failed.flat()];
}

/** Trying again will not make a record readable. It has no group that is known, so others do not wait for it here. */
function readRecords(records: readonly QueueRecord[], { senderOf, log }: DeliverDependencies) {
  const items: Item[] = [];
  const unreadable: string[] = [];
  for (const record of records) {
    try {
      const queued = readQueuedDelivery(record.body);
      items.push({ record, queued, sender: senderOf(queued.destination) });
    } catch (error) {
      log.error("A queue message cannot be delivered", { error });
      unreadable.push(record.messageId);
    }
  }
  return { items, unreadable };
}

/** @returns the messageIds from the first failure on */
async function deliverGroup(
  group: readonly Item[],
  progress: Progress,
  dependencies: DeliverDependencies,
): Promise<string[]> {
  for (const [index, item] of group.entries()) {
    const step = await deliverOrLeave(item, progress, dependencies);
    if (step.done) continue;
    const { destination } = item.queued;
    if (step.stopsDestination) progress.stopped.set(destination, step.delayMs);
    const left = group.slice(index);
    // The whole rest, for a group stays locked until none of its messages is in flight.
    for (const { record } of left) await postpone(record, destination, step.delayMs, dependencies);
    return left.map(({ record }) => record.messageId);
  }
  return [];
}

/** When this fails the record comes back after the visibility timeout of its queue: later, but not lost. */
async function postpone(
  record: QueueRecord,
  destination: string,
  delayMs: number,
  dependencies: DeliverDependencies,
): Promise<void> {
  try {
    await dependencies.postpone(record, destination, delayMs);
  } catch (error) {
    dependencies.log.warn("A retry could not be scheduled", { destination, delayMs, error });
  }
}

async function deliverOrLeave(item: Item, progress: Progress, dependencies: DeliverDependencies): Promise<Step> {
  const { queued, record, sender } = item;
  const stoppedFor = progress.stopped.get(queued.destination);
  if (stoppedFor !== undefined) return { done: false, delayMs: stoppedFor, stopsDestination: true };
  // The first is begun whatever its timeouts say: there will never be more time than now.
  if (progress.begun && dependencies.remainingMs() < sender.longestSendMs + bookkeepingMs)
    return { done: false, delayMs: 0, stopsDestination: false };
  progress.begun = true;
  try {
    return await deliver(item, dependencies);
  } catch (error) {
    dependencies.log.error("A delivery met a failure of the bridge itself", { ...fieldsOf(queued), error });
    const receives = Number(record.attributes.ApproximateReceiveCount);
    const delayMs = retryDelayMs(sender.policy, { attempt: receives, receives }, dependencies.random);
    return { done: false, delayMs, stopsDestination: false };
  }
}

async function deliver(item: Item, dependencies: DeliverDependencies): Promise<Step> {
  const { queued, sender } = item;
  const { ledger, log } = dependencies;
  const head = headOf(queued);
  const begin = await ledger.begin(head);
  if (!begin.send) {
    log.info("Already acknowledged", fieldsOf(queued));
    return done;
  }
  const body = "claim" in queued ? await dependencies.readClaim(queued.claim) : queued.body;
  const outcome = await sender.send({ ...head, body });
  if (outcome.action === "delivered") return acknowledge(head, outcome, begin.attempt, dependencies);
  // Attempts that never left do not count, and neither does waiting for a person.
  const counted = begin.attempt - begin.unsent;
  const exhausted =
    outcome.action === "retry" && outcome.sent && sender.policy.maxAttempts !== undefined
      ? counted >= sender.policy.maxAttempts
      : false;
  const expired = Date.now() - Date.parse(queued.createdAt) > parkAfterMs;
  if (outcome.action === "park" || exhausted || expired) return park(item, outcome, begin.attempt, dependencies);
  return retry(item, outcome, begin.attempt, dependencies);
}

async function acknowledge(
  head: DeliveryHead,
  { acknowledgement, workList = [] }: Accepted,
  attempt: number,
  { ledger, meter, log }: DeliverDependencies,
): Promise<Step> {
  await ledger.acknowledged(head, { acknowledgement, attempt });
  const latencyMs = Date.now() - Date.parse(head.recordedAt);
  meter.delivered(head.destination, latencyMs);
  log.info("Delivered", { ...fieldsOf(head), acknowledgement, attempt, latencyMs });
  if (workList.length > 0)
    log.warn("The receiver took a message with remarks", { ...fieldsOf(head), count: workList.length });
  return done;
}

/** The copy comes first: a crash after it parks twice, which redriving notices, and loses nothing. */
async function park(item: Item, setback: Setback, attempt: number, dependencies: DeliverDependencies): Promise<Step> {
  const { queued, sender } = item;
  const { ledger, meter, log } = dependencies;
  const { reason, acknowledgement, workList } = setback;
  await dependencies.park(queued, groupOf(queued, sender.order), attempt);
  await ledger.parked(headOf(queued), { reason, acknowledgement, attempt, workList });
  meter.parked(queued.destination);
  log.error("Parked", { ...fieldsOf(queued), reason, acknowledgement, attempt });
  return done;
}

async function retry(item: Item, setback: Setback, attempt: number, dependencies: DeliverDependencies): Promise<Step> {
  const { queued, record, sender } = item;
  const { ledger, meter, log, random } = dependencies;
  const { reason, acknowledgement, retryAfterMs } = setback;
  const hold = setback.action === "hold";
  const receives = Number(record.attributes.ApproximateReceiveCount);
  const delayMs = retryDelayMs(sender.policy, { attempt, receives, retryAfterMs, hold }, random);
  await ledger.retrying(headOf(queued), {
    reason,
    acknowledgement,
    attempt,
    counted: setback.sent && !hold,
    nextAttemptAt: new Date(Date.now() + delayMs).toISOString(),
  });
  meter.retried(queued.destination);
  const fields = { ...fieldsOf(queued), reason, acknowledgement, attempt, delayMs, systemCode: setback.systemCode };
  if (hold) log.error("Held until a person sets the destination right", fields);
  else log.warn("Will be tried again", fields);
  return { done: false, delayMs, stopsDestination: setback.stopsDestination ?? false };
}

function headOf(queued: QueuedDelivery): DeliveryHead {
  const { id, destination, source, patient, event, trigger, focus, recordedAt, createdAt } = queued;
  return { id, destination, source, patient, event, focus, recordedAt, createdAt, ...(trigger && { trigger }) };
}

function fieldsOf({ id, destination, event, trigger }: DeliveryHead | QueuedDelivery) {
  return { delivery: id, destination, event, trigger };
}
