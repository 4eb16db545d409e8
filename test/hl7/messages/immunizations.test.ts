import { describe, expect, it } from "vitest";
import { check } from "../../../shared/hl7/conformance/check.ts";
import { hl7Versions } from "../../../shared/hl7/dictionary/contents.ts";
import { composeMessage } from "../../../shared/hl7/render.ts";
import { parseJson } from "../../../shared/json.ts";
import { destination, fieldOf, render, segmentsOf, source } from "../support/bridge.ts";
import { clinic, coded, ordered, snomed, vaccination } from "../support/clinical.ts";

const context = [...ordered, clinic];
const actReason = "http://terminology.hl7.org/CodeSystem/v3-ActReason";

function vaccinate(changes: Partial<fhir4.Immunization> = {}, type = "immunization.given") {
  return render("VXU^V04", { ...vaccination, ...changes }, context, { type });
}

function without(...elements: readonly (keyof fhir4.Immunization)[]): fhir4.Immunization {
  return Object.fromEntries(
    Object.entries(vaccination).filter(([name]) => !elements.includes(name as keyof fhir4.Immunization)),
  ) as unknown as fhir4.Immunization;
}

describe("a vaccination (VXU^V04)", () => {
  const message = vaccinate();

  it("is an order group with what was given, where, by whom, of which lot", () => {
    expect(segmentsOf(message, "ORC")).toEqual([
      "ORC|RE||M44^GEN|||||||||1234567893^SMITH^ALEX^^^^^^NPI&2.16.840.1.113883.4.6&ISO^L^^^NPI",
    ]);
    expect(segmentsOf(message, "RXA")).toEqual([
      "RXA|0|1|20261123081000-0600|20261123081000-0600|08^Hep B, adolescent or pediatric^CVX^58160-0820-52^Engerix-B^NDC|0.5|mL^mL^UCUM||00^New immunization record^NIP001|^ROE^RICHARD|Elm Clinic^^^GEN^^^^^1 MAIN ST^^ROCHESTER^MN^55901^USA||||LOT77|20270131|SKB^GlaxoSmithKline^MVX|||CP|A|20261123",
    ]);
    expect(segmentsOf(message, "RXR")).toEqual(["RXR|IM^Intramuscular^HL70162|LA^Left Arm^HL70163"]);
    // The bar code of a statement is longer than CE.1 of 2.5.1; registries take it.
    expect(message.workList.filter(({ field }) => field !== "OBX-5.1")).toEqual([]);
  });

  it("has eligibility, funding, statement and dose as OBX, what belongs together under one OBX-4", () => {
    expect(segmentsOf(message, "OBX").map((line) => line.split("|").slice(1, 6).join("|"))).toEqual([
      "1|CE|64994-7^Vaccine funding program eligibility category^LN|1|V03^VFC eligible - Uninsured^HL70064",
      "2|CE|30963-3^Vaccine funding source^LN|2|VXC51^Public VFC^CDCPHINVS",
      "3|CE|69764-9^Document type^LN|3|253088698300003411100521^^cdcgs1vis",
      "4|DT|29768-9^Date vaccine information statement published^LN|3|20230512",
      "5|TS|29769-7^Date vaccine information statement presented^LN|3|20261123080500-0600",
      "6|NM|30973-2^Dose number in series^LN|4|2",
      "7|NM|59782-3^Number of doses in primary immunization series^LN|4|3",
    ]);
    expect(fieldOf(message, "OBX", 17)).toBe("VXC40^Eligibility captured at the immunization level^CDCPHINVS");
  });

  it("keeps to every version that has it", () => {
    for (const version of hl7Versions) {
      const { message } = composeMessage({
        event: {
          type: "immunization.given",
          trigger: "VXU^V04",
          rule: "I1",
          focus: "Immunization/M44",
          after: vaccination,
          recordedAt: "2026-11-23T15:00:00Z",
        },
        context,
        source,
        destination: { ...destination, version },
        controlId: "B0000000000000000017",
        messageTime: "2026-11-23T15:01:00Z",
      });
      expect(
        check(message, version).filter(({ severity }) => severity === "error"),
        version,
      ).toEqual([]);
    }
  });

  it("keeps the digits of the dose", () => {
    const immunization = parseJson(JSON.stringify(vaccination).replace('"value":0.5', '"value":0.50'));
    expect(fieldOf(render("VXU^V04", immunization as fhir4.Immunization, context), "RXA", 6)).toBe("0.50");
  });

  it("has 999 and no unit where the dose is not known", () => {
    const message = render("VXU^V04", without("doseQuantity"), context);
    expect([6, 7].map((position) => fieldOf(message, "RXA", position))).toEqual(["999", ""]);
  });

  it("goes to the nose by the code that registries take", () => {
    expect(fieldOf(vaccinate({ route: snomed("46713006", "Nasal route") }), "RXR", 1)).toBe("IN^Intranasal^HL70162");
  });
});

