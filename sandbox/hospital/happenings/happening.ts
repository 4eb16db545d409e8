import type { Id, Kin, RecordOf, Stay } from "../records.ts";
import { dayMs, type HappeningKind, minuteMs, type World } from "../world.ts";

/** One thing that can happen: whom it may come to, and what it changes. */
export interface Happening {
  readonly kind: HappeningKind;
  /** The records that it changed, in the order in which they are written; nothing where it does not apply. */
  play(world: World, subject: Kin | undefined): readonly Kin[] | undefined;
}

/**
 * A happening about one kind of record. Without a subject it chooses one among the candidates, passing over those that
 * something happened to a moment ago, mostly.
 */
export function happening<Name extends Kin["record"]>(
  kind: HappeningKind,
  about: Name,
  rule: {
    candidates?(world: World): Iterable<RecordOf<Name>>;
    play(world: World, subject: RecordOf<Name>): readonly Kin[] | undefined;
  },
): Happening {
  return {
    kind,
    play(world, given) {
      const subject = given ?? choose(world, rule.candidates?.(world) ?? []);
      if (!subject || !isAbout(subject, about)) return undefined;
      return rule.play(world, subject);
    },
  };
}

function isAbout<Name extends Kin["record"]>(record: Kin, about: Name): record is RecordOf<Name> {
  return record.record === about;
}

function choose(world: World, candidates: Iterable<Kin>): Kin | undefined {
  const restMs = world.chance("hurry") ? 0 : world.minutes("rest") * minuteMs;
  return world.random.anyOf([...candidates].filter((record) => record.touchedAt + restMs <= world.now));
}

/** What a record that is new has of every record. */
export function newKept(world: World, prefix = ""): { id: Id; touchedAt: number; turn: number; wording: number } {
  return { id: `${prefix}${world.id()}`, touchedAt: world.now, turn: 0, wording: 0 };
}

/** Those that were touched within a week: older ones rest. */
export function* recent<Item extends Kin>(
  world: World,
  records: ReadonlyMap<Id, Item>,
  belongs: (item: Item) => boolean,
): Iterable<Item> {
  for (const record of records.values()) if (world.now - record.touchedAt < 7 * dayMs && belongs(record)) yield record;
}

/** Stays in which someone is there to be written about. */
export function* inHouse(world: World): Iterable<Stay> {
  for (const stay of world.live.stays) if (stay.status === "in-progress") yield stay;
}
