import { Construct } from "constructs";
import type { Shared } from "./bridge-stack.ts";
import { StageFunction } from "./stage-function.ts";
import { stages } from "./stages.ts";
import { WorkQueue } from "./work-queue.ts";

/** polls → poll → changes. */
export class Poll extends Construct {
  readonly handler: StageFunction;
  readonly polls: WorkQueue;

  constructor(scope: Construct, shared: Shared, changes: WorkQueue) {
    super(scope, "Poll");
    const { bridge, state, secrets } = shared;
    const stage = stages.poll;
    this.polls = new WorkQueue(this, "Polls", { ...shared.queueProps, name: "polls", fifo: false, stage });
    this.handler = new StageFunction(this, "Stage", {
      ...shared.functionProps,
      stage,
      concurrency: stage.maxConcurrency,
      environment: {
        ROSTER_TABLE: state.roster.tableName,
        SNAPSHOTS_TABLE: state.snapshots.tableName,
        LEDGER_TABLE: state.ledger.tableName,
        CLAIMS_BUCKET: state.claims.bucketName,
        CHANGES_QUEUE_URL: changes.queue.queueUrl,
      },
    });
    this.handler.consume(this.polls.queue, stage, stage.maxConcurrency);
    this.handler.allowTable(state.roster, "GetItem", "UpdateItem");
    this.handler.allowTable(state.snapshots, "Query", "GetItem", "BatchGetItem", "PutItem");
    this.handler.allowTable(state.ledger, "UpdateItem");
    this.handler.allowClaims(state.claims, "PutObject");
    this.handler.allowSending(changes.queue);
    secrets.grantRead(
      Object.values(bridge.sources).map((source) => source.credentials.secret),
      this.handler.function,
    );
  }
}
