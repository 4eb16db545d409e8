import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import middy from "@middy/core";
import type { Context, SQSEvent, SQSRecord } from "aws-lambda";
import bridge from "#bridge-config";
import { createChangeQueue } from "../shared/aws/change-queue.ts";
import { createClaims } from "../shared/aws/claims.ts";
import { bucketNamed, dynamoDb, secretsManager, sqs } from "../shared/aws/clients.ts";
import { readEnvironment } from "../shared/aws/environment.ts";
import { createLedger } from "../shared/aws/ledger.ts";
import { createLogger } from "../shared/aws/logger.ts";
import { createPolling } from "../shared/aws/polling.ts";
import { createRoster } from "../shared/aws/roster.ts";
import { createSecretReader } from "../shared/aws/secrets.ts";
import { createSnapshots } from "../shared/aws/snapshots.ts";
import { createProblemLog } from "../shared/changes/problem-log.ts";
import { leaseMsFor, parsePollRequest, stopBeforeMs } from "../shared/roster/target.ts";

const env = readEnvironment(["ROSTER_TABLE", "SNAPSHOTS_TABLE", "LEDGER_TABLE", "CLAIMS_BUCKET", "CHANGES_QUEUE_URL"]);
const log = createLogger("poll");
const tellProblem = createProblemLog(log);
const polling = createPolling({
  bridge,
  roster: createRoster(dynamoDb(), env.ROSTER_TABLE),
  snapshots: createSnapshots(dynamoDb(), env.SNAPSHOTS_TABLE),
  changes: createChangeQueue(sqs(), env.CHANGES_QUEUE_URL, createClaims(bucketNamed(env.CLAIMS_BUCKET))),
  ledger: createLedger(dynamoDb(), env.LEDGER_TABLE),
  readSecret: createSecretReader(secretsManager()),
});

export const handler = middy(async (event: SQSEvent, context: Context) => {
  log.addContext(context);
  const remainingMs = context.getRemainingTimeInMillis();
  const life = {
    signal: AbortSignal.timeout(Math.max(0, remainingMs - stopBeforeMs)),
    leaseMs: leaseMsFor(remainingMs),
  };
  const pollOne = async ({ body }: SQSRecord) => {
    try {
      const request = parsePollRequest(body);
      const outcome = await polling.run(request, life);
      for (const problem of outcome?.problems ?? []) tellProblem(request.source, problem);
      const { state = "skipped", changes = 0, requests = 0, tier } = outcome ?? {};
      log.info("Polled", { source: request.source, state, tier, changes, requests });
    } catch (error) {
      log.error("A poll could not be done", { error });
      throw error;
    }
  };
  return processPartialResponse(event, pollOne, new BatchProcessor(EventType.SQS), { throwOnFullBatchFailure: false });
});
