import { describe, expect, test } from "vitest";
import { inWords, type Listener, tellAll, type Visit, visit } from "./telling.ts";

function numbered(value: string): Pick<fhir4.Encounter, "identifier"> {
  const type = { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "VN" }] };
  return { identifier: [{ type, system: "urn:oid:1.2.4", value }] };
}

const narrow: Listener = {
  events: ["encounter.admitted", "encounter.discharged", "encounter.updated", "encounter.cancelled"],
};
const ended = { period: { start: "2026-03-02T06:00:00Z", end: "2026-03-02T09:00:00Z" } };

/** What the last version tells, and under which number. */
function toldOfLast(versions: readonly fhir4.Encounter[], listener?: Listener): string[] {
  const told = tellAll(versions, listener).at(-1) ?? [];
  return told.map((event) => `${inWords(event)} of ${(event.after as fhir4.Encounter).identifier?.[0]?.value}`);
}

describe("a stay with another number", () => {
  test("is renumbered before it ends or is cancelled in the same poll", () => {
    const present = visit("in-progress", numbered("1"));
    expect(toldOfLast([present, visit("finished", { ...numbered("2"), ...ended })])).toEqual([
      "E31 encounter.renumbered A50 of 2",
      "E18 encounter.discharged A03 of 2",
    ]);
    expect(toldOfLast([present, visit("cancelled", numbered("2"))])).toEqual([
      "E31 encounter.renumbered A50 of 2",
      "E23 encounter.cancelled A11 of 2",
    ]);
  });

  test("is renumbered where the tenant has mapped its kinds of numbers to none of HL7, too", () => {
    const coding = [{ system: "https://fhir.cerner.com/ec0/codeSet/319", code: "1077", display: "FIN NBR" }];
    const unmapped = (value: string): Visit => ({ identifier: [{ type: { coding, text: "FIN NBR" }, value }] });
    expect(toldOfLast([visit("in-progress", unmapped("1")), visit("in-progress", unmapped("2"))])).toEqual([
      "E31 encounter.renumbered A50 of 2",
    ]);
  });

  test("is renumbered where the patient was, before the move that the same poll finds", () => {
    const versions = [
      visit("in-progress", { ...numbered("1"), beds: ["A1"] }),
      visit("in-progress", { ...numbered("2"), beds: ["A1", "B2"] }),
    ];
    const told = tellAll(versions).at(-1) ?? [];
    expect(told.map((event) => `${inWords(event)} in ${event.step?.location?.location.reference}`)).toEqual([
      "E31 encounter.renumbered A50 in Location/A1",
      "E12 encounter.transferred A02 in Location/B2",
    ]);
  });

  test("ends and begins anew, for who knows no change of numbers, and then ends", () => {
    const versions = [visit("in-progress", numbered("1")), visit("finished", { ...numbered("2"), ...ended })];
    expect(toldOfLast(versions, narrow)).toEqual([
      "E31 encounter.cancelled A11 of 1",
      "E5 encounter.admitted A01 of 2",
      "E18 encounter.discharged A03 of 2",
    ]);
  });

  test("begins anew while the patient is on leave, too", () => {
    const versions = [visit("in-progress", numbered("1")), visit("onleave", numbered("1"))];
    const renumbered = visit("onleave", numbered("2"));
    expect(toldOfLast([...versions, renumbered], narrow)).toEqual([
      "E31 encounter.cancelled A11 of 1",
      "E5 encounter.admitted A01 of 2",
    ]);
    const withLeaves = { events: [...(narrow.events ?? []), "encounter.leave-started"] };
    expect(toldOfLast([...versions, renumbered], withLeaves)).toEqual([
      "E31 encounter.cancelled A11 of 1",
      "E5 encounter.admitted A01 of 2",
      "E15 encounter.leave-started A21 of 2",
    ]);
  });

  test("goes on under the new one for who knows changes of numbers, and the leave is not told again", () => {
    const versions = [visit("onleave", numbered("1")), visit("onleave", numbered("2"))];
    expect(toldOfLast(versions)).toEqual(["E31 encounter.renumbered A50 of 2"]);
  });

  test("begins anew as what the receiver knows, where it became an outpatient visit", () => {
    const versions = [visit("in-progress", numbered("1")), visit("in-progress", { class: "O", ...numbered("1") })];
    const renumbered = visit("in-progress", { class: "O", ...numbered("2") });
    expect(toldOfLast([...versions, renumbered], narrow)).toEqual([
      "E31 encounter.cancelled A11 of 1",
      "E6 encounter.admitted A01 of 2",
    ]);
    const withRegistrations = { events: [...(narrow.events ?? []), "encounter.registered"] };
    expect(toldOfLast([...versions, renumbered], withRegistrations)).toEqual([
      "E31 encounter.cancelled A11 of 1",
      "E6 encounter.registered A04 of 2",
    ]);
  });
});
