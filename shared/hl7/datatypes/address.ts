import { standard } from "../extensions.ts";
import { dataType } from "../mapping.ts";
import type { Component, Repetition } from "../model.ts";
import type { Scope } from "../scope.ts";
import { countryCode } from "../tables/countries.ts";
import { addressType, addressUse } from "../tables/person.ts";
import { isFrom } from "../versions.ts";
import { textOf } from "./text.ts";
import { timestampOf } from "./time.ts";

const censusTract = `${standard}/iso21090-ADXP-censusTract`;

/** 2.A.84 XAD */
export function extendedAddress(address: fhir4.Address, scope: Scope): Repetition | undefined {
  const lines = Array.isArray(address.line) ? address.line.map(textOf).filter((line) => line !== undefined) : [];
  const hasParts = lines.length > 0 || Boolean(address.city || address.state || address.postalCode);
  const [street, ...others] = lines;
  const country = textOf(address.country);
  const parts: Component[] = [
    hasParts ? street : textOf(address.text),
    others.join(" ") || undefined,
    textOf(address.city),
    textOf(address.state),
    textOf(address.postalCode),
    country === undefined ? undefined : countryCode(country),
  ];
  const district = textOf(address.district);
  const tract = censusTractOf(address);
  if (district === undefined && tract === undefined && parts.every((part) => part === undefined)) return undefined;
  parts[6] = addressTypeOf(address, scope);
  if (district !== undefined || tract !== undefined) {
    parts[8] = district;
    parts[9] = tract;
  }
  if (address.period !== undefined) {
    parts[12] = timestampOf(address.period.start, scope);
    parts[13] = timestampOf(address.period.end, scope);
  }
  return parts;
}

function censusTractOf({ extension }: fhir4.Address): string | undefined {
  const found = extension?.find(({ url }) => url === censusTract);
  return textOf(found?.valueString ?? found?.valueCode);
}

/** HL70190: the use wins; the type speaks where there is none. A billing address has a code of its own from 2.6 on. */
function addressTypeOf({ use, type }: fhir4.Address, scope: Scope): string | undefined {
  if (use === "billing" && isFrom("2.6", scope)) return "BI";
  if (use !== undefined) return addressUse.codes[use] ?? undefined;
  return type === "postal" ? (addressType.codes["postal"] ?? undefined) : undefined;
}

export const xad = dataType<fhir4.Address>("XAD", (address, scope) => extendedAddress(address, scope));
