import { instantOf } from "../instant.ts";
import type { EncounterFacts, EncounterPhase, PatientClass } from "./facts/encounter.ts";

/**
 * The states that an encounter went through from what was told to what is, oldest first: from `location[].period`,
 * `statusHistory` and `classHistory` where they are given, and otherwise the shortest way that is possible. So one
 * poll that missed an admission, a move and a discharge tells all three.
 */
export function encounterPath(was: EncounterFacts, is: EncounterFacts): readonly EncounterFacts[] {
  if (!isReal(is.phase))
    return is.phase === "void" ? withNumbersOfNow(was, withStations([was, is]).slice(1), is) : withStations([was, is]);
  const start = startOf(was, is);
  const missed = [...missedBeds(start, is), ...missedPhases(start, is), ...missedClasses(start, is)];
  // Whatever happened after an end that was taken back happened to a patient who is there.
  const path = start.phase === "ended" && is.phase !== "ended" ? [start, reopened(start)] : [start];
  // What happened at the same moment is one step.
  const moments = Map.groupBy(withBeginning(missed, start, is), ({ time }) => time);
  for (const [, together] of [...moments].sort(([one], [other]) => one - other)) {
    const last = path.at(-1) ?? start;
    const next: EncounterFacts = Object.assign({}, last, ...together.map(({ change }) => change));
    // Who moves on and is not on leave in the end has come back, whenever that was.
    const isBack = is.phase === "active" && last.phase === "leave" && next.phase === "leave" && next.bed !== last.bed;
    path.push(isBack ? { ...next, phase: "active", phaseSince: undefined } : next);
  }
  const [before, last] = path.slice(-2);
  // Where nothing tells when the class changed, it did so with the last move.
  if (last !== undefined && before?.bed !== is.bed && last.bed === is.bed && last.class !== is.class) path.pop();
  const [from = start, ...steps] = withStations([...path, is]);
  return withNumbersOfNow(from, steps, is);
}

/**
 * All messages speak with the numbers of now, so whose it is and how it is called comes first: where the patient still is
 * when moves or the end come next. A change of class tells of another number by itself.
 */
function withNumbersOfNow(
  from: EncounterFacts,
  steps: readonly EncounterFacts[],
  is: EncounterFacts,
): readonly EncounterFacts[] {
  // What is void may have lost its patient and its number, and has no others for that.
  const isKept = is.phase === "void" && !is.visitKey.includes("|");
  const [patientKey, visitKey] = [is.patientKey ?? from.patientKey, isKept ? from.visitKey : is.visitKey];
  const isOther = from.patientKey !== patientKey || from.visitKey !== visitKey;
  const [next] = steps;
  const ends = next?.phase === "ended" || next?.phase === "void";
  const moves = !isBeginning(from.phase) && next?.bed !== from.bed && (next?.class === "I") === (from.class === "I");
  const isStationed = isOther && (ends || moves) && !isUntold(from) && from.phase !== "ended";
  return [from, ...(isStationed ? [from] : []), ...steps].map((step, index) =>
    index === 0 ? step : { ...step, ...historyOf(is), patientKey, visitKey },
  );
}

/** What is on record now is so at each step. */
function historyOf({ beds, phases, classes }: EncounterFacts): Pick<EncounterFacts, "beds" | "phases" | "classes"> {
  return { beds, phases, classes };
}

interface Missed {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly change: Partial<EncounterFacts>;
}

function isReal(phase: EncounterPhase): boolean {
  return ["arrived", "active", "leave", "ended"].includes(phase);
}

function isBeginning(phase: EncounterPhase): boolean {
  return ["none", "void", "merged", "planned", "arrived"].includes(phase);
}

/** A visit that was never told, or was taken back, starts in its first place and class. */
function startOf(was: EncounterFacts, is: EncounterFacts): EncounterFacts {
  if (!isUntold(was)) return was;
  const [firstBed] = is.beds.map(readPoint);
  const [firstClass] = is.classes.map(readPoint);
  return {
    ...is,
    phase: was.phase,
    class: (firstClass?.value as PatientClass | undefined) ?? is.class,
    bed: firstBed?.value ?? is.bed,
    bedSince: firstBed?.since ?? is.bedSince,
    beds: [],
    phases: [],
    classes: [],
  };
}

/** The places that the patient came to after the one that was told. */
function missedBeds(start: EncounterFacts, is: EncounterFacts): Missed[] {
  const told = new Set(start.beds);
  const after = instantOf(start.bedSince) ?? Number.NEGATIVE_INFINITY;
  // The first place of a visit belongs to its beginning, whichever of the two was recorded first.
  const isFirstVisited = isBeginning(start.phase) && !isUntold(start) && start.beds.length === 0;
  return is.beds
    .filter((point) => !told.has(point))
    .map(readPoint)
    .flatMap(({ value, since, time }) => (time !== undefined && time > after ? [{ value, since, time }] : []))
    .map(({ value, since, time }, index) => ({
      time: isFirstVisited && index === 0 ? Number.NEGATIVE_INFINITY : time,
      change: { bed: value, bedSince: since },
    }));
}

