import { dataType } from "../mapping.ts";
import type { Component, Repetition, Value } from "../model.ts";
import type { Scope } from "../scope.ts";
import { extendedAddress } from "./address.ts";
import { personLocation } from "./location.ts";
import { extendedProvider } from "./provider.ts";
import { timestampOf } from "./time.ts";

export interface TimedPerson {
  readonly reference: fhir4.Reference;
  readonly time?: string | undefined;
}

/** 2.A.57 PPN: a person and when they acted. The parts of the name stand where XCN has them. */
export const ppn = dataType<TimedPerson>("PPN", ({ reference, time }, scope, _row, owner) => {
  const person = extendedProvider(reference, scope, owner);
  if (person === undefined) return undefined;
  // Behind the type of the identifier, PPN goes on otherwise than XCN.
  const parts: Component[] = person.slice(0, 13);
  const acted = timestampOf(time, scope);
  if (acted !== undefined) parts[14] = acted;
  return parts;
});

/** 2.A.41 LA2: a place as in PL, and its address. */
export function placeWithAddress(reference: fhir4.Reference, scope: Scope, owner: object): Repetition | undefined {
  const place = personLocation(reference, scope, owner);
  if (place === undefined) return undefined;
  const parts: Component[] = place.slice(0, 8);
  const location = scope.resolve<fhir4.Location>(reference, owner);
  const address = location?.resourceType === "Location" ? location.address : undefined;
  const [street, other, city, state, zip, country, type] = address ? (extendedAddress(address, scope) ?? []) : [];
  for (const [index, part] of [street, other, city, state, zip, country, type].entries())
    if (part !== undefined) parts[8 + index] = part;
  return parts;
}

export const la2 = dataType<fhir4.Reference>("LA2", (reference, scope, _row, owner) =>
  placeWithAddress(reference, scope, owner),
);

const drugEnforcement = "DEA";

/** A person by the number under which they may prescribe controlled drugs; undefined where none is known. */
export function prescriberNumber(reference: fhir4.Reference, scope: Scope, owner: object): fhir4.Reference | undefined {
  const found = scope.resolve(reference, owner);
  const person =
    found?.resourceType === "PractitionerRole" ? scope.resolve<fhir4.Practitioner>(found.practitioner, found) : found;
  if (person?.resourceType !== "Practitioner") return undefined;
  const identifier = person.identifier?.find(({ type }) => type?.coding?.some(({ code }) => code === drugEnforcement));
  if (identifier === undefined) return undefined;
  const [name] = person.name ?? [];
  const display = reference.display ?? [name?.family, name?.given?.join(" ")].filter(Boolean).join(", ");
  return { identifier, display };
}

export interface ParentResult {
  readonly code: Repetition | undefined;
  readonly subId: string;
  readonly value: string | undefined;
}

/** 2.A.59 PRL: the result that other results belong to, by OBX-3, OBX-4 and the text of OBX-5. */
export const prl = dataType<ParentResult>("PRL", ({ code, subId, value }) => [
  code?.map((part): Value => (typeof part === "object" && part !== null ? part[0] : part)),
  subId,
  value,
]);
