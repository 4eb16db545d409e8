import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultRates } from "../../sandbox/hospital/rates.ts";
import { crawl, hourMs, matchesOf, nextOf, type Running, start, startAt, tokenFor } from "./start.ts";

/** Nothing comes by itself. */
const silence = Object.fromEntries(Object.keys(defaultRates.perHour).map((kind) => [kind, 0]));

let running: Running;
/** The patient with the most observations, and what else the tables below refer to. */
let busiest: string;
let merged: string;

beforeAll(async () => {
  running = await start({
    hospital: { rates: { chance: { vitalHasNoStatus: 0.1 }, perHour: { "records-merged": 6 } } },
  });
  const { hospital } = running;
  const counts = hospital
    .patientIds()
    .map((id) => ({ id, count: [...hospital.store.referring("Observation", `Patient/${id}`)].length }));
  busiest = counts.toSorted((a, b) => b.count - a.count)[0]?.id ?? "";
  merged =
    hospital
      .truth()
      .merges.find((merge) => !merge.undoneAt)
      ?.old.slice("Patient/".length) ?? "";
});
afterAll(() => running.sandbox.close());

/** Writes the ids that are known only at run time into a row of a table. */
const filled = (path: string) => {
  const clinics = running.hospital.clinicIds();
  return path
    .replaceAll("{patient}", busiest)
    .replaceAll("{merged}", merged)
    .replaceAll("{clinic}", clinics[0] ?? "")
    .replaceAll("{clinics}", clinics.join(","));
};

