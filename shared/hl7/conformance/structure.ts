import type { StructureElement } from "../dictionary/definitions.ts";

/**
 * A message structure as an automaton over segment names: one state for each place of the grammar where a segment
 * stands, and from each state the places that may come next (Glushkov's construction). It decides grammars that a
 * greedy reading gets wrong, as OML^O21 where an ORC may begin an earlier result or the next order.
 */
export interface StructureAutomaton {
  /** The segment at each place; place 0 is the start of the message. */
  readonly places: readonly string[];
  /** The places that may follow each place, in the order of the grammar. */
  readonly next: readonly (readonly number[])[];
  /** The same by segment name. */
  readonly nextByName: readonly ReadonlyMap<string, readonly number[]>[];
  /** Places at which a message may end. */
  readonly final: ReadonlySet<number>;
  /** Places that begin something optional: a message that lacks them is not likely to lack them by mistake. */
  readonly optional: ReadonlySet<number>;
}

/** What is wrong with the sequence of segments in a message. */
export type StructureFault =
  /** `index` in the message: nothing allows this segment here. */
  | {
      readonly kind: "unexpected";
      readonly index: number;
      readonly after: string;
      readonly expected: readonly string[];
    }
  /** A required segment is not there; it belongs before the segment at `index`. */
  | { readonly kind: "missing"; readonly index: number; readonly name: string; readonly after: string };

interface Fragment {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly canBeEmpty: boolean;
}

const automata = new WeakMap<readonly StructureElement[], StructureAutomaton>();

/** The automaton of a grammar; made once for each. */
export function automatonOf(elements: readonly StructureElement[]): StructureAutomaton {
  let automaton = automata.get(elements);
  if (automaton === undefined) {
    automaton = makeAutomaton(elements);
    automata.set(elements, automaton);
  }
  return automaton;
}

function makeAutomaton(elements: readonly StructureElement[]): StructureAutomaton {
  const places = [""];
  const next: Set<number>[] = [new Set()];
  const optional = new Set<number>();

  function link(from: readonly number[], to: readonly number[]): void {
    for (const place of from) for (const follower of to) next[place]?.add(follower);
  }

  function sequence(parts: readonly StructureElement[]): Fragment {
    let whole: Fragment = { first: [], last: [], canBeEmpty: true };
    for (const part of parts) {
      const fragment = single(part);
      link(whole.last, fragment.first);
      whole = {
        first: whole.canBeEmpty ? [...whole.first, ...fragment.first] : whole.first,
        last: fragment.canBeEmpty ? [...whole.last, ...fragment.last] : fragment.last,
        canBeEmpty: whole.canBeEmpty && fragment.canBeEmpty,
      };
    }
    return whole;
  }

  function single({ kind, name, elements: parts, required, repeats }: StructureElement): Fragment {
    let fragment: Fragment;
    if (kind === "segment") {
      const place = places.push(name) - 1;
      next.push(new Set());
      fragment = { first: [place], last: [place], canBeEmpty: false };
    } else if (kind === "choice") {
      const options = parts.map(single);
      fragment = {
        first: options.flatMap(({ first }) => first),
        last: options.flatMap(({ last }) => last),
        canBeEmpty: options.some(({ canBeEmpty }) => canBeEmpty),
      };
    } else fragment = sequence(parts);
    if (repeats) link(fragment.last, fragment.first);
    if (required) return fragment;
    for (const place of fragment.first) optional.add(place);
    return { ...fragment, canBeEmpty: true };
  }

  const whole = sequence(elements);
  link([0], whole.first);
  const followers = next.map((set) => [...set].sort((a, b) => a - b));
  return {
    places,
    next: followers,
    nextByName: followers.map((list) => Map.groupBy(list, (place) => places[place] ?? "")),
    final: new Set(whole.canBeEmpty ? [0, ...whole.last] : whole.last),
    optional,
  };
}

/** What a fault weighs: of all readings of a message, the one with the least weight is taken. */
export interface FaultWeights {
  readonly unexpected: number;
  readonly missing: number;
  /** Missing, at the beginning of what is optional. */
  readonly missingOptional: number;
}

