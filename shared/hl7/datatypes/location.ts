import { referencedId } from "../../fhir.ts";
import { dataType } from "../mapping.ts";
import type { Component, Repetition } from "../model.ts";
import type { Scope } from "../scope.ts";
import { terminology } from "../tables/code-map.ts";
import { designator } from "./hd.ts";
import { partsOfDisplay } from "./name.ts";
import { textOf } from "./text.ts";

const physicalTypes = `${terminology}/location-physical-type`;

/** How deep in a building a place lies. */
const depths: Readonly<Record<string, number>> = { si: 1, bu: 2, wi: 3, lvl: 4, wa: 5, ro: 6, bd: 7 };

export function physicalType(location: Pick<fhir4.Location, "physicalType"> | undefined): string | undefined {
  const type = location?.physicalType;
  if (type === undefined) return undefined;
  const code = type.coding?.find(({ system }) => system === undefined || system === physicalTypes)?.code;
  return code ?? typeOfName(type.text ?? type.coding?.[0]?.display);
}

/** What Millennium calls its places, where a tenant has mapped their types to none of HL7: `Nurse Unit(s)`. */
const namesOfTypes: Readonly<Record<string, string>> = {
  facility: "si",
  building: "bu",
  "nurse unit": "wa",
  ambulatory: "wa",
  room: "ro",
  bed: "bd",
};

function typeOfName(name: unknown): string | undefined {
  if (typeof name !== "string") return undefined;
  const key = name.toLowerCase().replace(/\(s\)$/, "");
  return Object.hasOwn(namesOfTypes, key) ? namesOfTypes[key] : undefined;
}

export function depthOf(type: string | undefined): number {
  return (type === undefined ? undefined : depths[type]) ?? 0;
}

/** HL70305 by the role of a place (v3-RoleCode), where it tells one. */
const personLocationTypes: Readonly<Record<string, string>> = {
  HU: "N",
  BMTU: "N",
  CCU: "N",
  ICU: "N",
  PEDU: "N",
  PEDICU: "N",
  PEDNICU: "N",
  NCCS: "N",
  PHU: "N",
  RHU: "N",
  NCCF: "S",
  SNF: "S",
  OF: "O",
  PROFF: "O",
  OC: "C",
  CARD: "C",
  GIM: "C",
  FMC: "C",
  PC: "C",
  PEDC: "C",
  PTRES: "H",
};

/** Namespace ids and IS codes hold 20 characters up to v2.6. */
const maxCodeLength = 20;

/** What stands for a place: its identifier, its alias or name where that is short enough to be a code, else its id. */
function codeOf(location: fhir4.Location): string | undefined {
  const identifier = location.identifier?.map(({ value }) => textOf(value)).find((value) => value && !isUrn(value));
  const [alias, name] = [textOf(location.alias?.[0]), textOf(location.name)];
  const candidates = [identifier, alias, name, location.id].filter((each) => each !== undefined);
  // Of those that are too long, the name says the most.
  return candidates.find(({ length }) => length <= maxCodeLength) ?? name ?? alias ?? location.id;
}

/** What identifies a place everywhere is no code of a table that a site keeps. */
function isUrn(value: string): boolean {
  return value.startsWith("urn:");
}

/** The place and all that it lies in, the deepest first. */
function chainOf(location: fhir4.Location, scope: Scope): readonly fhir4.Location[] {
  const chain = [location];
  let current = location;
  while (chain.length < 12) {
    const parent = scope.resolve<fhir4.Location>(current.partOf, current);
    if (parent?.resourceType !== "Location" || chain.includes(parent)) break;
    chain.push(parent);
    current = parent;
  }
  return chain;
}

/**
 * 2.A.53 PL, from the chain of `partOf` where the Locations came along: bed, room, ward, floor, building and facility
 * by their physicalType. Without them the display is split as Millennium writes it: facility, building, unit, room, bed.
 */
export function personLocation(reference: fhir4.Reference, scope: Scope, owner: object): Repetition | undefined {
  const location = scope.resolve<fhir4.Location>(reference, owner);
  const display = textOf(reference.display) ?? textOf(location?.name);
  if (location?.resourceType === "Location" && hasPlace(location) && !isCutShort(location, display, scope))
    return fromChain(location, reference, scope);
  const id = referencedId(reference.reference, "Location");
  if (display === undefined && id === undefined) return undefined;
  const type = location?.resourceType === "Location" ? personLocationType([location], noTypes) : undefined;
  return fromDisplay(display, id, type, scope);
}

