import type { Expected } from "./expected.ts";
import type { Reader } from "./readers/notebook.ts";

/** Something that a receiver holds otherwise than it is. */
export interface Difference {
  /** `visit V100` */
  readonly thing: string;
  /** `bed`; `presence` where it should be held and is not, or the other way round; `protocol` for what it refused. */
  readonly facet: string;
  readonly expected: string;
  readonly held: string;
}

export interface Comparison {
  readonly compared: number;
  readonly differences: readonly Difference[];
}

const nothing = "(nothing)";

/** Holds what a receiver made of one thing against what it should have. */
export function compare(expected: Expected, reader: Pick<Reader, "holds">): Comparison {
  const { thing, presence, facets } = expected;
  const held = reader.holds(thing);
  if (held === undefined) {
    if (presence === "either") return { compared: 0, differences: [] };
    const differences =
      presence === "held" ? [{ thing, facet: "presence", expected: describe(facets), held: nothing }] : [];
    return { compared: 1, differences };
  }
  if (presence === "absent")
    return { compared: 1, differences: [{ thing, facet: "presence", expected: nothing, held: describe(held) }] };
  const names = Object.keys(facets);
  return {
    compared: names.length,
    differences: names
      .filter((facet) => !accepted(facets[facet]).includes(held[facet]))
      .map((facet) => ({
        thing,
        facet,
        expected: accepted(facets[facet])[0] ?? nothing,
        held: held[facet] ?? nothing,
      })),
  };
}

function accepted(value: Expected["facets"][string]): readonly (string | undefined)[] {
  return typeof value === "object" ? value : [value];
}

function describe(facets: Expected["facets"]): string {
  return Object.entries(facets)
    .flatMap(([name, value]) =>
      accepted(value)
        .slice(0, 1)
        .map((first) => first && `${name} ${first.slice(0, 60)}`),
    )
    .filter((text) => text !== undefined)
    .join(", ");
}
