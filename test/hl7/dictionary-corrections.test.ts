import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Hl7Version, hl7Versions } from "../../shared/hl7/dictionary/contents.ts";
import { fieldCorrections, structureCorrections } from "../../shared/hl7/dictionary/corrections.ts";
import { definitionsOf } from "../../shared/hl7/dictionary/definitions.ts";
import { triggerFormOf, triggersOf } from "../../shared/hl7/dictionary/triggers.ts";

/** Field tables of another implementation, by version and segment. */
interface ForeignField {
  readonly pos: number;
  readonly type: string;
  readonly req: boolean;
  /** 0: without limit */
  readonly rep: number;
  readonly len: number;
}

const file = new URL("../../../shared/reference/maps/segments-by-version.json", import.meta.url);
const isThere = existsSync(file);
if (!isThere)
  console.log("Skipped: no ../shared/reference/maps/segments-by-version.json to hold the dictionary against");

/** Where the two differ and the dictionary is right, with the reason. */
const knownDifferences: readonly string[] = [
  // Conditional in 2.8 (required when OBX-5 is valued, when an OBX-3 repeats): the other table has conditional as required.
  "2.8 OBX-2 required: false, not true",
  "2.8 OBX-4 required: false, not true",
  "2.3.1 OBX-4 required: false, not true",
  // The other table says 4 for an entity identifier, which no version does.
  "2.7 PRT-1 length: none, not 4",
  "2.8 PRT-1 length: none, not 4",
  // One of the codes of HL70125 would not fit, nor the two times of a range.
  "2.4 OBX-2 length: 3, not 2",
  "2.5 OBX-2 length: 3, not 2",
  "2.5.1 OBX-2 length: 3, not 2",
  "2.5 SPM-17 length: 53, not 26",
  "2.5.1 SPM-17 length: 53, not 26",
  // `ADT^A01^ADT_A01` has 15.
  "2.3.1 MSH-9 length: 15, not 7",
  // The other table says 1 for a coded element of six components.
  "2.6 DG1-7 length: 250, not 1",
  // Without limit in the chapters; each table picks a large number.
  "2.6 OBX-5 length: 99999, not 65536",
];

describe.skipIf(!isThere)("the segments that the bridge uses", () => {
  const foreign: Record<string, Record<string, readonly ForeignField[]>> = isThere
    ? JSON.parse(readFileSync(file, "utf8"))
    : {};

  it.each(hl7Versions.filter((version) => version in foreign))("of %s agree with another implementation", (version) => {
    const differences = [...(definitionsOf(version)?.segments.values() ?? [])].flatMap((segment) => {
      const others = foreign[version]?.[segment.id];
      // CON is missing there under this name.
      if (others === undefined) return segment.id === "CON" ? [] : [`${version} ${segment.id} is not there`];
      const length = Math.max(segment.fields.length, others.length);
      return Array.from({ length }, (_, index) => {
        const field = segment.fields[index];
        const other = others[index];
        const place = `${version} ${segment.id}-${index + 1}`;
        if (field === undefined || other === undefined) return [`${place} is in one of them only`];
        const isWithdrawn = field.usage === "W";
        if (isWithdrawn || other.type === "(withdrawn)") return isWithdrawn ? [] : [`${place} is withdrawn`];
        const type = field.type === "VARIES" ? "Varies" : field.type;
        const repeats = Number.isFinite(field.maxRepeats) ? field.maxRepeats : 0;
        const isLater = version >= "2.6" && field.type === "DTM";
        return [
          type === other.type ? [] : `${place} type: ${type}, not ${other.type}`,
          (field.usage === "R") === other.req ? [] : `${place} required: ${field.usage === "R"}, not ${other.req}`,
          repeats === other.rep ? [] : `${place} repeats: ${repeats}, not ${other.rep}`,
          isLater || other.len === 0 || field.maxLength === other.len
            ? []
            : `${place} length: ${field.maxLength ?? "none"}, not ${other.len}`,
        ].flat();
      }).flat();
    });

    expect(differences.filter((difference) => !knownDifferences.includes(difference))).toEqual([]);
  });
});

describe("corrections", () => {
  it("say why", () => {
    for (const { reason, versions } of [...fieldCorrections, ...structureCorrections]) {
      expect(reason).not.toBe("");
      expect(versions.length).toBeGreaterThan(0);
    }
  });

  it.each([
    ["2.5.1", "OBX", 2, { maxRepeats: 1 }],
    ["2.5.1", "OBR", 17, { maxRepeats: 2 }],
    ["2.7", "PID", 2, { usage: "W" }],
    ["2.7", "OBX", 5, { type: "VARIES" }],
    ["2.7", "PID", 3, { maxLength: undefined }],
    ["2.7", "OBX", 11, { maxLength: 1 }],
    ["2.8", "OBX", 28, { type: "CWE", name: "Local Process Control", maxRepeats: Number.POSITIVE_INFINITY }],
    ["2.3", "PID", 5, { maxRepeats: Number.POSITIVE_INFINITY }],
  ] as const)("are in the data: %s %s-%i", (version, segment, position, expected) => {
    expect(definitionsOf(version)?.segments.get(segment)?.fields[position - 1]).toMatchObject(expected);
  });
});

describe("the message structures", () => {
  it.each(hl7Versions)("of %s have a grammar for each trigger", (version) => {
    const definitions = definitionsOf(version);
    const without = triggersOf(version).filter(
      (trigger) => definitions?.structure(triggerFormOf(trigger, version)?.structure ?? "") === undefined,
    );

    expect(without).toEqual([]);
    expect(triggersOf(version).length).toBeGreaterThan(60);
  });

  it.each([
    ["ADT^A08", "2.5.1", "ADT", "A08", "ADT_A01"],
    ["ADT^A08", "2.3.1", "ADT", "A08", "ADT_A01"],
    ["ADT^A28", "2.3.1", "ADT", "A28", "ADT_A01"],
    ["ADT^A28", "2.4", "ADT", "A28", "ADT_A05"],
    ["ADT^A12", "2.4", "ADT", "A12", "ADT_A09"],
    ["ADT^A12", "2.5.1", "ADT", "A12", "ADT_A12"],
    ["ADT^A40", "2.8", "ADT", "A40", "ADT_A39"],
    ["ADT^A47", "2.6", "ADT", "A47", "ADT_A30"],
    ["ADT^A47", "2.7", "ADT", "A47", "ADT_A44"],
    ["ADT^A55", "2.5", "ADT", "A55", "ADT_A52"],
    ["ADT^A55", "2.6", "ADT", "A55", "ADT_A54"],
    ["SIU^S26", "2.5.1", "SIU", "S26", "SIU_S12"],
    ["OML^O21", "2.3", "ORM", "O01", "ORM_O01"],
    ["RDE^O11", "2.3.1", "RDE", "O01", "RDE_O01"],
    ["RAS^O17", "2.4", "RAS", "O17", "RAS_O17"],
  ] as const)("name %s in %s as %s^%s^%s", (trigger, version: Hl7Version, messageCode, event, structure) => {
    expect(triggerFormOf(trigger, version)).toEqual({ messageCode, event, structure });
  });

  it.each([
    ["ADT^A60", "2.3"],
    ["BAR^P12", "2.4"],
    ["ADT^A54", "2.3.1"],
    ["XXX^Y99", "2.5.1"],
  ] as const)("have none for %s in %s", (trigger, version) => {
    expect(triggerFormOf(trigger, version)).toBeUndefined();
  });
});
