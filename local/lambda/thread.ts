import { randomUUID } from "node:crypto";
import { workerData } from "node:worker_threads";
import type { Context } from "aws-lambda";
import { offer } from "../realm/calls.ts";
import type { ThreadData } from "../realm/thread.ts";
import type { LambdaFunction } from "../template/deployment.ts";
import { account, region } from "../template/template.ts";

const { data: lambda } = workerData as ThreadData<LambdaFunction>;
const { handler } = (await import(lambda.entry)) as { handler: (event: unknown, context: Context) => unknown };

function context(): Context {
  const startedAt = performance.now();
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: lambda.name,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:${region}:${account}:function:${lambda.name}`,
    memoryLimitInMB: String(lambda.memoryMb),
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${lambda.name}`,
    logStreamName: "local",
    getRemainingTimeInMillis: () => Math.max(0, Math.round(lambda.timeoutMs - (performance.now() - startedAt))),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}

const operations = {
  invoke: (event: unknown) => handler(event, context()),
  /** Answered once the handler is loaded. */
  warm: () => undefined,
};
export type FunctionOperations = typeof operations;

offer(operations);
