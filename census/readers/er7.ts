/** A message as an interface engine cuts it up: HL7 v2.5.1, chapter 2. Nothing here knows who wrote it. */
export interface Message {
  /** `ADT` */
  readonly code: string;
  /** `A01` */
  readonly trigger: string;
  readonly segments: readonly Segment[];
  /** The first of that name. */
  first(name: string): Segment | undefined;
}

export interface Segment {
  readonly name: string;
  /** Whether the field stands there at all, be it as `""`. */
  has(field: number): boolean;
  /** Whether it says that there is no value (`""`). */
  isNull(field: number): boolean;
  /** Text of a component, both counted from 1, of the first repetition; empty when absent or null. */
  text(field: number, component?: number, subcomponent?: number): string;
  repetitions(field: number): readonly Repetition[];
}

export interface Repetition {
  text(component?: number, subcomponent?: number): string;
}

/** @throws TypeError for what is no HL7 v2 message */
export function readMessage(er7: string): Message {
  if (!/^MSH.{5}/.test(er7)) throw new TypeError("A message begins with MSH and its delimiters");
  const marks: Marks = {
    field: er7.charAt(3),
    component: er7.charAt(4),
    repetition: er7.charAt(5),
    escape: er7.charAt(6),
    subcomponent: er7.charAt(7),
  };
  const segments = er7
    .split("\r")
    .filter((line) => line !== "")
    .map((line) => readSegment(line, marks));
  const header = segments[0];
  return {
    code: header?.text(9) ?? "",
    trigger: header?.text(9, 2) ?? "",
    segments,
    first: (name) => segments.find((segment) => segment.name === name),
  };
}

interface Marks {
  readonly field: string;
  readonly component: string;
  readonly repetition: string;
  readonly escape: string;
  readonly subcomponent: string;
}

function readSegment(line: string, marks: Marks): Segment {
  const [name = "", ...rest] = line.split(marks.field);
  // MSH-1 is the delimiter itself.
  const fields = name === "MSH" ? [marks.field, ...rest] : rest;
  const raw = (field: number) => fields[field - 1] ?? "";
  const repetitions = (field: number) =>
    raw(field) === ""
      ? []
      : raw(field)
          .split(marks.repetition)
          .map((text) => readRepetition(text, marks));
  return {
    name,
    has: (field) => raw(field) !== "",
    isNull: (field) => raw(field) === '""',
    text: (field, component, subcomponent) => repetitions(field)[0]?.text(component, subcomponent) ?? "",
    repetitions,
  };
}

function readRepetition(text: string, marks: Marks): Repetition {
  const components = text.split(marks.component);
  return {
    text(component = 1, subcomponent = 1) {
      const raw = components[component - 1]?.split(marks.subcomponent)[subcomponent - 1] ?? "";
      return raw === '""' ? "" : unescaped(raw, marks);
    },
  };
}

/** 2.7: delimiters, hexadecimal data and line breaks; other formatting is passed over. */
function unescaped(text: string, marks: Marks): string {
  if (!text.includes(marks.escape)) return text;
  const plain: Readonly<Record<string, string>> = {
    F: marks.field,
    S: marks.component,
    T: marks.subcomponent,
    R: marks.repetition,
    E: marks.escape,
    ".br": "\n",
  };
  return text
    .split(marks.escape)
    .map((part, index) => {
      if (index % 2 === 0) return part;
      if (part.startsWith("X")) return Buffer.from(part.slice(1), "hex").toString("utf8");
      return plain[part] ?? "";
    })
    .join("");
}

/** `20260302061500-0600` as an instant; a date alone stays a date. */
export function instantOf(text: string): string {
  const [, year, month, day, hour, minute, second = "00", sign, offsetHour, offsetMinute] =
    /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?(?:\.\d+)?(?:([+-])(\d\d)(\d\d))?)?$/.exec(text) ?? [];
  if (hour === undefined || sign === undefined) return text;
  return new Date(
    `${year}-${month}-${day}T${hour}:${minute}:${second}${sign}${offsetHour}:${offsetMinute}`,
  ).toISOString();
}
