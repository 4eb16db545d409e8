import { createHash } from "node:crypto";

/** Crockford's base 32: no letter that is easily taken for a digit. */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** 20 characters (100 bits) that are the same for the same parts: MSH-10 takes no more up to HL7 v2.6. */
export function deliveryId(...parts: readonly (string | number)[]): string {
  const digest = createHash("sha256").update(JSON.stringify(parts)).digest();
  return Array.from(digest.subarray(0, 20), (byte) => alphabet[byte & 31]).join("");
}
