import * as fc from "fast-check";

/** What can happen to a visit. Each gives the next version, or nothing where it cannot happen now. */
const happenings: Readonly<Record<string, (visit: Visit, minute: number) => Visit | undefined>> = {
  plan: (visit) => (visit.status === undefined ? { ...visit, status: "planned", letter: "P" } : undefined),
  arrive: (visit, minute) =>
    visit.status === undefined ? { ...visit, status: "arrived", letter: "E", start: minute } : undefined,
  admit: (visit, minute) => {
    if (!["planned", "arrived", undefined].includes(visit.status)) return undefined;
    const moves = [{ bed: "A1", start: minute }];
    return { ...visit, status: "in-progress", letter: "I", start: visit.start ?? minute, moves };
  },
  bed: (visit, minute) =>
    visit.status === "arrived" ? { ...visit, status: "in-progress", moves: [{ bed: "E1", start: minute }] } : undefined,
  becomeInpatient: (visit, minute) =>
    visit.status === "in-progress" && visit.letter === "E"
      ? { ...visit, letter: "I", moves: moved(visit.moves, `I${minute}`, minute) }
      : undefined,
  move: (visit, minute) =>
    visit.status === "in-progress" ? { ...visit, moves: moved(visit.moves, `B${minute}`, minute) } : undefined,
  undoMove: (visit) => {
    const [previous, ...later] = visit.moves.toReversed().slice(1);
    if (visit.status !== "in-progress" || previous === undefined) return undefined;
    return { ...visit, moves: [...later.reverse(), { bed: previous.bed, start: previous.start }] };
  },
  leave: (visit) => (visit.status === "in-progress" ? { ...visit, status: "onleave" } : undefined),
  comeBack: (visit) => (visit.status === "onleave" ? { ...visit, status: "in-progress" } : undefined),
  discharge: (visit, minute) =>
    visit.status === "in-progress" || visit.status === "onleave"
      ? { ...visit, status: "finished", end: minute, moves: closed(visit.moves, minute) }
      : undefined,
  undoDischarge: (visit) => {
    if (visit.status !== "finished") return undefined;
    const { end: _, ...open } = visit;
    const last = visit.moves.at(-1);
    return { ...open, status: "in-progress", moves: [...visit.moves.slice(0, -1), ...(last ? [reopened(last)] : [])] };
  },
  cancel: (visit) => (visit.status === undefined ? undefined : { ...visit, status: "cancelled", moves: [] }),
  error: (visit) => (visit.status === undefined ? undefined : { ...visit, status: "entered-in-error", moves: [] }),
  change: (visit, minute) => (visit.status === undefined ? undefined : { ...visit, reason: `Reason ${minute}` }),
  bump: (visit) => (visit.status === undefined ? undefined : visit),
};

interface Move {
  readonly bed: string;
  readonly start: number;
  readonly end?: number;
}

interface Visit {
  readonly status?: fhir4.Encounter["status"];
  readonly letter: "E" | "I" | "P";
  readonly start?: number;
  readonly end?: number;
  readonly reason?: string;
  readonly moves: readonly Move[];
}

function closed(moves: readonly Move[], minute: number): Move[] {
  return moves.map((move) => ({ end: minute, ...move }));
}

function moved(moves: readonly Move[], bed: string, minute: number): Move[] {
  return [...closed(moves, minute), { bed, start: minute }];
}

function reopened({ bed, start }: Move): Move {
  return { bed, start };
}

/** The versions of one visit, oldest first, ten minutes apart. At least one. */
export const visitHistories: fc.Arbitrary<fhir4.Encounter[]> = fc
  .array(fc.constantFrom(...Object.keys(happenings)), { minLength: 1, maxLength: 25 })
  .map((names) => {
    let visit: Visit = { letter: "E", moves: [] };
    return names.flatMap((name, index) => {
      const next = happenings[name]?.(visit, index * 10);
      if (next === undefined) return [];
      visit = next;
      return [toEncounter(visit, index * 10)];
    });
  })
  .filter((versions) => versions.length > 0);

export function at(minute: number): string {
  return new Date(Date.parse("2026-03-02T12:00:00Z") + minute * 60_000).toISOString();
}

const actCodes = { E: "EMER", I: "IMP", P: "PRENC" } as const;

function toEncounter(visit: Visit, minute: number): fhir4.Encounter {
  const period = {
    ...(visit.start !== undefined && { start: at(visit.start) }),
    ...(visit.end !== undefined && { end: at(visit.end) }),
  };
  return {
    resourceType: "Encounter",
    id: "97845",
    meta: { versionId: String(minute), lastUpdated: at(minute) },
    status: visit.status ?? "unknown",
    class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: actCodes[visit.letter] },
    subject: { reference: "Patient/12" },
    ...(visit.start !== undefined && { period }),
    ...(visit.reason !== undefined && { reasonCode: [{ text: visit.reason }] }),
    ...(visit.moves.length > 0 && {
      location: visit.moves.map(({ bed, start, end }) => ({
        location: { reference: `Location/${bed}`, display: `General, Main, 3N, 301, ${bed}` },
        status: end === undefined ? ("active" as const) : ("completed" as const),
        period: { start: at(start), ...(end !== undefined && { end: at(end) }) },
      })),
    }),
  };
}
