import type { Kin } from "../records.ts";
import { type HappeningKind, minuteMs, type World } from "../world.ts";

/** One thing that can happen: whom it may come to, and what it changes. */
export interface Happening {
  readonly kind: HappeningKind;
  /** The records that it changed, in the order in which they are written; nothing where it does not apply. */
  play(world: World, subject: Kin | undefined): readonly Kin[] | undefined;
}

type RecordOf<Name extends Kin["record"]> = Extract<Kin, { record: Name }>;

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
