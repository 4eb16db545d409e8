import { type Hl7Version, hl7Versions } from "../dictionary/contents.ts";
import {
  type Component,
  type Field,
  isEmpty,
  isValued,
  type Repetition,
  repetitionsOf,
  type Segment,
} from "../model.ts";

/**
 * What versions say in different segments or fields. A move takes and gives the segments of a message in the form of
 * 2.5.1; it may change them, they are copies.
 */
interface Move {
  readonly first: Hl7Version;
  readonly last: Hl7Version;
  readonly apply: (segments: readonly Segment[], allows: (name: string) => boolean) => Segment[];
}

/** Where a person who had a field of their own is named by a role segment. */
const roles: readonly (readonly [segment: string, position: number, first: Hl7Version, role: Repetition])[] = [
  ["PD1", 4, "2.7", ["PP", "Primary Care Provider", "HL70443"]],
  ["PV1", 52, "2.7", [undefined, "Other Healthcare Provider"]],
  ["PR1", 8, "2.6", [undefined, "Anesthesiologist"]],
  ["PR1", 11, "2.6", [undefined, "Surgeon"]],
  ["PR1", 12, "2.6", [undefined, "Procedure Practitioner"]],
];

const moves: readonly Move[] = [
  { first: "2.3", last: "2.4", apply: timingToFields },
  { first: "2.3", last: "2.4", apply: specimenToField },
  { first: "2.3", last: "2.5", apply: laboratoryToProducer },
  { first: "2.7", last: "2.8", apply: timingOfAppointment },
  ...roles.map(
    ([name, position, first, role]): Move => ({ first, last: "2.8", apply: personToRole(name, position, role) }),
  ),
];

const movesOf: ReadonlyMap<Hl7Version, readonly Move[]> = new Map(
  hl7Versions.map((version, at) => [
    version,
    moves.filter(({ first, last }) => hl7Versions.indexOf(first) <= at && at <= hl7Versions.indexOf(last)),
  ]),
);

/** Moves what `version` has elsewhere; `allows` tells whether its message structure has a segment. */
export function applyMoves(
  segments: readonly Segment[],
  version: Hl7Version,
  allows: (name: string) => boolean,
): Segment[] {
  const due = movesOf.get(version) ?? [];
  return due.reduce<Segment[]>((current, { apply }) => apply(current, allows), [...segments]);
}

/**
 * What stands in a field that a version requires and 2.5.1 does not, by what else the segment says; undefined where
 * nothing says it.
 */
export function fallbackFor(segment: Segment, position: number): Field | undefined {
  return fallbacks[`${segment.name}-${position}`]?.(segment);
}

const once = (): Field => [["1"]];
const unknown = (): Field => [[undefined, "Unknown"]];

const fallbacks: Readonly<Record<string, (segment: Segment) => Field | undefined>> = {
  // TQ.1 is 1 unless something else is said.
  "ORC-7": once,
  "OBR-27": once,
  "RXE-1": once,
  "SCH-11": once,
  "SCH-1": (sch) => sch.fields[2],
  "AIP-4": unknown,
  "OBX-2": () => [["ST"]],
  "NK1-7": () => [["U", "Unknown", "HL70131"]],
  "AIL-4": unknown,
  // HL70230 has no code for what nobody says; this one takes in operations and treatment of all kinds.
  "PR1-6": () => [["P"]],
  "PR1-2": (pr1) => [[first(pr1, 3)[2] ?? "L"]],
  "ROL-1": (role) => [[first(role, 4)[0]]],
};

/** Sets a field to what another place said, so that the field can be traced back. */
export function setField(segment: Segment, position: number, field: Field | undefined, origin: string): void {
  if (field === undefined) return;
  segment.fields[position] = field;
  segment.origins ??= new Map();
  segment.origins.set(position, origin);
}

function first(segment: Segment, position: number): Repetition {
  return repetitionsOf(segment.fields[position])[0] ?? [];
}

/** One component as the subcomponents of another, or the other way round. */
function asSubcomponents(repetition: Repetition): Component {
  return repetition.map((component) =>
    typeof component === "object" && component !== null ? component[0] : component,
  );
}

