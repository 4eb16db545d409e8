import { Construct } from "constructs";
import type { Shared } from "./bridge-stack.ts";
import { type DestinationQueue, queueUrls } from "./deliver.ts";
import { StageFunction } from "./stage-function.ts";
import { stages } from "./stages.ts";
import { WorkQueue } from "./work-queue.ts";

/** changes → route → the queue of each destination. */
export class Route extends Construct {
  readonly changes: WorkQueue;

  constructor(scope: Construct, shared: Shared, destinations: readonly DestinationQueue[]) {
    super(scope, "Route");
    const { state } = shared;
    const stage = stages.route;
    this.changes = new WorkQueue(this, "Changes", { ...shared.queueProps, name: "changes", fifo: true, stage });
    const route = new StageFunction(this, "Stage", {
      ...shared.functionProps,
      stage,
      concurrency: stage.maxConcurrency,
      environment: {
        PUBLISHED_TABLE: state.published.tableName,
        LEDGER_TABLE: state.ledger.tableName,
        CLAIMS_BUCKET: state.claims.bucketName,
        DELIVERY_QUEUE_URLS: queueUrls(this, destinations),
      },
    });
    route.consume(this.changes.queue, stage, stage.maxConcurrency);
    state.published.grantReadWriteData(route.function);
    state.ledger.grantReadWriteData(route.function);
    state.claims.grantRead(route.function);
    state.claims.grantPut(route.function);
    for (const { work } of destinations) work.queue.grantSendMessages(route.function);
  }
}
