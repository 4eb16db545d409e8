import { Stack } from "aws-cdk-lib";
import { Construct } from "constructs";
import type { Destination } from "../shared/config/schema.ts";
import type { Shared } from "./bridge-stack.ts";
import { LinkNetwork } from "./link-network.ts";
import { StageFunction } from "./stage-function.ts";
import { orderedLinkConcurrency, type QueueStage, stages } from "./stages.ts";
import { WorkQueue } from "./work-queue.ts";

type Kind = "DeliverMllp" | "DeliverMllpInVpc" | "DeliverWebhook";

const stageOf: Record<Kind, QueueStage> = {
  DeliverMllp: stages.deliverMllp,
  DeliverMllpInVpc: stages.deliverMllp,
  DeliverWebhook: stages.deliverWebhook,
};

function kindOf(destination: Destination): Kind {
  if (destination.format === "webhook") return "DeliverWebhook";
  return destination.link.vpc ? "DeliverMllpInVpc" : "DeliverMllp";
}

function concurrencyOf(destination: Destination): number {
  const ordered = destination.format === "hl7v2" && destination.link.order === "link";
  return ordered ? orderedLinkConcurrency : stageOf[kindOf(destination)].maxConcurrency;
}

export type DestinationQueue = { name: string; destination: Destination; work: WorkQueue };

/** A queue for each destination. */
export function destinationQueues(scope: Construct, { bridge, queueProps }: Shared): DestinationQueue[] {
  const queues = new Construct(scope, "Destinations");
  return Object.entries(bridge.destinations).map(([name, destination]) => {
    const stage = stageOf[kindOf(destination)];
    const work = new WorkQueue(queues, name, { ...queueProps, name: `deliver-${name}`, fifo: true, stage });
    return { name, destination, work };
  });
}

/** DELIVERY_QUEUE_URLS and PARKED_QUEUE_URLS of shared/aws/environment.ts. */
export function queueUrls(scope: Construct, queues: readonly DestinationQueue[], which: "queue" | "parked"): string {
  return Stack.of(scope).toJsonString(Object.fromEntries(queues.map(({ name, work }) => [name, work[which].queueUrl])));
}

/** The queues of one kind of destination → deliver-mllp or deliver-webhook → client systems. */
class Deliver extends Construct {
  readonly handler: StageFunction;

  constructor(scope: Construct, kind: Kind, queues: readonly DestinationQueue[], shared: Shared) {
    super(scope, kind);
    const { state, secrets } = shared;
    const stage = stageOf[kind];
    this.handler = new StageFunction(this, "Stage", {
      ...shared.functionProps,
      stage,
      concurrency: queues.reduce((sum, { destination }) => sum + concurrencyOf(destination), 0),
      environment: {
        LEDGER_TABLE: state.ledger.tableName,
        CLAIMS_BUCKET: state.claims.bucketName,
        DELIVERY_QUEUE_URLS: queueUrls(this, queues, "queue"),
        PARKED_QUEUE_URLS: queueUrls(this, queues, "parked"),
      },
      ...(kind === "DeliverMllpInVpc" && {
        network: new LinkNetwork(this, { key: state.key, ports: portsOf(queues) }),
      }),
    });
    for (const { destination, work } of queues) this.handler.consume(work.queue, stage, concurrencyOf(destination));
    this.handler.allowTable(state.ledger, "GetItem", "UpdateItem");
    this.handler.allowClaims(state.claims, "GetObject");
    this.handler.allowSending(...queues.map(({ work }) => work.parked));
    secrets.grantRead(
      queues.flatMap(({ destination }) => (destination.format === "webhook" ? [destination.secret] : [])),
      this.handler.function,
    );
  }
}

function portsOf(queues: readonly DestinationQueue[]): number[] {
  return queues.flatMap(({ destination }) => (destination.format === "hl7v2" ? [destination.link.port] : []));
}

/** One function for each kind of destination that the configuration has. */
export function deliverAll(
  scope: Construct,
  shared: Shared,
  queues: readonly DestinationQueue[],
): Record<string, StageFunction> {
  const kinds = Map.groupBy(queues, ({ destination }) => kindOf(destination));
  return Object.fromEntries(
    [...kinds].map(([kind, ofKind]) => [kind, new Deliver(scope, kind, ofKind, shared).handler]),
  );
}
