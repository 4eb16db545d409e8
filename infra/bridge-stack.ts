import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { Bridge } from "../shared/config/schema.ts";
import { Alarms } from "./alarms.ts";
import { dashboard } from "./dashboard.ts";
import { deliverAll, destinationQueues } from "./deliver.ts";
import { Plan } from "./plan.ts";
import { Poll } from "./poll.ts";
import { Route } from "./route.ts";
import { Secrets } from "./secrets.ts";
import type { CodeOf, StageFunctionProps } from "./stage-function.ts";
import { State } from "./state.ts";
import type { WorkQueueProps } from "./work-queue.ts";

export type BridgeStackProps = StackProps & { bridge: Bridge; codeOf: CodeOf };

/** What every stage may lean on. */
export type Shared = {
  bridge: Bridge;
  state: State;
  secrets: Secrets;
  alarms: Alarms;
  functionProps: Pick<StageFunctionProps, "codeOf" | "key" | "alarms">;
  queueProps: Pick<WorkQueueProps, "key" | "alarms">;
};

/** One bridge: its state, and the flow from the schedule to the client systems. */
export class BridgeStack extends Stack {
  constructor(scope: Construct, id: string, { bridge, codeOf, ...props }: BridgeStackProps) {
    super(scope, id, props);
    const state = new State(this);
    const { key } = state;
    const alarms = new Alarms(this, key);
    const secrets = new Secrets(this, key);
    const shared: Shared = {
      bridge,
      state,
      secrets,
      alarms,
      functionProps: { codeOf, key, alarms },
      queueProps: { key, alarms },
    };

    const destinations = destinationQueues(this, shared);
    const route = new Route(this, shared, destinations);
    const poll = new Poll(this, shared, route.changes);
    const plan = new Plan(this, shared, poll.polls);
    const deliver = deliverAll(this, shared, destinations);
    const page = dashboard(
      this,
      { Plan: plan.handler, Poll: poll.handler, Route: route.handler, ...deliver },
      {
        polls: poll.polls,
        changes: route.changes,
        ...Object.fromEntries(destinations.map(({ name, work }) => [name, work])),
      },
    );

    const outputs = {
      RosterTable: state.roster.tableName,
      SnapshotsTable: state.snapshots.tableName,
      PublishedTable: state.published.tableName,
      LedgerTable: state.ledger.tableName,
      PlanFunction: plan.handler.function.functionName,
      Dashboard: page.dashboardName,
      AlarmTopic: alarms.topic.topicArn,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
