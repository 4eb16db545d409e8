import { createServer } from "node:net";
import { Hl7Connection } from "@medplum/hl7";
import { closing, listen } from "../net/server.ts";
import type { Received, Receiver } from "./receiver.ts";

/** An HL7 v2 receiver over MLLP, from a public package, that keeps what it gets and accepts everything (AA). */
export async function startMllpReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  // The package's own server would listen on every interface.
  const server = createServer((socket) => {
    const connection = new Hl7Connection(socket);
    connection.addEventListener("message", ({ message }) => {
      received.push({
        id: message.getSegment("MSH")?.getField(10)?.toString() ?? "",
        at: Date.now(),
        body: message.toString(),
      });
      connection.send(message.buildAck());
    });
    connection.addEventListener("error", () => socket.destroy());
  });
  const close = closing(server);
  return { port: await listen(server), received, close };
}
