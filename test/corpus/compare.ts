import {
  type Component,
  type Field,
  type Message,
  type Repetition,
  repetitionsOf,
  type Segment,
} from "../../shared/hl7/model.ts";

/** One leaf of a message: `PID-3.4.2`, as the sample has it and as the bridge says it. */
export interface Leaf {
  /** `PID-3.4.2`; `OBX` where the segment is missing as a whole. */
  readonly place: string;
  /** Empty where the sample has nothing there. */
  readonly expected: string;
  /** Empty where the bridge says nothing. */
  readonly actual: string;
  /** What else the bridge says in the same repetition, by place: `.4.2`. */
  readonly beside?: ReadonlyMap<string, string>;
}

/** A field that is compared, leaf by leaf. */
export interface Comparison {
  /** `PID-3`; the segment alone where one of the two does not have it. */
  readonly field: string;
  readonly leaves: readonly Leaf[];
}

export function agrees({ expected, actual }: Leaf): boolean {
  return same(expected, actual);
}

/** A segment of the sample and of the bridge that speak about the same thing; one of them may be missing. */
export type Matched = readonly [expected: Segment | undefined, actual: Segment | undefined];

export function compareSegments(pairs: readonly Matched[], ignored: ReadonlySet<string>): readonly Comparison[] {
  return pairs.flatMap(([expected, actual]): Comparison[] => {
    const name = (expected ?? actual)?.name ?? "";
    if (expected === undefined || actual === undefined) {
      const leaf = {
        place: name,
        expected: expected === undefined ? "" : "there",
        actual: actual === undefined ? "" : "there",
      };
      return [{ field: name, leaves: [leaf] }];
    }
    const last = Math.max(expected.fields.length, actual.fields.length);
    const positions = Array.from({ length: last }, (_, position) => position).slice(1);
    return positions.flatMap((position): Comparison[] => {
      const field = `${name}-${position}`;
      if (ignored.has(field)) return [];
      const [wanted, said] = [leavesOf(expected.fields[position]), leavesOf(actual.fields[position])];
      if (wanted.length + said.length === 0) return [];
      return [{ field, leaves: compareRepetitions(field, wanted, said) }];
    });
  });
}

type Leaves = ReadonlyMap<string, string>;

/** The repetitions of a field as their leaves by place: `.4.2`. */
function leavesOf(field: Field | undefined): readonly Leaves[] {
  return repetitionsOf(field)
    .map(leavesOfRepetition)
    .filter(({ size }) => size > 0);
}

function leavesOfRepetition(repetition: Repetition): Leaves {
  const leaves = new Map<string, string>();
  for (const [index, component] of repetition.entries())
    for (const [subindex, value] of subcomponentsOf(component).entries()) {
      const text = value === null ? '""' : (value ?? "").trim();
      if (text !== "") leaves.set(subindex === 0 ? `.${index + 1}` : `.${index + 1}.${subindex + 1}`, text);
    }
  return leaves;
}

function subcomponentsOf(component: Component): readonly (string | null | undefined)[] {
  return typeof component === "object" && component !== null ? component : [component];
}

/** Repetitions have no order that means anything: each is held against the one that is most like it. */
function compareRepetitions(field: string, wanted: readonly Leaves[], said: readonly Leaves[]): readonly Leaf[] {
  const left = [...said];
  const leaves: Leaf[] = [];
  for (const expected of wanted) {
    const likeness = left.map(
      (actual) => [...expected].filter(([place, value]) => same(value, actual.get(place))).length,
    );
    const best = likeness.indexOf(Math.max(...likeness));
    const [actual] = best === -1 ? [] : left.splice(best, 1);
    leaves.push(...compareLeaves(field, expected, actual ?? nothing));
  }
  for (const actual of left) leaves.push(...compareLeaves(field, nothing, actual));
  return leaves;
}

const nothing: Leaves = new Map();

function compareLeaves(field: string, expected: Leaves, actual: Leaves): readonly Leaf[] {
  const places = new Set([...expected.keys(), ...actual.keys()]);
  return [...places].map((place) => ({
    place: `${field}${place}`,
    expected: expected.get(place) ?? "",
    actual: actual.get(place) ?? "",
    beside: new Map([...actual].filter(([each]) => each !== place)),
  }));
}

export function same(expected: string, actual: string | undefined): boolean {
  if (actual === undefined) return false;
  if (expected === actual || isSameNumber(expected, actual)) return true;
  const [wanted, said] = [instantOf(expected), instantOf(actual)];
  if (wanted === undefined || said === undefined) return false;
  // How many digits of a second are told is the destination's choice.
  return wanted === (expected.includes(".") ? said : Math.floor(said / 1_000) * 1_000);
}

/** Two ways to write a telephone number: what is between its digits says nothing. */
function isSameNumber(expected: string, actual: string): boolean {
  const [wanted, said] = [expected, actual].map((text) =>
    /^\+?[\d\s().-]{8,}$/.test(text) ? text.replace(/\D/g, "") : "",
  );
  return wanted !== undefined && wanted.length >= 7 && wanted === said;
}

const timePattern = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?(?:\.(\d{1,4}))?([+-]\d{4})?$/;

/** Two ways to say an instant are the same, whatever the zone; without an offset it is UTC, as the samples take it. */
export function instantOf(text: string): number | undefined {
  const match = timePattern.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second = "00", fraction = "0", offset = "+0000"] = match;
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3));
  const shiftMs = (offset.startsWith("-") ? -minutes : minutes) * 60_000;
  return Number.isNaN(ms) ? undefined : ms - shiftMs + Number(`0.${fraction}`) * 1_000;
}

/** Pairs the segments of two messages: by name and order; results by what they are about. */
export function matchSegments(expected: Message, actual: Message): readonly Matched[] {
  const names = new Set([...expected.segments, ...actual.segments].map(({ name }) => name));
  // With what somebody sends is the configuration's.
  names.delete("SFT");
  return [...names].flatMap((name) => {
    const [wanted, said] = [expected, actual].map(({ segments }) => segments.filter((each) => each.name === name));
    return match(wanted ?? [], said ?? []);
  });
}

/** Results by what they are about, the persons around a patient by what is said of them, all others in their order. */
function match(wanted: readonly Segment[], said: readonly Segment[]): readonly Matched[] {
  const left = [...said];
  const matched = wanted.map((expected): Matched => {
    const key = keyOfSegment(expected);
    const likeness = left.map((actual) => {
      if (keyOfSegment(actual) !== key) return -1;
      return alike.has(expected.name) ? likenessOf(expected, actual) : 0;
    });
    const best = Math.max(-1, ...likeness);
    return [expected, best === -1 ? undefined : left.splice(likeness.indexOf(best), 1)[0]];
  });
  return [...matched, ...left.map((actual): Matched => [undefined, actual])];
}

const alike: ReadonlySet<string> = new Set(["OBX", "NK1"]);

/** The share of the fields in which two segments say the same. */
function likenessOf(expected: Segment, actual: Segment): number {
  const fields = compareSegments([[expected, actual]], new Set());
  return fields.filter(({ leaves }) => leaves.every(agrees)).length / (fields.length + 1);
}

/** An OBX is about what OBX-3 says. */
function keyOfSegment({ name, fields }: Segment): string {
  if (name !== "OBX") return name;
  const [code, text] = fields[3]?.[0] ?? [];
  return `${name} ${String(code ?? text)}`;
}
