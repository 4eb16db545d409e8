import { Stack } from "aws-cdk-lib";
import { Alarm, type AlarmProps, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Key } from "aws-cdk-lib/aws-kms";
import { Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";

/** Where everything that needs a person is told. People subscribe to the topic; nothing else leaves through it. */
export class Alarms extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, key: Key) {
    super(scope, "Alarms");
    this.topic = new Topic(this, "Topic", { displayName: "ignite-bridge alarms", masterKey: key, enforceSSL: true });
    // A topic with a policy of its own no longer lets CloudWatch publish by default.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        actions: ["sns:Publish"],
        principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
    );
  }

  /** Raised when the metric reaches the threshold, unless the properties say otherwise. */
  add(scope: Construct, id: string, props: Omit<AlarmProps, "evaluationPeriods">): Alarm {
    const alarm = new Alarm(scope, id, {
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      evaluationPeriods: 1,
      ...props,
    });
    const action = new SnsAction(this.topic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    return alarm;
  }
}
