import type { Resource } from "../../shared/fhir.ts";
import { instantOf } from "./compare.ts";

/** What FHIR itself says, and what only a converter put beside it for the way back. */
export interface Said {
  readonly plain: Values;
  readonly roundTrip: Values;
}

export interface Values {
  readonly texts: ReadonlySet<string>;
  /** Epoch milliseconds. */
  readonly instants: ReadonlySet<number>;
}

/** Whom a segment may speak about; a code of one letter stands somewhere in every Bundle. */
const subjects: Readonly<Record<string, readonly Resource["resourceType"][]>> = {
  MSH: ["Organization"],
  PID: ["Patient", "Organization", "Account", "RelatedPerson"],
  NK1: ["Patient", "RelatedPerson", "Organization"],
  ORC: ["ServiceRequest", "Practitioner", "PractitionerRole", "Organization", "MedicationRequest", "Appointment"],
  OBR: ["ServiceRequest", "DiagnosticReport", "Practitioner", "PractitionerRole", "Organization", "Specimen"],
  OBX: ["Observation", "Device", "Practitioner", "PractitionerRole", "Organization"],
  SPM: ["Specimen", "Organization"],
  NTE: ["Observation", "DiagnosticReport", "ServiceRequest"],
  PV1: ["Encounter", "Patient", "Location", "Practitioner", "Account", "EpisodeOfCare", "Organization"],
};

const said = new WeakMap<readonly Resource[], Map<string, Said>>();

/** What the resources of a pair say that a segment may speak about. Worked out once. */
export function saidBy(resources: readonly Resource[], segment = ""): Said {
  const bySegment = said.get(resources) ?? new Map<string, Said>();
  said.set(resources, bySegment);
  let found = bySegment.get(segment);
  if (found === undefined) {
    const types = subjects[segment];
    const [plain, roundTrip] = [emptyValues(), emptyValues()];
    for (const resource of resources)
      if (types?.includes(resource.resourceType) ?? !envelope.has(resource.resourceType))
        collect(resource, plain, roundTrip);
    found = { plain, roundTrip };
    bySegment.set(segment, found);
  }
  return found;
}

/** They are about the message that was converted and not about a patient. */
const envelope = new Set(["MessageHeader", "Provenance"]);

interface Collected extends Values {
  readonly texts: Set<string>;
  readonly instants: Set<number>;
}

function emptyValues(): Collected {
  return { texts: new Set(), instants: new Set() };
}

function collect(node: unknown, plain: Collected, roundTrip: Collected): void {
  if (Array.isArray(node)) {
    for (const each of node) collect(each, plain, roundTrip);
    return;
  }
  if (typeof node !== "object" || node === null) {
    add(String(node), plain);
    return;
  }
  if (JSON.isRawJSON(node)) {
    add(node.rawJSON, plain);
    return;
  }
  const { url, ...members } = node as Readonly<Record<string, unknown>>;
  const into = typeof url === "string" && isRoundTrip(url) ? roundTrip : plain;
  // Ids and references are nobody's words.
  for (const [name, value] of Object.entries(members))
    if (name !== "reference" && name !== "id") collect(value, into, roundTrip);
}

/** Extensions of the converter, and the parts of extensions that HL7 v2 names: `CX.5`. */
function isRoundTrip(url: string): boolean {
  return /reportstream\.cdc\.gov\/fhir\/StructureDefinition|^[A-Z][A-Z0-9]{1,2}\.\d/.test(url);
}

function add(text: string, { texts, instants }: Collected): void {
  texts.add(text.trim());
  for (const part of [text.replace(/^urn:(?:oid|uuid|id):/, "")]) texts.add(part);
  const time = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) instants.add(time);
  if (/^\d{4}(?:-\d\d){0,2}$/.test(text)) texts.add(text.replaceAll("-", ""));
}

export function has({ texts, instants }: Values, value: string): boolean {
  const instant = instantOf(value);
  return texts.has(value) || (instant !== undefined && instants.has(instant));
}
