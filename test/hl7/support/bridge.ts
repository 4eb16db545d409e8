import { defineBridge, isHl7 } from "../../../shared/config/bridge.ts";
import type { Hl7Destination, Source } from "../../../shared/config/schema.ts";
import type { ClinicalEvent, Trigger } from "../../../shared/events/event.ts";
import { keyOf, type Resource } from "../../../shared/fhir.ts";
import { type Rendered, type RenderRequest, renderMessage } from "../../../shared/hl7/render.ts";

const bridge = defineBridge({
  sources: {
    general: {
      baseUrl: "https://fhir.example.org/r4/0b8a0111-e8e6-4c26-a91c-5069cbc6b1ca",
      credentials: { method: "client_secret_basic", secret: "test" },
      timeZone: "America/Chicago",
      facility: { namespaceId: "GEN" },
      assigningAuthorities: {
        "urn:oid:1.2.3.1": { namespaceId: "GENMRN" },
        "urn:oid:1.2.3.2": { namespaceId: "GENFIN" },
        "urn:oid:1.2.3.3": { namespaceId: "GENORD" },
        "urn:oid:1.2.3.4": { namespaceId: "GENLAB" },
        "urn:oid:1.2.3.5": { namespaceId: "GENAPPT" },
      },
      patients: { ids: ["1"] },
    },
  },
  destinations: {
    engine: {
      format: "hl7v2",
      link: { host: "127.0.0.1", port: 6661 },
      sendingApplication: { namespaceId: "FHIRBRIDGE" },
      receivingApplication: { namespaceId: "RCV" },
      receivingFacility: { namespaceId: "GEN" },
    },
  },
});

const [engine] = Object.values(bridge.destinations);
const [general] = Object.values(bridge.sources);
if (engine === undefined || !isHl7(engine) || general === undefined) throw new TypeError("The configuration is empty");

export const source: Source = general;
export const destination: Hl7Destination = engine;

/** Renders an event of a resource with everything that it refers to. */
export function render(
  trigger: Trigger,
  after: Resource,
  context: readonly Resource[] = [],
  more: Partial<ClinicalEvent> & Partial<Pick<RenderRequest, "messageTime" | "source" | "destination">> = {},
): Rendered {
  const { messageTime = "2026-11-23T05:15:02.000Z", source: from = source, destination: to = destination } = more;
  const event: ClinicalEvent = {
    type: "test",
    trigger,
    rule: "T1",
    focus: keyOf(after),
    after,
    recordedAt: after.meta?.lastUpdated ?? messageTime,
    ...more,
  };
  return renderMessage({
    event,
    context,
    source: from,
    destination: to,
    controlId: "B0000000000000000017",
    messageTime,
  });
}

export function linesOf({ er7 }: Pick<Rendered, "er7">): readonly string[] {
  return er7.split("\r").filter(Boolean);
}

/** The segments of one name. */
export function segmentsOf(rendered: Pick<Rendered, "er7">, name: string): readonly string[] {
  return linesOf(rendered).filter((line) => line.startsWith(`${name}|`));
}

/** One field as it stands in the message: `fieldOf(message, "PID", 5)`; a further number is the segment's, from 1. */
export function fieldOf(rendered: Pick<Rendered, "er7">, name: string, position: number, occurrence = 1): string {
  const parts = segmentsOf(rendered, name)[occurrence - 1]?.split("|") ?? [];
  return parts[name === "MSH" ? position - 1 : position] ?? "";
}
