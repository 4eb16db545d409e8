import type { Message, Repetition, Segment } from "../er7.ts";
import type { Notebook } from "../notebook.ts";

/** As an interface engine is set up for its sender. */
export interface Hl7ReaderOptions {
  /** The assigning authority of the number that people are known by: universal id in CX-4. */
  readonly medicalRecordAuthority: string;
  /** Triggers that the receiver was built for: `A01`. Without it, all. */
  readonly triggers?: readonly string[];
}

export interface Desk {
  readonly notebook: Notebook;
  readonly options: Hl7ReaderOptions;
}
export type Handle = (message: Message, desk: Desk) => void;
export type Handlers = Readonly<Record<string, Handle>>;

/** A field by the name of a facet: absent says nothing, null takes the value away. */
export function said(
  segment: Segment,
  field: number,
  value: string,
): { as(facet: string): Record<string, string | undefined> } {
  return {
    as(facet) {
      if (segment.isNull(field)) return { [facet]: undefined };
      return segment.has(field) ? { [facet]: value } : {};
    },
  };
}

/** What is told of something that is not asked for. */
export const passOver: Handle = () => {};

/** The text of a value: plain, or wrapped (ED). */
export function contentOf(type: string, value: Repetition): string {
  if (type !== "ED") return value.text();
  const data = value.text(5);
  return value.text(4) === "Base64" ? Buffer.from(data, "base64").toString("utf8") : data;
}
