import { beforeAll, describe, expect, test } from "vitest";
import { manualClock } from "../../sandbox/clock.ts";
import { createHospital } from "../../sandbox/hospital.ts";
import { createFhirService } from "../../sandbox/server/fhir.ts";
import { type Month, matchesIn, month, presentOf } from "./month.ts";
import { hourMs, startAt } from "./start.ts";

let house: Month;
/** Ids that the rows below refer to by name. */
let ids: Record<string, string>;

beforeAll(() => {
  house = month();
  const truth = house.hospital.truth();
  const idOf = (key = "") => key.split("/")[1] ?? "";
  const charge = truth.charges.find((each) => each.status === "billable");
  const charged = presentOf<fhir4.ChargeItem>(house.hospital, charge?.key ?? "");
  const account = presentOf<fhir4.Account>(house.hospital, charged.account?.[0]?.reference ?? "");
  ids = {
    patient: idOf(truth.documents.find((each) => each.status === "current")?.patient),
    encounter: idOf(charge?.encounter),
    account: account.id ?? "",
    guarantor: idOf(account.guarantor?.[0]?.party.reference),
    clinic: house.hospital.clinicIds()[0] ?? "",
  };
});

const filled = (target: string) => target.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? "");

describe("searches that Ignite refuses", () => {
  test.each([
    ["DocumentReference", "at least one of _id, patient, or -pageContext"],
    ["DocumentReference?patient={patient}&date=ge2026-01-01&_lastUpdated=ge2026-01-01", "only one of date, period"],
    ["DocumentReference?patient={patient}&period=ge2026-01-01", "period must be a range"],
    ["DocumentReference?patient={patient}&_lastUpdated=ne2026-01-01", "unsupported prefix"],
    ["Condition?encounter={encounter}", "at least one of"],
    ["Condition?patient={patient}&subject={patient}", "only one of patient, subject"],
    ["Condition?patient={patient}&_count=5", "_count is not a supported search parameter"],
    ["Procedure?patient={patient}&date=ge2026-01-01&_lastUpdated=ge2026-01-01", "only one of date, _lastUpdated"],
    ["AllergyIntolerance?clinical-status=active", "at least one of"],
    ["AllergyIntolerance?patient={patient}&_lastUpdated=ge2026-01-01&_lastUpdated=gt2026-01-02", "closed range"],
    ["Immunization?patient={patient}&_lastUpdated=lt2026-01-01", "unsupported prefix"],
    ["Immunization?patient={patient}&_lastUpdated=ge2026-01-01&date=ge2026-01-01", "only one of date, _lastUpdated"],
    ["Immunization?patient={patient},1", "patient must be a single id"],
    ["MedicationRequest?patient={patient}&_lastUpdated=ge2026-01-01", "must have a time component"],
    ["MedicationRequest?patient={patient}&_lastUpdated=gt2026-01-01T00:00:00Z", "unsupported prefix"],
    [
      "MedicationAdministration?patient={patient}&_lastUpdated=ge2026-01-01T00:00:00Z",
      "_lastUpdated is not a supported",
    ],
    ["MedicationAdministration?patient={patient}&effective-time=ge2026-01-01", "must have a time component"],
    ["MedicationAdministration?effective-time=ge2026-01-01T00:00:00Z", "at least one of"],
    ["Coverage", "at least one of _id, patient, or -encounter"],
    ["Coverage?patient={patient}&_lastUpdated=ge2026-01-01", "_lastUpdated is not a supported"],
    ["RelatedPerson?patient={patient}", "-relationship-level must be provided"],
    ["RelatedPerson?patient={patient}&-relationship-level=Cousin", "not a valid level"],
    [
      "RelatedPerson?-encounter={encounter}&-relationship-level=Patient",
      "-relationship-level must be provided with patient",
    ],
    ["Account?patient={patient}", "only -encounter, -guarantor, or patient with identifier"],
    ["Account?-guarantor={guarantor}", "type must be financial-account"],
    ["Account?-guarantor={guarantor}&type=statement", "type must be financial-account"],
    ["Account?-encounter={encounter}&type=financial-account", "type must be guarantor-balance"],
    ["Account?-guarantor={guarantor}&patient={patient}&type=statement", "only -encounter, -guarantor"],
    ["ChargeItem?context={encounter}", "-status=billable must be provided"],
    ["ChargeItem?context={encounter}&-status=planned", "-status=billable must be provided"],
    ["ChargeItem?_id=1,2", "_id must be a single id"],
    ["ChargeItem?context={encounter}&account={account}&-status=billable", "only one of context, account"],
    ["Slot?service-type=667105", "service-type must be provided with start"],
    ["Slot?-location={clinic}&start=ge2026-01-01", "start must be a range"],
    ["Slot?-location={clinic}&start=ge2026-01-01&start=le2026-02-01", "unsupported prefix"],
    ["Slot?-location={clinic}&start=ge2026-01-01&start=lt2026-02-01&_count=3", "between 5 and 200"],
    ["Binary?patient={patient}", "Not Found"],
  ])("%s: %s", (target, text) => {
    const { status, body } = house.ignite.get(filled(target));
    expect(status).toBe(text === "Not Found" ? 404 : 400);
    expect(JSON.parse(String(body)).issue[0].details.text).toContain(text);
  });
});