describe("history", () => {
  it.each([
    [{ primarySource: false }, "01^Historical information - source unspecified^NIP001"],
    [
      {
        primarySource: false,
        reportOrigin: coded("http://terminology.hl7.org/CodeSystem/immunization-origin", "school", "School"),
      },
      "07^Historical information - from school record^NIP001",
    ],
    [{ note: [{ text: "left arm was sore" }] }, "00^New immunization record^NIP001~^left arm was sore"],
    [{ status: "not-done" as const, note: [{ text: "asked twice" }] }, "^asked twice"],
  ])("%j is %s", (changes, source) => {
    expect(fieldOf(vaccinate(changes), "RXA", 9)).toBe(source);
  });

  it("may know the day or the year only", () => {
    expect(fieldOf(vaccinate({ occurrenceDateTime: "2019" }), "RXA", 3)).toBe("2019");
    const { occurrenceDateTime: _time, ...undated } = vaccination;
    expect(fieldOf(render("VXU^V04", { ...undated, occurrenceString: "2019-05" }, context), "RXA", 3)).toBe("201905");
  });

  it("is impossible when nobody can tell the date", () => {
    const { occurrenceDateTime: _time, ...undated } = vaccination;
    for (const words of [{}, { occurrenceString: "as a child" }])
      expect(() => render("VXU^V04", { ...undated, ...words }, context)).toThrow(
        expect.objectContaining({ code: "ERR_UNRENDERABLE", details: expect.objectContaining({ field: "RXA-3" }) }),
      );
  });
});

describe("what was not given", () => {
  it("for a refusal is RE, with the reason, 999 and no route", () => {
    const message = vaccinate({ status: "not-done", statusReason: coded(actReason, "PATOBJ", "patient objection") });
    expect([6, 7, 9, 18, 20].map((position) => fieldOf(message, "RXA", position))).toEqual([
      "999",
      "",
      "",
      "03^Patient decision^NIP002",
      "RE",
    ]);
    expect(segmentsOf(message, "RXR")).toEqual([]);
  });

  it("for immunity is NA, and the reason is an observation", () => {
    const message = vaccinate({ status: "not-done", statusReason: coded(actReason, "IMMUNE", "immunity") });
    expect([18, 20].map((position) => fieldOf(message, "RXA", position))).toEqual(["", "NA"]);
    expect(segmentsOf(message, "OBX").at(-1)).toContain(
      "|30945-0^Vaccination contraindication and precaution^LN|5|IMMUNE^immunity^99V3ActReason|",
    );
  });

  it("for want of stock is NA", () => {
    const message = vaccinate({ status: "not-done", statusReason: coded(actReason, "OSTOCK", "out of stock") });
    expect([18, 20].map((position) => fieldOf(message, "RXA", position))).toEqual(["02^Other^NIP002", "NA"]);
  });

  it("may be no vaccine in particular", () => {
    const message = render("VXU^V04", { ...without("vaccineCode"), status: "not-done" }, context);
    expect(fieldOf(message, "RXA", 5)).toBe("998^No vaccine administered^CVX");
    expect(() => render("VXU^V04", without("vaccineCode"), context)).toThrow(
      expect.objectContaining({ details: { field: "RXA-5", path: "Immunization.vaccineCode" } }),
    );
  });
});

describe("what becomes of the record (RXA-21)", () => {
  it.each([
    ["immunization.given", "completed", "CP", "A"],
    ["immunization.changed", "completed", "CP", "U"],
    ["immunization.deleted", "entered-in-error", "CP", "D"],
  ] as const)("after %s", (type, status, completion, action) => {
    const message = vaccinate({ status }, type);
    expect([20, 21].map((position) => fieldOf(message, "RXA", position))).toEqual([completion, action]);
  });

  it("is no part of what two messages are compared by", () => {
    expect(vaccinate().contentHash).toBe(vaccinate({}, "immunization.changed").contentHash);
  });
});