describe("searches that Ignite refuses", () => {
  test.each([
    // Patient
    ["Patient", "at least one of"],
    ["Patient?_count=5", "at least one of _id, identifier, name"],
    ["Patient?gender=female", "at least one of"],
    ["Patient?given=Ana", "given must be provided with family"],
    ["Patient?given=Ana&birthdate=1990-01-01", "given must be provided with family"],
    ["Patient?_id=", "_id must have a value"],
    ["Patient?_id={patient}&name=a", "name may not be provided with _id"],
    ["Patient?_id={patient}&_id=1", "_id may be provided only once"],
    ["Patient?_id={patient}&_lastUpdated=ge2026-11-23T00:00:00Z", "_lastUpdated is not a supported search parameter"],
    ["Patient?birthdate=sa1990-01-01", "birthdate has an unsupported prefix"],
    ["Patient?birthdate=soon", "birthdate is not a valid date"],
    ["Patient?name=a&_sort=name", "_sort is not a supported search parameter"],
    ["Patient?name=a&_summary=true", "_summary is not a supported search parameter"],
    ["Patient?name=a&_count=0", "_count must be a positive integer"],
    ["Patient?name=a&_count=many", "_count must be a positive integer"],
    // Encounter
    ["Encounter", "at least one of _id, patient, subject, account, identifier, or -pageContext must be provided"],
    ["Encounter?_lastUpdated=ge2026-11-23T00:00:00Z", "at least one of"],
    ["Encounter?status=finished", "at least one of"],
    ["Encounter?subject={patient}&status=finished", "status must be provided with patient"],
    ["Encounter?patient={patient}&status=arrived", "status must be one of"],
    ["Encounter?patient={patient}&class=IMP", "class is not a supported search parameter"],
    ["Encounter?patient={patient}&location={clinic}", "location is not a supported search parameter"],
    ["Encounter?patient={patient}&subject={patient}", "only one of patient, subject"],
    ["Encounter?patient={patient}&date=ge2026-11-23", "date must have a time component"],
    [
      "Encounter?patient={patient}&date=ge2026-11-23T00:00:00Z&_lastUpdated=ge2026-11-23T00:00:00Z",
      "only one of date, _lastUpdated",
    ],
    ["Encounter?patient={patient}&_lastUpdated=ge2026-11-01&_lastUpdated=gt2026-11-02", "must form a closed range"],
    [
      "Encounter?patient={patient}&_lastUpdated=ge2026-11-01&_lastUpdated=lt2026-11-02&_lastUpdated=lt2026-11-03",
      "at most 2",
    ],
    ["Encounter?patient={patient}&_lastUpdated=ne2026-11-01", "_lastUpdated has an unsupported prefix"],
    ["Encounter?patient={patient}&_revinclude=Provenance:agent", "_revinclude must be Provenance:target"],
    // Appointment
    ["Appointment?date=ge2026-11-23T00:00:00Z", "at least one of"],
    ["Appointment?location={clinic}", "date or -date-or-req-period must be provided"],
    ["Appointment?location={clinic}&patient={patient}&date=2026-11-23", "only one of patient, practitioner, location"],
    ["Appointment?location={clinic}&location=2&date=2026-11-23", "location may be provided only once"],
    ["Appointment?location={clinic}&date=2026-11-23&-date-or-req-period=2026-11-23", "only one of date"],
    ["Appointment?location={clinic}&date=ge2026-11-23T00:00:00Z&date=gt2026-11-24T00:00:00Z", "closed range"],
    ["Appointment?location={clinic}&date=2026-11-23&_lastUpdated=ge2026-11-23T00:00:00Z", "_lastUpdated is not"],
    // ServiceRequest
    ["ServiceRequest?_lastUpdated=ge2026-11-23T00:00:00Z", "at least one of _id, patient, subject, or -pageContext"],
    ["ServiceRequest?patient={patient}&_lastUpdated=gt2026-11-23T00:00:00Z", "unsupported prefix"],
    ["ServiceRequest?patient={patient}&_lastUpdated=2026-11-23T00:00:00Z", "unsupported prefix"],
    ["ServiceRequest?patient={patient}&_lastUpdated=ge2026-11-23", "must have a time component"],
    ["ServiceRequest?patient={patient}&authored=ge2026-11-23", "authored is not a supported search parameter"],
    // DiagnosticReport
    ["DiagnosticReport?subject={patient}", "subject is not a supported search parameter"],
    ["DiagnosticReport?category=LAB", "at least one of _id, patient, or -pageContext"],
    [
      "DiagnosticReport?patient={patient}&date=ge2026-11-23&_lastUpdated=ge2026-11-23",
      "only one of date, _lastUpdated",
    ],
    // Observation
    ["Observation?code=2823-3", "at least one of _id, patient, subject, or -pageContext"],
    ["Observation?patient={patient}&date=ge2026-11-23&_lastUpdated=ge2026-11-23", "only one of date, _lastUpdated"],
    ["Observation?patient={patient}&encounter=1", "encounter is not a supported search parameter"],
    // Reference data
    ["Location", "at least one of _id, -physicalType, type, or -pageContext"],
    ["Location?name=ED", "at least one of"],
    ["Location?_id={clinic}&_count=5", "_count is not a supported search parameter"],
    ["Location?-physicalType=bd&address-city=Springfield", "address-city must be provided with"],
    ["Practitioner", "at least one of"],
    ["Practitioner?name=a", "name must have at least 2 characters"],
    ["Practitioner?given=Alma&active=true", "given must be provided with family"],
    ["Organization?part-of=1", "part-of is not a supported search parameter"],
    // Types of which there is nothing
    ["Immunization?patient={patient}&_lastUpdated=le2026-11-23", "unsupported prefix"],
    ["Immunization?patient={patient}&_lastUpdated=ge2026-11-22&_lastUpdated=gt2026-11-23", "at most 1"],
    ["MedicationRequest?patient={patient}&_lastUpdated=gt2026-11-23T00:00:00Z", "unsupported prefix"],
    ["Condition", "at least one of"],
  ])("%s: %s", async (path, text) => {
    const reply = await running.get(filled(path));
    expect(reply.status).toBe(400);
    expect(reply.json()).toEqual({
      resourceType: "OperationOutcome",
      issue: [{ severity: "error", code: "invalid", details: { text: expect.stringContaining(text) } }],
    });
  });

  test("laboratory results of two patients in one list of ids", async () => {
    const results = running.hospital.truth().reports.flatMap((report) => report.results);
    const other = results.find((result) => result.patient !== results[0]?.patient);
    const ids = [results[0], other].map((result) => result?.key.slice("Observation/".length));
    expect((await running.get(`Observation?_id=${ids.join(",")}`)).status).toBe(400);
    expect(matchesOf((await running.get(`Observation?_id=${ids[0]}`)).bundle())).toHaveLength(1);
  });
});

