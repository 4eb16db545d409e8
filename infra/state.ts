import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { claimDays } from "./stages.ts";

type Attribute = readonly [name: string, type?: AttributeType];
type Schema = {
  partition: Attribute;
  sort?: Attribute;
  /** What is not projected is not written to the index, and so is not paid for twice. */
  index?: { name: string; partition: Attribute; sort: Attribute; projected?: string[] };
  timeToLive?: string;
};

/** Everything that outlives the flow: deleting the stack leaves it behind. */
export class State extends Construct {
  readonly key: Key;
  readonly roster: StateTable;
  readonly snapshots: StateTable;
  readonly published: StateTable;
  readonly ledger: StateTable;
  readonly claims: Bucket;

  constructor(scope: Construct) {
    super(scope, "State");
    this.key = stateKey(this);
    this.roster = new StateTable(this, "Roster", this.key, {
      partition: ["source"],
      sort: ["target"],
      index: {
        name: "due",
        partition: ["source"],
        sort: ["dueAt", AttributeType.NUMBER],
        projected: ["tier", "requests"],
      },
    });
    this.snapshots = new StateTable(this, "Snapshots", this.key, {
      partition: ["partition"],
      sort: ["resource"],
      timeToLive: "expiresAt",
    });
    this.published = new StateTable(this, "Published", this.key, { partition: ["partition"], sort: ["resource"] });
    this.ledger = new StateTable(this, "Ledger", this.key, {
      partition: ["delivery"],
      index: { name: "byState", partition: ["destinationState"], sort: ["updatedAt"] },
      timeToLive: "expiresAt",
    });
    this.claims = new Bucket(this, "Claims", {
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      lifecycleRules: [
        { id: "expire", expiration: Duration.days(claimDays), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}

function stateKey(scope: Construct): Key {
  const { region, account, partition } = Stack.of(scope);
  const key = new Key(scope, "Key", {
    description: "Encrypts the tables, queues, claims, secrets, logs and alarms of ignite-bridge",
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const use = { actions: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"] };
  key.addToResourcePolicy(
    new PolicyStatement({
      ...use,
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      resources: ["*"],
      conditions: {
        ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:${partition}:logs:${region}:${account}:log-group:*` },
      },
    }),
  );
  key.addToResourcePolicy(
    new PolicyStatement({
      actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
      principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
      resources: ["*"],
      conditions: { StringEquals: { "aws:SourceAccount": account } },
    }),
  );
  return key;
}

/** A table that is encrypted, backed up continuously and not deleted by accident. */
export class StateTable extends Table {
  /** The table and its index. */
  readonly arns: readonly string[];

  constructor(scope: Construct, id: string, encryptionKey: Key, { partition, sort, index, timeToLive }: Schema) {
    super(scope, id, {
      partitionKey: attribute(partition),
      ...(sort && { sortKey: attribute(sort) }),
      ...(timeToLive && { timeToLiveAttribute: timeToLive }),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    if (index)
      this.addGlobalSecondaryIndex({
        indexName: index.name,
        partitionKey: attribute(index.partition),
        sortKey: attribute(index.sort),
        ...(index.projected
          ? { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: index.projected }
          : { projectionType: ProjectionType.ALL }),
      });
    this.arns = [this.tableArn, ...(index ? [`${this.tableArn}/index/${index.name}`] : [])];
  }
}

function attribute([name, type = AttributeType.STRING]: Attribute) {
  return { name, type };
}
