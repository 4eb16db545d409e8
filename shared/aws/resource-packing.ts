import { deflateSync, inflateSync } from "node:zlib";
import { parseJson } from "../json.ts";
import { packingDictionary as dictionary } from "./packing-dictionary.ts";

/** Resources, or what holds some, as JSON in a binary attribute: half of what they take without the dictionary. */
export function packResources(value: unknown): Uint8Array {
  return deflateSync(JSON.stringify(value), { dictionary });
}

/** Decimals keep their digits. */
export function unpackResources<Value>(bytes: Uint8Array | undefined): Value {
  return parseJson(inflateSync(bytes ?? new Uint8Array(), { dictionary }).toString("utf8")) as Value;
}