/** A plan that has become real is not told any more. */
function missedPhases(start: EncounterFacts, is: EncounterFacts): Missed[] {
  const past = unseen(start.phases, is.phases, start.phase).filter(({ value }) => isReal(value as EncounterPhase));
  const backMs = instantOf(is.phaseSince);
  const isBack = is.phase === "active" && is.phases.length > start.phases.length && past.at(-1)?.value === "leave";
  return [
    ...past.map(({ value, since, time }) => ({
      time: time ?? Number.NEGATIVE_INFINITY,
      change: {
        phase: value as EncounterPhase,
        phaseSince: since,
        ...(start.phase === "planned" && { class: is.class }),
      },
    })),
    ...(isBack && backMs !== undefined
      ? [{ time: backMs, change: { phase: is.phase, phaseSince: is.phaseSince } }]
      : []),
  ];
}

/** The last change is that to the present class. */
function missedClasses(start: EncounterFacts, is: EncounterFacts): Missed[] {
  const past = unseen(start.classes, is.classes, start.class);
  const sinceMs = instantOf(is.classSince);
  const isNew = is.classes.length > start.classes.length && is.class !== (past.at(-1)?.value ?? start.class);
  return [
    ...past.map(({ value, since, time }) => ({
      time: time ?? Number.NEGATIVE_INFINITY,
      change: { class: value as PatientClass, classSince: since },
    })),
    ...(isNew && sinceMs !== undefined
      ? [{ time: sinceMs, change: { class: is.class, classSince: is.classSince } }]
      : []),
  ];
}

/** Moves and changes of class belong after the beginning, even where no history tells when that was. */
function withBeginning(missed: readonly Missed[], start: EncounterFacts, is: EncounterFacts): Missed[] {
  const isPlain = missed.length === 0 && (!isUntold(start) || (start.class === is.class && start.bed === is.bed));
  const isKnown = missed.some(({ change }) => change.phase === "active");
  const isClassKnown = isUntold(start) || missed.some(({ change }) => change.class !== undefined);
  if (!isBeginning(start.phase) || is.phase === "arrived" || isPlain || isKnown) return [...missed];
  const change = { phase: "active", ...(!isClassKnown && { class: is.class, classSince: is.classSince }) } as const;
  return [...missed, { time: instantOf(is.admitTime) ?? Number.NEGATIVE_INFINITY, change }];
}

/** The entries that a history gained; the first of them is often the state that was current then. */
function unseen(told: readonly string[], now: readonly string[], current: string): Point[] {
  const points = now.slice(told.length).map(readPoint);
  return points[0]?.value === current ? points.slice(1) : points;
}

interface Point {
  readonly value: string;
  readonly since: string | undefined;
  readonly time: number | undefined;
}

function readPoint(text: string): Point {
  const at = text.lastIndexOf("@");
  const since = text.slice(at + 1) || undefined;
  return { value: text.slice(0, at), since, time: instantOf(since) };
}

/** Nobody is discharged who was not there, and a visit that ended is taken back in two steps. */
export function withStations(path: readonly EncounterFacts[]): EncounterFacts[] {
  const stations: EncounterFacts[] = [];
  for (const is of path) {
    for (let station = nextStation(stations, is); station !== undefined; station = nextStation(stations, is))
      stations.push(station);
    stations.push(is);
  }
  return stations;
}

function nextStation(stations: readonly EncounterFacts[], is: EncounterFacts): EncounterFacts | undefined {
  const was = stations.at(-1);
  return was && stationBetween(was, is);
}

function stationBetween(was: EncounterFacts, is: EncounterFacts): EncounterFacts | undefined {
  const isTakenBack = isReal(is.phase) || is.phase === "void" || is.phase === "planned";
  if (was.phase === "ended" && is.phase !== "ended" && isTakenBack)
    return is.phase === "active" && was.bed === is.bed && was.class === is.class ? undefined : reopened(was);
  if (was.phase === "leave" && is.phase === "active" && was.bed !== is.bed)
    return { ...was, phase: "active", phaseSince: is.phaseSince };
  if (is.phase !== "leave" && is.phase !== "ended") return undefined;
  if (isBeginning(was.phase)) return { ...is, phase: "active", ...(isUntold(was) && beginningOf(was)) };
  const moved = was.bed !== is.bed || was.class !== is.class;
  return was.phase !== "ended" && was.phase !== is.phase && moved ? { ...is, phase: was.phase } : undefined;
}

function reopened(facts: EncounterFacts): EncounterFacts {
  return { ...facts, phase: "active", phaseSince: undefined, dischargeTime: undefined };
}

function isUntold({ phase }: EncounterFacts): boolean {
  return phase === "none" || phase === "void" || phase === "merged";
}

function beginningOf({ class: first, bed, bedSince }: EncounterFacts): Partial<EncounterFacts> {
  return { class: first, bed, bedSince };
}
