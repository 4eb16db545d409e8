import { workerData } from "node:worker_threads";
import { offer } from "../realm/calls.ts";
import type { ThreadData } from "../realm/thread.ts";
import { startMllpReceiver } from "./mllp.ts";
import { startWebhookReceiver } from "./webhook.ts";

export interface ReceiversOptions {
  /** `whsec_...` */
  readonly signingKey: string;
}

const { data } = workerData as ThreadData<ReceiversOptions>;
const receivers = Promise.all([startMllpReceiver(), startWebhookReceiver(data.signingKey)]).then(([mllp, webhook]) => ({
  mllp,
  webhook,
}));

const operations = {
  ports: async () => {
    const { mllp, webhook } = await receivers;
    return { mllp: mllp.port, webhook: webhook.port };
  },
  received: async () => {
    const { mllp, webhook } = await receivers;
    return { mllp: mllp.received, webhook: webhook.received };
  },
  close: async () => {
    const { mllp, webhook } = await receivers;
    await Promise.all([mllp.close(), webhook.close()]);
  },
};
export type ReceiverOperations = typeof operations;

offer(operations);
