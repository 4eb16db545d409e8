import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createHospital, type Hospital, type HospitalOptions, settlingMs } from "../../sandbox/hospital.ts";

const startAt = new Date("2026-11-23T15:00:00Z");
const hourMs = 3_600_000;
const hoursIn = (hours: number) => new Date(startAt.getTime() + hours * hourMs);
const types = ["Patient", "Encounter", "Appointment", "ServiceRequest", "DiagnosticReport", "Observation"];

function hospital(options: Partial<HospitalOptions> = {}): Hospital {
  return createHospital({ seed: 7, startAt, timeZone: "America/Chicago", people: 60, ...options });
}

/** A digest over every byte of every version, and of the journal. */
function digestOf({ store, journal }: Hospital): string {
  const hash = createHash("sha256");
  for (const type of [...types, "Location", "Practitioner", "Organization"])
    for (const entry of store.ofType(type)) for (const version of entry.versions) hash.update(store.textOf(version));
  return hash.update(JSON.stringify(journal())).digest("hex");
}

function current<Type extends fhir4.FhirResource["resourceType"]>({ store }: Hospital, type: Type) {
  return store
    .ofType(type)
    .map((entry) => entry.versions.at(-1))
    .filter((version) => version && !version.suppressed)
    .map((version) => version?.resource as Extract<fhir4.FhirResource, { resourceType: Type }>);
}

function encounterIn(house: Hospital, key: string | undefined, version: number): fhir4.Encounter | undefined {
  return house.history(key ?? "")[version]?.resource as fhir4.Encounter | undefined;
}

describe("the same options give the same hospital", () => {
  const plain = hospital();
  plain.advanceTo(hoursIn(1));
  const digest = digestOf(plain);

  test("two runs have the same bytes", () => {
    const other = hospital();
    other.advanceTo(hoursIn(1));
    expect(other.journal().length).toBeGreaterThan(150);
    expect(digestOf(other)).toBe(digest);
  });

  test("one long step or many short and uneven ones", () => {
    const steps = hospital();
    for (let at = startAt.getTime(), width = 1; at < hoursIn(1).getTime(); at += width, width = (width * 7) % 90_001)
      steps.advanceTo(new Date(at));
    steps.advanceTo(hoursIn(1));
    expect(digestOf(steps)).toBe(digest);
  });

  test("another seed gives another one", () => {
    expect(digestOf(hospital({ seed: 8, people: 10 }))).not.toBe(digestOf(hospital({ people: 10 })));
  });

  test("the clock never runs back", () => {
    plain.advanceTo(startAt);
    expect(plain.now()).toEqual(hoursIn(1));
    expect(digestOf(plain)).toBe(digest);
  });
});

describe("when the clock starts", () => {
  const house = hospital();

  test("people lie in beds, wait in the emergency department and have appointments", () => {
    const { encounters, appointments } = house.truth();
    const inBed = encounters.filter((each) => each.class === "IMP" && each.bed);
    expect(inBed).toHaveLength(21);
    expect(new Set(inBed.map((each) => each.bed?.location)).size).toBe(21);
    expect(encounters.some((each) => each.class === "EMER" && each.status === "triaged")).toBe(true);
    expect(encounters.some((each) => each.status === "planned")).toBe(true);
    const days = new Set(appointments.map((each) => each.start.slice(0, 10)));
    expect(days.size).toBeGreaterThan(5);
    expect(house.journal()).toEqual([]);
  });

  test("appointments of the coming days keep the clinics' hours in the house's own zone", () => {
    const { appointments } = house.truth();
    const local = new Intl.DateTimeFormat("en-US", { timeZone: "America/Chicago", hour: "numeric", hourCycle: "h23" });
    const coming = appointments.filter((each) => Date.parse(each.start) > hoursIn(24).getTime());
    expect(coming.length).toBeGreaterThan(10);
    for (const { start } of coming) {
      const hour = Number(local.format(Date.parse(start)));
      expect(hour >= 8 && hour < 17, start).toBe(true);
    }
  });

  test("there is a past: more visits and results of one person than one page holds", () => {
    const perPatient = (type: string) =>
      Math.max(...house.patientIds().map((id) => [...house.store.referring(type, `Patient/${id}`)].length));
    expect(perPatient("Encounter")).toBeGreaterThan(10);
    expect(perPatient("Observation")).toBeGreaterThan(30);
  });

  test("some names are hard: other scripts, emoji, the delimiters of HL7 v2", () => {
    const names = hospital({ people: 120 })
      .truth()
      .people.map((person) => person.name)
      .join("\n");
    expect(names).toMatch(/\p{Script=Han}/u);
    expect(names).toMatch(/\p{Script=Arabic}/u);
    expect(names).toMatch(/\p{Extended_Pictographic}/u);
    expect(names).toMatch(/[&^~|\\]/);
    expect(names).toMatch(/[À-ž]/);
    expect(names).toContain("'");
  });
});

