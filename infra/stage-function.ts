import { Duration } from "aws-cdk-lib";
import { ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { ISecurityGroup, IVpc } from "aws-cdk-lib/aws-ec2";
import { Effect, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Key } from "aws-cdk-lib/aws-kms";
import {
  Architecture,
  CfnFunction,
  type Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Variable } from "../shared/aws/environment.ts";
import type { Alarms } from "./alarms.ts";
import { encryptedLogGroup } from "./logs.ts";
import { planEveryMinutes, type QueueStage, type Stage } from "./stages.ts";
import type { StateTable } from "./state.ts";

/** Where the code of a stage comes from: bundled for a deployment, or nothing at all where only the template matters. */
export type CodeOf = (stage: Stage) => Code;

export type StageFunctionProps = {
  stage: Stage;
  codeOf: CodeOf;
  environment: Partial<Record<Variable, string>>;
  /** The most invocations at a time; as many as its event sources may ask for, so that none is ever throttled. */
  concurrency: number;
  key: Key;
  alarms: Alarms;
  network?: { vpc: IVpc; securityGroup: ISecurityGroup };
};

export type TableCall = "GetItem" | "BatchGetItem" | "Query" | "PutItem" | "UpdateItem" | "DeleteItem";

/** Metadata of the template that names the source of each handler. */
export const entryMetadata = "ignite-bridge:entry";

/** A function with a role, a log group and alarms of its own. It may do nothing until it is granted something. */
export class StageFunction extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: StageFunctionProps) {
    super(scope, id);
    const { stage, key, alarms, network } = props;
    const role = new Role(this, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    const logGroup = encryptedLogGroup(this, "Logs", key);
    logGroup.grantWrite(role);
    key.grant(role, "kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey");
    if (network) allowNetworkInterfaces(role);

    this.function = new LambdaFunction(this, "Function", {
      description: stage.purpose,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: "index.handler",
      code: props.codeOf(stage),
      role,
      timeout: Duration.seconds(stage.timeoutSeconds),
      memorySize: stage.memoryMib,
      reservedConcurrentExecutions: props.concurrency,
      tracing: Tracing.ACTIVE,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      environment: { NODE_OPTIONS: "--enable-source-maps", ...props.environment },
      ...(network && { vpc: network.vpc, securityGroups: [network.securityGroup] }),
    });
    cfnFunction(this.function).addMetadata(entryMetadata, stage.entry);

    const period = Duration.minutes(5);
    alarms.add(this, "ErrorsAlarm", {
      alarmDescription: `${stage.entry} fails as a whole: its log says why`,
      metric: this.function.metricErrors({ period }),
      threshold: 1,
    });
    alarms.add(this, "ThrottlesAlarm", {
      alarmDescription: `${stage.entry} is throttled: the account's Lambda concurrency is used up`,
      metric: this.function.metricThrottles({ period }),
      threshold: 1,
    });
  }

  /** Single items and queries of one table, and of its index: no scans, no transactions, no streams. */
  allowTable({ arns }: StateTable, ...calls: TableCall[]): void {
    this.#allow(
      calls.map((call) => `dynamodb:${call}`),
      [...arns],
    );
  }

  allowSending(...queues: Queue[]): void {
    if (queues.length > 0)
      this.#allow(
        ["sqs:SendMessage"],
        queues.map(({ queueArn }) => queueArn),
      );
  }

  allowClaims(bucket: Bucket, ...calls: ("GetObject" | "PutObject")[]): void {
    this.#allow(
      calls.map((call) => `s3:${call}`),
      [bucket.arnForObjects("*")],
    );
  }

  #allow(actions: string[], resources: string[]): void {
    this.function.addToRolePolicy(new PolicyStatement({ actions, resources }));
  }

  /** Feeds the function from a queue: failed messages come back alone, the rest of the batch is done. */
  consume(queue: Queue, stage: QueueStage, maxConcurrency: number): void {
    this.function.addEventSource(
      new SqsEventSource(queue, { batchSize: stage.batchSize, maxConcurrency, reportBatchItemFailures: true }),
    );
  }

  /** Raises the alarm when the schedule no longer starts the function. */
  alarmWhenSilent(alarms: Alarms): void {
    alarms.add(this, "SilentAlarm", {
      alarmDescription: "The plan has stopped running, so nothing is polled any more",
      metric: this.function.metricInvocations({ period: Duration.minutes(5 * planEveryMinutes) }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
    });
  }
}

function cfnFunction(construct: LambdaFunction): CfnFunction {
  const resource = construct.node.defaultChild;
  if (!CfnFunction.isCfnFunction(resource)) throw new TypeError("A Function has no CfnFunction");
  return resource;
}

/** What a function in a VPC needs to get its network interface, in place of a managed policy that grants logs as well. */
function allowNetworkInterfaces(role: Role): void {
  role.addToPolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      actions: [
        "ec2:CreateNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:DeleteNetworkInterface",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
      ],
      resources: ["*"],
    }),
  );
}
