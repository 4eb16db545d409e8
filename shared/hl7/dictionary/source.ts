import { dictionaries, type HL7FieldDefinition, type HL7MessageSegmentsDefinition } from "hl7v2-dictionary-full";
import { type Hl7Version, segmentNames, valueTypeNamesOf } from "./contents.ts";
import {
  absentFields,
  absentSegments,
  addedSegments,
  type FieldCorrection,
  fieldCorrections,
  lengthsSince27,
  structureCorrections,
} from "./corrections.ts";
import type { VersionData } from "./definitions.ts";
import { structureNamesOf } from "./triggers.ts";

/**
 * The data of one version: the part of the full dictionary that `contents.ts` and `triggers.ts` name, corrected.
 * Used by the generator and by the test that the generated files are up to date.
 */
export function buildVersion(version: Hl7Version): VersionData {
  const full = dictionaries[version];
  if (full === undefined) throw new RangeError(`The full dictionary has no version ${version}`);
  const segments: Record<string, readonly string[]> = {};
  for (const id of segmentNames) {
    const added = addedSegments[id];
    if (added?.versions.includes(version)) segments[id] = added.rows;
    const segment = full.segments[id];
    if (segment === undefined || absentSegments[id]?.includes(version)) continue;
    segments[id] = [clean(segment.desc), ...rowsOf(version, id, "-", segment.fields)];
  }
  const types: Record<string, readonly string[]> = {};
  const wanted = [
    ...valueTypeNamesOf(version),
    ...Object.values(segments).flatMap((rows) => rows.slice(1).map(typeOf)),
  ];
  for (let id = wanted.pop(); id !== undefined; id = wanted.pop()) {
    const type = full.types[id];
    if (type === undefined || types[id] !== undefined) continue;
    const rows = [clean(type.desc), ...rowsOf(version, id, ".", type.fields ?? {})];
    types[id] = rows;
    wanted.push(...rows.slice(1).map(typeOf));
  }
  const structures: Record<string, string> = {};
  for (const name of structureNamesOf(version)) {
    const segmentsOfName = full.messages[name]?.segments;
    structures[name] = correctedStructure(version, name, segmentsOfName && grammarOf(segmentsOfName));
  }
  return { version, types: sorted(types), segments, structures };
}

function rowsOf(
  version: Hl7Version,
  id: string,
  separator: "-" | ".",
  fields: Readonly<Record<string, HL7FieldDefinition>>,
): string[] {
  const prefix = id + separator;
  const corrections = fieldCorrections.filter(
    ({ versions, at }) => versions.includes(version) && at.some((place) => place.startsWith(prefix)),
  );
  const corrected = corrections.flatMap(({ at }) => at.filter((place) => place.startsWith(prefix)));
  const known = Math.max(0, ...Object.keys(fields).map(Number));
  const last = Math.max(known, ...corrected.map((place) => Number(place.slice(prefix.length))));
  const end = absentFields.find(({ versions, from }) => versions.includes(version) && from.startsWith(prefix))?.from;
  const length = end === undefined ? last : Number(end.slice(prefix.length)) - 1;
  return Array.from({ length }, (_, index) => rowOf(version, `${prefix}${index + 1}`, fields[index + 1], corrections));
}

function rowOf(
  version: Hl7Version,
  place: string,
  field: HL7FieldDefinition = { type: "ST" },
  corrections: readonly FieldCorrection[],
): string {
  const changes = corrections.filter(({ at }) => at.includes(place)).map(({ is }) => is);
  const usage = field.opt ?? "O";
  const repeats = field.rep === "infinite" ? "*" : (field.rep ?? 1);
  const { type, opt, rep, len, table, desc }: Row = {
    ...{ type: field.type, opt: usage, rep: repeats, len: field.len, table: field.table, desc: clean(field.desc) },
    ...Object.assign({}, ...changes.map(rowForm)),
  };
  const { versions, types, fields } = lengthsSince27;
  const hasLength = !versions.includes(version) || types.includes(type) || fields.includes(place);
  return [type, opt, rep, hasLength ? (len ?? "") : "", table ?? "", desc].join("|");
}

interface Row {
  readonly type: string;
  readonly opt: string;
  readonly rep: number | "*";
  readonly len: number | undefined;
  readonly table: number | undefined;
  readonly desc: string;
}

const formNames = { usage: "opt", repeats: "rep", length: "len", name: "desc", type: "type", table: "table" };

function rowForm(is: FieldCorrection["is"]): Partial<Row> {
  return Object.fromEntries(Object.entries(is).map(([key, value]) => [formNames[key as keyof typeof is], value]));
}

function correctedStructure(version: Hl7Version, name: string, grammar: string | undefined): string {
  let text = grammar;
  for (const { versions, structures, find, by } of structureCorrections) {
    if (!versions.includes(version) || !structures.includes(name)) continue;
    if (find !== undefined && !text?.includes(find)) throw new RangeError(`${name} of ${version} has no "${find}"`);
    text = find === undefined ? by : text?.replaceAll(find, by);
  }
  if (text === undefined) throw new RangeError(`Version ${version} has no structure ${name}`);
  return text;
}

function typeOf(row: string): string {
  return row.slice(0, row.indexOf("|"));
}

function clean(text = ""): string {
  return text.replace(/\s+/g, " ").trim();
}

function sorted<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function grammarOf(elements: Readonly<Record<string, HL7MessageSegmentsDefinition>>): string {
  return Object.entries(elements)
    .sort(([, a], [, b]) => a.idx - b.idx)
    .map(([name, { min, max, segments }]) => {
      const choice = name.includes(",") ? `<${name.replaceAll(",", "|")}>` : name;
      const inner = segments ? `${name}(${grammarOf(segments)})` : choice;
      const repeated = max === 1 ? inner : `{${inner}}`;
      return min ? repeated : `[${repeated}]`;
    })
    .join(" ");
}
