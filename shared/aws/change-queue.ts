import type { SQSClient } from "@aws-sdk/client-sqs";
import type { ChangesPort } from "../changes/ports.ts";
import type { Claims } from "./claims.ts";
import { type Entry, sendableJson, sendBatches } from "./send-batches.ts";

/** Change sets into the changes queue: a group for each patient, the set's id against repeats. */
export function createChangeQueue(client: SQSClient, queueUrl: string, claims: Claims): ChangesPort {
  return {
    async send(changeSets) {
      const entries: Entry[] = [];
      for (const value of changeSets) {
        const { id, source, patient } = value;
        const claim = await claims.checkIn(`changes/${id}.json.gz`, JSON.stringify(value));
        entries.push({
          MessageBody: sendableJson(claim === undefined ? { source, patient, value } : { source, patient, claim }),
          MessageGroupId: groupOf(source, patient),
          MessageDeduplicationId: id,
        });
      }
      await sendBatches(client, queueUrl, entries, { fifo: true });
    },
  };
}

// What SQS takes in a group id; FHIR ids hold letters, digits, hyphens and dots.
function groupOf(source: string, patient: string): string {
  return `${source}#${patient}`;
}
