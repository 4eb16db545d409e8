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
 * Written here and not through an object model: a message of 14 OBX takes some 12 µs this way, and more than the parsing
 * of its JSON through the `hl7v2` classes. Tests read the bytes back with `hl7v2` and with other parsers.
 */
export function encodeMessage(message: Message, delimiters: Delimiters = standardDelimiters): string {
  return written(delimiters, (sheet) => {
    let end = 0;
    for (const segment of message.segments) {
      end = writeSegment(segment, sheet, end);
      sheet.bytes[end] = carriageReturn;
      end += 1;
    }
    return end;
  });
}

/** One segment without its CR. */
export function encodeSegment(segment: Segment, delimiters: Delimiters = standardDelimiters): string {
  return written(delimiters, (sheet) => writeSegment(segment, sheet, 0));
}

/** One field as it stands in a message, for people and for the content hash. */
export function encodeField(field: Field | undefined, delimiters: Delimiters = standardDelimiters): string {
  return field === undefined ? "" : written(delimiters, (sheet) => writeField(field, sheet, 0));
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
  /** By ASCII code: 1 for those that can. */
  readonly isPlain: readonly number[];
  /** The ASCII characters that cannot, some in each. */
  readonly unsafeAscii: readonly RegExp[];
  readonly replacement: (character: string) => string;
  /** Two quote marks as a text, which as they are would be read as the null. */
  readonly twoQuotes: string;
}

/** Also the least power of two that no code of ASCII reaches: a code with any bit from there on is of another character. */
const asciiCount = 0x80;

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
  const unsafeAscii = Array.from({ length: asciiCount }, (_, code) => String.fromCharCode(code)).filter(
    (character) => character.search(unsafe) !== -1,
  );
  // A list and no array of bytes, of which each look would first ask whether it has been handed over to another thread.
  const isPlain = new Array<number>(asciiCount).fill(1);
  for (const character of unsafeAscii) isPlain[character.charCodeAt(0)] = 0;
  return {
    opening: delimiters.field + encodingCharactersOf(delimiters),
    field: delimiters.field.charCodeAt(0),
    repetition: delimiters.repetition.charCodeAt(0),
    component: delimiters.component.charCodeAt(0),
    subcomponent: delimiters.subcomponent.charCodeAt(0),
    unsafe,
    isPlain,
    unsafeAscii: inSmallSets(unsafeAscii),
    replacement: (character) => sequences.get(character) ?? "",
    twoQuotes: `"${mark}X22${mark}`,
  };
}

/** V8 looks for as many as 16 characters in a whole vector of text at a time, and for more in one after another. */
function inSmallSets(characters: readonly string[]): RegExp[] {
  const sets = Math.ceil(characters.length / 16);
  return Array.from({ length: sets }, (_, set) => {
    const members = characters.slice(set * 16, set * 16 + 16).map((each) => `\\u${hex(each)}`);
    return new RegExp(`[${members.join("")}]`);
  });
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(4, "0");
}

const standardWriter = makeWriter(standardDelimiters);

const carriageReturn = 0x0d;
const quote = 0x22;

/**
 * What a message is written on: a page for the many short values of plain characters, for no text is put together from
 * hundreds of small ones, and what stands aside of it: texts that are long or of any characters, each with a byte on the
 * page that keeps its place.
 *
 * Each of the functions below writes from a place on and returns where it ended; what turns out to be empty is written
 * over. None asks for room: what would stand beyond the end of the page is lost and counted, and then the message is
 * written again on a larger one.
 */
interface Sheet {
  readonly writer: Writer;
  readonly bytes: Buffer;
  readonly aside: Aside[];
}

interface Aside {
  readonly at: number;
  readonly text: string;
}

/** Nothing waits while a message is written, so one page is enough. */
let page = Buffer.allocUnsafeSlow(1 << 16);

function written(delimiters: Delimiters, write: (sheet: Sheet) => number): string {
  const writer = writerFor(delimiters);
  let sheet: Sheet = { writer, bytes: page, aside: [] };
  let end = write(sheet);
  if (end > page.length) {
    page = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(end)));
    sheet = { writer, bytes: page, aside: [] };
    end = write(sheet);
  }
  let text = "";
  let start = 0;
  for (const aside of sheet.aside) {
    text += page.toString("latin1", start, aside.at) + aside.text;
    start = aside.at + 1;
  }
  return text + page.toString("latin1", start, end);
}

