import type { Hl7Version } from "./dictionary/contents.ts";
import type { RowSpec } from "./mapping.ts";
import type { Scope } from "./scope.ts";

export function isFrom(first: Hl7Version, { settings }: Scope): boolean {
  return isInOrder(first, settings.version);
}

/** The names of the versions sort as the versions do. */
function isInOrder(earlier: Hl7Version, later: Hl7Version): boolean {
  return earlier <= later;
}

/** A row of a field that came after 2.5.1, or that older receivers take for something else. */
export function since<Context>(first: Hl7Version, row: RowSpec<Context>): RowSpec<Context> {
  return where((version) => isInOrder(first, version), row);
}

/** A row of a field that later versions have withdrawn, where another one says the same. */
export function until<Context>(last: Hl7Version, row: RowSpec<Context>): RowSpec<Context> {
  return where((version) => isInOrder(version, last), row);
}

function where<Context>(isTold: (version: Hl7Version) => boolean, row: RowSpec<Context>): RowSpec<Context> {
  const { isIn = () => true } = row;
  return { ...row, isIn: (version) => isTold(version) && isIn(version) };
}
