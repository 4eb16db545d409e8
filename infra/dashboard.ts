import { Duration } from "aws-cdk-lib";
import { Dashboard, GraphWidget, TextWidget } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import type { StageFunction } from "./stage-function.ts";
import type { WorkQueue } from "./work-queue.ts";

const period = Duration.minutes(1);
const third = { width: 8, height: 5 };

/** One page for the whole bridge: a row a stage, a row a destination. */
export function dashboard(
  scope: Construct,
  stages: Readonly<Record<string, StageFunction>>,
  queues: Readonly<Record<string, WorkQueue>>,
): Dashboard {
  const page = new Dashboard(scope, "Overview", { defaultInterval: Duration.hours(3) });
  for (const [name, { function: handler }] of Object.entries(stages))
    page.addWidgets(
      new GraphWidget({ ...third, title: `${name}: invocations`, left: [handler.metricInvocations({ period })] }),
      new GraphWidget({
        ...third,
        title: `${name}: errors and throttles`,
        left: [handler.metricErrors({ period }), handler.metricThrottles({ period })],
      }),
      new GraphWidget({
        ...third,
        title: `${name}: duration`,
        left: [handler.metricDuration({ period, statistic: "p99" })],
      }),
    );
  page.addWidgets(new TextWidget({ markdown: "## Queues", width: 24, height: 1 }));
  for (const [name, { queue, parked }] of Object.entries(queues))
    page.addWidgets(
      new GraphWidget({
        ...third,
        title: `${name}: waiting`,
        left: [
          queue.metricApproximateNumberOfMessagesVisible({ period }),
          queue.metricApproximateNumberOfMessagesNotVisible({ period }),
        ],
      }),
      new GraphWidget({
        ...third,
        title: `${name}: age of the oldest`,
        left: [queue.metricApproximateAgeOfOldestMessage({ period })],
      }),
      new GraphWidget({
        ...third,
        title: `${name}: parked`,
        left: [parked.metricApproximateNumberOfMessagesVisible({ period })],
      }),
    );
  return page;
}