describe("a day", () => {
  const house = hospital({ people: 80 });
  house.advanceTo(hoursIn(5));
  const kinds = Map.groupBy(house.journal(), (entry) => entry.kind);

  test("has some 300 visible happenings an hour or more", () => {
    const visible = house.journal().filter((entry) => entry.visible).length;
    expect(visible / 5).toBeGreaterThan(300);
    expect(visible / 5).toBeLessThan(700);
  });

  test.each([
    "emergency-arrival",
    "triaged",
    "emergency-bedded",
    "admitted",
    "pre-admission",
    "planned-admission",
    "pre-admission-cancelled",
    "transfer",
    "transfer-undone",
    "leave",
    "leave-return",
    "discharge",
    "discharge-undone",
    "admission-cancelled",
    "attending-changed",
    "consultant-changed",
    "stay-detail-changed",
    "stay-entered-in-error",
    "appointment-booked",
    "appointment-rescheduled",
    "appointment-changed",
    "appointment-cancelled",
    "appointment-missed",
    "appointment-arrived",
    "appointment-checked-in",
    "appointment-fulfilled",
    "order-placed",
    "order-revoked",
    "order-completed",
    "report-registered",
    "report-preliminary",
    "report-final",
    "report-corrected",
    "vitals-charted",
    "vital-corrected",
    "address-changed",
    "phone-changed",
    "name-changed",
    "person-registered",
    "records-merged",
    "version-bumped",
    "arrays-reordered",
    "narrative-changed",
  ] as const)("has a %s", (kind) => {
    expect(kinds.get(kind)?.length).toBeGreaterThan(0);
  });

  test("bumps, reorderings and new wordings are versions that say nothing new", () => {
    for (const kind of ["version-bumped", "arrays-reordered", "narrative-changed"] as const)
      for (const entry of kinds.get(kind) ?? []) {
        expect(entry.visible).toBe(false);
        for (const { key, versionId } of entry.wrote)
          expect(house.history(key).find((version) => version.versionId === versionId)?.visible).toBe(false);
      }
  });

  test("every other happening shows", () => {
    const silent = house
      .journal()
      .filter((entry) => !entry.visible && !/bumped|reordered|narrative|written/.test(entry.kind))
      .map((entry) => entry.kind);
    expect(new Set(silent)).toEqual(new Set());
  });

  test("keeps every version: ids differ, times never run back, the first is visible", () => {
    for (const type of types)
      for (const { key } of house.store.ofType(type)) {
        const versions = house.history(key);
        expect(new Set(versions.map((version) => version.versionId)).size, key).toBe(versions.length);
        const times = versions.map((version) => version.updatedAt);
        expect(times, key).toEqual(times.toSorted((a, b) => a - b));
        expect(versions[0]?.visible || versions[0]?.suppressed, key).toBe(true);
        for (const version of versions) expect(Date.parse(version.lastUpdated), key).toBe(version.updatedAt);
      }
  });

  test("some versions come to light later than their lastUpdated", () => {
    const versions = types.flatMap((type) => house.store.ofType(type)).flatMap((entry) => entry.versions);
    const lags = versions.map((version) => version.visibleAt - version.updatedAt);
    expect(lags.some((lag) => lag >= 5000)).toBe(true);
  });

  test("no bed holds two people", () => {
    const beds = house
      .truth()
      .encounters.filter((each) => each.class !== "AMB" && each.bed)
      .map((each) => each.bed?.location);
    expect(new Set(beds).size).toBe(beds.length);
  });

  test("emergencies come from the people known at the start", () => {
    const known = new Set(house.patientIds().map((id) => `Patient/${id}`));
    for (const { wrote } of kinds.get("emergency-arrival") ?? []) {
      expect(known).toContain(encounterIn(house, wrote[0]?.key, 0)?.subject?.reference);
    }
  });

  test("a new person is found by an appointment at one of the clinics", () => {
    const clinics = new Set(house.clinicIds().map((id) => `Location/${id}`));
    for (const { wrote } of kinds.get("person-registered") ?? []) {
      const appointment = house.history(wrote[1]?.key ?? "")[0]?.resource as fhir4.Appointment;
      const actors = appointment.participant.map((participant) => participant.actor?.reference ?? "");
      expect(actors).toContain(wrote[0]?.key);
      expect(actors.some((actor) => clinics.has(actor))).toBe(true);
    }
  });

  test("an undone transfer leaves the bed out of location[], an ended stay has no active one", () => {
    for (const { wrote } of kinds.get("transfer-undone") ?? []) {
      const versions = house.history(wrote[0]?.key ?? "");
      const index = versions.findIndex((version) => version.versionId === wrote[0]?.versionId);
      const beds = (at: number) =>
        encounterIn(house, wrote[0]?.key, at)?.location?.map((each) => each.location.reference) ?? [];
      expect(beds(index)).toEqual(beds(index - 1).slice(0, -1));
    }
    for (const encounter of current(house, "Encounter"))
      if (["finished", "cancelled", "entered-in-error"].includes(encounter.status))
        expect(encounter.location?.some((each) => each.status === "active") ?? false).toBe(false);
  });

  test("an admission from the emergency department keeps the Encounter and changes its class", () => {
    for (const { wrote } of kinds.get("admitted") ?? []) {
      const versions = house.history(wrote[0]?.key ?? "");
      const index = versions.findIndex((version) => version.versionId === wrote[0]?.versionId);
      const classOf = (at: number) => encounterIn(house, wrote[0]?.key, at)?.class.code;
      expect([classOf(index - 1), classOf(index)]).toEqual(["EMER", "IMP"]);
    }
  });

  test("decimals keep their trailing zeros in the text", () => {
    const values = house.truth().reports.flatMap((report) => report.results);
    const potassium = values.filter((each) => each.code === "Potassium Level");
    expect(potassium.length).toBeGreaterThan(10);
    expect(potassium.some((each) => each.values[0]?.endsWith("0"))).toBe(true);
    for (const { key, values: digits } of potassium) {
      const version = house.history(key).at(-1);
      expect(version && house.store.textOf(version)).toContain(`"valueQuantity":{"value":${digits[0]},`);
    }
  });
});

