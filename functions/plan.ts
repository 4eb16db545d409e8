import middy from "@middy/core";
import type { Context } from "aws-lambda";
import bridge from "#bridge-config";
import { dynamoDb, sqs } from "../shared/aws/clients.ts";
import { readEnvironment } from "../shared/aws/environment.ts";
import { createLogger } from "../shared/aws/logger.ts";
import { createPollQueue } from "../shared/aws/poll-queue.ts";
import { createRoster } from "../shared/aws/roster.ts";
import { plan } from "../shared/roster/plan.ts";

const env = readEnvironment(["ROSTER_TABLE", "POLLS_QUEUE_URL"]);
const log = createLogger("plan");
const ports = {
  roster: createRoster(dynamoDb(), env.ROSTER_TABLE),
  polls: createPollQueue(sqs(), env.POLLS_QUEUE_URL),
};

export const handler = middy(async (_event: unknown, context: Context) => {
  log.addContext(context);
  for (const { source, due, planned, requests } of await plan(bridge, ports, Date.now()))
    log.info("Planned", { source, count: due, targets: planned, requests });
});
