import { Construct } from "constructs";
import type { Shared } from "./bridge-stack.ts";
import { type DestinationQueue, queueUrls } from "./deliver.ts";
import { StageFunction } from "./stage-function.ts";
import { stages } from "./stages.ts";
import { WorkQueue } from "./work-queue.ts";

/** changes → route → the queue of each destination. */
export class Route extends Construct {
  readonly handler: StageFunction;
  readonly changes: WorkQueue;

  constructor(scope: Construct, shared: Shared, destinations: readonly DestinationQueue[]) {
    super(scope, "Route");
    const { state } = shared;
    const stage = stages.route;
    this.changes = new WorkQueue(this, "Changes", { ...shared.queueProps, name: "changes", fifo: true, stage });
    this.handler = new StageFunction(this, "Stage", {
      ...shared.functionProps,
      stage,
      concurrency: stage.maxConcurrency,
      environment: {
        PUBLISHED_TABLE: state.published.tableName,
        LEDGER_TABLE: state.ledger.tableName,
        CLAIMS_BUCKET: state.claims.bucketName,
        DELIVERY_QUEUE_URLS: queueUrls(this, destinations, "queue"),
      },
    });
    this.handler.consume(this.changes.queue, stage, stage.maxConcurrency);
    this.handler.allowTable(state.published, "BatchGetItem", "PutItem");
    this.handler.allowTable(state.ledger, "PutItem", "UpdateItem");
    this.handler.allowClaims(state.claims, "GetObject", "PutObject");
    this.handler.allowSending(...destinations.map(({ work }) => work.queue));
  }
}