describe("searches that Ignite takes", () => {
  test.each([
    ["Patient?_id={patient}", 1],
    ["Patient?_id={patient},{merged},000", 1],
    ["Patient?_id={merged}", 0],
    ["Patient?_id={patient}&_count=1&_revinclude=Provenance:target", 1],
    ["Encounter?patient=Patient/{merged}", 0],
    ["Encounter?account=F1", 0],
    ["Appointment?location={clinics}&date=2019-01-01", 0],
    ["Observation?patient={merged}", 0],
    ["Location?_id={clinics}", 4],
    ["Location?-physicalType=si", 2],
    ["Location?-physicalType=https://fhir.cerner.com/sim-tenant/codeSet/222|783", 2],
    ["Location?-physicalType=si&name=clinics", 1],
    ["Practitioner?_id=1", 1],
    ["Practitioner?active=false", 0],
    ["Organization", 2],
    ["Organization?name=clinics", 1],
    ["Immunization?patient={patient}&_lastUpdated=ge2026-11-23T00:00:00Z", 0],
    ["MedicationRequest?patient={patient}&_lastUpdated=ge2026-11-22T00:00:00Z&_lastUpdated=le2026-11-23T00:00:00Z", 0],
    ["Provenance?target=Encounter/1", 0],
  ])("%s finds %i", async (path, count) => {
    const reply = await running.get(filled(path));
    expect(reply.status).toBe(200);
    expect(matchesOf(reply.bundle())).toHaveLength(count);
  });

  test("a page is a searchset whose self link is the request, word for word", async () => {
    const path = filled("Observation?category=vital-signs&patient={patient}&_count=3");
    const reply = await running.get(path);
    expect(reply.headers.get("content-type")).toBe("application/fhir+json");
    const bundle = reply.bundle();
    expect(Object.keys(bundle)).toEqual(["resourceType", "id", "type", "link", "entry"]);
    expect(bundle).toMatchObject({ resourceType: "Bundle", type: "searchset" });
    expect(bundle.link?.[0]).toEqual({ relation: "self", url: `${running.sandbox.baseUrl}/${path}` });
    for (const { fullUrl, resource } of bundle.entry ?? [])
      expect(fullUrl).toBe(`${running.sandbox.baseUrl}/Observation/${resource?.id}`);
  });

  test("a total comes only with an Encounter answer that is whole", async () => {
    const whole = await running.get(filled("Encounter?patient={patient}&_count=100"));
    expect(whole.bundle().total).toBe(matchesOf(whole.bundle()).length);
    const part = await running.get(filled("Encounter?patient={patient}&_count=1"));
    expect(part.bundle().total).toBeUndefined();
    expect((await running.get(filled("Observation?patient={patient}"))).bundle().total).toBeUndefined();
  });

  test.each([
    ["Observation", 50, 200],
    ["DiagnosticReport", 10, 100],
  ])("%s has %i to a page, and %i at the most", async (type, usual, most) => {
    const house = await start({
      hospital: { people: 4, rates: { perHour: { ...silence, "order-placed": 1600 }, warm: { inpatients: 0.25 } } },
    });
    const patient = house.hospital
      .patientIds()
      .map((id) => ({ id, count: [...house.hospital.store.referring(type, `Patient/${id}`)].length }))
      .toSorted((a, b) => b.count - a.count)[0];
    expect(patient?.count).toBeGreaterThan(usual);
    const sizeOf = async (query: string) =>
      ((await house.get(`${type}?patient=${patient?.id}${query}`)).bundle().entry ?? []).length;
    expect(await sizeOf("")).toBe(usual);
    expect(await sizeOf("&_count=7")).toBe(7);
    expect(await sizeOf("&_count=999")).toBe(Math.min(most, patient?.count ?? 0));
    await house.sandbox.close();
  });

  test("Patient by name, identifier, birth date, phone and place", async () => {
    const { hospital } = running;
    const { resource } = hospital.history(`Patient/${busiest}`).at(-1) ?? {};
    const patient = resource as fhir4.Patient;
    const mrn = patient.identifier?.find((each) => each.system === "urn:oid:2.16.840.1.113883.6.1000");
    const family = encodeURIComponent(patient.name?.[0]?.family ?? "");
    for (const query of [
      `identifier=${mrn?.system}|${mrn?.value}`,
      `identifier=${mrn?.value}`,
      `family=${family}&given=${encodeURIComponent(patient.name?.[0]?.given?.[0] ?? "")}`,
      `name=${family}&gender=${patient.gender}`,
      `birthdate=${patient.birthDate}`,
      `birthdate=ge${patient.birthDate}&birthdate=le${patient.birthDate}`,
      `phone=${patient.telecom?.[0]?.value}`,
      `address-postalcode=${patient.address?.[0]?.postalCode}&birthdate=${patient.birthDate}`,
    ]) {
      const pages = await crawl(running, `Patient?${query}`);
      expect(
        pages.flatMap(matchesOf).map((each) => each.id),
        query,
      ).toContain(busiest);
    }
  });

  test("more than 1000 patients are refused", async () => {
    const house = await start({
      hours: 0,
      hospital: {
        people: 1010,
        rates: { warm: { inpatients: 0, appointmentsToday: 0, appointmentsComing: 0, charts: 0 } },
      },
    });
    expect((await house.get("Patient?birthdate=ge1900-01-01")).status).toBe(422);
    await house.sandbox.close();
  });

  test("Encounter by visit number, and by status", async () => {
    const visit = running.hospital.truth().encounters.find((each) => each.patient === `Patient/${busiest}`);
    const byNumber = await running.get(`Encounter?identifier=${visit?.visitNumber}`);
    expect(matchesOf(byNumber.bundle()).map((each) => `Encounter/${each.id}`)).toEqual([visit?.key]);
    const finished = await running.get(filled("Encounter?patient={patient}&status=finished&_count=100"));
    for (const each of matchesOf(finished.bundle())) expect((each as fhir4.Encounter).status).toBe("finished");
  });

  test("Encounter date is taken and filters nothing, as in Ignite", async () => {
    const all = await crawl(running, filled("Encounter?patient={patient}"));
    const dated = await crawl(running, filled("Encounter?patient={patient}&date=ge2099-01-01T00:00:00Z"));
    expect(dated.flatMap(matchesOf)).toEqual(all.flatMap(matchesOf));
  });

  test("Appointments come by place and day, earliest first, whole within the span", async () => {
    const from = startAt.getTime();
    const until = from + 12 * hourMs;
    const range = `date=ge${new Date(from).toISOString()}&date=lt${new Date(until).toISOString()}`;
    const found = (await crawl(running, filled(`Appointment?location={clinics}&${range}`))).flatMap(matchesOf);
    const expected = running.hospital
      .truth()
      .appointments.filter(
        (each) => Date.parse(each.start) >= from && Date.parse(each.start) + each.minutes * 60_000 <= until,
      );
    expect(expected.length).toBeGreaterThan(20);
    expect(new Set(found.map((each) => `Appointment/${each.id}`))).toEqual(new Set(expected.map((each) => each.key)));
    const starts = found.map((each) => (each as fhir4.Appointment).start ?? "");
    expect(starts).toEqual(starts.toSorted());
    const booked = (
      await crawl(running, filled(`Appointment?location={clinics}&${range}&status=booked,noshow`))
    ).flatMap(matchesOf);
    expect(new Set(booked.map((each) => (each as fhir4.Appointment).status))).toEqual(new Set(["booked", "noshow"]));
    const practitioner = expected[0]?.practitioner;
    const theirs = (await crawl(running, `Appointment?practitioner=${practitioner}&${range}`)).flatMap(matchesOf);
    expect(theirs.map((each) => `Appointment/${each.id}`)).toContain(expected[0]?.key);
  });

  test("Observation: a category makes Ignite forget the code", async () => {
    const path = filled("Observation?patient={patient}&_count=200&code=2823-3");
    const potassium = matchesOf((await running.get(path)).bundle()) as fhir4.Observation[];
    expect(potassium.length).toBeGreaterThan(0);
    for (const each of potassium) expect(each.code.text).toBe("Potassium Level");
    const category = matchesOf((await running.get(`${path}&category=laboratory`)).bundle());
    expect(category.length).toBeGreaterThan(potassium.length);
  });

  test("DiagnosticReport by category, code and encounter", async () => {
    const report = running.hospital.truth().reports.find((each) => each.patient === `Patient/${busiest}`);
    for (const query of [
      "category=LAB",
      "category=http://terminology.hl7.org/CodeSystem/v2-0074|LAB",
      `encounter=${report?.encounter.slice("Encounter/".length)}`,
    ]) {
      const found = (await crawl(running, filled(`DiagnosticReport?patient={patient}&${query}`))).flatMap(matchesOf);
      expect(
        found.map((each) => `DiagnosticReport/${each.id}`),
        query,
      ).toContain(report?.key);
    }
    expect(matchesOf((await running.get(filled("DiagnosticReport?patient={patient}&category=RAD"))).bundle())).toEqual(
      [],
    );
  });
});

