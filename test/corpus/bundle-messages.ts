import { defineBridge, isHl7 } from "../../shared/config/bridge.ts";
import type { Hl7Destination, Source } from "../../shared/config/schema.ts";
import { BridgeError } from "../../shared/errors.ts";
import type { Trigger } from "../../shared/events/event.ts";
import { keyOf, type Resource } from "../../shared/fhir.ts";
import { parseMessages } from "../../shared/hl7/conformance/parse.ts";
import type { Message } from "../../shared/hl7/model.ts";
import { type Rendered, renderMessage } from "../../shared/hl7/render.ts";

/** Times as instants, with all their digits, so that what is compared is the instant and not a zone. */
const bridge = defineBridge({
  sources: {
    samples: {
      baseUrl: "https://fhir.example.org/r4/0b8a0111-e8e6-4c26-a91c-5069cbc6b1ca",
      credentials: { method: "client_secret_basic", secret: "test" },
      timeZone: "UTC",
      facility: { namespaceId: sourceAuthority() },
      patients: { ids: ["1"] },
    },
  },
  destinations: {
    engine: { format: "hl7v2", link: { host: "127.0.0.1", port: 6661 }, offset: "always", fractionDigits: 4 },
  },
});

/** What an identifier gets whose system is not known. */
export function sourceAuthority(): string {
  return "SAMPLES";
}

const [engine] = Object.values(bridge.destinations);
const [samples] = Object.values(bridge.sources);
if (engine === undefined || !isHl7(engine) || samples === undefined) throw new TypeError("The configuration is empty");
export const destination: Hl7Destination = engine;
export const source: Source = samples;

export function render(
  trigger: Trigger,
  after: Resource,
  context: readonly Resource[],
  messageTime: string,
  receiver: Hl7Destination = destination,
): Rendered {
  const recordedAt = after.meta?.lastUpdated ?? messageTime;
  return renderMessage({
    event: { type: eventTypeOf(trigger), trigger, rule: "corpus", focus: keyOf(after), after, recordedAt },
    context,
    source,
    destination: receiver,
    controlId: "B0000000000000000017",
    messageTime,
  });
}

/** An order is told as placed; the other messages do not ask. */
function eventTypeOf(trigger: Trigger): string {
  return /^(?:O(?!RU)|RDE)/.test(trigger) ? "order.placed" : "test";
}

export function read({ er7 }: Pick<Rendered, "er7">): Message {
  const [message] = parseMessages(er7);
  if (message === undefined) throw new BridgeError("ERR_INTERNAL", { details: { problem: "An empty message" } });
  return message;
}
