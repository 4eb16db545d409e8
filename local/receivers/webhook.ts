import { createServer, type IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { Webhook, WebhookVerificationError } from "standardwebhooks";
import { closing, listen } from "../net/server.ts";
import type { Received, Receiver } from "./receiver.ts";

/** A webhook receiver that verifies with the public Standard Webhooks library and keeps what it gets. */
export async function startWebhookReceiver(signingKey: string): Promise<Receiver> {
  const verifier = new Webhook(signingKey);
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const headers = singleValued(request.headers);
    if (!isGenuine(verifier, body, headers)) {
      response.writeHead(401).end();
      return;
    }
    received.push({ id: headers["webhook-id"] ?? "", at: Date.now(), body });
    response.writeHead(204).end();
  });
  const close = closing(server);
  return { port: await listen(server), received, close };
}

function isGenuine(verifier: Webhook, body: string, headers: Record<string, string>): boolean {
  try {
    verifier.verify(body, headers);
    return true;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return false;
    throw error;
  }
}

function singleValued(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
