import { describe, expect, it } from "vitest";
import type { Trigger } from "../../../shared/events/event.ts";
import { type Hl7Version, hl7Versions } from "../../../shared/hl7/dictionary/contents.ts";
import { triggerFormOf } from "../../../shared/hl7/dictionary/triggers.ts";
import { type Rendered, renderMessage } from "../../../shared/hl7/render.ts";
import { fieldOf, linesOf, segmentsOf } from "../support/bridge.ts";
import { chartRequest, chartTriggers } from "../support/tellings.ts";

// What versions differ in, from the texts of the standard and not from the dictionary that the bridge reads.

const from = (first: Hl7Version) => hl7Versions.slice(hl7Versions.indexOf(first));
const upTo = (last: Hl7Version) => hl7Versions.slice(0, hl7Versions.indexOf(last) + 1);

interface Told {
  readonly version: Hl7Version;
  readonly trigger: Trigger;
  readonly message: Rendered;
}

const rendered = new Map<Hl7Version, readonly Told[]>();

/** Every message of a full chart in some versions. */
function messagesIn(versions: readonly Hl7Version[]): readonly Told[] {
  return versions.flatMap((version) => {
    const known = rendered.get(version);
    if (known !== undefined) return known;
    const told = chartTriggers
      .filter((trigger) => triggerFormOf(trigger, version) !== undefined)
      .map((trigger) => ({ version, trigger, message: renderMessage(chartRequest(trigger, version)) }));
    rendered.set(version, told);
    return told;
  });
}

/** All values of a field, with the message that holds each. */
function valuesOf({ message, version, trigger }: Told, field: string): readonly (readonly [string, string])[] {
  const [segment = "", position = ""] = field.split("-");
  return segmentsOf(message, segment).map((line): [string, string] => [
    `${trigger} ${version} ${field}`,
    line.split("|")[Number(position)] ?? "",
  ]);
}

const withdrawn: readonly (readonly [first: Hl7Version, fields: readonly string[]])[] = [
  ["2.6", ["DG1-2", "DG1-4", "FT1-8", "FT1-9", "PR1-2", "PR1-4", "PR1-8", "PR1-11", "PR1-12"]],
  ["2.7", ["EVN-1", "PID-2", "PID-4", "PID-9", "PID-12", "PID-19", "PID-20", "PD1-4", "PV1-52", "AL1-6"]],
  ["2.7", ["ORC-7", "OBR-5", "OBR-6", "OBR-15", "OBR-27", "RXE-1", "SCH-11"]],
  ["2.8", ["RXA-11"]],
];

const later: readonly (readonly [first: Hl7Version, fields: readonly string[]])[] = [
  ["2.4", ["PID-31", "PID-33", "PID-34", "EVN-7", "PD1-16"]],
  ["2.5", ["ORC-28", "ORC-29", "RXO-27", "RXE-44", "DG1-20", "PR1-19"]],
  ["2.5.1", ["OBX-23", "OBX-24", "OBX-25"]],
  ["2.6", ["OBX-20", "OBX-21", "NTE-5", "NTE-6"]],
  ["2.7", ["PID-40", "NK1-40", "NK1-41", "PV1-53", "PV1-54", "TXA-25", "SPM-30"]],
  ["2.8", ["RXA-27", "RXA-28"]],
];

describe("what a version has", () => {
  it("MSH-9 has two parts in 2.3 and three from then on, and MSH-12 says which version it is", () => {
    for (const { message, version } of messagesIn(hl7Versions)) {
      expect(fieldOf(message, "MSH", 9).split("^").length).toBe(version === "2.3" ? 2 : 3);
      expect(fieldOf(message, "MSH", 12)).toBe(version);
      expect(fieldOf(message, "MSH", 2)).toBe("^~\\&");
    }
  });

  it("EVN-1 names the event up to 2.6, and EVN-2 tells always when it was recorded", () => {
    for (const { message, version, trigger } of messagesIn(hl7Versions)) {
      if (segmentsOf(message, "EVN").length === 0) continue;
      expect(fieldOf(message, "EVN", 1)).toBe(from("2.7").includes(version) ? "" : trigger.split("^")[1]);
      expect(fieldOf(message, "EVN", 2)).not.toBe("");
    }
  });

  it.each(withdrawn)("from %s on these fields are empty: %s", (first, fields) => {
    const told = messagesIn(from(first));
    for (const field of fields)
      expect(told.flatMap((each) => valuesOf(each, field)).filter(([, value]) => value !== "")).toEqual([]);
  });

  it.each(later)("before %s these fields are empty, and after it they are not: %s", (first, fields) => {
    const [before, after] = [messagesIn(upTo(first).slice(0, -1)), messagesIn([first])];
    const filled = new Set(
      after.flatMap((each) => fields.filter((field) => valuesOf(each, field).some(([, value]) => value !== ""))),
    );
    for (const field of fields)
      expect(before.flatMap((each) => valuesOf(each, field)).filter(([, value]) => value !== "")).toEqual([]);
    const neverInChart = ["PID-31", "NK1-41", "OBX-25", "OBX-24", "RXA-28"];
    expect(fields.filter((field) => !filled.has(field) && !neverInChart.includes(field))).toEqual([]);
  });

  it("the time of an order and of an appointment is a field up to 2.4, and TQ1 from 2.5 on", () => {
    for (const { message, version } of messagesIn(upTo("2.4"))) {
      expect([version, segmentsOf(message, "TQ1"), segmentsOf(message, "SPM")]).toEqual([version, [], []]);
      for (const line of segmentsOf(message, "SCH")) expect(line.split("|")[11]).not.toBe("");
      for (const line of segmentsOf(message, "RXE")) expect(line.split("|")[1]).not.toBe("");
    }
    for (const { message } of messagesIn(from("2.7")))
      expect(segmentsOf(message, "TQ1").length).toBeGreaterThanOrEqual(segmentsOf(message, "SCH").length);
  });

  it("segments come when their version does", () => {
    const first: Readonly<Record<string, Hl7Version>> = {
      IAM: "2.4",
      PDA: "2.4",
      LAN: "2.4",
      TQ1: "2.5",
      SPM: "2.5",
      PRT: "2.7",
    };
    for (const [segment, version] of Object.entries(first)) {
      const before = messagesIn(upTo(version).slice(0, -1)).filter(
        ({ message }) => segmentsOf(message, segment).length > 0,
      );
      expect(before.map(({ trigger, version: which }) => `${segment} ${trigger} ${which}`)).toEqual([]);
    }
    const roles = messagesIn(upTo("2.3.1")).filter(
      ({ trigger, message }) => trigger.startsWith("ADT") && segmentsOf(message, "ROL").length > 0,
    );
    expect(roles).toEqual([]);
  });
});