describe("records of one person", () => {
  const house = hospital({ people: 80, rates: { perHour: { "records-merged": 24, "records-unmerged": 1 } } });
  house.advanceTo(hoursIn(3));
  const { merges, people } = house.truth();

  test("a merged record is the combined form, without lastUpdated, and nothing refers to it any more", () => {
    const merged = people.filter((person) => person.mergedInto);
    expect(merged.length).toBeGreaterThan(1);
    for (const { key, mergedInto } of merged) {
      const patient = house.history(key).at(-1)?.resource as fhir4.Patient;
      expect(patient.active).toBe(false);
      expect(patient.link).toEqual([{ other: { reference: mergedInto }, type: "replaced-by" }]);
      expect(patient.meta).toEqual({ versionId: expect.any(String) });
      for (const type of types) expect([...house.store.referring(type, key)]).toEqual([]);
    }
  });

  test("what was open shows the survivor in a new version", () => {
    const moves = house.journal().filter((entry) => entry.kind === "records-merged" && entry.wrote.length > 1);
    expect(moves.length).toBeGreaterThan(0);
    for (const { wrote } of moves) expect(wrote.every((each) => each.visible)).toBe(true);
  });

  test("an undone merge brings the old record back", () => {
    const undone = merges.filter((merge) => merge.undoneAt);
    expect(undone.length).toBeGreaterThan(0);
    for (const { old } of undone) {
      const patient = house.history(old).at(-1)?.resource as fhir4.Patient;
      expect(patient.active).toBe(true);
      expect(patient.link).toBeUndefined();
    }
  });
});

test("closed doors let nothing new in; only what is half written gets its other half", () => {
  const house = hospital({ people: 80 });
  house.advanceTo(hoursIn(1));
  house.closeDoors();
  house.advanceTo(new Date(hoursIn(1).getTime() + settlingMs));
  const after = house.journal().filter((entry) => entry.time > hoursIn(1).toISOString());
  for (const { kind } of after) expect(kind).toMatch(/^(report-written|results-written|order-completed)$/);
  const { reports } = house.truth();
  expect(reports.length).toBeGreaterThan(20);
  for (const { key, status, results } of reports) {
    const report = house.history(key).at(-1)?.resource as fhir4.DiagnosticReport;
    expect([report.status, report.result?.length ?? 0]).toEqual([status, results.length]);
    for (const result of results) {
      const observation = house.history(result.key).at(-1)?.resource as fhir4.Observation;
      expect(observation.status).toBe(result.status);
      expect(JSON.stringify(observation.valueQuantity?.value)).toBe(result.values[0]);
    }
  }
});

test("busy and the number of people scale what happens", () => {
  const happeningsOf = (options: Partial<HospitalOptions>) => {
    const house = hospital(options);
    house.advanceTo(hoursIn(1));
    return house.journal().length;
  };
  const usual = happeningsOf({ people: 40 });
  expect(happeningsOf({ people: 40, busy: 2 })).toBeGreaterThan(usual * 1.4);
  expect(happeningsOf({ people: 40, busy: 0.2 })).toBeLessThan(usual * 0.6);
});