describe("_lastUpdated", () => {
  test.each(["Encounter", "ServiceRequest", "DiagnosticReport", "Observation"])(
    "finds the %ss that were updated from then on, and no others",
    async (type) => {
      const from = startAt.getTime() + hourMs;
      const { store } = running.hospital;
      const all = [...store.referring(type, `Patient/${busiest}`)];
      const later = all.filter((entry) => (entry.versions.at(-1)?.updatedAt ?? 0) >= from);
      const pages = await crawl(
        running,
        filled(`${type}?patient={patient}&_lastUpdated=ge${new Date(from).toISOString()}`),
      );
      const entries = pages.flatMap((page) => page.entry ?? []);
      expect(entries).toHaveLength(later.length);
      const suppressed = later.filter((entry) => entry.versions.at(-1)?.suppressed);
      expect(new Set(pages.flatMap(matchesOf).map((each) => `${type}/${each.id}`))).toEqual(
        new Set(later.filter((entry) => !suppressed.includes(entry)).map((entry) => entry.key)),
      );
      if (type !== "Encounter") {
        const times = pages.flatMap(matchesOf).map((each) => Date.parse(each.meta?.lastUpdated ?? ""));
        expect(times).toEqual(times.toSorted((a, b) => b - a));
      }
    },
  );

  test("bounds: ge and le take the instant itself, gt and lt do not, a bare date is a day", async () => {
    const [entry] = running.hospital.store.referring("Encounter", `Patient/${busiest}`);
    const at = entry?.versions.at(-1)?.updatedAt ?? 0;
    const instant = new Date(at).toISOString();
    const day = instant.slice(0, 10);
    const finds = async (...values: string[]) => {
      const query = values.map((value) => `_lastUpdated=${value}`).join("&");
      const pages = await crawl(running, filled(`Encounter?patient={patient}&${query}`));
      return pages.flatMap(matchesOf).some((each) => each.id === entry?.id);
    };
    expect(await finds(`ge${instant}`)).toBe(true);
    expect(await finds(`gt${instant}`)).toBe(false);
    expect(await finds(`le${instant}`)).toBe(true);
    expect(await finds(`lt${instant}`)).toBe(false);
    expect(await finds(instant)).toBe(true);
    expect(await finds(day)).toBe(true);
    expect(await finds(`ge${day}`, `le${day}`)).toBe(true);
    expect(await finds(`ge${instant}`, `lt${new Date(at + 1000).toISOString()}`)).toBe(true);
    expect(await finds(`ge${instant.replace("Z", "%2B01:00")}`)).toBe(true);
    expect(await finds(`ge${instant.replace("Z", "-01:00")}`)).toBe(false);
  });
});

