/** Seeded draws. Two sources made from the same seed give the same draws in the same order. */
export interface Random {
  /** At least 0, below 1. */
  next(): number;
  /** A whole number, both ends included. */
  whole(from: number, to: number): number;
  between(range: Range): number;
  chance(probability: number): boolean;
  /** One of a list that is never empty. */
  pick<Item>(list: readonly Item[]): Item;
  /** One of a list, or nothing where there is nothing to choose from. */
  anyOf<Item>(list: readonly Item[]): Item | undefined;
  /** The wait until the next of things that come independently, so many an hour. */
  waitHours(perHour: number): number;
  uuid(): string;
}
export type Range = readonly [from: number, to: number];

export function seededRandom(seed: string): Random {
  const next = sfc32(seed);
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  const hex = (digits: number) => Array.from({ length: digits }, () => whole(0, 15).toString(16)).join("");
  const anyOf = <Item>(list: readonly Item[]) => list[Math.floor(next() * list.length)];
  return {
    next,
    whole,
    between: ([from, to]) => from + next() * (to - from),
    chance: (probability) => next() < probability,
    pick(list) {
      const item = anyOf(list);
      if (item === undefined) throw new RangeError("Nothing to pick from");
      return item;
    },
    anyOf,
    waitHours: (perHour) => -Math.log(1 - next()) / perHour,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${"89ab"[whole(0, 3)]}${hex(3)}-${hex(12)}`,
  };
}

// Small Fast Counter, 32 bits: passes PractRand and needs no more than a few additions.
function sfc32(seed: string): () => number {
  let [a, b, c, d] = hashOf(seed);
  const next = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4_294_967_296;
  };
  for (let turn = 0; turn < 15; turn++) next();
  return next;
}

function hashOf(text: string): [number, number, number, number] {
  let [h1, h2, h3, h4] = [1779033703, 3144134277, 1013904242, 2773480762];
  for (const character of text) {
    const k = character.codePointAt(0) ?? 0;
    h1 = h2 ^ Math.imul(h1 ^ k, 597399067);
    h2 = h3 ^ Math.imul(h2 ^ k, 2869860233);
    h3 = h4 ^ Math.imul(h3 ^ k, 951274213);
    h4 = h1 ^ Math.imul(h4 ^ k, 2716044179);
  }
  return [h1 | 0, h2 | 0, h3 | 0, h4 | 0];
}
