import { Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** Findings of the rule packs that stay, each where it may stay and why. A finding anywhere else fails the tests. */
export type Acknowledgement = { rules: string[]; at: RegExp; reason: string };

const role = /\/Stage\/Role\/DefaultPolicy\/Resource$/;
const handler = /\/Stage\/Function\/Resource$/;
const secret = /\/Secrets\/[^/]+\/Resource$/;
const claims = /\/State\/Claims\/Resource$/;

export const acknowledgements: Acknowledgement[] = [
  {
    rules: ["AwsSolutions-IAM5[Resource::*]"],
    at: role,
    reason: "X-Ray and the network interfaces of a VPC function know no resource to name",
  },
  {
    rules: ["AwsSolutions-IAM5[Resource::<StateClaimsB4766BEB.Arn>/*]"],
    at: role,
    reason: "The key of a claim is only known when it is written; the bucket holds nothing but claims",
  },
  {
    rules: ["AwsSolutions-IAM5[Resource::<PlanStageFunctionDEE0E9E4.Arn>:*]"],
    at: /\/SchedulerRole[^/]*\/DefaultPolicy\/Resource$/,
    reason: "The wildcard stands for the versions of the one function that the schedule starts",
  },
  {
    rules: ["HIPAA.Security-IAMNoInlinePolicy"],
    at: /\/DefaultPolicy\/Resource$/,
    reason: "A policy that names the resources of one function has no use anywhere else",
  },
  {
    rules: ["AwsSolutions-SMG4", "HIPAA.Security-SecretsManagerRotationEnabled"],
    at: secret,
    reason: "The other side must learn a new credential first; both ends accept the previous one meanwhile",
  },
  {
    rules: ["AwsSolutions-S1", "HIPAA.Security-S3BucketLoggingEnabled"],
    at: claims,
    reason: "Only the bridge's roles read claims, and CloudTrail data events record it where the account wants that",
  },
  {
    rules: ["HIPAA.Security-S3BucketReplicationEnabled", "HIPAA.Security-S3BucketVersioningEnabled"],
    at: claims,
    reason: "A claim is written once and expires; more copies of patient data would only be more to protect",
  },
  {
    rules: ["HIPAA.Security-DynamoDBInBackupPlan"],
    at: /\/State\/\w+\/Resource$/,
    reason: "Point-in-time recovery covers 35 days; longer backups belong to a plan of the account",
  },
  {
    rules: ["HIPAA.Security-LambdaDLQ", "Serverless-LambdaDLQ", "Serverless-LambdaAsyncFailureDestination"],
    at: /\/Stage\/Function\/(EventInvokeConfig\/)?Resource$/,
    reason: "Queues feed the functions and keep what failed; a lost run of the plan is made up for a minute later",
  },
  {
    rules: ["HIPAA.Security-LambdaInsideVPC"],
    at: handler,
    reason: "Functions that call public endpoints gain nothing from a VPC; links marked `vpc` are sent from one",
  },
  {
    rules: ["Serverless-LambdaEventSourceMappingDestination"],
    at: /\/SqsEventSource:[^/]+\/Resource$/,
    reason: "SQS has the parked queue for this; failure destinations are for streams",
  },
  {
    rules: ["Serverless-SQSRedrivePolicy"],
    at: /\/Parked\/Resource$/,
    reason: "A parked queue is the last stop",
  },
  {
    rules: ["HIPAA.Security-VPCDefaultSecurityGroupClosed"],
    at: /\/Network\/Vpc\/Resource$/,
    reason: "Nothing is in the default group, and emptying it takes a function with rights over every group",
  },
];

/** Acknowledges the findings on the constructs where they may stay. */
export function acknowledgeFindings(scope: IConstruct): void {
  for (const construct of scope.node.findAll())
    for (const { rules, at, reason } of acknowledgements)
      if (at.test(construct.node.path)) Validations.of(construct).acknowledge(...rules.map((id) => ({ id, reason })));
}