describe("pages", () => {
  test("next is opaque: followed as it is, it leads through everything once, newest first", async () => {
    const pages = await crawl(running, filled("Observation?patient={patient}&_count=9"));
    expect(pages.length).toBeGreaterThan(2);
    const ids = pages.flatMap(matchesOf).map((each) => each.id);
    expect(new Set(ids).size).toBe(ids.length);
    const all = [...running.hospital.store.referring("Observation", `Patient/${busiest}`)];
    expect(ids.length).toBe(all.filter((entry) => !entry.versions.at(-1)?.suppressed).length);
    const times = pages
      .flatMap(matchesOf)
      .map((each) => Date.parse((each as fhir4.Observation).effectiveDateTime ?? ""));
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(nextOf(pages[0] ?? ({} as fhir4.Bundle))).toMatch(/&-pageContext=[^&]+&-pageDirection=NEXT$/);
  });

  test("a link that was changed is refused", async () => {
    const next = nextOf((await running.get(filled("Observation?patient={patient}&_count=5"))).bundle()) ?? "";
    expect((await running.get(next)).status).toBe(200);
    for (const changed of [
      next.replace("_count=5", "_count=6"),
      next.replace("-pageContext=eJx", "-pageContext=eJy"),
      next.replace("NEXT", "PREVIOUS"),
      `${next}&_count=3`,
      decodeURIComponent(next),
    ])
      expect((await running.get(changed)).status, changed).toBe(400);
  });

  test("a link works again after a failed answer, and dies of age", async () => {
    const house = await start({ hours: 0, hospital: { people: 20 } });
    const result = house.hospital.truth().reports.find((report) => report.results.length > 2);
    const next = nextOf((await house.get(`Observation?patient=${result?.patient}&_count=2`)).bundle()) ?? "";
    expect((await house.get(next)).text).toContain("searchset");
    house.sandbox.faults.once("bad-gateway");
    expect((await house.get(next)).status).toBe(502);
    expect((await house.get(next)).status).toBe(200);
    house.clock.advance(61 * 60_000);
    const token = await tokenFor(house.sandbox, ["system/Observation.rs"]);
    expect((await house.get(next, { token })).status).toBe(400);
    await house.sandbox.close();
  });
});

