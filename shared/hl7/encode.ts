import {
  type Field,
  lineBreak,
  type Message,
  type Repetition,
  type Segment,
  truncationMark,
  type Value,
} from "./model.ts";

export interface Delimiters {
  readonly field: string;
  readonly component: string;
  readonly repetition: string;
  readonly escape: string;
  readonly subcomponent: string;
  /** The fifth encoding character, from 2.7 on. */
  readonly truncation?: string | undefined;
}

/** HL7 v2.5.1, 2.5.4: the recommended delimiters. */
export const standardDelimiters: Delimiters = {
  field: "|",
  component: "^",
  repetition: "~",
  escape: "\\",
  subcomponent: "&",
};

/**
 * Writes a message in ER7: segments end in CR, trailing empty parts are left out.
 *
 * Written here and not through an object model: a message of 14 OBX takes some 7 µs this way, and more than the parsing
 * of its JSON through the `hl7v2` classes. Tests read the bytes back with `hl7v2` and with other parsers.
 */
export function encodeMessage(message: Message, delimiters: Delimiters = standardDelimiters): string {
  const writer = writerFor(delimiters);
  let end = 0;
  for (const segment of message.segments) end = writeByte(carriageReturn, writeSegment(segment, writer, end));
  return written(end);
}

/** One segment without its CR. */
export function encodeSegment(segment: Segment, delimiters: Delimiters = standardDelimiters): string {
  return written(writeSegment(segment, writerFor(delimiters), 0));
}

/** One field as it stands in a message, for people and for the content hash. */
export function encodeField(field: Field | undefined, delimiters: Delimiters = standardDelimiters): string {
  return field === undefined ? "" : written(writeField(field, writerFor(delimiters), 0));
}

/** MSH-2 */
export function encodingCharactersOf(delimiters: Delimiters): string {
  const { component, repetition, escape: mark, subcomponent, truncation = "" } = delimiters;
  return component + repetition + mark + subcomponent + truncation;
}

interface Writer {
  /** MSH-1 and MSH-2 as they open a message: never escaped. */
  readonly opening: string;
  // Character codes of the delimiters.
  readonly field: number;
  readonly repetition: number;
  readonly component: number;
  readonly subcomponent: number;
  /** What cannot stand in a value as it is. */
  readonly unsafe: RegExp;
  /** By character code: 1 for those that can. */
  readonly plainAscii: Uint8Array;
  readonly replacement: (character: string) => string;
  /** Two quote marks as a text, which as they are would be read as the null. */
  readonly twoQuotes: string;
}

const writers = new Map<string, Writer>();

function writerFor(delimiters: Delimiters): Writer {
  if (delimiters === standardDelimiters) return standardWriter;
  const key = delimiters.field + encodingCharactersOf(delimiters);
  const known = writers.get(key);
  if (known !== undefined) return known;
  const made = makeWriter(delimiters);
  writers.set(key, made);
  return made;
}

function makeWriter(delimiters: Delimiters): Writer {
  const mark = delimiters.escape;
  const sequences = new Map([
    [delimiters.escape, `${mark}E${mark}`],
    [delimiters.field, `${mark}F${mark}`],
    [delimiters.component, `${mark}S${mark}`],
    [delimiters.subcomponent, `${mark}T${mark}`],
    [delimiters.repetition, `${mark}R${mark}`],
    ...(delimiters.truncation === undefined ? [] : ([[delimiters.truncation, `${mark}P${mark}`]] as const)),
    [lineBreak, `${mark}.br${mark}`],
    [truncationMark, delimiters.truncation ?? ""],
    ["\t", " "],
    ["\n", " "],
    ["\r", " "],
    ["\r\n", " "],
  ]);
  const own = [...sequences.keys()].filter((each) => each.length === 1).map((each) => `\\u${hex(each)}`);
  // Control characters: VT and FS would end an MLLP frame, CR a segment; none of the others means anything in a value.
  const unsafe = new RegExp(`\\r\\n|[${own.join("")}\\u0000-\\u001f\\u007f-\\u009f]`, "g");
  return {
    opening: delimiters.field + encodingCharactersOf(delimiters),
    field: delimiters.field.charCodeAt(0),
    repetition: delimiters.repetition.charCodeAt(0),
    component: delimiters.component.charCodeAt(0),
    subcomponent: delimiters.subcomponent.charCodeAt(0),
    unsafe,
    plainAscii: Uint8Array.from({ length: 128 }, (_, code) =>
      String.fromCharCode(code).search(unsafe) === -1 ? 1 : 0,
    ),
    replacement: (character) => sequences.get(character) ?? "",
    twoQuotes: `"${mark}X22${mark}`,
  };
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(4, "0");
}

