import { contentHash } from "../shared/changes/content.ts";
import { deliveryId } from "../shared/delivery/delivery-id.ts";
import type { ClinicalEvent, Trigger } from "../shared/events/event.ts";
import { keyOf, patientIdOf, type Resource, type ResourceKey, referencedId } from "../shared/fhir.ts";
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

type Resources = ReadonlyMap<ResourceKey, Resource>;

/**
 * Tells the resources of the files as a trigger would, whatever the event rules say: a request for each of them. An
 * order is told by how it stands; a merge by the record that ended, which is linked in the files or stands in `before`.
 *
 * @throws UsageError when none of the resources is of a kind that the trigger tells, or when no record ended
 */
export function requestsFor(
  trigger: Trigger,
  { name, source, sourceName, destination }: Link,
  before: Resources,
  after: Resources,
): readonly RenderRequest[] {
  const [code = ""] = trigger.split("^");
  const types = focusTypes[trigger] ?? focusTypes[code] ?? [];
  const resources = [...after.values()];
  const type = types.find((each) => resources.some(({ resourceType }) => resourceType === each));
  if (type === undefined) throw new UsageError(`${trigger} is about ${types.join(" or ")}, and the files hold none`);
  const focuses = resources.filter(({ resourceType }) => resourceType === type);
  const messageTime = new Date().toISOString();
  return told(trigger, focuses, before).map(({ focus, merged }): RenderRequest => {
    const key = keyOf(focus);
    const known = before.get(key);
    const event: ClinicalEvent = {
      type: eventTypeOf(focus, known),
      trigger,
      rule: "--as",
      focus: key,
      after: focus,
      ...(known !== undefined && { before: known }),
      ...(merged !== undefined && { step: { merged } }),
      recordedAt: focus.meta?.lastUpdated ?? messageTime,
    };
    const controlId = deliveryId(name, sourceName, patientIdOf(focus) ?? "", key, trigger, 1, contentHash(focus));
    return { event, context: resources, source, destination, controlId, messageTime };
  });
}

interface Told {
  readonly focus: Resource;
  /** The record that ended. */
  readonly merged?: Resource | undefined;
}

/** Events that name a record that ended, moved or was numbered otherwise: MRG. */
const mergeEvents: ReadonlySet<string> = new Set(
  ["A40", "A41", "A42", "A43", "A44", "A45", "A47", "A50"].map((event) => `ADT^${event}`),
);

/** Of these, those in which one record is taken up by another. */
const ends: ReadonlySet<string> = new Set(["ADT^A40", "ADT^A41", "ADT^A42"]);
/** Two records of persons that belong together, or no longer do. */
const linkEvents: ReadonlySet<string> = new Set(["ADT^A24", "ADT^A37"]);

function told(trigger: Trigger, focuses: readonly Resource[], before: Resources): readonly Told[] {
  if (linkEvents.has(trigger)) {
    const linked = focuses.filter((each) => linksOf(each, "seealso").length > 0);
    if (linked.length > 0) return linked.map((focus) => ({ focus }));
    throw new UsageError(`${trigger} tells of two records: link the one to the other (Patient.link, seealso)`);
  }
  if (!mergeEvents.has(trigger)) return focuses.map((focus) => ({ focus }));
  const linked = focuses.flatMap((focus) => endedBy(focus, focuses).map((merged) => ({ focus, merged })));
  if (linked.length > 0) return linked;
  const named = focuses.flatMap((focus): readonly Told[] => {
    const others = [...before.values()].filter(
      (each) => each.resourceType === focus.resourceType && each.id !== focus.id,
    );
    const isKnown = before.has(keyOf(focus));
    if (isKnown && (others.length === 0 || !ends.has(trigger))) return [{ focus }];
    return others.map((merged) => ({ focus, merged }));
  });
  if (named.length > 0) return named;
  const [type] = focuses.map(({ resourceType }) => resourceType);
  const orLink = type === "Patient" ? ", or link the two (Patient.link)" : "";
  throw new UsageError(
    `${trigger} tells of two records: give the ${type} that ended, or as it was, with --before${orLink}`,
  );
}

/** The records that a person's record has taken the place of. */
function endedBy(focus: Resource, all: readonly Resource[]): readonly Resource[] {
  return all.filter(
    (each) =>
      each !== focus &&
      (linksOf(focus, "replaces").includes(each.id) || linksOf(each, "replaced-by").includes(focus.id)),
  );
}

/** The other records that a person's record is linked to in this way. */
function linksOf(resource: Resource, type: fhir4.PatientLink["type"]): readonly (string | undefined)[] {
  if (resource.resourceType !== "Patient" || !Array.isArray(resource.link)) return [];
  const links = resource.link.filter((each) => each?.type === type);
  return links.map(({ other }) => referencedId(other?.reference, "Patient"));
}

/** What has happened to an order, by how it stands: each status has an order control. */
const orderEvents: Readonly<Record<string, string>> = {
  "on-hold": "order.held",
  revoked: "order.cancelled",
  cancelled: "order.cancelled",
  "entered-in-error": "order.cancelled",
  stopped: "order.discontinued",
};

function eventTypeOf(focus: Resource, known: Resource | undefined): string {
  const isOrder = focus.resourceType === "ServiceRequest" || focus.resourceType === "MedicationRequest";
  if (!isOrder) return known === undefined ? "translate.as" : "translate.changed";
  return orderEvents[focus.status] ?? (known === undefined ? "order.placed" : "order.changed");
}
