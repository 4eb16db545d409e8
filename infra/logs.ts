import { RemovalPolicy } from "aws-cdk-lib";
import type { Key } from "aws-cdk-lib/aws-kms";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";

/** Logs hold no patient data, but they do say who sent what to whom and when. */
export function encryptedLogGroup(scope: Construct, id: string, encryptionKey: Key): LogGroup {
  return new LogGroup(scope, id, {
    encryptionKey,
    retention: RetentionDays.ONE_YEAR,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}
