import { describe, expect, it } from "vitest";
import { automatonOf, structureFaults } from "../../../shared/hl7/conformance/structure.ts";
import { hl7Versions } from "../../../shared/hl7/dictionary/contents.ts";
import { definitionsOf, parseStructure, type StructureElement } from "../../../shared/hl7/dictionary/definitions.ts";

function faults(structure: readonly StructureElement[] | undefined, names: string) {
  return structureFaults(automatonOf(structure ?? []), named(names.split(" ").filter(Boolean)));
}

function named(names: readonly string[]): { name: string }[] {
  return names.map((name) => ({ name }));
}

function inVersion(name: string, names: string, version = "2.5.1") {
  return faults(definitionsOf(version)?.structure(name), names);
}

describe("a message structure", () => {
  it.each([
    ["ADT_A01", "MSH EVN PID PV1"],
    ["ADT_A01", "MSH SFT SFT EVN PID PD1 ROL ROL NK1 NK1 PV1 PV2 ROL OBX AL1 DG1 PR1 ROL PR1 GT1 IN1 IN2 IN1 ROL"],
    ["ADT_A39", "MSH EVN PID MRG PID PD1 MRG PV1"],
    ["ADT_A37", "MSH EVN PID PV1 PID"],
    ["ORU_R01", "MSH PID ORC OBR OBX NTE OBX OBR OBX SPM OBX PID OBR"],
    ["SIU_S12", "MSH SCH TQ1 NTE PID PV1 RGS AIS NTE AIL AIP RGS AIG"],
    ["ORM_O01", "MSH PID ORC RXO RXR ORC OBR OBX ORC"],
    // An ORC after an OBR may begin an earlier result (which needs an OBX) or the next order.
    ["OML_O21", "MSH PID ORC OBR ORC OBR ORC OBR OBX"],
    ["OML_O21", "MSH PID ORC OBR OBX SPM ORC OBR OBX ORC OBR SPM"],
    ["BAR_P01", "MSH EVN PID PV1 DG1 PV1 IN1"],
  ])("%s allows %s", (name, names) => {
    expect(inVersion(name, names)).toEqual([]);
  });

  it("names a segment that has no place, and what stands there instead", () => {
    expect(inVersion("ADT_A01", "MSH EVN PID PV1 NK1")).toEqual([
      expect.objectContaining({ kind: "unexpected", index: 4, after: "PV1" }),
    ]);
    expect(inVersion("ADT_A09", "MSH EVN PID PV1 AL1")[0]).toMatchObject({ expected: ["PV2", "DB1", "OBX", "DG1"] });
  });

  it("names a required segment that is missing, and where", () => {
    expect(inVersion("ADT_A01", "MSH EVN PID AL1")).toEqual([{ kind: "missing", index: 3, name: "PV1", after: "PID" }]);
    expect(inVersion("ORU_R01", "MSH PID")).toEqual([{ kind: "missing", index: 2, name: "OBR", after: "PID" }]);
    expect(inVersion("ADT_A39", "MSH EVN PID PID MRG")).toEqual([
      { kind: "missing", index: 3, name: "MRG", after: "PID" },
    ]);
  });

  it("reports a segment too often once for each", () => {
    expect(inVersion("ADT_A01", "MSH EVN PID PID PID PV1").map(({ kind }) => kind)).toEqual([
      "unexpected",
      "unexpected",
    ]);
  });

  it("finds several faults apart", () => {
    expect(inVersion("ADT_A01", "MSH PID XXX PV1 PD1")).toEqual([
      { kind: "missing", index: 1, name: "EVN", after: "MSH" },
      expect.objectContaining({ kind: "unexpected", index: 2 }),
      expect.objectContaining({ kind: "unexpected", index: 4 }),
    ]);
  });

  it("ends on a group that may be empty and repeats", () => {
    expect(faults(parseStructure("MSH {VISIT([PV1] [DG1])}"), "MSH")).toEqual([]);
    expect(faults(parseStructure("MSH {VISIT([PV1] [DG1])}"), "MSH DG1 PV1 DG1 DG1")).toEqual([]);
  });

  it("copes with no segments and no structure", () => {
    expect(inVersion("ACK", "").map(({ kind }) => kind)).toEqual(["missing", "missing"]);
    expect(faults([], "MSH")).toEqual([expect.objectContaining({ kind: "unexpected", index: 0 })]);
  });

  it.each(hl7Versions)("of %s can each be met by their required segments", (version) => {
    const definitions = definitionsOf(version);
    for (const name of definitions?.structureNames ?? []) {
      const elements = definitions?.structure(name) ?? [];
      expect(structureFaults(automatonOf(elements), named(requiredNames(elements))), name).toEqual([]);
    }
  });
});

function requiredNames(elements: readonly StructureElement[]): string[] {
  return elements
    .filter(({ required }) => required)
    .flatMap(({ kind, name, elements: parts }) => {
      if (kind === "choice") return requiredNames(parts.slice(0, 1));
      return kind === "segment" ? [name] : requiredNames(parts);
    });
}