/** Millennium contains Locations that hold a name alone; their name is split like a display. */
function hasPlace(location: fhir4.Location): boolean {
  return location.partOf !== undefined || location.identifier !== undefined || physicalType(location) !== undefined;
}

/** Where the chain breaks off below the ward, as when a Location could not be read, the display knows more. */
function isCutShort(location: fhir4.Location, display: string | undefined, scope: Scope): boolean {
  const chain = chainOf(location, scope);
  const hasWard = chain.some((each) => !["ro", "bd"].includes(physicalType(each) ?? ""));
  return !hasWard && chain.at(-1)?.partOf !== undefined && (display?.split(",").length ?? 0) > 2;
}

function fromChain(location: fhir4.Location, reference: fhir4.Reference, scope: Scope): Repetition {
  const byType = new Map<string, fhir4.Location>();
  const chain = chainOf(location, scope);
  for (const each of chain) {
    const type = physicalType(each);
    if (type !== undefined && !byType.has(type)) byType.set(type, each);
  }
  const untyped = chain.find((each) => !Object.hasOwn(depths, physicalType(each) ?? ""));
  const code = (type: string) => {
    const found = byType.get(type);
    return found === undefined ? undefined : codeOf(found);
  };
  // Where no ward is told, the floor is where care is given, and the floor that it lies on, if any, is its floor.
  const ward = byType.get("wa") ?? untyped ?? byType.get("lvl");
  const floor = chain.find((each) => physicalType(each) === "lvl" && each !== ward);
  const site = byType.get("si");
  const parts: Component[] = [
    ward === undefined ? undefined : codeOf(ward),
    code("ro"),
    code("bd"),
    site === undefined ? designator(scope.settings.facility) : siteOf(site),
    textOf(location.operationalStatus?.code),
    personLocationType(chain, byType),
    code("bu") ?? code("wi"),
    floor === undefined ? undefined : codeOf(floor),
    textOf(reference.display),
  ];
  return parts;
}

function siteOf(site: fhir4.Location): Component {
  return [codeOf(site)];
}

function personLocationType(
  chain: readonly fhir4.Location[],
  byType: ReadonlyMap<string, fhir4.Location>,
): string | undefined {
  for (const { type } of chain)
    for (const { code } of type?.flatMap(({ coding }) => coding ?? []) ?? []) {
      const found = code === undefined ? undefined : personLocationTypes[code];
      if (found !== undefined) return found;
    }
  if (byType.has("ho")) return "H";
  return byType.has("wa") && (byType.has("bd") || byType.has("ro")) ? "N" : undefined;
}

const noTypes: ReadonlyMap<string, fhir4.Location> = new Map();

function fromDisplay(
  display: string | undefined,
  id: string | undefined,
  type: string | undefined,
  scope: Scope,
): Repetition {
  const parts = display === undefined ? [] : partsOfDisplay(display);
  const facility = designator(scope.settings.facility);
  if (parts.length < 2) {
    const name = parts[0];
    const code = name !== undefined && name.length <= maxCodeLength ? name : (id ?? name);
    return [code, undefined, undefined, facility, undefined, type, undefined, undefined, display];
  }
  const [site = "", building, unit, room, bed] = parts;
  return [
    unit ?? building,
    room,
    bed,
    // A tenant has several; what is too long for a namespace gives way to the one that the source is called.
    site.length <= maxCodeLength || !isNamed(scope) ? [site.slice(0, maxCodeLength)] : facility,
    undefined,
    type ?? (bed === undefined ? undefined : "N"),
    unit === undefined ? undefined : building,
    undefined,
    display,
  ];
}

function isNamed({ settings: { facility } }: Scope): boolean {
  return (facility.namespaceId ?? facility.universalId) !== undefined;
}

/** The code of a place alone, where a field has no room for PL. */
export function placeCode(reference: fhir4.Reference, scope: Scope, owner: object): string | undefined {
  const found = scope.resolve<fhir4.Location | fhir4.Organization>(reference, owner);
  if (found?.resourceType === "Location") return codeOf(found);
  return textOf(reference.identifier?.value) ?? textOf(found?.name) ?? textOf(reference.display);
}

export const pl = dataType<fhir4.Reference>("PL", (reference, scope, _row, owner) =>
  personLocation(reference, scope, owner),
);
