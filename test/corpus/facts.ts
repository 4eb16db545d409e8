import type { Resource } from "../../shared/fhir.ts";
import { isDegree } from "../../shared/hl7/datatypes/name.ts";
import { ethnicity, maritalStatus, race, relationship } from "../../shared/hl7/tables/person.ts";
import type { Leaf } from "./compare.ts";
import { has, saidBy } from "./plain.ts";

export { isDegree };

/** What the FHIR of a pair says that a segment may speak about. */
export interface Facts {
  readonly resources: readonly Resource[];
  /** All that FHIR itself says. */
  readonly texts: readonly string[];
  readonly says: (value: string) => boolean;
  /** What only a converter put beside FHIR for the way back. */
  readonly converterSays: (value: string) => boolean;
  /** Whether a converter has made a URL of this namespace. */
  readonly isNamespace: (value: string) => boolean;
  /** Whether the digits are those of a telephone number, or a part of one. */
  readonly dials: (value: string) => boolean;
  /** Whether a telephone number or an address on the net says so. */
  readonly saysOfNumber: (value: string) => boolean;
  /** Whether a telephone number has it as a part of its own. */
  readonly isPart: (value: string) => boolean;
  /** Whether a coding is called so. */
  readonly isDisplay: (value: string) => boolean;
}

const known = new WeakMap<readonly Resource[], Map<string, Facts>>();

/** Worked out once for each segment. */
export function factsOf(resources: readonly Resource[], segment: string): Facts {
  const bySegment = known.get(resources) ?? new Map<string, Facts>();
  known.set(resources, bySegment);
  const facts = bySegment.get(segment) ?? makeFacts(resources, segment);
  bySegment.set(segment, facts);
  return facts;
}

function makeFacts(resources: readonly Resource[], segment: string): Facts {
  const { plain, roundTrip } = saidBy(resources, segment);
  const texts = [...plain.texts];
  const numbers = points(resources).flatMap((point) => {
    const parts = (point.extension ?? []).flatMap((each) => [each.valueString ?? each.valueInteger ?? []].flat());
    return [point.value, ...parts].filter((each) => each !== undefined).map(String);
  });
  const digits = numbers.map(digitsIn);
  const parts = new Set(
    points(resources).flatMap(({ extension }) =>
      (extension ?? []).flatMap(({ valueString, valueInteger }) => valueString ?? String(valueInteger)),
    ),
  );
  const displays = new Set(codings(resources).map(({ display }) => display));
  return {
    resources,
    texts,
    says: (value) => has(plain, value),
    converterSays: (value) => has(roundTrip, value),
    isNamespace: (value) =>
      texts.some((text) => text.startsWith("http") && text.split("/").at(-1)?.replaceAll("-", " ") === value),
    dials: (value) => {
      const own = digitsIn(value);
      if (own === "") return numbers.includes(value);
      // `X4` is the extension of a number, which may be a part of its own.
      const whole = digitsIn(value.split("X")[0] ?? "");
      return digits.some((each) => each.includes(own) || each.includes(whole)) || joins(digits, whole);
    },
    saysOfNumber: (value) => numbers.includes(value) || digits.includes(digitsIn(value) || "none"),
    isPart: (value) => parts.has(value),
    isDisplay: (value) => displays.has(value),
  };
}

function digitsIn(text: string): string {
  return text.replace(/\D/g, "");
}

/** Whether a number is an area and a local number that stand apart. */
function joins(parts: readonly string[], number: string): boolean {
  return parts.some((area) => area !== "" && number.startsWith(area) && parts.includes(number.slice(area.length)));
}

function points(resources: readonly Resource[]): readonly fhir4.ContactPoint[] {
  return resources.flatMap((each) => listAt<fhir4.ContactPoint>(each, "telecom").concat(contactPoints(each)));
}

function contactPoints(resource: Resource): readonly fhir4.ContactPoint[] {
  return listAt<{ telecom?: fhir4.ContactPoint[] }>(resource, "contact").flatMap(({ telecom = [] }) => telecom);
}

function listAt<Item>(resource: object, name: string): Item[] {
  const found = (resource as Readonly<Record<string, unknown>>)[name];
  return Array.isArray(found) ? found : [];
}

/** Every coding, however deep. */
function codings(value: unknown): readonly fhir4.Coding[] {
  if (typeof value !== "object" || value === null) return [];
  const own = Array.isArray(value) ? [] : listAt<fhir4.Coding>(value, "coding");
  return [...own, ...Object.values(value).flatMap(codings)];
}

/** Whether the code that a system would belong to has none in FHIR: `.3` of `.1`, `.6` of `.4`. */
export function isOfNoSystem({ place, beside }: Leaf, resources: readonly Resource[]): boolean {
  const part = Number(place.slice(place.lastIndexOf(".") + 1));
  const [code, name] = [beside?.get(`.${part - 2}`), beside?.get(`.${part - 1}`)];
  return codings(resources).some(
    (each) => each.system === undefined && (code === undefined ? each.display === name : each.code === code),
  );
}

export function hasNoVersion(wanted: string | undefined, resources: readonly Resource[]): boolean {
  return codings(resources).every(({ code, version }) => code !== wanted || version === undefined);
}

export function hasCodingWithoutSystem(resources: readonly Resource[]): boolean {
  return codings(resources).some(({ system }) => system === undefined);
}

type OfType<Type extends Resource["resourceType"]> = Extract<Resource, { resourceType: Type }>;

function ofType<Type extends Resource["resourceType"]>(...types: readonly Type[]) {
  return (resources: readonly Resource[]) =>
    resources.filter((each): each is OfType<Type> => (types as readonly string[]).includes(each.resourceType));
}