const standardWriter = makeWriter(standardDelimiters);

const carriageReturn = 0x0d;
const quote = 0x22;

/**
 * Where a message stands in UTF-8 while it is written: no text is put together from hundreds of small ones. Nothing waits
 * in between, so one page is enough. Each of the functions below writes from a place on and returns where it ended; what
 * turns out to be empty is written over.
 */
let page = Buffer.allocUnsafeSlow(1 << 16);

function makeRoom(end: number): void {
  if (end <= page.length) return;
  const larger = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(end + 1)));
  page.copy(larger);
  page = larger;
}

function written(end: number): string {
  const text = page.toString("utf8", 0, end);
  if (page.length > longestKept) page = Buffer.allocUnsafeSlow(1 << 16);
  return text;
}

/** A page that grew beyond this, for one large document, is given back. */
const longestKept = 1 << 20;

function writeByte(code: number, at: number): number {
  makeRoom(at + 1);
  page[at] = code;
  return at + 1;
}

/** The delimiter in front of a part, and one for each empty part before it. */
function writeRun(delimiter: number, count: number, at: number): number {
  const end = at + count;
  makeRoom(end);
  for (let place = at; place < end; place++) page[place] = delimiter;
  return end;
}

function writeText(text: string, at: number): number {
  makeRoom(at + text.length * 3);
  return at + page.write(text, at);
}

function writeSegment({ name, fields }: Segment, writer: Writer, at: number): number {
  let end = writeValue(name, writer, at);
  let last = 0;
  if (name === "MSH") {
    end = writeText(writer.opening, end);
    last = 2;
  }
  for (let position = last + 1; position < fields.length; position++) {
    const field = fields[position];
    if (field === undefined) continue;
    const start = writeRun(writer.field, position - last, end);
    const after = writeField(field, writer, start);
    if (after === start) continue;
    end = after;
    last = position;
  }
  return last === 0 ? writeByte(writer.field, end) : end;
}

function writeField(field: Field, writer: Writer, at: number): number {
  if (field.length === 1) return writeRepetition(field[0] ?? [], writer, at);
  let end = at;
  let last = 0;
  for (let index = 0; index < field.length; index++) {
    const start = writeRun(writer.repetition, index - last, end);
    const after = writeRepetition(field[index] ?? [], writer, start);
    if (after === start) continue;
    end = after;
    last = index;
  }
  return end;
}

function writeRepetition(repetition: Repetition, writer: Writer, at: number): number {
  let end = at;
  let last = 0;
  for (let index = 0; index < repetition.length; index++) {
    const component = repetition[index];
    if (component === undefined || component === "") continue;
    const start = index === last ? end : writeRun(writer.component, index - last, end);
    const after =
      typeof component === "string" || component === null
        ? writeValue(component, writer, start)
        : writeSubcomponents(component, writer, start);
    if (after === start) continue;
    end = after;
    last = index;
  }
  return end;
}

function writeSubcomponents(component: readonly Value[], writer: Writer, at: number): number {
  let end = at;
  let last = 0;
  for (let index = 0; index < component.length; index++) {
    const start = writeRun(writer.subcomponent, index - last, end);
    const after = writeValue(component[index], writer, start);
    if (after === start) continue;
    end = after;
    last = index;
  }
  return end;
}

/** Most values are a few plain characters: looking at them while they are copied costs less than to start a search. */
const shortLength = 64;

/** Escapes in a single pass (HL7 v2.5.1, 2.7). */
function writeValue(value: Value, writer: Writer, at: number): number {
  // What FHIR does not allow in the place of a text says nothing.
  if (typeof value !== "string") return value === null ? writeText('""', at) : at;
  const { length } = value;
  if (length > shortLength) return writeUnusual(value, writer, at);
  makeRoom(at + length);
  const bytes = page;
  const { plainAscii } = writer;
  for (let index = 0; index < length; index++) {
    const code = value.charCodeAt(index);
    if (code > 0x7f || plainAscii[code] === 0) return writeUnusual(value, writer, at);
    bytes[at + index] = code;
  }
  if (length === 2 && bytes[at] === quote && bytes[at + 1] === quote) return writeText(writer.twoQuotes, at);
  return at + length;
}

function writeUnusual(value: string, { unsafe, replacement }: Writer, at: number): number {
  return writeText(value.search(unsafe) === -1 ? value : value.replace(unsafe, replacement), at);
}