describe("reads", () => {
  test("give the resource that the search gives", async () => {
    const found = matchesOf((await running.get(filled("Patient?_id={patient}"))).bundle())[0];
    expect((await running.get(filled("Patient/{patient}"))).json()).toEqual(found);
  });

  test("of a merged record give its combined form, which no search finds", async () => {
    const survivor = running.hospital.truth().people.find((person) => person.key === `Patient/${merged}`)?.mergedInto;
    expect((await running.get(filled("Patient/{merged}"))).json()).toMatchObject({
      id: merged,
      active: false,
      link: [{ other: { reference: survivor }, type: "replaced-by" }],
      meta: { versionId: expect.any(String) },
      _gender: { extension: [{ valueCode: "unknown" }] },
    });
    const everyone = await crawl(running, "Patient?birthdate=ge1900-01-01&_count=50");
    expect(everyone.flatMap(matchesOf).map((each) => each.id)).not.toContain(merged);
  });

  test.each(["Patient/000", "Encounter/1/_history", "Encounter/1/_history/1", "Task/1", "Task?_id=1"])(
    "%s is not there",
    async (path) => {
      const reply = await running.get(path);
      expect(reply.status).toBe(404);
      expect(reply.json()).toEqual({
        resourceType: "OperationOutcome",
        issue: [{ severity: "error", code: "not-found", details: { text: "Not Found" } }],
      });
    },
  );

  test("a record without status: an outcome in the search, not found by a read", async () => {
    const { hospital, get } = running;
    const entry = hospital.store.ofType("Observation").find((each) => each.versions.at(-1)?.suppressed);
    expect(entry).toBeDefined();
    const resource = entry?.versions.at(-1)?.resource as fhir4.Observation;
    const pages = await crawl(running, `Observation?patient=${resource.subject?.reference}&_count=200`);
    const outcomes = pages.flatMap((page) => page.entry ?? []).filter((each) => each.search?.mode === "outcome");
    expect(outcomes[0]?.resource).toMatchObject({
      resourceType: "OperationOutcome",
      issue: [{ severity: "warning", code: "suppressed" }],
    });
    expect(pages.flatMap(matchesOf).map((each) => each.id)).not.toContain(entry?.id);
    const read = await get(`Observation/${entry?.id}`);
    expect([read.status, read.text]).toEqual([404, expect.stringContaining("Resource not found")]);
  });

  test("decimals have their digits in the text that is sent", async () => {
    const potassium = running.hospital
      .truth()
      .reports.flatMap((report) => report.results)
      .find((result) => result.code === "Potassium Level" && result.values[0]?.endsWith("0"));
    expect((await running.get(potassium?.key ?? "")).text).toContain(`"value":${potassium?.values[0]},`);
  });
});