/** TQ1 came with 2.5; before, a time and quantity was the field of an order (ORC-7), a request, a prescription. */
function timingToFields(segments: readonly Segment[]): Segment[] {
  let order: Segment | undefined;
  let owner: Segment | undefined;
  const kept: Segment[] = [];
  for (const segment of segments) {
    const { name } = segment;
    if (name === "TQ1") {
      if (owner !== undefined) addTiming(owner, segment);
      continue;
    }
    if (name === "TQ2") continue;
    kept.push(segment);
    if (name === "SCH" || name === "OBR" || name === "RXE") owner = segment;
    else if (name === "ORC") {
      owner = segment;
      order = segment;
    }
    // The timing of the order is repeated in what it orders.
    const timing = order?.fields[7];
    if (name === "OBR" && isValued(timing) && !isValued(segment.fields[27])) {
      setField(segment, 27, timing, "ORC-7");
      if (!isValued(segment.fields[5])) setField(segment, 5, priorityOf(timing), "TQ1-9");
    }
    if (name === "RXE" && isValued(timing) && !isValued(segment.fields[1]))
      setField(segment, 1, repetitionsOf(timing).slice(0, 1), "ORC-7");
  }
  return kept;
}

function addTiming(owner: Segment, timing: Segment): void {
  const position = { SCH: 11, ORC: 7, OBR: 27, RXE: 1 }[owner.name] ?? 0;
  const present = owner.fields[position];
  const patterns = repetitionsOf(timing.fields[3]);
  // A timing has one pattern here: several hold at the same time (HL70472 A). Not every field has room for all of them.
  const last = patterns.length - 1;
  const words = last > 0 ? patterns.map(patternOf).join(", ") : undefined;
  const all = (last > 0 ? patterns : [patterns[0]]).map((each, index) => {
    const repetition = timingQuantity(timing, each);
    if (isEmpty(repetition[7])) repetition[7] = words;
    if (index < last && owner.name !== "RXE") repetition[8] = "A";
    return repetition;
  });
  // A prescription has one timing, and its own comes first.
  if (isValued(present) && owner.name === "RXE") return;
  const told = owner.name === "RXE" ? all.slice(0, 1) : all;
  setField(owner, position, isValued(present) ? [...repetitionsOf(present), ...told] : told, "TQ1");
  if (owner.name === "OBR" && !isValued(owner.fields[5])) setField(owner, 5, priorityOf(told), "TQ1-9");
}

function patternOf([pattern]: Repetition): string | undefined {
  return Array.isArray(pattern) ? pattern[0] : (pattern as string | undefined);
}

/** 2.A.79 TQ from TQ1: quantity, interval, duration, start, end, priority, condition, text, conjunction. */
function timingQuantity(timing: Segment, repeat: Repetition = []): Component[] {
  const times = repetitionsOf(timing.fields[4])
    .map(([time]) => time)
    .filter((time) => typeof time === "string");
  return [
    asSubcomponents(first(timing, 2)),
    [patternOf(repeat), times.join(",")],
    durationCode(first(timing, 6)) ?? timesCode(first(timing, 14)),
    first(timing, 7)[0],
    first(timing, 8)[0],
    first(timing, 9)[0],
    first(timing, 10)[0],
    first(timing, 11)[0],
    first(timing, 12)[0],
  ];
}

const durationLetters: Readonly<Record<string, string>> = { s: "S", min: "M", h: "H", d: "D", wk: "W", mo: "L" };

/** 4.3.3: `M30` for 30 minutes. */
function durationCode([amount, unit]: Repetition): string | undefined {
  const [code] = Array.isArray(unit) ? unit : [unit];
  const letter = durationLetters[String(code ?? "")];
  return typeof amount === "string" && letter !== undefined ? `${letter}${amount}` : undefined;
}

/** `X3` for three times. */
function timesCode([count]: Repetition): string | undefined {
  return typeof count === "string" && count !== "" ? `X${count}` : undefined;
}

function priorityOf(timing: Field): Field | undefined {
  const priority = repetitionsOf(timing)[0]?.[5];
  return isEmpty(priority) ? undefined : [[priority]];
}

/** SPM came with 2.5; before, the first specimen of a request was OBR-15 (and OBR-9, OBR-14). */
function specimenToField(segments: readonly Segment[]): Segment[] {
  let request: Segment | undefined;
  return segments.filter((segment) => {
    if (segment.name === "OBR") request = segment;
    if (segment.name !== "SPM" || request === undefined || isValued(request.fields[15])) return true;
    setField(request, 15, [specimenSource(segment)], "SPM");
    if (!isValued(request.fields[9])) setField(request, 9, segment.fields[12], "SPM-12");
    if (!isValued(request.fields[14])) setField(request, 14, segment.fields[18], "SPM-18");
    return false;
  });
}

