import { Duration } from "aws-cdk-lib";
import { Schedule, ScheduleExpression } from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import { Construct } from "constructs";
import type { Shared } from "./bridge-stack.ts";
import { StageFunction } from "./stage-function.ts";
import { planEveryMinutes, stages } from "./stages.ts";
import type { WorkQueue } from "./work-queue.ts";

/** EventBridge Scheduler → plan → polls. */
export class Plan extends Construct {
  readonly handler: StageFunction;

  constructor(scope: Construct, shared: Shared, polls: WorkQueue) {
    super(scope, "Plan");
    const { state, alarms } = shared;
    this.handler = new StageFunction(this, "Stage", {
      ...shared.functionProps,
      stage: stages.plan,
      concurrency: 1,
      environment: { ROSTER_TABLE: state.roster.tableName, POLLS_QUEUE_URL: polls.queue.queueUrl },
    });
    this.handler.allowTable(state.roster, "Query", "GetItem", "UpdateItem", "DeleteItem");
    this.handler.allowSending(polls.queue);
    this.handler.alarmWhenSilent(alarms);

    // A missed minute is made up for by the next one, so nothing is repeated or kept.
    this.handler.function.configureAsyncInvoke({ retryAttempts: 0 });
    new Schedule(this, "EachMinute", {
      description: "Starts the plan",
      schedule: ScheduleExpression.rate(Duration.minutes(planEveryMinutes)),
      target: new LambdaInvoke(this.handler.function, {
        retryAttempts: 0,
        maxEventAge: Duration.minutes(planEveryMinutes),
      }),
    });
  }
}
