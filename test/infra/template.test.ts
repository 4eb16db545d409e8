import { Match, Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { planEveryMinutes, stages, visibilityTimeoutSeconds } from "../../infra/stages.ts";
import { addBridge, createApp, synthesize } from "../../infra/synthesize.ts";
import { assemblyDirectory, configOf, everyKind } from "./configurations.ts";

type Statement = { Effect: string; Action: string | string[]; Resource: unknown; Condition?: unknown };
type Properties = Record<string, unknown>;
type Resource = { Type: string; Properties: Properties; Metadata?: Properties; DeletionPolicy?: string };

let template: Template;
let resources: Record<string, Resource>;

async function templateOf(configPath: string): Promise<Template> {
  return Template.fromJSON(await synthesize({ configPath, bundle: false }));
}

function ofType(type: string): [id: string, resource: Resource][] {
  return Object.entries(resources).filter(([, resource]) => resource.Type === type);
}

function idOf(start: string, type: string): string {
  const ids = ofType(type).flatMap(([id]) => (id.startsWith(start) ? [id] : []));
  expect(ids, `${start}: ${type}`).toHaveLength(1);
  return ids.join();
}

describe("every kind of destination", () => {
  beforeAll(async () => {
    template = await templateOf(configOf(everyKind));
    resources = template.toJSON()["Resources"];
  });

  test("has these kinds of resources, and no others", () => {
    const counts: Record<string, number> = {};
    for (const { Type } of Object.values(resources)) counts[Type] = (counts[Type] ?? 0) + 1;
    expect(counts).toMatchInlineSnapshot(`
      {
        "AWS::CloudWatch::Alarm": 27,
        "AWS::CloudWatch::Dashboard": 1,
        "AWS::DynamoDB::Table": 4,
        "AWS::EC2::FlowLog": 1,
        "AWS::EC2::RouteTable": 2,
        "AWS::EC2::SecurityGroup": 2,
        "AWS::EC2::SecurityGroupIngress": 1,
        "AWS::EC2::Subnet": 2,
        "AWS::EC2::SubnetRouteTableAssociation": 2,
        "AWS::EC2::VPC": 1,
        "AWS::EC2::VPCEndpoint": 3,
        "AWS::IAM::Policy": 8,
        "AWS::IAM::Role": 8,
        "AWS::KMS::Key": 1,
        "AWS::Lambda::EventInvokeConfig": 1,
        "AWS::Lambda::EventSourceMapping": 7,
        "AWS::Lambda::Function": 6,
        "AWS::Logs::LogGroup": 7,
        "AWS::S3::Bucket": 1,
        "AWS::S3::BucketPolicy": 1,
        "AWS::SNS::Topic": 1,
        "AWS::SNS::TopicPolicy": 1,
        "AWS::SQS::Queue": 14,
        "AWS::SQS::QueuePolicy": 14,
        "AWS::Scheduler::Schedule": 1,
        "AWS::SecretsManager::Secret": 3,
      }
    `);
  });

  describe("state", () => {
    test("tables have the keys that the functions use, and survive mistakes", () => {
      const key = (name: string, KeyType: string) => ({ AttributeName: name, KeyType });
      const schemas = ofType("AWS::DynamoDB::Table").map(([, { Properties }]) => Properties["KeySchema"]);
      expect(schemas).toEqual([
        [key("source", "HASH"), key("target", "RANGE")],
        [key("partition", "HASH"), key("resource", "RANGE")],
        [key("partition", "HASH"), key("resource", "RANGE")],
        [key("delivery", "HASH")],
      ]);
      template.hasResourceProperties("AWS::DynamoDB::Table", {
        AttributeDefinitions: Match.arrayWith([{ AttributeName: "dueAt", AttributeType: "N" }]),
        GlobalSecondaryIndexes: [
          Match.objectLike({ IndexName: "due", KeySchema: [key("source", "HASH"), key("dueAt", "RANGE")] }),
        ],
      });
      template.hasResourceProperties("AWS::DynamoDB::Table", {
        TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
        GlobalSecondaryIndexes: [
          Match.objectLike({
            IndexName: "byState",
            KeySchema: [key("destinationState", "HASH"), key("updatedAt", "RANGE")],
          }),
        ],
      });
      template.allResources("AWS::DynamoDB::Table", {
        DeletionPolicy: "Retain",
        Properties: Match.objectLike({
          BillingMode: "PAY_PER_REQUEST",
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          SSESpecification: { SSEEnabled: true, SSEType: "KMS", KMSMasterKeyId: Match.anyValue() },
        }),
      });
    });

    test("the key rotates", () => {
      template.allResourcesProperties("AWS::KMS::Key", { EnableKeyRotation: true });
    });

    test("claims are encrypted, closed to the public and expire", () => {
      template.allResourcesProperties("AWS::S3::Bucket", {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            Match.objectLike({ ServerSideEncryptionByDefault: Match.objectLike({ SSEAlgorithm: "aws:kms" }) }),
          ],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 35, Status: "Enabled" })] },
      });
    });

    test("secrets are made without a value, but not those named by ARN", () => {
      const secrets = ofType("AWS::SecretsManager::Secret").map(([, { Properties }]) => Properties);
      expect(secrets.map(({ Name }) => Name).toSorted()).toEqual(["bridge/app", "bridge/source", "bridge/south"]);
      for (const properties of secrets) {
        expect(properties).toHaveProperty("KmsKeyId");
        expect(properties).not.toHaveProperty("GenerateSecretString");
        expect(properties).not.toHaveProperty("SecretString");
      }
    });
  });

  describe("queues", () => {
    test("are encrypted with the bridge's key, keep 14 days and outlive the stack", () => {
      template.allResources("AWS::SQS::Queue", {
        DeletionPolicy: "Retain",
        Properties: Match.objectLike({
          KmsMasterKeyId: { "Fn::GetAtt": [idOf("StateKey", "AWS::KMS::Key"), "Arn"] },
          MessageRetentionPeriod: 1_209_600,
        }),
      });
    });

    test("refuse callers without TLS, as do the bucket and the topic", () => {
      for (const [policyType, closed] of [
        ["AWS::SQS::QueuePolicy", "AWS::SQS::Queue"],
        ["AWS::S3::BucketPolicy", "AWS::S3::Bucket"],
        ["AWS::SNS::TopicPolicy", "AWS::SNS::Topic"],
      ] as const) {
        template.resourceCountIs(policyType, ofType(closed).length);
        template.allResourcesProperties(policyType, {
          PolicyDocument: Match.objectLike({
            Statement: Match.arrayWith([
              Match.objectLike({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
            ]),
          }),
        });
      }
    });

    test.each([
      ["ignite-bridge-polls", stages.poll],
      ["ignite-bridge-changes.fifo", stages.route],
      ["ignite-bridge-deliver-ordered.fifo", stages.deliverMllp],
      ["ignite-bridge-deliver-private.fifo", stages.deliverMllp],
      ["ignite-bridge-deliver-app.fifo", stages.deliverWebhook],
    ])("%s takes its times from the stage that reads it", (QueueName, stage) => {
      template.hasResourceProperties("AWS::SQS::Queue", {
        QueueName,
        VisibilityTimeout: visibilityTimeoutSeconds(stage),
        RedrivePolicy: { deadLetterTargetArn: Match.anyValue(), maxReceiveCount: stage.maxReceiveCount },
      });
    });

    test("have a parked queue of the same kind and two alarms each", () => {
      for (const [id, { Properties }] of ofType("AWS::SQS::Queue").filter(([id]) => !id.includes("Parked"))) {
        const name = String(Properties["QueueName"]);
        const parked = name.replace(/(\.fifo)?$/, "-parked$1");
        template.hasResourceProperties("AWS::SQS::Queue", { QueueName: parked });
        for (const [MetricName, queue] of [
          ["ApproximateAgeOfOldestMessage", id],
          ["ApproximateNumberOfMessagesVisible", idOf(id.replace(/Queue\w{8}$/, "Parked"), "AWS::SQS::Queue")],
        ] as const)
          template.hasResourceProperties("AWS::CloudWatch::Alarm", {
            MetricName,
            Dimensions: [{ Name: "QueueName", Value: { "Fn::GetAtt": [queue, "QueueName"] } }],
          });
      }
    });

    test("of FIFO kind keep order for each group and take the sender's deduplication id", () => {
      const fifo = ofType("AWS::SQS::Queue").filter(([, { Properties }]) => Properties["FifoQueue"] === true);
      expect(fifo).toHaveLength(12);
      for (const [, { Properties }] of fifo)
        expect(Properties).toMatchObject({
          QueueName: expect.stringMatching(/\.fifo$/),
          ContentBasedDeduplication: false,
          DeduplicationScope: "messageGroup",
          FifoThroughputLimit: "perMessageGroupId",
        });
    });
  });

  describe("functions", () => {
    test("run Node 24 on arm64 with the settings of their stage, traced, logging JSON, and name their source", () => {
      const functions = ofType("AWS::Lambda::Function").map(([, resource]) => resource);
      expect(functions.map(({ Metadata }) => Metadata?.["ignite-bridge:entry"]).toSorted()).toEqual([
        "functions/deliver-mllp.ts",
        "functions/deliver-mllp.ts",
        "functions/deliver-webhook.ts",
        "functions/plan.ts",
        "functions/poll.ts",
        "functions/route.ts",
      ]);
      for (const { Properties, Metadata } of functions) {
        const stage = Object.values(stages).find(({ entry }) => entry === Metadata?.["ignite-bridge:entry"]);
        expect(Properties).toMatchObject({
          Runtime: "nodejs24.x",
          Architectures: ["arm64"],
          Timeout: stage?.timeoutSeconds,
          MemorySize: stage?.memoryMib,
          TracingConfig: { Mode: "Active" },
          LoggingConfig: { LogFormat: "JSON", LogGroup: expect.anything() },
          ReservedConcurrentExecutions: expect.any(Number),
        });
      }
    });

    test("are fed by their queues, failed messages coming back alone", () => {
      const mappings = ofType("AWS::Lambda::EventSourceMapping").map(([, { Properties }]) => Properties);
      expect(mappings).toHaveLength(7);
      for (const properties of mappings)
        expect(properties).toMatchObject({ BatchSize: 10, FunctionResponseTypes: ["ReportBatchItemFailures"] });
    });

    test("may run as often at a time as their queues may ask, so that none is throttled", () => {
      const asked = new Map<string, number>();
      for (const [, { Properties }] of ofType("AWS::Lambda::EventSourceMapping")) {
        const { FunctionName, ScalingConfig } = Properties as {
          FunctionName: { Ref: string };
          ScalingConfig: { MaximumConcurrency: number };
        };
        asked.set(FunctionName.Ref, (asked.get(FunctionName.Ref) ?? 0) + ScalingConfig.MaximumConcurrency);
      }
      expect(asked.size).toBe(5);
      for (const [id, concurrency] of asked)
        expect(resources[id]?.Properties["ReservedConcurrentExecutions"], id).toBe(concurrency);
    });

    test("log into encrypted groups that end", () => {
      for (const [, { Properties }] of ofType("AWS::Logs::LogGroup"))
        expect(Properties).toMatchObject({ KmsKeyId: expect.anything(), RetentionInDays: 365 });
    });

    test("the schedule starts the plan each minute, and silence raises an alarm", () => {
      const plan = idOf("PlanStageFunction", "AWS::Lambda::Function");
      template.hasResourceProperties("AWS::Scheduler::Schedule", {
        ScheduleExpression: `rate(${planEveryMinutes} minute)`,
        State: "ENABLED",
        Target: Match.objectLike({ Arn: { "Fn::GetAtt": [plan, "Arn"] } }),
      });
      template.hasResourceProperties("AWS::CloudWatch::Alarm", {
        MetricName: "Invocations",
        ComparisonOperator: "LessThanThreshold",
        TreatMissingData: "breaching",
        Dimensions: [{ Name: "FunctionName", Value: { Ref: plan } }],
      });
    });

    test("each alarm tells the topic, and the topic is encrypted", () => {
      const topic = idOf("AlarmsTopic", "AWS::SNS::Topic");
      template.allResourcesProperties("AWS::CloudWatch::Alarm", { AlarmActions: [{ Ref: topic }] });
      template.hasResourceProperties("AWS::SNS::Topic", { KmsMasterKeyId: Match.anyValue() });
      template.hasResourceProperties("AWS::SNS::TopicPolicy", {
        PolicyDocument: Match.objectLike({
          Statement: Match.arrayWith([
            Match.objectLike({
              Effect: "Allow",
              Action: "sns:Publish",
              Principal: { Service: "cloudwatch.amazonaws.com" },
              Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
            }),
          ]),
        }),
      });
    });

    test("only links marked for it are sent from the VPC", () => {
      const inVpc = ofType("AWS::Lambda::Function").filter(([, { Properties }]) => "VpcConfig" in Properties);
      expect(inVpc.map(([id]) => id)).toEqual([idOf("DeliverMllpInVpcStageFunction", "AWS::Lambda::Function")]);
      const environment = JSON.stringify(inVpc.map(([, { Properties }]) => Properties["Environment"]));
      expect(environment).toMatch(/DestinationsprivateQueue/);
      expect(environment).not.toMatch(/Destinations(ordered|parallel|app|partner)/);
    });
  });

  test("the sender in the VPC connects to its links and to AWS, and takes no connections", () => {
    const group = idOf("DeliverMllpInVpcNetworkSecurityGroup", "AWS::EC2::SecurityGroup");
    const { SecurityGroupEgress, ...properties } = resources[group]?.Properties ?? {};
    expect(SecurityGroupEgress).toMatchObject([{ ToPort: 443 }, { ToPort: 6663 }]);
    expect(properties).not.toHaveProperty("SecurityGroupIngress");
  });

  describe("permissions", () => {
    /** What the role of a function may do: action to the logical ids of the resources. */
    function permissionsOf(stage: string): Record<string, string[]> {
      const policy = idOf(`${stage}StageRoleDefaultPolicy`, "AWS::IAM::Policy");
      const document = resources[policy]?.Properties["PolicyDocument"] as { Statement: Statement[] };
      const permissions: Record<string, string[]> = {};
      for (const { Effect, Action, Resource } of document.Statement) {
        expect(Effect).toBe("Allow");
        for (const action of [Action].flat())
          permissions[action] = [...(permissions[action] ?? []), ...[Resource].flat().flatMap(logicalIds)].toSorted();
      }
      return permissions;
    }

    function logicalIds(resource: unknown): string[] {
      const text = JSON.stringify(resource);
      if (text === '"*"') return ["*"];
      const ids = [...text.matchAll(/"(?:Fn::GetAtt":\["|Ref":")([A-Za-z0-9]+)[A-F0-9]{8}"/g)].map(([, id = ""]) => id);
      return [...new Set(ids.length > 0 ? ids : [text])];
    }

    /** Those of one AWS service, with the action's own prefix cut. */
    function permissionsOn(service: string, stage: string): Record<string, string[]> {
      const own = Object.entries(permissionsOf(stage)).filter(([action]) => action.startsWith(`${service}:`));
      return Object.fromEntries(own.map(([action, on]) => [action.slice(service.length + 1), [...new Set(on)]]));
    }

    const stageNames = ["Plan", "Poll", "Route", "DeliverMllp", "DeliverMllpInVpc", "DeliverWebhook"];

    test.each(stageNames)("%s: nothing over all resources but traces and network interfaces", (stage) => {
      const everywhere = Object.entries(permissionsOf(stage)).filter(([, on]) => on.includes("*"));
      for (const [action] of everywhere)
        expect(action).toMatch(/^xray:Put|^ec2:(\w+NetworkInterfaces?|DescribeSubnets|\w+PrivateIpAddresses)$/);
      expect(everywhere.some(([action]) => action.startsWith("ec2:"))).toBe(stage === "DeliverMllpInVpc");
    });

    test.each(stageNames)("%s: no wildcard in an action, no scan", (stage) => {
      for (const action of Object.keys(permissionsOf(stage))) expect(action).not.toMatch(/\*|Scan/);
    });

    test.each<[stage: string, tables: Record<string, string[]>]>([
      [
        "Plan",
        { Query: ["StateRoster"], GetItem: ["StateRoster"], UpdateItem: ["StateRoster"], DeleteItem: ["StateRoster"] },
      ],
      [
        "Poll",
        {
          Query: ["StateSnapshots"],
          GetItem: ["StateRoster", "StateSnapshots"],
          BatchGetItem: ["StateSnapshots"],
          PutItem: ["StateSnapshots"],
          UpdateItem: ["StateLedger", "StateRoster"],
        },
      ],
      [
        "Route",
        { BatchGetItem: ["StatePublished"], PutItem: ["StateLedger", "StatePublished"], UpdateItem: ["StateLedger"] },
      ],
      ["DeliverMllp", { GetItem: ["StateLedger"], UpdateItem: ["StateLedger"] }],
      ["DeliverMllpInVpc", { GetItem: ["StateLedger"], UpdateItem: ["StateLedger"] }],
      ["DeliverWebhook", { GetItem: ["StateLedger"], UpdateItem: ["StateLedger"] }],
    ])("%s makes its own calls on its own tables only", (stage, tables) => {
      expect(permissionsOn("dynamodb", stage)).toEqual(tables);
    });

    test.each([
      ["Plan", { SendMessage: ["PollPollsQueue"] }, undefined],
      ["Poll", { SendMessage: ["RouteChangesQueue"] }, ["PollPollsQueue"]],
      [
        "Route",
        {
          SendMessage: [
            "DestinationsappQueue",
            "DestinationsorderedQueue",
            "DestinationsparallelQueue",
            "DestinationspartnerQueue",
            "DestinationsprivateQueue",
          ],
        },
        ["RouteChangesQueue"],
      ],
      [
        "DeliverMllp",
        { SendMessage: ["DestinationsorderedParked", "DestinationsparallelParked"] },
        ["DestinationsorderedQueue", "DestinationsparallelQueue"],
      ],
      ["DeliverMllpInVpc", { SendMessage: ["DestinationsprivateParked"] }, ["DestinationsprivateQueue"]],
      [
        "DeliverWebhook",
        { SendMessage: ["DestinationsappParked", "DestinationspartnerParked"] },
        ["DestinationsappQueue", "DestinationspartnerQueue"],
      ],
    ])("%s reaches its own queues only", (stage, sends, consumes) => {
      const { SendMessage, ...others } = permissionsOn("sqs", stage);
      expect({ SendMessage }).toEqual(sends);
      expect(others).toEqual(
        consumes === undefined
          ? {}
          : Object.fromEntries(
              ["ReceiveMessage", "ChangeMessageVisibility", "GetQueueUrl", "DeleteMessage", "GetQueueAttributes"].map(
                (action) => [action, consumes],
              ),
            ),
      );
    });

    test.each([
      ["Plan", []],
      ["Poll", ["Secretsbridgesource", "Secretsbridgesouth"]],
      ["Route", []],
      ["DeliverMllp", []],
      ["DeliverMllpInVpc", []],
      ["DeliverWebhook", ['"arn:aws:secretsmanager:us-east-1:123456789012:secret:partner-AbCdEf"', "Secretsbridgeapp"]],
    ])("%s reads its own secrets only", (stage, secrets) => {
      const { GetSecretValue = [], DescribeSecret = [], ...others } = permissionsOn("secretsmanager", stage);
      expect(others).toEqual({});
      expect(GetSecretValue.toSorted()).toEqual(secrets);
      expect(DescribeSecret.toSorted()).toEqual(secrets);
    });
  });
});

test("without a link that is marked for it there is no network", async () => {
  const { private: _, ...destinations } = everyKind.destinations;
  const plain = await templateOf(configOf({ ...everyKind, destinations }));
  for (const type of ["AWS::EC2::VPC", "AWS::EC2::SecurityGroup", "AWS::EC2::VPCEndpoint"])
    plain.resourceCountIs(type, 0);
});

test("a network that is named is looked up instead of made", async () => {
  vi.stubEnv("CDK_DEFAULT_ACCOUNT", "123456789012");
  vi.stubEnv("CDK_DEFAULT_REGION", "us-east-1");
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const network = "vpc-0123456789abcdef0";
  const lookup = `vpc-provider:account=123456789012:filter.vpc-id=${network}:region=us-east-1:returnAsymmetricSubnets=true`;
  const subnet = (subnetId: string) => ({ subnetId, cidr: "", availabilityZone: "us-east-1a", routeTableId: "rtb-1" });
  const subnetGroups = [{ type: "Private", name: "links", subnets: [subnet("subnet-1"), subnet("subnet-2")] }];
  const app = createApp({
    outdir: assemblyDirectory(),
    builtinCloudFormationValidation: false,
    context: {
      vpc: network,
      [lookup]: {
        vpcId: network,
        vpcCidrBlock: "10.0.0.0/16",
        ownerAccountId: "123456789012",
        availabilityZones: [],
        subnetGroups,
      },
    },
  });
  const looked = Template.fromStack(await addBridge(app, { configPath: configOf(everyKind), bundle: false }));
  looked.resourceCountIs("AWS::EC2::VPC", 0);
  looked.resourceCountIs("AWS::EC2::VPCEndpoint", 0);
  looked.hasResourceProperties("AWS::EC2::SecurityGroup", { VpcId: network });
  looked.hasResourceProperties("AWS::Lambda::Function", {
    VpcConfig: { SubnetIds: ["subnet-1", "subnet-2"], SecurityGroupIds: Match.anyValue() },
  });
});

test("the same configuration gives the same template", async () => {
  const path = configOf(everyKind);
  expect((await templateOf(path)).toJSON()).toEqual((await templateOf(path)).toJSON());
});
