import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { deliveryOf } from "../delivery/deliveries.ts";
import { acknowledgementOf, type Behaviour, messageOf, startReceiver } from "../mllp/receiver.ts";
import { deployed } from "./deliver-environment.ts";

const answer: Behaviour = (socket, { controlId }) => void socket.write(acknowledgementOf(controlId));

function messageFor(patient: string, number: number) {
  const delivery = deliveryOf(patient, number, { destination: "engine" });
  return { ...delivery, body: messageOf(delivery.id, "SMITH").text };
}

test("messages reach the receiver, over one connection for several invocations", async () => {
  await using receiver = await startReceiver(answer);
  const { deliver, ledger, lines } = await deployed("deliver-mllp", {
    engine: { format: "hl7v2", link: { host: "127.0.0.1", port: receiver.port } },
  });
  const [first, second, third] = [messageFor("a", 1), messageFor("b", 1), messageFor("a", 2)] as const;
  expect(await deliver(first, second)).toEqual({ sent: 2, failed: 0 });
  expect(await deliver(third)).toEqual({ sent: 1, failed: 0 });
  expect(receiver.received).toEqual([first.id, second.id, third.id]);
  expect(receiver.connections).toHaveLength(1);
  expect(await ledger.get(third.id)).toMatchObject({ state: "acknowledged", acknowledgement: "AA", attempts: 1 });
  expect(lines()).toContainEqual(
    expect.objectContaining({ message: "Delivered", delivery: third.id, requestId: "request" }),
  );
  expect(lines()).toContainEqual(expect.objectContaining({ destination: "engine", Delivered: 2 }));
  expect(JSON.stringify(lines())).not.toContain("SMITH");
});

test("a large message is fetched from the claims bucket", async () => {
  await using receiver = await startReceiver(answer);
  const { deliver, storeClaim } = await deployed("deliver-mllp", {
    engine: { format: "hl7v2", link: { host: "127.0.0.1", port: receiver.port } },
  });
  const { body: _, ...head } = messageFor("a", 1);
  await storeClaim("claims/1", gzipSync(messageOf(head.id, "x".repeat(300_000)).text));
  expect(await deliver({ ...head, claim: "claims/1" })).toEqual({ sent: 1, failed: 0 });
  expect(receiver.received).toEqual([head.id]);
});

test("a message that the receiver finds fault with is parked with its reason", async () => {
  await using receiver = await startReceiver((socket, { controlId }) => {
    socket.write(acknowledgementOf(controlId, "AE").replace("\r\x1c", "\rERR||PID^1^5|101^SMITH|E\r\x1c"));
  });
  const { deliver, ledger, lines, parkedIn } = await deployed("deliver-mllp", {
    engine: { format: "hl7v2", link: { host: "127.0.0.1", port: receiver.port } },
  });
  const message = messageFor("a", 1);
  expect(await deliver(message)).toEqual({ sent: 1, failed: 0 });
  expect(await parkedIn("engine")).toEqual([message]);
  expect(await ledger.get(message.id)).toMatchObject({
    state: "parked",
    reason: "application-error",
    acknowledgement: "AE",
    workList: [{ severity: "error", reason: "refused-by-receiver", field: "PID-5", code: "101" }],
  });
  expect(JSON.stringify(lines())).not.toContain("SMITH");
});

test("a receiver that is down is tried again, and the log says which and why", async () => {
  const receiver = await startReceiver(answer);
  await receiver[Symbol.asyncDispose]();
  const { deliver, ledger, lines } = await deployed("deliver-mllp", {
    engine: { format: "hl7v2", link: { host: "127.0.0.1", port: receiver.port }, maxAttempts: 1 },
  });
  const message = messageFor("a", 1);
  expect(await deliver(message)).toEqual({ sent: 1, failed: 1 });
  expect(await ledger.get(message.id)).toMatchObject({ state: "retrying", reason: "unreachable", unsent: 1 });
  expect(lines()).toContainEqual(
    expect.objectContaining({ message: "Will be tried again", destination: "engine", systemCode: "ECONNREFUSED" }),
  );
});
