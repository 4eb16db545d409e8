import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import type { Key } from "aws-cdk-lib/aws-kms";
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption, type QueueProps } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Alarms } from "./alarms.ts";
import { type QueueStage, retentionDays, visibilityTimeoutSeconds } from "./stages.ts";

export type WorkQueueProps = {
  /** Becomes part of the physical name, which a FIFO queue needs on emulators that tell it by `.fifo`. */
  name: string;
  stage: QueueStage;
  fifo: boolean;
  key: Key;
  alarms: Alarms;
};

/** A queue, its parked queue and their alarms: one never comes without the others. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly parked: Queue;

  constructor(scope: Construct, id: string, { name, stage, fifo, key, alarms }: WorkQueueProps) {
    super(scope, id);
    const common: QueueProps = {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key,
      dataKeyReuse: Duration.hours(1),
      enforceSSL: true,
      retentionPeriod: Duration.days(retentionDays),
      visibilityTimeout: Duration.seconds(visibilityTimeoutSeconds(stage)),
      removalPolicy: RemovalPolicy.RETAIN,
      ...(fifo && {
        fifo,
        contentBasedDeduplication: false,
        deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
        fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      }),
    };
    const prefix = Stack.of(this).stackName;
    const suffix = fifo ? ".fifo" : "";
    this.parked = new Queue(this, "Parked", { ...common, queueName: `${prefix}-${name}-parked${suffix}` });
    this.queue = new Queue(this, "Queue", {
      ...common,
      queueName: `${prefix}-${name}${suffix}`,
      deadLetterQueue: { queue: this.parked, maxReceiveCount: stage.maxReceiveCount },
    });

    const period = Duration.minutes(1);
    alarms.add(this, "OldestMessageAlarm", {
      alarmDescription: `Work waits too long in ${name}: its receiver may be down, or one message may hold back its group`,
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period }),
      threshold: stage.oldestMessageAlarmSeconds,
    });
    alarms.add(this, "ParkedAlarm", {
      alarmDescription: `Something was parked from ${name}: read its reason in the ledger, then redrive or discard it`,
      metric: this.parked.metricApproximateNumberOfMessagesVisible({ period }),
      threshold: 1,
    });
  }
}
