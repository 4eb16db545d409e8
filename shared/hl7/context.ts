import type { Hl7Destination, Source } from "../config/schema.ts";
import { BridgeError } from "../errors.ts";
import type { ClinicalEvent, Trigger } from "../events/event.ts";
import { patientIdOf, type Resource, referencedId } from "../fhir.ts";
import { isEmptied, listOf } from "./chart.ts";
import { humanNameFromDisplay } from "./datatypes/name.ts";
import { millennium } from "./extensions.ts";
import { none } from "./lists.ts";
import type { Scope } from "./scope.ts";

/** What a message says about itself: MSH. */
export interface MessageFacts {
  readonly fieldSeparator: string;
  readonly encodingCharacters: string;
  /** `ADT` */
  readonly code: string;
  /** `A01` */
  readonly triggerEvent: string;
  /** `ADT_A01` */
  readonly structure: string;
  readonly controlId: string;
  /** Instant. */
  readonly time: string;
  readonly processingId: string;
  /** `I` marks an initial load (HL70207). */
  readonly processingMode: string | undefined;
}

/**
 * What a message is made from. Mapping rows read it by path; resources stand in it under their type. Groups that repeat
 * (orders, results) get a context of their own, which adds to this one.
 */
export interface MessageContext {
  readonly message: MessageFacts;
  readonly event: ClinicalEvent;
  readonly source: Source;
  readonly destination: Hl7Destination;
  /** Position of a repeating segment within its group, from 1. */
  readonly setId: number;
  readonly resources: readonly Resource[];
  readonly Patient: fhir4.Patient;
  readonly Encounter?: fhir4.Encounter | undefined;
  readonly Appointment?: fhir4.Appointment | undefined;
  readonly DiagnosticReport?: fhir4.DiagnosticReport | undefined;
  readonly Observation?: fhir4.Observation | undefined;
  readonly Account?: fhir4.Account | undefined;
  readonly ChargeItem?: fhir4.ChargeItem | undefined;
  readonly Coverage?: fhir4.Coverage | undefined;
  readonly Provenance?: fhir4.Provenance | undefined;
  readonly RelatedPerson?: fhir4.RelatedPerson | undefined;
}

/** What is about nobody in particular: its messages have no PID. */
const impersonal: ReadonlySet<Resource["resourceType"]> = new Set([
  "Practitioner",
  "PractitionerRole",
  "Location",
  "Slot",
]);

export function messageContext(
  message: MessageFacts,
  event: ClinicalEvent,
  resources: readonly Resource[],
  scope: Scope,
): MessageContext {
  const { source, destination } = scope.settings;
  const focus = event.after;
  const Encounter = encounterOf(isEmptied(focus) ? (event.before ?? focus) : focus, resources, scope);
  const context = {
    message,
    event,
    source,
    destination,
    setId: 1,
    resources,
    Patient: patientOf(focus, Encounter, resources, scope),
    Encounter,
  };
  return Object.assign(context, { [focus.resourceType]: focus });
}

/** The Patient that a resource is about; where it did not come along, what the reference alone tells. */
function patientOf(
  focus: Resource,
  visit: fhir4.Encounter | undefined,
  resources: readonly Resource[],
  scope: Scope,
): fhir4.Patient {
  if (focus.resourceType === "Patient") return focus;
  if (impersonal.has(focus.resourceType)) return { resourceType: "Patient" };
  const id = patientIdOf(focus) ?? patientThrough(focus, visit, scope);
  // What names no patient is not taken for somebody's, even where only one patient is at hand.
  const found = id === undefined ? undefined : resources.find((each) => isPatient(each) && each.id === id);
  if (found?.resourceType === "Patient") return found;
  scope.report({ severity: "warning", reason: "missing-resource", path: `${focus.resourceType}.subject` });
  const name = humanNameFromDisplay(subjectOf(focus)?.display);
  return { resourceType: "Patient", ...(id !== undefined && { id }), ...(name !== undefined && { name: [name] }) };
}

/** Millennium tells of a balance no patient: it is of the patient of its visit, or of the account that it is a part of. */
function patientThrough(focus: Resource, visit: fhir4.Encounter | undefined, scope: Scope): string | undefined {
  if (focus.resourceType !== "Account") return undefined;
  const whole = scope.resolve<fhir4.Account>(focus.partOf, focus);
  const ofVisit = visit === undefined ? undefined : patientIdOf(visit);
  return ofVisit ?? (whole?.resourceType === "Account" ? patientIdOf(whole) : undefined);
}

/** The reference to the patient, which tells the name too. */
function subjectOf(focus: Resource): fhir4.Reference | undefined {
  if (focus.resourceType === "Appointment")
    return [focus.participant]
      .flat()
      .map((each) => each?.actor)
      .find((actor) => referencedId(actor?.reference, "Patient"));
  const { subject, patient, beneficiary } = focus as Readonly<Record<string, unknown>> & Resource;
  const reference = [subject, patient, beneficiary].flat().find((each) => each !== undefined);
  return typeof reference === "object" && reference !== null ? (reference as fhir4.Reference) : undefined;
}

function isPatient(resource: Resource): boolean {
  return resource.resourceType === "Patient";
}

function encounterOf(focus: Resource, resources: readonly Resource[], scope: Scope): fhir4.Encounter | undefined {
  if (focus.resourceType === "Encounter") return focus;
  if (focus.resourceType === "Appointment")
    return resources.find(
      (each): each is fhir4.Encounter =>
        each.resourceType === "Encounter" &&
        listOf(each.appointment).some(({ reference }) => referencedId(reference, "Appointment") === focus.id),
    );
  const [path, references] = visitsNamed(focus);
  for (const reference of references) {
    const found = scope.resolve<fhir4.Encounter>(reference, focus);
    if (found?.resourceType === "Encounter") return found;
  }
  if (references.length > 0)
    scope.report({ severity: "warning", reason: "missing-resource", path: `${focus.resourceType}.${path}` });
  return undefined;
}

export const associatedEncounter = `${millennium}/associated-encounter`;

/** Where a resource names its visit, and which. */
function visitsNamed(focus: Resource): readonly [path: string, references: readonly fhir4.Reference[]] {
  if (focus.resourceType === "DocumentReference") return ["context.encounter", listOf(focus.context?.encounter)];
  if (focus.resourceType === "ChargeItem" || focus.resourceType === "MedicationAdministration")
    return ["context", one(focus.context)];
  if (focus.resourceType === "Account")
    return ["extension", one(listOf(focus.extension).find(({ url }) => url === associatedEncounter)?.valueReference)];
  return ["encounter", one((focus as { encounter?: fhir4.Reference }).encounter)];
}

function one(reference: fhir4.Reference | undefined): readonly fhir4.Reference[] {
  return reference === undefined ? none : [reference];
}

/** A trigger that speaks about another kind of resource than the event does. */
export function wrongKind(resourceType: string): BridgeError {
  return new BridgeError("ERR_UNRENDERABLE", { details: { field: "MSH-9", path: resourceType } });
}

export function splitTrigger(trigger: Trigger): readonly [code: string, triggerEvent: string] {
  const [code = "", triggerEvent = ""] = trigger.split("^");
  return [code, triggerEvent];
}
