import { expect, test } from "vitest";
import { type Archive, createArchive } from "../../census/archive.ts";
import { isPartedUnread, type Setting } from "../../census/expected.ts";
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
      accounts: [],
    };
  };
  const part = {
    timeZone: "America/Chicago",
    truth: (time = new Date(at(60))) => truthAt(time.getTime()) as unknown as Truth,
    history: () => orderShownAt.map((minute) => ({ lastUpdated: instant(minute) })),
  };
  return part as unknown as Hospital;
}

function read(minute: number, revision: number, polls: readonly number[] = [minute]): TargetReading {
  return { readAt: at(minute), firstReadAt: at(1), revision, polls: polls.map(at) };
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

/** A person merged at minute 10 and parted again at minute 20, with an appointment at a clinic that goes along. */
function hospitalWithUnmerge({ status, seenOn = "2026-03-05" }: { status: string; seenOn?: string }): Hospital {
  const truthAt = (time: number) => {
    const isMerged = time >= at(10) && time < at(20);
    const undone = time < at(20) ? {} : { undoneAt: instant(20) };
    const person = { key: "Patient/1", medicalRecordNumber: "M1", ...(isMerged && { mergedInto: "Patient/2" }) };
    const patient = isMerged ? "Patient/2" : "Patient/1";
    return {
      people: [{ ...person, changedAt: instant(0) }],
      appointments: [
        { key: "Appointment/5", patient, location: "Location/9", status, start: `${seenOn}T15:00:00Z`, minutes: 30 },
      ],
      merges: time < at(10) ? [] : [{ old: "Patient/1", survivor: "Patient/2", at: instant(10), ...undone }],
      ...{ encounters: [], orders: [], reports: [], vitals: [], documents: [], accounts: [] },
    };
  };
  const part = {
    timeZone: "America/Chicago",
    truth: (time = new Date(at(60))) => truthAt(time.getTime()) as unknown as Truth,
    history: () => [],
  };
  return part as unknown as Hospital;
}

test("whose merge was undone shows with the next news of an appointment, until the own record is read", () => {
  const archive = createArchive(hospitalWithUnmerge({ status: "booked" }));
  const glimpse = () => archive.of("patient/1")?.setting.glimpseOf("Patient/1");
  archive.bringUpTo([
    ["patient/1", read(12, 1)],
    ["schedule/9", read(12, 1, [5, 12])],
  ]);
  expect(glimpse()).toBeUndefined();
  expect(isPartedUnread("Patient/1", settingOf(archive, "schedule/9"))).toBe(false);

  const changed = archive.bringUpTo([
    ["patient/1", read(12, 1)],
    ["schedule/9", read(32, 2, [5, 12, 22, 32])],
  ]);
  expect(changed).toContain("patient/1");
  expect(glimpse()).toMatchObject({ medicalRecordNumber: "M1" });
  expect(glimpse()?.mergedInto).toBeUndefined();
  expect(isPartedUnread("Patient/1", settingOf(archive, "schedule/9"))).toBe(true);

  archive.bringUpTo([["patient/1", read(40, 2)]]);
  expect(glimpse()).toBeUndefined();
  expect(isPartedUnread("Patient/1", settingOf(archive, "schedule/9"))).toBe(false);
});

test.each([
  ["of an appointment that is off", { status: "cancelled" }],
  ["of one that no schedule shows yet", { status: "booked", seenOn: "2026-04-20" }],
])("nothing shows by way %s", (_what, appointment) => {
  const archive = createArchive(hospitalWithUnmerge(appointment));
  archive.bringUpTo([
    ["patient/1", read(12, 1)],
    ["schedule/9", read(32, 2, [5, 12, 22, 32])],
  ]);
  expect(archive.of("patient/1")?.setting.glimpseOf("Patient/1")).toBeUndefined();
});

function settingOf(archive: Archive, target: string): Setting {
  const { setting } = archive.of(target) ?? {};
  if (setting === undefined) throw new RangeError(`Nothing was read of ${target}`);
  return setting;
}
