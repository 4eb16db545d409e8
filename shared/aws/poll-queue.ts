import type { SQSClient } from "@aws-sdk/client-sqs";
import type { PlannedPoll } from "../roster/plan.ts";
import { sendBatches } from "./send-batches.ts";

/** Requests to poll into the polls queue. The group makes it fair between sources; it orders nothing. */
export function createPollQueue(
  client: SQSClient,
  queueUrl: string,
): { send(polls: readonly PlannedPoll[]): Promise<void> } {
  return {
    async send(polls) {
      const entries = polls.map(({ request, delaySeconds }) => ({
        MessageBody: JSON.stringify(request),
        MessageGroupId: request.source,
        DelaySeconds: delaySeconds,
      }));
      await sendBatches(client, queueUrl, entries, { fifo: false });
    },
  };
}