describe("searches find what the truth says", () => {
  test("everything of a person, by the only form that its type knows, is what is on record", () => {
    const { hospital, ignite } = house;
    const truth = hospital.truth();
    const people = truth.people.filter((person) => !person.mergedInto).slice(0, 25);
    for (const { key } of people) {
      const id = key.split("/")[1];
      for (const [room, target] of [
        ["documents", `DocumentReference?patient=${id}`],
        ["conditions", `Condition?patient=${id}`],
        ["procedures", `Procedure?patient=${id}`],
        ["allergies", `AllergyIntolerance?patient=${id}`],
        ["immunizations", `Immunization?patient=${id}`],
        ["prescriptions", `MedicationRequest?patient=${id}`],
        ["administrations", `MedicationAdministration?patient=${id}&effective-time=ge2020-01-01T00:00:00Z`],
        ["coverages", `Coverage?patient=${id}`],
        ["relatives", `RelatedPerson?patient=${id}&-relationship-level=Patient`],
        ["accounts", `Account?-guarantor=${id}-${id}&type=financial-account`],
      ] as const) {
        const expected = truth[room].filter((each) => each.patient === key && !each.hidden).map((each) => each.key);
        const found = matchesIn(ignite, target).map((each) => `${each.resourceType}/${each.id}`);
        expect(found.toSorted(), target).toEqual(expected.toSorted());
      }
    }
  });

  test("a guarantor is named by the id of a RelatedPerson, and not of a patient", () => {
    const { hospital, ignite } = house;
    const id = hospital
      .truth()
      .accounts.find((each) => !each.hidden)
      ?.patient.split("/")[1];
    expect(matchesIn(ignite, `Account?-guarantor=${id}-${id}&type=financial-account`)).not.toEqual([]);
    expect(matchesIn(ignite, `Account?-guarantor=${id}&type=financial-account`)).toEqual([]);
  });

  test("charges are found while they can be billed; a voided one is only read", () => {
    const { hospital, ignite } = house;
    const { charges } = hospital.truth();
    const encounter = ids["encounter"];
    const found = matchesIn(ignite, `ChargeItem?context=${encounter}&-status=billable`);
    const expected = charges.filter(
      (each) => each.encounter === `Encounter/${encounter}` && each.status === "billable",
    );
    expect(found.map((each) => `ChargeItem/${each.id}`).toSorted()).toEqual(
      expected.map((each) => each.key).toSorted(),
    );
    expect(matchesIn(ignite, filled("ChargeItem?account={account}&-status=billable"))).toEqual(found);
    const voided = charges.find((each) => each.status === "entered-in-error");
    expect(JSON.parse(String(ignite.get(voided?.key ?? "").body)).status).toBe("entered-in-error");
  });

  test("slots are found while they are free, earliest first; a taken one is only read", () => {
    const { hospital, ignite } = house;
    const { slots } = hospital.truth();
    const clinics = hospital.clinicIds().join(",");
    const found = matchesIn(ignite, `Slot?-location=${clinics}&start=ge2020-01-01&start=lt2030-01-01&_count=200`);
    const free = slots.filter((each) => each.status === "free");
    expect(free.length).toBeGreaterThan(5);
    expect(new Set(found.map((each) => `Slot/${each.id}`))).toEqual(new Set(free.map((each) => each.key)));
    const starts = found.map((each) => (each as fhir4.Slot).start);
    expect(starts).toEqual(starts.toSorted());
    const blocked = slots.find((each) => each.status === "busy-unavailable");
    expect(JSON.parse(String(ignite.get(blocked?.key ?? "").body)).status).toBe("busy-unavailable");
  });

  test("an administration is found by when it was given, not by when it was written", () => {
    const { hospital, ignite } = house;
    const { administrations } = hospital.truth();
    const late = administrations.find((each) => each.status === "entered-in-error");
    const patient = late?.patient.split("/")[1];
    const around = (time: string, shiftMs: number) => new Date(Date.parse(time) + shiftMs).toISOString();
    const { startedAt = "", changedAt = "", key } = late ?? {};
    const finds = (from: string, to: string) =>
      matchesIn(
        ignite,
        `MedicationAdministration?patient=${patient}&effective-time=ge${from}&effective-time=lt${to}`,
      ).some((each) => `MedicationAdministration/${each.id}` === key);
    expect(finds(around(startedAt, 0), around(startedAt, 60_000))).toBe(true);
    expect(finds(around(changedAt, 0), around(changedAt, 60_000))).toBe(false);
  });

  test("an appointment that is only wished for is found by the time asked for, not by its date", () => {
    const asking = { perHour: { "appointment-requested": 20 }, minutes: { untilConfirmed: [6000, 6001] as const } };
    const hospital = createHospital({ seed: 1, startAt, timeZone: "America/Chicago", people: 10, rates: asking });
    const ignite = createFhirService({ hospital, clock: manualClock(new Date(startAt.getTime() + 6 * hourMs)) });
    ignite.get("Patient?name=any");
    const wish = hospital.truth().appointments.find((each) => ["proposed", "waitlist"].includes(each.status));
    expect(wish).toBeDefined();
    const search = (name: string) =>
      matchesIn(ignite, `Appointment?patient=${wish?.patient.split("/")[1]}&${name}=ge2020-01-01`).map(
        (each) => each.id,
      );
    expect(search("-date-or-req-period")).toContain(wish?.key.split("/")[1]);
    expect(search("date")).not.toContain(wish?.key.split("/")[1]);
  });
});

