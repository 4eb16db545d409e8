import type { ChangeSet } from "../changes/change.ts";
import { destinationsOf } from "../config/bridge.ts";
import type { Bridge, Source } from "../config/schema.ts";
import { BridgeError } from "../errors.ts";
import { patientFacts } from "../events/facts/patient.ts";
import type { Published, PublishedPartition, PublishedStore } from "../events/published.ts";
import { type SubjectOfChange, subjectsOf, withPatient } from "../events/subjects.ts";
import type { ResourceKey } from "../fhir.ts";
import type { Delivery } from "./delivery.ts";
import type { Ledger } from "./ledger.ts";
import { concerns, formerPatientOf, type Renderers, type Route } from "./plan.ts";
import { relationsOf } from "./successors.ts";
import { type Telling, tellAll } from "./tell.ts";

export interface DeliveryQueue {
  /** Sends in this order and returns when all are accepted. The same delivery may come again. */
  send(destination: string, deliveries: readonly Delivery[]): Promise<void>;
}

export interface RouteDependencies {
  readonly bridge: Bridge;
  readonly published: PublishedStore;
  readonly ledger: Pick<Ledger, "open" | "parked">;
  readonly queue: DeliveryQueue;
  readonly renderers: Renderers;
}

/** What one destination was told of a change set. */
export interface Routed {
  readonly destination: string;
  /** Event types, in order. */
  readonly events: readonly string[];
  readonly parked: number;
}

/**
 * Tells every destination of the source what the change set means to it: derives events from what it was last told,
 * renders them, enters them in the ledger, sends them to its queue and only then writes down that they were told. A
 * repeat after a crash at any point gives the same deliveries, with the same ids and bodies, or none.
 *
 * A destination that fails does not hold back the others.
 *
 * @throws ERR_CONFIG when the source is not configured any more; else the first failure of an adapter, after all
 * destinations were tried: the change set has to come again
 */
export async function routeChangeSet(
  changeSet: ChangeSet,
  dependencies: RouteDependencies,
): Promise<readonly Routed[]> {
  const { bridge } = dependencies;
  const source = sourceNamed(bridge, changeSet.source);
  const subjects = subjectsOf(changeSet);
  return settleAll(destinationsOf(bridge, changeSet.source), ([name, destination]) =>
    routeTo({ name, destination, source, changeSet, subjects, renderers: dependencies.renderers }, dependencies),
  );
}

/** All at once, and whichever fails, nothing is left under way that a repeat could meet. */
async function settleAll<Item, Result>(items: readonly Item[], action: (item: Item) => Promise<Result>) {
  const outcomes = await Promise.allSettled(items.map(action));
  return outcomes.map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
}

function sourceNamed({ sources }: Bridge, name: string): Source {
  const source = sources[name];
  if (source === undefined)
    throw new BridgeError("ERR_CONFIG", { details: { path: `sources.${name}`, problem: "There is no such source" } });
  return source;
}

/** Of what came from another patient: what was told while it was theirs. */
async function toldUnderFormerPatients(
  published: PublishedStore,
  partition: PublishedPartition,
  subjects: readonly SubjectOfChange[],
): Promise<ReadonlyMap<ResourceKey, Published>> {
  const moved = Map.groupBy(
    subjects.filter((subject) => formerPatientOf(subject) !== undefined),
    (subject) => formerPatientOf(subject) ?? "",
  );
  const loaded = [...moved].map(([patient, all]) =>
    published.load({ ...partition, patient }, [...new Set(all.map(({ key }) => key))]),
  );
  return new Map((await settleAll(loaded, (each) => each)).flatMap((each) => [...each]));
}

/** Of the records that go on after a merge: what was told of them stands with their own patients. */
async function toldOfSurvivors(
  published: PublishedStore,
  partition: PublishedPartition,
  subjects: readonly SubjectOfChange[],
): Promise<ReadonlyMap<ResourceKey, Published>> {
  const survivors = subjects.flatMap(({ after }) =>
    after.resourceType === "Patient" ? (patientFacts(after).survivor ?? []) : [],
  );
  const loaded = [...new Set(survivors)].map((key) =>
    published.load({ ...partition, patient: key.slice("Patient/".length) }, [key as ResourceKey]),
  );
  return new Map((await settleAll(loaded, (each) => each)).flatMap((each) => [...each]));
}

async function routeTo(route: Route, { published, ledger, queue }: RouteDependencies): Promise<Routed> {
  const { name, changeSet } = route;
  const subjects = route.subjects.filter((subject) => concerns(route.destination, subject));
  const partition: PublishedPartition = { destination: name, source: changeSet.source, patient: changeSet.patient };
  const patientKey: ResourceKey = `Patient/${changeSet.patient}`;
  const keys = [...subjects.map(({ key }) => key), ...relationsOf(subjects), patientKey];
  const told = new Map([
    ...(await toldOfSurvivors(published, partition, subjects)),
    ...(await published.load(partition, [...new Set(keys)])),
  ]);
  const formerly = await toldUnderFormerPatients(published, partition, subjects);
  const tellings = tellAll(route, withPatient(subjects, told.get(patientKey)?.patient), told, formerly);

  const messages = tellings.flatMap((telling) => telling.messages);
  await settleAll(messages, ({ head, workList, failure }) =>
    failure === undefined ? ledger.open(head, workList) : ledger.parked(head, { reason: failure, workList }),
  );
  const deliveries = messages.flatMap(({ head, body }) => (body === undefined ? [] : [{ ...head, body }]));
  if (deliveries.length > 0) await queue.send(name, deliveries);
  const save = async ({ key, next }: Telling) => next && published.save(partition, key, next);
  await settleAll(
    tellings.filter(({ isWrittenFirst }) => isWrittenFirst),
    save,
  );
  await settleAll(
    tellings.filter(({ isWrittenFirst }) => !isWrittenFirst),
    save,
  );
  return {
    destination: name,
    events: deliveries.map(({ event }) => event),
    parked: messages.length - deliveries.length,
  };
}
