import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import config from "#bridge-config";

const sqs = new SQSClient();
const { jobs } = config as unknown as { jobs: string[] };

/** Sends the jobs of the configuration once: the queue drops repeats. */
export async function handler(): Promise<void> {
  for (const job of jobs)
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: process.env["WORK_QUEUE_URL"],
        MessageBody: job,
        MessageGroupId: job,
        MessageDeduplicationId: job,
      }),
    );
}