export const patients = ofType("Patient");
export const observations = ofType("Observation");
export const encounters = ofType("Encounter");
export const reports = ofType("DiagnosticReport");
export const kin = ofType("RelatedPerson");
export const orders = ofType("ServiceRequest", "DiagnosticReport", "Specimen");

/** No number of an order says by a system who has given it. */
export function hasOrdersWithoutAuthority(resources: readonly Resource[]): boolean {
  return orders(resources).some(({ identifier }) => (identifier ?? []).some(({ system }) => system === undefined));
}

/** The ids and numbers of orders, reports and specimens. */
export function numbersOfOrders(resources: readonly Resource[]): readonly (string | undefined)[] {
  return orders(resources).flatMap(({ id, identifier }) => [id, ...(identifier ?? []).map(({ value }) => value)]);
}

export function isId(value: string, resources: readonly Resource[]): boolean {
  return resources.some(({ id }) => id === value) || JSON.stringify(resources).includes(`/${value}"`);
}

/** A number of a device, or a part of one that has no value. */
export function isHalfOfDevice(value: string, resources: readonly Resource[]): boolean {
  return ofType("Device")(resources).some(({ identifier }) =>
    (identifier ?? []).some(
      (each) => each.value === value || (each.value === undefined && codings(each).some(({ code }) => code === value)),
    ),
  );
}

/** The text of a concept whose codes have no name. */
export function namesNamelessCode(text: string, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const own = value as fhir4.CodeableConcept;
  const isNameless =
    own.text === text && listAt<fhir4.Coding>(own, "coding").every(({ display }) => display === undefined);
  return isNameless || Object.values(value).some((each) => namesNamelessCode(text, each));
}

/** What PID-34, PV1-18 and PV1-41 are told from. */
export function hasFacilityOrType(resource: Resource): boolean {
  if (resource.resourceType === "Patient") return resource.managingOrganization !== undefined;
  return (
    resource.resourceType === "Encounter" &&
    codings(resource.type).some(({ system }) => /codeSet\/71$/.test(system ?? ""))
  );
}

/** A number whose system is a name, against FHIR. */
export function hasNamedSystem(resources: readonly Resource[]): boolean {
  return patients(resources).some(({ identifier }) =>
    (identifier ?? []).some(({ system }) => system !== undefined && !system.includes(":")),
  );
}

/** A number of an order whose system is a name. */
export function hasNamedOrderSystem(resources: readonly Resource[]): boolean {
  return orders(resources).some(({ identifier }) =>
    (identifier ?? []).some(({ system }) => system !== undefined && !system.includes(":")),
  );
}

/** A number of an organization of which nobody says what kind of universal id it is. */
export function isOfUntypedAuthority(value: string, resources: readonly Resource[]): boolean {
  return ofType("Organization")(resources).some(({ identifier }) =>
    (identifier ?? []).some(
      (each) => each.value === value && codings(each.type).every(({ code }) => code === undefined),
    ),
  );
}

export function hasAccountOrMother(resources: readonly Resource[]): boolean {
  return resources.some(
    (each) =>
      each.resourceType === "Account" ||
      (each.resourceType === "RelatedPerson" && codings(each.relationship).some(({ code }) => code === "MTH")),
  );
}

export function names(resources: readonly Resource[]): readonly fhir4.HumanName[] {
  return patients(resources).flatMap(({ name }) => name ?? []);
}

/** A number of a patient, whatever stands between its digits. */
export function hasDigits(digits: string, resources: readonly Resource[]): boolean {
  const numbers = patients(resources).flatMap(({ identifier }) => identifier ?? []);
  return numbers.some(({ value = "" }) => value.replace(/\D/g, "") === digits);
}

/** The lines of each address. */
export function linesIn(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [];
  const own = Array.isArray(value) ? [] : listAt<string>(value, "line");
  return [...(own.length > 0 ? [own] : []), ...Object.values(value).flatMap(linesIn)];
}

export function hasSeveralPerformers(resources: readonly Resource[]): boolean {
  return observations(resources).some(({ performer }) => (performer ?? []).length > 1);
}

export function hasValue(observation: fhir4.Observation): boolean {
  return Object.keys(observation).some((name) => name.startsWith("value"));
}

export function isTime({ valueTime }: fhir4.Observation): boolean {
  return valueTime === undefined || /^\d\d:\d\d/.test(valueTime);
}

export function hasOldValue(resources: readonly Resource[]): boolean {
  return observations(resources).some(
    ({ valuePeriod, valueRange, valueString }) => (valuePeriod ?? valueRange ?? valueString) !== undefined,
  );
}

export function hasRatioOrRange(resources: readonly Resource[]): boolean {
  return observations(resources).some(({ valueRatio, valueRange }) => (valueRatio ?? valueRange) !== undefined);
}

export function hasAttachment(resources: readonly Resource[]): boolean {
  return observations(resources).some(({ extension }) =>
    (extension ?? []).some(({ valueAttachment }) => valueAttachment !== undefined),
  );
}

/** Whether somebody of the patient's has a name, an address that holds at any time, or a number with a value. */
export function knowsKin(resources: readonly Resource[]): boolean {
  const related = kin(resources);
  return (
    related.some(({ name, address }) => (name ?? []).length > 0 || (address ?? []).length > 0) ||
    related.some(({ telecom }) => (telecom ?? []).some(isReachable))
  );
}

function isReachable({ value, extension }: fhir4.ContactPoint): boolean {
  return value !== undefined || (extension ?? []).some(({ url }) => url.endsWith("contactpoint-local"));
}

export const tableNames: ReadonlySet<string> = new Set(
  [maritalStatus, race, ethnicity, relationship].flatMap((map) => Object.values(map.names)),
);
