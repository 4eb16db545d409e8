import type { Hl7Destination } from "../config/schema.ts";

/** How the text of messages becomes bytes for a destination, and back: MSH-18 (HL70211). */
export interface Charset {
  encode(text: string): Uint8Array;
  decode(bytes: Uint8Array): string;
}

export const charsets: Record<Hl7Destination["characterSet"], Charset> = {
  "UNICODE UTF-8": {
    encode: (text) => Buffer.from(text, "utf8"),
    decode: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"),
  },
};
