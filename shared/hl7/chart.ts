import type { ClinicalEvent } from "../events/event.ts";
import { patientIdOf, type Resource, referencedId } from "../fhir.ts";
import type { MessageContext } from "./context.ts";
import { numeric } from "./datatypes/number.ts";
import { kept, none } from "./lists.ts";
import type { Scope } from "./scope.ts";
import { terminology } from "./tables/code-map.ts";

type OfType<Type extends Resource["resourceType"]> = Extract<Resource, { resourceType: Type }>;

/** The resources of a type that came along and are about the patient of the message. */
export function ofPatient<Type extends Resource["resourceType"]>(
  { resources, Patient }: MessageContext,
  type: Type,
): readonly OfType<Type>[] {
  const isOne = (each: Resource) => each.resourceType === type && patientIdOf(each) === Patient.id;
  return resources.some(isOne) ? (kept(resources, isOne) as readonly OfType<Type>[]) : none;
}

type Withdrawn = fhir4.Condition | fhir4.AllergyIntolerance;

const absent = `${terminology}/data-absent-reason`;

/** Millennium empties a record that was entered in error: its code says `error`, and most elements are gone. */
export function isEmptied(resource: Resource): boolean {
  if (resource.resourceType !== "Condition" && resource.resourceType !== "AllergyIntolerance") return false;
  return listOf(resource.code?.coding).some(({ system }) => system === absent);
}

/** What is taken back is told as it was known, so that a receiver knows what it is. */
export function asWasKnown<Record extends Withdrawn>(after: Record, { before }: ClinicalEvent): Record {
  if (before?.resourceType !== after.resourceType || !isEmptied(after)) return after;
  const { code } = before as Record;
  return { ...(before as Record), ...after, code };
}

interface Begun {
  readonly onsetString?: string | undefined;
  readonly onsetAge?: fhir4.Age | undefined;
  readonly onsetRange?: fhir4.Range | undefined;
}

/** When something began, where that is told in words or by the age of the patient. */
export function onsetText({ onsetString, onsetAge, onsetRange }: Begun): string | undefined {
  if (typeof onsetString === "string") return onsetString;
  const unit = onsetAge ?? onsetRange?.low ?? onsetRange?.high;
  const ages = [onsetAge, onsetRange?.low, onsetRange?.high].flatMap((age) => numeric(age?.value) ?? []);
  return ages.length === 0 ? undefined : `${ages.join("-")} ${unit?.unit ?? unit?.code ?? ""}`.trimEnd();
}

interface Reasoned {
  readonly reasonCode?: readonly fhir4.CodeableConcept[] | undefined;
  readonly reasonReference?: readonly fhir4.Reference[] | undefined;
}

/** Why: the codes, and what the references are about, else what they display. */
export function reasonsOf(owner: Reasoned | undefined, scope: Scope): readonly fhir4.CodeableConcept[] {
  const referred = listOf(owner?.reasonReference).map((reference) => reasonBehind(reference, owner ?? {}, scope));
  return [...listOf(owner?.reasonCode), ...referred];
}

/** What a reason that is referred to is about, else what the reference displays. */
export function reasonBehind(reference: fhir4.Reference, owner: object, scope: Scope): fhir4.CodeableConcept {
  const found = scope.resolve<fhir4.Condition>(reference, owner);
  return found?.code ?? (reference.display === undefined ? {} : { text: reference.display });
}

/** Whether a reference is to the visit of the message. */
export function isOfVisit(reference: fhir4.Reference | undefined, { Encounter }: MessageContext): boolean {
  return Encounter?.id !== undefined && referencedId(reference?.reference, "Encounter") === Encounter.id;
}

/**
 * Orders what came along by keys and then by id, so that the same content gives the same bytes however it was fetched.
 * What has no key comes last.
 */
export function inOrder<Item>(
  items: readonly Item[],
  idOf: (item: Item) => string | undefined,
  ...keys: readonly ((item: Item) => string | number | undefined)[]
): readonly Item[] {
  return items.toSorted((a, b) => {
    for (const key of [...keys, idOf]) {
      const order = compare(key(a), key(b));
      if (order !== 0) return order;
    }
    return 0;
  });
}

function compare(a: string | number | undefined, b: string | number | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  return a < b ? -1 : 1;
}

/** The contexts of a repeating segment, numbered. */
export function numbered<Outer extends MessageContext, Own extends object>(
  context: Outer,
  items: readonly Own[],
): readonly (Outer & Own)[] {
  return items.map((item, index) => ({ ...context, ...item, setId: index + 1 }));
}

/** The codes of a FHIR list, whatever stands in its place. */
export function listOf<Item>(value: readonly Item[] | undefined): readonly Item[] {
  if (!Array.isArray(value)) return none;
  return value.includes(null) || value.includes(undefined)
    ? value.filter((item) => item !== null && item !== undefined)
    : value;
}

/** Whether any coding of a concept has one of these codes. */
export function hasCode(
  concept: fhir4.CodeableConcept | undefined,
  codes: ReadonlySet<string> | readonly string[],
): boolean {
  const wanted = codes instanceof Set ? codes : new Set(codes as readonly string[]);
  return listOf(concept?.coding).some(({ code }) => wanted.has(code ?? ""));
}
