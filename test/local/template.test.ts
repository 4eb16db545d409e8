// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Fn::Sub is written so
import { describe, expect, test } from "vitest";
import { readDeployment } from "../../local/template/deployment.ts";
import { rateMs, resolve, type Template } from "../../local/template/template.ts";

const lookup = (id: string) => ({ ref: `ref of ${id}`, Arn: `arn of ${id}` });

describe("intrinsic functions", () => {
  test.each([
    [{ Ref: "Table" }, "ref of Table"],
    [{ Ref: "AWS::Region" }, "us-east-1"],
    [{ "Fn::GetAtt": ["Queue", "Arn"] }, "arn of Queue"],
    [{ "Fn::Join": ["", ['{"lab":"', { Ref: "Queue" }, '"}']] }, '{"lab":"ref of Queue"}'],
    [{ "Fn::Select": [1, { "Fn::Split": [":", "a:b:c"] }] }, "b"],
    [{ "Fn::Sub": "arn:${AWS::Partition}:${Queue.Arn}:${!Literal}" }, "arn:aws:arn of Queue:${Literal}"],
    [{ "Fn::Sub": ["${Name}-${Table}", { Name: { Ref: "Queue" } }] }, "ref of Queue-ref of Table"],
    [{ deep: [{ Ref: "Table" }, 3, true] }, { deep: ["ref of Table", 3, true] }],
  ])("%j is %j", (value, expected) => expect(resolve(value, lookup)).toEqual(expected));

  test("one that is not known here is named", () =>
    expect(() => resolve({ "Fn::ImportValue": "other" }, lookup)).toThrow("Fn::ImportValue"));

  test("an attribute that is not known here is named", () =>
    expect(() => resolve({ "Fn::GetAtt": ["Queue", "Color"] }, lookup)).toThrow("Queue.Color"));
});

test.each([
  ["rate(1 minute)", 60_000],
  ["rate(5 minutes)", 300_000],
  ["rate(2 hours)", 7_200_000],
])("%s is %d ms", (expression, expected) => expect(rateMs(expression)).toBe(expected));

test("a schedule expression that is not known here is named", () =>
  expect(() => rateMs("cron(0 6 * * ? *)")).toThrow("cron(0 6 * * ? *)"));

describe("a deployment", () => {
  const template: Template = {
    Resources: {
      Work: {
        Type: "AWS::SQS::Queue",
        Properties: {
          QueueName: "work.fifo",
          FifoQueue: true,
          VisibilityTimeout: 180,
          KmsMasterKeyId: { "Fn::GetAtt": ["Key", "Arn"] },
          RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["Parked", "Arn"] }, maxReceiveCount: 5 },
        },
      },
      Parked: { Type: "AWS::SQS::Queue", Properties: { FifoQueue: true } },
      Key: { Type: "AWS::KMS::Key" },
      Ledger: {
        Type: "AWS::DynamoDB::Table",
        Properties: { KeySchema: [{ AttributeName: "delivery", KeyType: "HASH" }], AttributeDefinitions: [] },
      },
      Claims: { Type: "AWS::S3::Bucket" },
      Secret: { Type: "AWS::SecretsManager::Secret", Properties: { Name: "ignite-bridge/general" } },
      Worker: {
        Type: "AWS::Lambda::Function",
        Properties: {
          Timeout: 30,
          MemorySize: 512,
          ReservedConcurrentExecutions: 2,
          Environment: {
            Variables: { LEDGER_TABLE: { Ref: "Ledger" }, SECRET: { Ref: "Secret" }, QUEUE: { Ref: "Work" } },
          },
        },
        Metadata: { "ignite-bridge:entry": "functions/work.ts" },
      },
      Provider: { Type: "AWS::Lambda::Function", Properties: { Description: "not one of ours" } },
      Mapping: {
        Type: "AWS::Lambda::EventSourceMapping",
        Properties: {
          EventSourceArn: { "Fn::GetAtt": ["Work", "Arn"] },
          FunctionName: { Ref: "Worker" },
          BatchSize: 4,
          FunctionResponseTypes: ["ReportBatchItemFailures"],
          ScalingConfig: { MaximumConcurrency: 2 },
        },
      },
      EachMinute: {
        Type: "AWS::Scheduler::Schedule",
        Properties: {
          ScheduleExpression: "rate(1 minute)",
          Target: { Arn: { "Fn::GetAtt": ["Worker", "Arn"] }, Input: '{"why":"time"}' },
        },
      },
    },
  };
  const deployment = readDeployment(template, "http://127.0.0.1:4566");
  const [work, parked] = deployment.queues;

  test("has its queues as CreateQueue takes them", () => {
    expect(work).toEqual({
      name: "work.fifo",
      url: "http://127.0.0.1:4566/000000000000/work.fifo",
      arn: "arn:aws:sqs:us-east-1:000000000000:work.fifo",
      fifo: true,
      visibilityTimeoutMs: 180_000,
      attributes: {
        FifoQueue: "true",
        VisibilityTimeout: "180",
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: parked?.arn, maxReceiveCount: 5 }),
      },
    });
    expect(parked).toMatchObject({ name: "Parked.fifo", visibilityTimeoutMs: 30_000 });
  });

  test("has its functions with their environment worked out, and leaves those of others", () =>
    expect(deployment.functions).toEqual([
      {
        name: "Worker",
        entry: "functions/work.ts",
        timeoutMs: 30_000,
        memoryMb: 512,
        reservedConcurrency: 2,
        environment: {
          LEDGER_TABLE: "Ledger",
          SECRET: "arn:aws:secretsmanager:us-east-1:000000000000:secret:ignite-bridge/general-Local0",
          QUEUE: work?.url,
        },
      },
    ]));

  test("has what feeds the functions", () => {
    expect(deployment.eventSources).toEqual([
      {
        functionName: "Worker",
        queue: work,
        batchSize: 4,
        batchingWindowMs: 0,
        maximumConcurrency: 2,
        reportBatchItemFailures: true,
      },
    ]);
    expect(deployment.schedules).toEqual([{ functionName: "Worker", everyMs: 60_000, input: { why: "time" } }]);
  });

  test("has its tables and buckets", () => {
    expect(deployment.tables).toMatchObject([{ name: "Ledger", keySchema: [{ AttributeName: "delivery" }] }]);
    expect(deployment.buckets).toEqual([{ name: "claims" }]);
  });

  test("that refers to nothing is refused", () =>
    expect(() =>
      readDeployment(
        { Resources: { Worker: { ...template.Resources["Worker"], Type: "AWS::Lambda::Function" } } },
        "http://x",
      ),
    ).toThrow("The template refers to Ledger"));
});