function writeSegment({ name, fields }: Segment, sheet: Sheet, at: number): number {
  const { bytes, writer } = sheet;
  let end = writeValue(name, sheet, at);
  let last = 0;
  if (name === "MSH") {
    const { opening } = writer;
    for (let index = 0; index < opening.length; index++) bytes[end++] = opening.charCodeAt(index);
    last = 2;
  }
  for (let position = last + 1; position < fields.length; position++) {
    const field = fields[position];
    if (field === undefined) continue;
    const start = end + position - last;
    for (let place = end; place < start; place++) bytes[place] = writer.field;
    const after = writeField(field, sheet, start);
    if (after === start) continue;
    end = after;
    last = position;
  }
  if (last === 0) bytes[end++] = writer.field;
  return end;
}

function writeField(field: Field, sheet: Sheet, at: number): number {
  if (typeof field === "string") return writeValue(field, sheet, at);
  let end = at;
  let last = 0;
  for (let index = 0; index < field.length; index++) {
    const start = end + index - last;
    for (let place = end; place < start; place++) sheet.bytes[place] = sheet.writer.repetition;
    const after = writeRepetition(field[index] ?? [], sheet, start);
    if (after === start) continue;
    end = after;
    last = index;
  }
  return end;
}

function writeRepetition(repetition: Repetition, sheet: Sheet, at: number): number {
  let end = at;
  let last = 0;
  for (let index = 0; index < repetition.length; index++) {
    const component = repetition[index];
    if (component === undefined || component === "") continue;
    const start = end + index - last;
    for (let place = end; place < start; place++) sheet.bytes[place] = sheet.writer.component;
    const after =
      typeof component === "string" || component === null
        ? writeValue(component, sheet, start)
        : writeSubcomponents(component, sheet, start);
    if (after === start) continue;
    end = after;
    last = index;
  }
  return end;
}

function writeSubcomponents(component: readonly Value[], sheet: Sheet, at: number): number {
  let end = at;
  let last = 0;
  for (let index = 0; index < component.length; index++) {
    const start = end + index - last;
    for (let place = end; place < start; place++) sheet.bytes[place] = sheet.writer.subcomponent;
    const after = writeValue(component[index], sheet, start);
    if (after === start) continue;
    end = after;
    last = index;
  }
  return end;
}

/** Of a few characters, each is looked at while it is copied; what is longer is searched and copied as a whole. */
const shortLength = 96;

/** Escapes in a single pass (HL7 v2.5.1, 2.7). */
function writeValue(value: Value, sheet: Sheet, at: number): number {
  const { bytes, writer } = sheet;
  if (typeof value !== "string") {
    // What FHIR does not allow in the place of a text says nothing.
    if (value !== null) return at;
    bytes[at] = quote;
    bytes[at + 1] = quote;
    return at + 2;
  }
  const { length } = value;
  if (length > shortLength) return writeLong(value, sheet, at);
  const { isPlain } = writer;
  // Asked once and not for each character, for hardly any value has another.
  let arePlain = 1;
  let codes = 0;
  for (let index = 0; index < length; index++) {
    const code = value.charCodeAt(index);
    arePlain &= isPlain[code & (asciiCount - 1)] as number;
    codes |= code;
    bytes[at + index] = code;
  }
  const isPlainText = arePlain === 1 && codes < asciiCount && (length !== 2 || value !== '""');
  return isPlainText ? at + length : putAside(escaped(value, writer), sheet, at);
}

function writeLong(value: string, sheet: Sheet, at: number): number {
  const { bytes, writer } = sheet;
  const isAscii = Buffer.byteLength(value) === value.length;
  if (!isAscii || writer.unsafeAscii.some((set) => set.test(value))) return putAside(escaped(value, writer), sheet, at);
  const end = at + value.length;
  if (end > bytes.length) return putAside(value, sheet, at);
  bytes.write(value, at);
  return end;
}

function escaped(value: string, { unsafe, replacement, twoQuotes }: Writer): string {
  return value === '""' ? twoQuotes : value.replace(unsafe, replacement).toWellFormed();
}

function putAside(text: string, { aside }: Sheet, at: number): number {
  if (text === "") return at;
  aside.push({ at, text });
  return at + 1;
}
