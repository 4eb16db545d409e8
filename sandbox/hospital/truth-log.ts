import type { Kin } from "./records.ts";
import { instant } from "./resources/context.ts";
import type { ResourceKey } from "./store.ts";
import type { MergeTruth, ReportTruth, ResultTruth, Told, Truth } from "./truth.ts";
import { truthOf } from "./truth-of.ts";
import type { Merge, World } from "./world.ts";

/** Keeps what is true of each thing, and since when, so that it can be told for every instant. */
export interface TruthLog {
  /** Takes down how a record stands, now that it has been written. */
  note(record: Kin, at: number, isNews: boolean): void;
  /** From now on the thing is, or is no more, kept from the client. */
  hide(record: Kin, at: number, isHidden: boolean): void;
  truthAt(at: number): Truth;
}

type Room = Exclude<keyof Truth, "at" | "merges"> | "results";

const rooms: Record<Kin["record"], Room> = {
  person: "people",
  stay: "encounters",
  booking: "appointments",
  order: "orders",
  report: "reports",
  measurement: "results",
  document: "documents",
  immunization: "immunizations",
  prescription: "prescriptions",
  administration: "administrations",
  condition: "conditions",
  procedure: "procedures",
  allergy: "allergies",
  coverage: "coverages",
  relative: "relatives",
  account: "accounts",
  charge: "charges",
  slot: "slots",
  clinician: "practitioners",
  place: "locations",
};

interface Line {
  at: number;
  item: Told;
  /** Of a report: its observations. */
  results?: readonly ResourceKey[];
}

export function createTruthLog(world: World): TruthLog {
  const shelves = new Map<Room, Map<ResourceKey, Line[]>>();

  function shelfOf(room: Room): Map<ResourceKey, Line[]> {
    const known = shelves.get(room);
    if (known) return known;
    const made = new Map<ResourceKey, Line[]>();
    shelves.set(room, made);
    return made;
  }

  function roomOf(record: Kin): Room {
    return record.record === "measurement" && record.kind === "vital" ? "vitals" : rooms[record.record];
  }

  function add(room: Room, line: Line): void {
    const shelf = shelfOf(room);
    const lines = shelf.get(line.item.key);
    if (!lines) shelf.set(line.item.key, [line]);
    // Of two writings at one instant only the second is ever seen.
    else if (lines.at(-1)?.at === line.at) lines[lines.length - 1] = line;
    else lines.push(line);
  }

  const itemsAt = (room: Room, at: number): Told[] => linesAt(shelfOf(room), at).map(({ item }) => item);

  function reportsAt(at: number): ReportTruth[] {
    const results = shelfOf("results");
    return linesAt(shelfOf("reports"), at).map(({ item, results: keys = [] }) => ({
      ...(item as ReportTruth),
      results: keys.flatMap((key) => (lineAt(results.get(key) ?? [], at)?.item as ResultTruth | undefined) ?? []),
    }));
  }

  return {
    note(record, at, isNews) {
      const said = truthOf(world, record);
      if (!said) return;
      const room = roomOf(record);
      const last = shelfOf(room).get(said.key)?.at(-1)?.item;
      const item: Told = {
        ...said,
        changedAt: isNews || !last ? instant(at) : last.changedAt,
        ...(last?.hidden ? { hidden: true } : {}),
      };
      const results = record.record === "report" ? record.results.map((id): ResourceKey => `Observation/${id}`) : [];
      add(room, { at, item, ...(results.length > 0 ? { results } : {}) });
    },
    hide(record, at, isHidden) {
      const room = roomOf(record);
      const last = shelfOf(room)
        .get(truthOf(world, record)?.key ?? "Nothing/0")
        ?.at(-1);
      if (!last) return;
      const { hidden: _, ...item } = last.item;
      add(room, { ...last, at, item: isHidden ? { ...item, hidden: true } : item });
    },
    truthAt(at) {
      const items = <Name extends Room & keyof Truth>(room: Name) => itemsAt(room, at) as Truth[Name];
      return {
        at: instant(at),
        people: items("people"),
        encounters: items("encounters"),
        appointments: items("appointments"),
        orders: items("orders"),
        reports: reportsAt(at),
        vitals: items("vitals"),
        documents: items("documents"),
        immunizations: items("immunizations"),
        prescriptions: items("prescriptions"),
        administrations: items("administrations"),
        conditions: items("conditions"),
        procedures: items("procedures"),
        allergies: items("allergies"),
        coverages: items("coverages"),
        relatives: items("relatives"),
        accounts: items("accounts"),
        charges: items("charges"),
        slots: items("slots"),
        practitioners: items("practitioners"),
        locations: items("locations"),
        merges: world.merges.flatMap((merge) => mergeAt(merge, at)),
      };
    },
  };
}

function linesAt(shelf: ReadonlyMap<ResourceKey, readonly Line[]>, at: number): Line[] {
  return [...shelf.values()].flatMap((lines) => lineAt(lines, at) ?? []);
}

/** The line that held then; mostly that is the last one. */
function lineAt(lines: readonly Line[], at: number): Line | undefined {
  return lines.findLast((line) => line.at <= at);
}

function mergeAt({ old, survivor, at: mergedAt, undoneAt }: Merge, at: number): MergeTruth[] {
  if (mergedAt > at) return [];
  const merge: MergeTruth = { old: `Patient/${old}`, survivor: `Patient/${survivor}`, at: instant(mergedAt) };
  return [undoneAt === undefined || undoneAt > at ? merge : { ...merge, undoneAt: instant(undoneAt) }];
}
