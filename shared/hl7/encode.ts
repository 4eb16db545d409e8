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
 * Written here and not through an object model: a message of 14 OBX takes 10 µs this way, and more than the parsing of
 * its JSON through the `hl7v2` classes. Tests read the bytes back with `hl7v2` and with other parsers.
 */
export function encodeMessage(message: Message, delimiters: Delimiters = standardDelimiters): string {
  const writer = writerFor(delimiters);
  let er7 = "";
  for (const segment of message.segments) er7 += `${encodeWith(segment, writer)}\r`;
  return er7;
}

/** One segment without its CR. */
export function encodeSegment(segment: Segment, delimiters: Delimiters = standardDelimiters): string {
  return encodeWith(segment, writerFor(delimiters));
}

/** One field as it stands in a message, for people and for the content hash. */
export function encodeField(field: Field | undefined, delimiters: Delimiters = standardDelimiters): string {
  return field === undefined ? "" : writeField(field, writerFor(delimiters));
}

interface Writer {
  readonly delimiters: Delimiters;
  /** Runs of each delimiter by length: empty parts between two values are written at once. */
  readonly fieldRuns: readonly string[];
  readonly componentRuns: readonly string[];
  readonly repetitionRuns: readonly string[];
  readonly subcomponentRuns: readonly string[];
  /** What cannot stand in a value as it is. */
  readonly unsafe: RegExp;
  /** Up to this length a value is looked at character by character. */
  readonly longestScanned: number;
  /** By character code: 1 for those that can. */
  readonly plainAscii: Uint8Array;
  readonly replacement: (character: string) => string;
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

/** Most values are a few plain characters: looking at them costs less than to start a search. */
const shortLength = 32;
const longestRun = 128;

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
    delimiters,
    fieldRuns: runsOf(delimiters.field),
    componentRuns: runsOf(delimiters.component),
    repetitionRuns: runsOf(delimiters.repetition),
    subcomponentRuns: runsOf(delimiters.subcomponent),
    unsafe,
    longestScanned: Object.values(delimiters).every((delimiter) => delimiter < "\u0080") ? shortLength : 0,
    plainAscii: Uint8Array.from({ length: 128 }, (_, code) =>
      String.fromCharCode(code).search(unsafe) === -1 ? 1 : 0,
    ),
    replacement: (character) => sequences.get(character) ?? "",
  };
}

function runsOf(delimiter: string): readonly string[] {
  return Array.from({ length: longestRun + 1 }, (_, length) => delimiter.repeat(length));
}

/** Beyond the longest run there is no field in any version: a table of an overlay may still ask for one. */
function run(runs: readonly string[], length: number): string {
  return runs[length] ?? (runs[1] ?? "").repeat(length);
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(4, "0");
}

const standardWriter = makeWriter(standardDelimiters);

function encodeWith({ name, fields }: Segment, writer: Writer): string {
  let text = name;
  let last = 0;
  if (name === "MSH") {
    text += encodingCharacters(writer.delimiters);
    last = 2;
  }
  for (let position = last + 1; position < fields.length; position++) {
    const field = fields[position];
    if (field === undefined) continue;
    const value = writeField(field, writer);
    if (value === "") continue;
    text += run(writer.fieldRuns, position - last) + value;
    last = position;
  }
  return last === 0 ? text + writer.delimiters.field : text;
}

/** MSH-1 and MSH-2 as they open a message: never escaped. */
function encodingCharacters(delimiters: Delimiters): string {
  return delimiters.field + encodingCharactersOf(delimiters);
}

/** MSH-2 */
export function encodingCharactersOf(delimiters: Delimiters): string {
  const { component, repetition, escape: mark, subcomponent, truncation = "" } = delimiters;
  return component + repetition + mark + subcomponent + truncation;
}

function writeField(field: Field, writer: Writer): string {
  return field.length === 1 ? writeRepetition(field[0] ?? [], writer) : writeRepetitions(field, writer);
}

function writeRepetitions(field: Field, writer: Writer): string {
  let text = "";
  let last = 0;
  for (let index = 0; index < field.length; index++) {
    const value = writeRepetition(field[index] ?? [], writer);
    if (value === "") continue;
    text += run(writer.repetitionRuns, index - last) + value;
    last = index;
  }
  return text;
}

function writeRepetition(repetition: Repetition, writer: Writer): string {
  let text = "";
  let last = 0;
  for (let index = 0; index < repetition.length; index++) {
    const component = repetition[index];
    if (component === undefined) continue;
    const value =
      typeof component === "string" || component === null
        ? writeValue(component, writer)
        : writeSubcomponents(component, writer);
    if (value === "") continue;
    text += run(writer.componentRuns, index - last) + value;
    last = index;
  }
  return text;
}

function writeSubcomponents(component: readonly Value[], writer: Writer): string {
  let text = "";
  let last = 0;
  for (let index = 0; index < component.length; index++) {
    const value = writeValue(component[index], writer);
    if (value === "") continue;
    text += run(writer.subcomponentRuns, index - last) + value;
    last = index;
  }
  return text;
}

/** Escapes in a single pass (HL7 v2.5.1, 2.7). */
function writeValue(value: Value, writer: Writer): string {
  if (value === undefined || value === "") return "";
  if (value === null) return '""';
  // What FHIR does not allow in the place of a text says nothing.
  if (typeof value !== "string") return "";
  // Two quote marks as a text would be read as the null.
  if (value === '""') return `"${writer.delimiters.escape}X22${writer.delimiters.escape}`;
  return isPlain(value, writer) ? value : value.replace(writer.unsafe, writer.replacement);
}

function isPlain(value: string, { plainAscii, longestScanned, unsafe }: Writer): boolean {
  if (value.length > longestScanned) return value.search(unsafe) === -1;
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if (code > 0x7f ? code < 0xa0 || code === 0x2028 || code === 0xfdd0 : plainAscii[code] === 0) return false;
  }
  return true;
}
