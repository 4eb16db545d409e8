import { expect, test } from "vitest";
import { createArchive } from "../../census/archive.ts";
import type { TargetReading } from "../../census/house.ts";
import type { Hospital, Truth } from "../../sandbox/hospital.ts";

const at = (minute: number) => Date.parse("2026-03-02T06:00:00Z") + minute * 60_000;
const instant = (minute: number) => new Date(at(minute)).toISOString();

/** A person whose record ends in favour of another's at minute 10, with an order that moves without a new version. */
function hospitalWithMerge({ orderShownAt }: { readonly orderShownAt: readonly number[] }): Hospital {
  const person = (id: string) => ({ key: `Patient/${id}`, changedAt: instant(0) });
  const truthAt = (time: number) => {
    const isMerged = time >= at(10);
    const patient = isMerged ? "Patient/2" : "Patient/1";
    return {
      people: [person("1"), person("2")],
      orders: [{ key: "ServiceRequest/7", changedAt: instant(isMerged ? 10 : 1), patient }],
      merges: isMerged ? [{ old: "Patient/1", survivor: "Patient/2", at: instant(10) }] : [],
      encounters: [],
      appointments: [],
      reports: [],
      vitals: [],
      documents: [],
    };
  };
  const part = {
    truth: (time = new Date(at(60))) => truthAt(time.getTime()) as unknown as Truth,
    history: () => orderShownAt.map((minute) => ({ lastUpdated: instant(minute) })),
  };
  return part as unknown as Hospital;
}

function read(minute: number, revision: number): TargetReading {
  return { readAt: at(minute), firstReadAt: at(1), revision };
}

test("a past order that went along with a merge may be known of either patient until the ended record is read", () => {
  const archive = createArchive(hospitalWithMerge({ orderShownAt: [1] }));
  const orderUnder = (patient: string) => archive.of(`patient/${patient}`)?.items.some(([room]) => room === "orders");
  archive.bringUpTo([
    ["patient/1", read(5, 1)],
    ["patient/2", read(5, 1)],
  ]);
  expect([orderUnder("1"), orderUnder("2")]).toEqual([true, false]);

  archive.bringUpTo([["patient/2", read(11, 2)]]);
  expect([orderUnder("1"), orderUnder("2")]).toEqual([true, false]);
  expect(archive.newPatientOf("ServiceRequest/7")).toBe("Patient/2");

  expect([...archive.bringUpTo([["patient/1", read(12, 2)]])].sort()).toEqual(["patient/1", "patient/2"]);
  expect([orderUnder("1"), orderUnder("2")]).toEqual([false, true]);
  expect(archive.newPatientOf("ServiceRequest/7")).toBeUndefined();
});

test("one that was written anew is known as soon as the survivor is read", () => {
  const archive = createArchive(hospitalWithMerge({ orderShownAt: [1, 10] }));
  archive.bringUpTo([["patient/1", read(5, 1)]]);
  archive.bringUpTo([["patient/2", read(11, 2)]]);
  expect(archive.of("patient/2")?.items.some(([room]) => room === "orders")).toBe(true);
  expect(archive.newPatientOf("ServiceRequest/7")).toBeUndefined();
});