describe("Binary", () => {
  test("a document's content comes in its own format or as a FHIR resource, by what the client accepts", () => {
    const { hospital, ignite } = house;
    for (const contentType of ["text/plain", "text/rtf", "text/html", "application/pdf"] as const) {
      const document = hospital.truth().documents.find((each) => each.contentType === contentType);
      const { content } = presentOf<fhir4.DocumentReference>(hospital, document?.key ?? "");
      const url = content[0]?.attachment.url ?? "";
      const raw = ignite.get(url, { accept: contentType });
      expect([raw.status, raw.headers?.["Content-Type"]]).toEqual([200, contentType]);
      const wrapped = JSON.parse(String(ignite.get(url, { accept: "application/fhir+json" }).body)) as fhir4.Binary;
      expect(Buffer.from(wrapped.data ?? "", "base64")).toEqual(raw.body);
      expect(wrapped.meta).toEqual({ lastUpdated: expect.any(String) });
      if (contentType === "text/plain") expect(String(raw.body)).toBe(document?.text);
      if (contentType === "application/pdf") expect(String(raw.body)).toMatch(/^%PDF-1\.4\n[\s\S]*%%EOF\n$/);
      expect(ignite.get(url, { accept: "image/png" }).status).toBe(406);
    }
  });

  test("an imaging report points to its text", () => {
    const { hospital, ignite } = house;
    const report = hospital.truth().reports.find((each) => each.category === "radiology" && each.text);
    const { presentedForm, result } = presentOf<fhir4.DiagnosticReport>(hospital, report?.key ?? "");
    expect(result).toBeUndefined();
    expect(String(ignite.get(presentedForm?.[0]?.url ?? "", { accept: "text/plain" }).body)).toBe(report?.text);
  });
});

describe("what is there and not shown", () => {
  test("a combined stay is read as a pointer without meta, and not found", () => {
    const { hospital, ignite } = house;
    const combined = hospital.truth().encounters.find((each) => each.mergedInto);
    const body = JSON.parse(String(ignite.get(combined?.key ?? "").body));
    expect(body).toMatchObject({ status: "unknown", partOf: { reference: combined?.mergedInto } });
    expect(body.meta).toBeUndefined();
    const history = hospital.history(combined?.key ?? "");
    const subject = (history.at(-2)?.resource as fhir4.Encounter | undefined)?.subject;
    for (const target of [
      `Encounter?_id=${body.id}`,
      `Encounter?patient=${subject?.reference?.split("/")[1]}&_count=100`,
    ])
      expect(matchesIn(ignite, target).map((each) => each.id)).not.toContain(body.id);
  });

  test("what security hides is neither found nor read, and its patient's revision tells of it", () => {
    const { hospital, ignite } = house;
    const hidden = hospital.truth().encounters.find((each) => !each.mergedInto && each.status === "finished");
    const id = hidden?.key.split("/")[1] ?? "";
    const patient = hidden?.patient.split("/")[1] ?? "";
    const before = hospital.revisionOf(patient);
    hospital.store.hide(`Encounter/${id}`, true);
    expect(hospital.revisionOf(patient)).toBe(before + 1);
    expect(ignite.get(`Encounter/${id}`).status).toBe(404);
    expect(matchesIn(ignite, `Encounter?patient=${patient}&_count=100`).map((each) => each.id)).not.toContain(id);
    hospital.store.hide(`Encounter/${id}`, false);
    expect(ignite.get(`Encounter/${id}`).status).toBe(200);
  });

  test("an old copy of the database shows a resource as it was", () => {
    const { hospital } = house;
    const [key = "", patient = ""] = hospital
      .truth()
      .documents.filter((each) => hospital.history(each.key).length > 1 && !each.hidden)
      .map((each) => [each.key, each.patient.split("/")[1]])[0] as string[];
    const versionsIn = (ignite: Month["ignite"]) =>
      matchesIn(ignite, `DocumentReference?patient=${patient}`)
        .filter((each) => `DocumentReference/${each.id}` === key)
        .map((each) => each.meta?.versionId);
    expect(versionsIn(house.ignite)).toEqual([hospital.history(key).at(-1)?.versionId]);
    expect(versionsIn(house.lagging())).toEqual([hospital.history(key).at(-2)?.versionId]);
  });
});