/** A segment that is missing explains more than one that has no place: "PV1 is missing" and not "AL1 has no place". */
const explaining: FaultWeights = { unexpected: 3, missing: 2, missingOptional: 4 };

/** Nothing can be added: what has no place is what is wrong. */
export const removing: FaultWeights = { unexpected: 1, missing: 100, missingOptional: 200 };

interface Named {
  readonly name: string;
}

/** Segments that a site defines stand anywhere: a structure says nothing of them. */
export function standardOnly<Segment extends Named>(segments: readonly Segment[]): readonly Segment[] {
  return segments.filter((segment) => !isLocal(segment));
}

function isLocal({ name }: Named): boolean {
  return name.startsWith("Z");
}

/** What is wrong with a sequence of segments; nothing when the structure allows it. An index counts standard ones only. */
export function structureFaults(
  automaton: StructureAutomaton,
  segments: readonly Named[],
  weights: FaultWeights = explaining,
): readonly StructureFault[] {
  if (isAllowed(automaton, segments)) return [];
  const names = standardOnly(segments).map(({ name }) => name);
  return lightestFaults(automaton, names, weights);
}

function isAllowed({ nextByName, final }: StructureAutomaton, segments: readonly Named[]): boolean {
  let current: readonly number[] = [0];
  for (const segment of segments) {
    if (isLocal(segment)) continue;
    const { name } = segment;
    const [only] = current;
    if (current.length === 1 && only !== undefined) current = nextByName[only]?.get(name) ?? [];
    else current = [...new Set(current.flatMap((place) => nextByName[place]?.get(name) ?? []))];
    if (current.length === 0) return false;
  }
  return current.some((place) => final.has(place));
}

/** A way to read the message up to a segment, standing at a place, with the faults that it takes. */
interface Reading {
  readonly index: number;
  readonly place: number;
  readonly weight: number;
  readonly previous: Reading | undefined;
  readonly fault: StructureFault | undefined;
}

/** The reading of least weight: a shortest path over position in the message and place in the structure. */
function lightestFaults(
  automaton: StructureAutomaton,
  names: readonly string[],
  weights: FaultWeights,
): readonly StructureFault[] {
  const { places, next, nextByName, final, optional } = automaton;
  const byWeight: Reading[][] = [[{ index: 0, place: 0, weight: 0, previous: undefined, fault: undefined }]];
  const settled = new Set<number>();

  function push(from: Reading, index: number, place: number, weight: number, fault?: StructureFault): void {
    if (settled.has(index * places.length + place)) return;
    const total = from.weight + weight;
    byWeight[total] ??= [];
    byWeight[total].push({ index, place, weight: total, previous: from, fault });
  }

  for (let weight = 0; weight < byWeight.length; weight++) {
    const readings = byWeight[weight] ?? [];
    for (const reading of readings) {
      const { index, place } = reading;
      const key = index * places.length + place;
      if (settled.has(key)) continue;
      settled.add(key);
      const name = names[index];
      if (name === undefined && final.has(place)) return faultsOf(reading);
      const after = places[place] ?? "";
      if (name !== undefined) {
        for (const follower of nextByName[place]?.get(name) ?? []) push(reading, index + 1, follower, 0);
        const expected = [...(nextByName[place]?.keys() ?? [])];
        push(reading, index + 1, place, weights.unexpected, { kind: "unexpected", index, after, expected });
      }
      for (const follower of next[place] ?? []) {
        const fault: StructureFault = { kind: "missing", index, name: places[follower] ?? "", after };
        push(reading, index, follower, optional.has(follower) ? weights.missingOptional : weights.missing, fault);
      }
    }
  }
  return [];
}

function faultsOf(reading: Reading): readonly StructureFault[] {
  const faults: StructureFault[] = [];
  for (let at: Reading | undefined = reading; at !== undefined; at = at.previous)
    if (at.fault !== undefined) faults.unshift(at.fault);
  return faults;
}
