import { once } from "node:events";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import type { Reply } from "../../shared/mllp/outcome.ts";

/** What a receiver does with a message; `number` counts its messages from 1 over all connections. */
export type Behaviour = (socket: Socket, message: { text: string; controlId: string; number: number }) => void;

export interface Receiver extends AsyncDisposable {
  readonly port: number;
  /** MSH-10 of what came, in order. */
  readonly received: string[];
  readonly connections: Socket[];
}

/** A receiver that behaves as told. It finds frames in the simplest way there is and knows nothing of the sender's code. */
export async function startReceiver(
  behave: Behaviour,
  { tls, onConnect }: { tls?: TlsOptions; onConnect?: (socket: Socket) => void } = {},
): Promise<Receiver> {
  const received: string[] = [];
  const connections: Socket[] = [];
  const accept = (socket: Socket) => {
    connections.push(socket);
    // Hostile behaviours end in resets, which are not what is tested.
    socket.on("error", () => undefined);
    onConnect?.(socket);
    let text = "";
    socket.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
      for (let end = text.indexOf("\x1c\r"); end >= 0; end = text.indexOf("\x1c\r")) {
        const message = text.slice(1, end);
        text = text.slice(end + 2);
        const controlId = message.split("|")[9] ?? "";
        received.push(controlId);
        behave(socket, { text: message, controlId, number: received.length });
      }
    });
  };
  const server: Server = tls ? createTlsServer(tls, accept) : createTcpServer(accept);
  server.on("tlsClientError", () => undefined);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    port: (server.address() as AddressInfo).port,
    received,
    connections,
    async [Symbol.asyncDispose]() {
      for (const socket of connections) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

export function acknowledgementOf(controlId: string, code = "AA"): string {
  return `\x0bMSH|^~\\&|LAB|GENERAL|BRIDGE|GENERAL|20261123||ACK|R${controlId}|P|2.5.1\rMSA|${code}|${controlId}\r\x1c\r`;
}

/** What a send came to, in short: the code, the reason of the failure, or that nothing was to come. */
export function shortOf(reply: Reply): string {
  if (reply.kind === "acknowledgement") return reply.acknowledgement.code;
  return reply.kind === "failure" ? reply.reason : reply.kind;
}

export function messageOf(controlId: string, filler = ""): { controlId: string; text: string } {
  return {
    controlId,
    text: `MSH|^~\\&|BRIDGE|GENERAL|LAB|GENERAL|20261123||ADT^A08^ADT_A01|${controlId}|P|2.5.1\rEVN||20261123\rNTE|1||${filler}\r`,
  };
}
