import { dataType, type Encoder } from "../mapping.ts";
import { lineBreak } from "../model.ts";

/**
 * The text of a primitive, or undefined where the resource has something else in its place. Line ends become spaces
 * when the value is encoded: only FT and TX keep them.
 */
export function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return undefined;
}

/** HL7 v2.5.1, 2.A.75: one line of text. */
export const st = dataType<unknown>("ST", textOf);
/** 2.A.70: sequence number. */
export const si = dataType<unknown>("SI", textOf);

/** Text with its lines, but for empty ones at its end, which Millennium has in each note: FT (2.A.31) shows `\.br\` as a line end, and so do most receivers of TX (2.A.78). */
export function formattedText(text: string): string {
  return text.trimEnd().replace(/\r\n?|\n/g, lineBreak);
}

const encodeFormatted: Encoder<unknown> = (value) => {
  const text = textOf(value);
  return text === undefined ? undefined : formattedText(text);
};

export const ft = dataType<unknown>("FT", encodeFormatted);
export const tx = dataType<unknown>("TX", encodeFormatted);
