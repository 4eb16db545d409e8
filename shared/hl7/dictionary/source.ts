import { dictionaries, type HL7FieldDefinition, type HL7MessageSegmentsDefinition } from "hl7v2-dictionary-full";
import { type Hl7Version, segmentNames, structureNames, valueTypeNames } from "./contents.ts";
import type { VersionData } from "./definitions.ts";

/**
 * The data of one version: the part of the full dictionary that `contents.ts` names, with the corrections.
 * Used by the generator and by the test that the generated files are up to date.
 */
export function buildVersion(version: Hl7Version): VersionData {
  const full = dictionaries[version];
  const segments: Record<string, string[]> = {};
  for (const id of segmentNames) {
    const segment = full.segments[id];
    if (segment !== undefined) {
      segments[id] = [clean(segment.desc), ...rowsOf(segment.fields)];
    }
  }
  const types: Record<string, string[]> = {};
  const wanted = [...valueTypeNames, ...Object.values(segments).flatMap((rows) => rows.slice(1).map(typeOf))];
  for (let id = wanted.pop(); id !== undefined; id = wanted.pop()) {
    const type = full.types[id];
    if (type !== undefined && types[id] === undefined) {
      types[id] = [clean(type.desc), ...rowsOf(type.fields ?? {})];
      wanted.push(...types[id].slice(1).map(typeOf));
    }
  }
  const structures: Record<string, string> = {};
  for (const name of structureNames) {
    const message = full.messages[name];
    if (message?.segments !== undefined) {
      structures[name] = grammarOf(message.segments);
    }
  }
  return { version, types: sorted(types), segments, structures };
}

function rowsOf(fields: Readonly<Record<string, HL7FieldDefinition>>): string[] {
  const last = Math.max(0, ...Object.keys(fields).map(Number));
  return Array.from({ length: last }, (_, index) => {
    const { type, opt = "O", rep = 1, len = "", table = "", desc } = fields[index + 1] ?? { type: "ST" };
    return [type, opt, rep === "infinite" ? "*" : rep, len, table, clean(desc)].join("|");
  });
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
