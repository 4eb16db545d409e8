import { gunzipSync, gzipSync } from "node:zlib";
import { parseJson } from "../json.ts";

/** JSON in a binary attribute. FHIR shrinks to a quarter, and DynamoDB counts bytes. */
export function pack(value: unknown): Uint8Array {
  return gzipSync(JSON.stringify(value));
}

/** Decimals keep their digits. */
export function unpack<Value>(bytes: Uint8Array | undefined): Value {
  return parseJson(gunzipSync(bytes ?? new Uint8Array()).toString("utf8")) as Value;
}
