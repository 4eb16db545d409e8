import type { Template } from "../../../local/template/template.ts";

const environment = {
  Variables: {
    WORK_QUEUE_URL: { Ref: "Work" },
    DONE_TABLE: { Ref: "Done" },
    SECRET: { Ref: "Secret" },
  },
};

function toyFunction(name: string, properties: object) {
  return {
    Type: "AWS::Lambda::Function",
    Properties: { Environment: environment, ...properties },
    Metadata: { "ignite-bridge:entry": `test/local/toy/${name}.ts` },
  };
}

/** A schedule that sends work, and a function that does it. */
export const toyTemplate: Template = {
  Resources: {
    Work: {
      Type: "AWS::SQS::Queue",
      Properties: {
        FifoQueue: true,
        VisibilityTimeout: 15,
        RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["Parked", "Arn"] }, maxReceiveCount: 2 },
      },
    },
    Parked: { Type: "AWS::SQS::Queue", Properties: { FifoQueue: true } },
    Secret: { Type: "AWS::SecretsManager::Secret", Properties: { Name: "toy/secret" } },
    Done: {
      Type: "AWS::DynamoDB::Table",
      Properties: {
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      },
    },
    Tick: toyFunction("tick", { Timeout: 10, ReservedConcurrentExecutions: 1 }),
    EachMinute: {
      Type: "AWS::Scheduler::Schedule",
      Properties: { ScheduleExpression: "rate(1 minute)", Target: { Arn: { "Fn::GetAtt": ["Tick", "Arn"] } } },
    },
    Worker: toyFunction("work", { Timeout: 1 }),
    WorkerSource: {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: {
        EventSourceArn: { "Fn::GetAtt": ["Work", "Arn"] },
        FunctionName: { Ref: "Worker" },
        BatchSize: 1,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
      },
    },
  },
};
