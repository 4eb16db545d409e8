import type { Bridge, Destination, Hl7Destination } from "../shared/config/schema.ts";
import { BridgeError } from "../shared/errors.ts";
import { type Stage, stages } from "./stages.ts";

/** What an attempt needs beside the waiting: the ledger before it, and the ledger and the queue after it. */
const attemptOverheadMs = 10_000;

/** All variables of a function together (Lambda quota), less those that are the same whatever the configuration. */
const queueUrlBytes = 4096 - 800;

/** As long as a queue URL gets, without the name of the destination. */
const queueUrl = "https://sqs.ap-southeast-1.amazonaws.com/000000000000/ignite-bridge-deliver--parked.fifo";

/**
 * Refuses what the schema allows but the stages cannot do.
 *
 * @throws ERR_CONFIG with `path` and `problem`
 */
export function refuseWhatDoesNotFit({ destinations }: Bridge): void {
  for (const [name, destination] of Object.entries(destinations)) refuseLongAttempts(name, destination);
  refuseParkedNames(destinations);
  refuseTooMany(destinations);
}

function refuseLongAttempts(name: string, destination: Destination): void {
  const [setting, attemptMs, stage]: [string, number, Stage] =
    destination.format === "webhook"
      ? ["timeout", destination.timeout, stages.deliverWebhook]
      : ["link.acknowledgementTimeout", longestLinkMs(destination), stages.deliverMllp];
  const availableMs = stage.timeoutSeconds * 1000 - attemptOverheadMs;
  if (attemptMs > availableMs)
    throw mistake(
      `destinations.${name}.${setting}`,
      `One attempt may wait ${availableMs / 1000} s in all, connecting included, but this asks for ${attemptMs / 1000} s`,
    );
}

function longestLinkMs({ link, applicationAcknowledgment = "NE" }: Hl7Destination): number {
  const isAwaited = applicationAcknowledgment !== "NE" && link.deliveredAt === "application";
  const applicationMs = isAwaited ? link.applicationAcknowledgementTimeout : 0;
  return link.connectTimeout + link.acknowledgementTimeout + applicationMs;
}

/** The queue of `lab-parked` would be the parked queue of `lab`. */
function refuseParkedNames(destinations: Bridge["destinations"]): void {
  for (const name of Object.keys(destinations))
    if (Object.hasOwn(destinations, `${name}-parked`))
      throw mistake(`destinations.${name}-parked`, `The parked queue of ${name} has this name already`);
}

/** The route knows every queue; each deliver function its own queues and their parked ones. */
function refuseTooMany(destinations: Bridge["destinations"]): void {
  const names = Object.keys(destinations);
  const byFormat = Map.groupBy(names, (name) => destinations[name]?.format);
  const largest = Math.max(bytesOf(names), ...[...byFormat.values()].map((some) => 2 * bytesOf(some)));
  if (largest > queueUrlBytes)
    throw mistake(
      "destinations",
      `The queue URLs of ${names.length} destinations do not fit into the environment of a function: give some of them a bridge of their own`,
    );
}

function bytesOf(names: readonly string[]): number {
  return names.reduce((sum, name) => sum + `"${name}":"${queueUrl}",`.length + name.length, 0);
}

function mistake(path: string, problem: string): BridgeError {
  return new BridgeError("ERR_CONFIG", { details: { path, problem } });
}