describe("the type of a result", () => {
  const typesIn = (version: Hl7Version) =>
    new Set(
      messagesIn([version]).flatMap(({ message }) =>
        segmentsOf(message, "OBX").map((line) => line.split("|")[2] ?? ""),
      ),
    );

  it.each(hl7Versions)("in %s is one that HL70125 of it has", (version) => {
    const types = typesIn(version);
    const isBefore = (other: Hl7Version) => !from(other).includes(version);
    // Vaccinations are told in the types that the guide of the CDC names, which is one of 2.5.1.
    if (!isBefore("2.6")) expect(types).not.toContain("CE");
    expect(types.has("CWE")).toBe(!isBefore("2.5.1"));
    expect(types.has("TS")).toBe(isBefore("2.6"));
    expect(types.has("DTM")).toBe(!isBefore("2.6"));
    expect(types.has("DR")).toBe(!isBefore("2.7"));
    if (isBefore("2.4")) expect(types).not.toContain("");
  });

  it.each(hl7Versions)("in %s agrees with the form of the value", (version) => {
    for (const { message } of messagesIn([version]))
      for (const line of segmentsOf(message, "OBX")) {
        const [, , type = "", , , value = ""] = line.split("|");
        if (type === "NM") expect(value).toMatch(/^[+-]?\d+(?:\.\d+)?$/);
        if (type === "SN") expect(value).toMatch(/^(?:<>|[<>]=?|=)?\^/);
        if (type === "DT") expect(value).toMatch(/^\d{4,8}$/);
        if (type === "TM") expect(value).toMatch(/^\d{4,6}/);
        if (type === "DR") expect(value).toMatch(/^\d+(?:-\d{4})?\^\d/);
        if (type === "ST") expect(value).not.toContain("~");
        if (type === "ED") expect(value.split("^").length).toBe(5);
        if (type === "CE") expect(value.split("^").length).toBeLessThanOrEqual(6);
      }
  });
});

describe("codes and names", () => {
  it("a coded field that 2.7 has as CWE says its table", () => {
    for (const { message } of messagesIn(from("2.7")))
      for (const line of segmentsOf(message, "PID")) expect(line.split("|")[8]).toMatch(/^[A-Z](?:\^|$)/);
  });

  it("a telephone number is text up to 2.4, and its parts alone from 2.7 on", () => {
    const numbers = (version: Hl7Version) =>
      messagesIn([version])
        .flatMap((each) => valuesOf(each, "PID-14"))
        .flatMap(([, value]) => (value === "" ? [] : [value.split("^")]));
    for (const [text, , , , , area, local] of numbers("2.4")) {
      expect(text).toMatch(/^\(\d{3}\)\d{3}-\d{4}/);
      expect([area, local]).not.toContain("");
    }
    for (const [text] of numbers("2.7")) expect(text).toBe("");
  });

  it("PID-3 and PID-5 are there in every message about a person, and MSH alone is first", () => {
    for (const { message } of messagesIn(hl7Versions)) {
      expect(linesOf(message).filter((line) => line.startsWith("MSH"))).toEqual([linesOf(message)[0]]);
      for (const line of segmentsOf(message, "PID")) {
        expect(line.split("|")[3]).not.toBe("");
        expect(line.split("|")[5]).not.toBe("");
      }
    }
  });
});
