import { contentHash } from "../shared/changes/content.ts";
import { deliveryId } from "../shared/delivery/delivery-id.ts";
import type { ClinicalEvent, Trigger } from "../shared/events/event.ts";
import { keyOf, patientIdOf, type Resource, type ResourceKey } from "../shared/fhir.ts";
import { messages } from "../shared/hl7/messages/index.ts";
import type { RenderRequest } from "../shared/hl7/render.ts";
import type { Link } from "./config.ts";
import { UsageError } from "./usage-error.ts";

type Type = Resource["resourceType"];

/** What a message is about, by trigger or else by message code; of several, the first that the files hold. */
const focusTypes: Readonly<Record<string, readonly Type[]>> = {
  ADT: ["Encounter", "Patient"],
  ...named(["Patient"], "ADT^A24 ADT^A28 ADT^A29 ADT^A31 ADT^A37 ADT^A40 ADT^A43 ADT^A47"),
  ...named(["Account"], "ADT^A41 ADT^A44 BAR DFT^P05"),
  ...named(["AllergyIntolerance"], "ADT^A60"),
  ORU: ["DiagnosticReport", "Observation"],
  SIU: ["Appointment"],
  ...named(["Slot"], "SIU^S23 SIU^S24"),
  ORM: ["ServiceRequest", "MedicationRequest"],
  ...named(["ServiceRequest"], "OML OMG"),
  ...named(["MedicationRequest"], "OMP RDE"),
  RAS: ["MedicationAdministration"],
  VXU: ["Immunization"],
  MDM: ["DocumentReference", "DiagnosticReport"],
  DFT: ["ChargeItem"],
  ...named(["Encounter"], "BAR^P12"),
  PPR: ["Condition"],
  ...named(["Practitioner"], "MFN^M02"),
  ...named(["Location"], "MFN^M05"),
};

function named(types: readonly Type[], triggers: string): Record<string, readonly Type[]> {
  return Object.fromEntries(triggers.split(" ").map((trigger) => [trigger, types]));
}

/** @throws UsageError when the bridge makes no such message */
export function readTrigger(text: string): Trigger {
  const triggers = messages.flatMap((message) => message.triggers);
  const found = triggers.find((trigger) => trigger === text.toUpperCase().replace("_", "^"));
  if (found === undefined)
    throw new UsageError(`There is no message ${text}; there are: ${[...triggers].sort().join(" ")}`);
  return found;
}

/**
 * Tells the resources of the files as a trigger would, whatever the event rules say: a request for each of them.
 *
 * @throws UsageError when none of the resources is of a kind that the trigger tells
 */
export function requestsFor(
  trigger: Trigger,
  { name, source, sourceName, destination }: Link,
  before: ReadonlyMap<ResourceKey, Resource>,
  after: ReadonlyMap<ResourceKey, Resource>,
): readonly RenderRequest[] {
  const [code = ""] = trigger.split("^");
  const types = focusTypes[trigger] ?? focusTypes[code] ?? [];
  const resources = [...after.values()];
  const type = types.find((each) => resources.some(({ resourceType }) => resourceType === each));
  if (type === undefined) throw new UsageError(`${trigger} is about ${types.join(" or ")}, and the files hold none`);
  const messageTime = new Date().toISOString();
  return resources
    .filter(({ resourceType }) => resourceType === type)
    .map((resource): RenderRequest => {
      const key = keyOf(resource);
      const known = before.get(key);
      const event: ClinicalEvent = {
        type: "translate.as",
        trigger,
        rule: "--as",
        focus: key,
        after: resource,
        ...(known !== undefined && { before: known }),
        recordedAt: resource.meta?.lastUpdated ?? messageTime,
      };
      const controlId = deliveryId(
        name,
        sourceName,
        patientIdOf(resource) ?? "",
        key,
        trigger,
        1,
        contentHash(resource),
      );
      return { event, context: resources, source, destination, controlId, messageTime };
    });
}
