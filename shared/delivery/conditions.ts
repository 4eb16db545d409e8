import type { Destination } from "../config/schema.ts";
import { BridgeError } from "../errors.ts";
import type { Gate } from "../events/derive.ts";
import type { ClinicalEvent } from "../events/event.ts";
import { type EncounterFacts, encounterFacts } from "../events/facts/encounter.ts";
import type { Lookup } from "../events/lookup.ts";
import type { Facts } from "../events/rule.ts";
import type { Resource } from "../fhir.ts";
import { compileExpression } from "../hl7/fhirpath.ts";
import type { Scope } from "../hl7/scope.ts";

export interface ConditionContext {
  readonly patient: string;
  readonly lookup: Lookup;
}

/** Whether an event meets what the destination asks for beside its type; undefined where it asks for nothing. */
export function conditionsOf({ only }: Destination, { patient, lookup }: ConditionContext): Gate["admits"] {
  if (only === undefined) return undefined;
  const { patients, classes, locations, filter } = only;
  return (event, known, state) => {
    if (patients !== undefined && patient !== "" && !patients.includes(patient)) return false;
    const visits = visitsOf(event, known, state, lookup);
    const meets = (test: (visit: EncounterFacts) => boolean) => visits.length === 0 || visits.some(test);
    if (classes !== undefined && !meets((visit) => classes.some((each) => each === visit.class))) return false;
    if (locations !== undefined && !meets((visit) => isWithin(visit.bed, locations, lookup))) return false;
    return filter === undefined || passes(filter, event, patient, lookup);
  };
}

/** The visit as it was told and as it is; none for what is about no visit. */
function visitsOf(event: ClinicalEvent, known: Facts, state: Facts, lookup: Lookup): readonly EncounterFacts[] {
  if (state.of === "Encounter") return known.of === "Encounter" ? [known, state] : [state];
  const encounter = encounterOf(event.after, lookup);
  return encounter === undefined ? [] : [encounterFacts(encounter, lookup)];
}

function encounterOf(resource: Resource, lookup: Lookup): fhir4.Encounter | undefined {
  if (resource.resourceType === "Encounter") return resource;
  const { encounter, context } = resource as {
    readonly encounter?: fhir4.Reference | fhir4.Reference[];
    readonly context?: fhir4.Reference & { readonly encounter?: readonly fhir4.Reference[] };
  };
  const references = [encounter, context, context?.encounter].flat();
  return references
    .map((each) => lookup(each?.reference))
    .find((each): each is fhir4.Encounter => each?.resourceType === "Encounter");
}

/** Bed, room, ward, floor, building, facility. */
const levels = 6;

/** Whether a place is one of those, or lies in one. */
function isWithin(bed: string | undefined, wanted: readonly string[], lookup: Lookup): boolean {
  let key = bed;
  for (let level = 0; level < levels && key !== undefined; level += 1) {
    const place = lookup(key);
    const location = place?.resourceType === "Location" ? place : undefined;
    const names = [key, key.split("/").at(-1), location?.name, ...(location?.alias ?? [])];
    if (names.some((name) => name !== undefined && wanted.includes(name))) return true;
    key = location?.partOf?.reference;
  }
  return false;
}

/**
 * As in overlays: empty and false are no, everything else is yes.
 *
 * @throws ERR_UNRENDERABLE with the path of the filter where it fails: whether the receiver may hear of it, nobody knows
 */
function passes(filter: string, event: ClinicalEvent, patient: string, lookup: Lookup): boolean {
  const { after } = event;
  const context = {
    event,
    Patient: lookup(`Patient/${patient}`),
    Encounter: encounterOf(after, lookup),
    [after.resourceType]: after,
  };
  // Of the scope, expressions use only this.
  const resolve = (reference: fhir4.Reference | undefined) => lookup(reference?.reference);
  const scope = { resolve } as unknown as Scope;
  const values = valuesOf(filter, context, scope);
  return values.length > 0 && !values.every((value) => value === false);
}

/** What an expression stumbles over may hold patient data: only where it stands is told. */
function valuesOf(filter: string, context: object, scope: Scope): readonly unknown[] {
  try {
    return compileExpression(filter).valuesIn(context, scope);
  } catch {
    throw new BridgeError("ERR_UNRENDERABLE", {
      details: { path: "only.filter", problem: "The expression fails for what this resource says" },
    });
  }
}