describe("the content of a document", () => {
  test("is behind a whole URL, and needs the right to Binary and to what it belongs to", async () => {
    const { hospital, sandbox, get } = running;
    const [document] = hospital.truth().documents;
    const everything = await tokenFor(sandbox, ["system/Binary.rs", "system/DocumentReference.rs"]);
    const shown = (await get(document?.key ?? "", { token: everything })).json() as fhir4.DocumentReference;
    const { url = "", contentType = "" } = shown.content[0]?.attachment ?? {};
    expect(url.startsWith(`${sandbox.baseUrl}/Binary/`)).toBe(true);
    const read = await get(url, { token: everything, accept: contentType });
    expect([read.status, read.headers.get("content-type")]).toEqual([200, contentType]);
    expect((await get(url, { token: everything, accept: "image/png" })).status).toBe(406);
    const half = await tokenFor(sandbox, ["system/Binary.rs"]);
    expect((await get(url, { token: half, accept: contentType })).status).toBe(403);
    const otherHalf = await tokenFor(sandbox, ["system/DocumentReference.rs"]);
    expect((await get(url, { token: otherHalf, accept: contentType })).status).toBe(403);
  });
});

describe("around every answer", () => {
  test("Date is the hospital's clock, and there are request ids", async () => {
    const { headers } = await running.get(filled("Patient?_id={patient}"));
    expect(headers.get("date")).toBe(running.clock.now().toUTCString());
    expect(headers.get("x-request-id")).toMatch(/^[0-9a-f]{32}$/);
    expect(headers.get("opc-request-id")).toMatch(/^\/[0-9A-F]{16}\/[0-9A-F]{16}$/);
  });

  test("the hospital goes on with the clock", async () => {
    const house = await start({ hours: 0, hospital: { people: 20, busy: 4 } });
    house.clock.advance(5 * 60_000);
    await house.get("Organization");
    expect(house.hospital.now()).toEqual(house.clock.now());
    expect(house.hospital.journal().length).toBeGreaterThan(5);
    await house.sandbox.close();
  });

  test("another format is 406 with nothing in it, another method 405, another tenant 403 in plain text", async () => {
    const xml = await running.get("Organization", { accept: "application/fhir+xml" });
    expect([xml.status, xml.text]).toEqual([406, ""]);
    expect((await fetch(`${running.sandbox.baseUrl}/Patient`, { method: "POST" })).status).toBe(405);
    const other = await running.get(`${running.sandbox.baseUrl.replace("sim-tenant", "other")}/Patient?_id=1`);
    expect([other.status, other.text]).toEqual([403, "Tenant not valid or accessible"]);
  });

  test("paths that cannot be read are refused, not fatal", async () => {
    expect((await running.get(`${running.sandbox.baseUrl}/Patient/%E0%A4%A`)).status).toBe(400);
    expect((await running.get("Organization")).status).toBe(200);
  });
});