/** 2.A.64 SPS: type, additive, collection, body site, site modifier, collection method. */
function specimenSource(specimen: Segment): Repetition {
  // CE has no place for the text that a person wrote but that of the code.
  const named = (position: number) => {
    const [code, name, ...rest] = first(specimen, position);
    const text = rest[6];
    return [code, isEmpty(text) ? name : text, ...rest.slice(0, 4)];
  };
  const coded = (position: number) => asSubcomponents(named(position));
  const [additive, additiveText] = named(6);
  return [coded(4), isEmpty(additive) ? additiveText : additive, first(specimen, 14)[0], coded(8), coded(9), coded(7)];
}

/** OBX-23 came with 2.5.1; before, the laboratory that found a result was OBX-15. */
function laboratoryToProducer(segments: readonly Segment[]): Segment[] {
  for (const segment of segments) {
    if (segment.name !== "OBX" || !isValued(segment.fields[23]) || isValued(segment.fields[15])) continue;
    const organization = first(segment, 23);
    const [name] = organization;
    const identifier = organization[9];
    setField(segment, 15, [isEmpty(identifier) ? [undefined, name] : [identifier, name, "L"]], "OBX-23");
    segment.fields[23] = undefined;
  }
  return [...segments];
}

const minutes = /^M(\d+)$/;

/** SCH-11 is withdrawn in 2.7: the time of an appointment is its TQ1. */
function timingOfAppointment(segments: readonly Segment[]): Segment[] {
  return segments.flatMap((segment, index) => {
    const timing = segment.fields[11];
    if (segment.name !== "SCH" || !isValued(timing) || segments[index + 1]?.name === "TQ1") return [segment];
    const [, , duration, start, end, priority] = repetitionsOf(timing)[0] ?? [];
    segment.fields[11] = undefined;
    const fields: (Field | undefined)[] = [undefined, [["1"]]];
    const [, amount] = minutes.exec(typeof duration === "string" ? duration : "") ?? [];
    if (amount !== undefined) fields[6] = [[amount, ["min", "minute", "UCUM"]]];
    fields[7] = [[start]];
    fields[8] = [[end]];
    if (!isEmpty(priority)) fields[9] = [[priority, undefined, "HL70485"]];
    return [segment, movedSegment("TQ1", fields, "SCH-11")];
  });
}

/** Segments that stand between a segment and the roles that belong to it. */
const companions: ReadonlySet<string> = new Set(["PD1", "PV2", "ARV"]);

function personToRole(name: string, position: number, role: Repetition): Move["apply"] {
  return (segments, allows) => {
    const kept: Segment[] = [];
    let pending: Segment[] = [];
    for (const segment of segments) {
      if (pending.length > 0 && !companions.has(segment.name)) {
        kept.push(...pending);
        pending = [];
      }
      kept.push(segment);
      const persons = segment.fields[position];
      if (segment.name !== name || !isValued(persons)) continue;
      const make = allows("ROL") ? roleSegment : allows("PRT") ? participationSegment : undefined;
      if (make === undefined) continue;
      segment.fields[position] = undefined;
      pending = [make(persons, role, `${name}-${position}`)];
    }
    return [...kept, ...pending];
  };
}

/** 15.4.7 ROL: action code UC (unchanged), role, persons. */
function roleSegment(persons: Field, role: Repetition, origin: string): Segment {
  return movedSegment("ROL", [undefined, undefined, [["UC"]], [role], persons], origin);
}

/** 7.4.4 PRT (2.7): action code UC, participation, persons. */
function participationSegment(persons: Field, role: Repetition, origin: string): Segment {
  return movedSegment("PRT", [undefined, undefined, [["UC"]], undefined, [role], persons], origin);
}

/** A segment that a version has in the place of a field. */
function movedSegment(name: string, fields: readonly (Field | undefined)[], origin: string): Segment {
  const all = Array.from(fields);
  return {
    name,
    fields: all,
    origins: new Map(all.flatMap((field, at) => (field === undefined ? [] : [[at, origin]]))),
  };
}
