import type { Hl7Destination } from "../config/schema.ts";

/** How the text of messages becomes bytes for a destination, and back: MSH-18 (HL70211). */
export interface Charset {
  encode(text: string): Uint8Array;
  decode(bytes: Uint8Array): string;
}

/**
 * One byte a character. Rendering has transliterated what the set lacks; a character that still comes here becomes `?`
 * and never the low half of its code, which could be a delimiter or end the frame.
 */
function singleByte(last: number): Charset {
  const beyond = last === 0x7f ? /[^\0-\x7f]/gu : /[^\0-\xff]/gu;
  return {
    encode: (text) => Buffer.from(text.replace(beyond, "?"), "latin1"),
    decode: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1"),
  };
}

export const charsets: Record<Hl7Destination["characterSet"], Charset> = {
  "UNICODE UTF-8": {
    encode: (text) => Buffer.from(text, "utf8"),
    decode: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"),
  },
  "8859/1": singleByte(0xff),
  ASCII: singleByte(0x7f),
};
