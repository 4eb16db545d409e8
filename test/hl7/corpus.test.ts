import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type Translation, translate } from "../../cli/translate.ts";
import type { Resource } from "../../shared/fhir.ts";
import { keyOf } from "../../shared/fhir.ts";
import { destination, fieldOf, linesOf, segmentsOf, source } from "./support/bridge.ts";

/**
 * Real answers of an Ignite tenant. What a message must say is worked out here from the JSON alone, with none of the
 * bridge's own code.
 */
const corpus = resolve(import.meta.dirname, "../../../shared/corpus/ignite-wire");
const isThere = existsSync(corpus);
if (!isThere) console.log("Skipped the corpus of Ignite answers: ../shared/corpus/ignite-wire is not there");

const link = { name: "engine", destination, sourceName: "general", source };

function resourcesIn(folder: string): Resource[] {
  return readdirSync(join(corpus, folder))
    .filter((name) => name.endsWith(".json"))
    .flatMap((name): Resource[] => {
      const value = JSON.parse(readFileSync(join(corpus, folder, name), "utf8")) as fhir4.Bundle | Resource;
      if (value.resourceType !== "Bundle") return [value];
      return (value.entry ?? []).flatMap(({ resource }) =>
        resource === undefined || resource.resourceType === "OperationOutcome" ? [] : [resource],
      );
    });
}

function translated(...resources: Resource[]): readonly Translation[] {
  const after = new Map(resources.map((resource) => [keyOf(resource), resource]));
  const { messages, failures } = translate(link, new Map(), after);
  expect(failures).toEqual([]);
  return messages;
}

function localTime(instant: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: "America/Chicago",
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(new Date(instant));
  return parts.map(({ type, value }) => (type === "literal" ? "" : value)).join("");
}

function codeOf(concept: fhir4.CodeableConcept, system: RegExp): string | undefined {
  return concept.coding?.find((coding) => system.test(coding.system ?? ""))?.code;
}

function expectWellFormed(message: Translation): void {
  expect(message.er7.endsWith("\r")).toBe(true);
  expect(linesOf(message)[0]).toMatch(/^MSH\|\^~\\&\|/);
  for (const line of linesOf(message)) expect(line).toMatch(/^[A-Z][A-Z0-9]{2}\|\P{Cc}*$/u);
  expect(fieldOf(message, "MSH", 9)).toBe(`${message.trigger}^${message.structure}`);
  expect(fieldOf(message, "MSH", 10)).toBe(message.controlId);
}

function effectiveOf({ effectiveDateTime, effectivePeriod }: fhir4.Observation): string | undefined {
  return effectiveDateTime ?? effectivePeriod?.start;
}

type Part = Pick<fhir4.Observation, "code" | "valueQuantity" | "valueCodeableConcept" | "valueString">;

/** Whether an OBX is about an Observation or one of its components, and says what that does. */
function tells(line: readonly string[], observation: fhir4.Observation, part: Part): boolean {
  const { valueQuantity: quantity, valueCodeableConcept, valueString } = part;
  const loinc = codeOf(part.code, /loinc/);
  const effective = effectiveOf(observation);
  if (loinc === undefined ? line[3] === "" : line[3]?.split("^")[0] !== loinc) return false;
  if (line[14]?.slice(0, 14) !== (effective === undefined ? undefined : localTime(effective))) return false;
  if (quantity?.value !== undefined) {
    const { comparator, value, code, unit } = quantity;
    const isNumber = comparator === undefined;
    return (
      line[2] === (isNumber ? "NM" : "SN") &&
      line[5] === (isNumber ? String(value) : `${comparator}^${value}`) &&
      line[6]?.split("^")[0] === (code ?? unit)
    );
  }
  if (valueCodeableConcept !== undefined) return line[2] === "CWE";
  if (valueString !== undefined) return ["ST", "TX", "FT"].includes(line[2] ?? "") && line[5] !== "";
  const isAbsent = observation.component === undefined && observation.dataAbsentReason !== undefined;
  return isAbsent ? line[11] === "X" : ["F", "P", "C", "W", "X"].includes(line[11] ?? "");
}

describe.runIf(isThere)("answers of an Ignite tenant", () => {
  const [patient] = (isThere ? resourcesIn("patient") : []) as fhir4.Patient[];

  it("a Patient becomes a person added, with its name, numbers, birth and addresses", () => {
    if (patient === undefined) throw new RangeError("There is no Patient in the corpus");
    const [message, ...more] = translated(patient);
    if (message === undefined) throw new RangeError("There is no message");
    expect(more).toEqual([]);
    expectWellFormed(message);
    expect(message).toMatchObject({ trigger: "ADT^A28", structure: "ADT_A05" });

    const now = Date.now();
    const isCurrent = (period?: fhir4.Period) => period?.end === undefined || Date.parse(period.end) > now;
    const numbers = (patient.identifier ?? [])
      .filter((each) => codeOf(each.type ?? {}, /v2-0203$/) === "MR" && isCurrent(each.period))
      .map(({ value }) => value);
    expect(numbers.length).toBeGreaterThan(0);
    expect(
      fieldOf(message, "PID", 3)
        .split("~")
        .map((repetition) => repetition.split("^")[0]),
    ).toEqual(numbers);
    expect(fieldOf(message, "PID", 3)).not.toContain("Messaging");

    const official = patient.name?.find(({ use, period }) => use === "official" && isCurrent(period));
    expect(fieldOf(message, "PID", 5).split("^").slice(0, 2)).toEqual([official?.family, official?.given?.[0]]);
    expect(fieldOf(message, "PID", 7)).toBe(patient.birthDate?.replaceAll("-", ""));
    expect(fieldOf(message, "PID", 8)).toBe("F");
    const cities = (patient.address ?? []).filter(({ period }) => isCurrent(period)).map(({ city }) => city);
    expect(
      new Set(
        fieldOf(message, "PID", 11)
          .split("~")
          .map((each) => each.split("^")[2]),
      ),
    ).toEqual(new Set(cities));
    expect(fieldOf(message, "PID", 10)).toBe("2106-3^White^HL70005");
    expect(fieldOf(message, "PID", 22)).toBe("H^Hispanic or Latino^HL70189");
    expect(fieldOf(message, "PV1", 2)).toBe("N");
  });

  it("each Encounter becomes the message of its state, with its number, class, place and people", () => {
    const encounters = resourcesIn("encounter") as fhir4.Encounter[];
    const messages = translated(...encounters, ...(patient === undefined ? [] : [patient])).filter(
      ({ trigger }) => trigger !== "ADT^A28",
    );
    for (const message of messages) expectWellFormed(message);
    for (const encounter of encounters) {
      const number = encounter.identifier?.find((each) => codeOf(each.type ?? {}, /v2-0203$/) === "AN")?.value;
      const own = messages.filter((message) => fieldOf(message, "PV1", 19).split("^")[0] === (number ?? encounter.id));
      const letter = (encounter.type ?? []).map((type) => codeOf(type, /v2-0004$/)).find(Boolean);
      const first = letter === "I" ? "ADT^A01" : "ADT^A04";
      expect(own[0]?.trigger, encounter.id).toBe(first);
      if (encounter.status === "finished") expect(own.at(-1)?.trigger).toBe("ADT^A03");
      for (const message of own) {
        expect(fieldOf(message, "PV1", 2)).toBe(letter);
        if (encounter.period?.start !== undefined)
          expect(fieldOf(message, "PV1", 44).slice(0, 14)).toBe(localTime(encounter.period.start));
        const [place] = encounter.location ?? [];
        if (place !== undefined) expect(fieldOf(message, "PV1", 3)).toContain(place.location.display);
        expect(fieldOf(message, "EVN", 2).slice(0, 14)).toBe(localTime(encounter.meta?.lastUpdated ?? ""));
        expect(fieldOf(message, "PID", 5)).toContain("^NANCYS^");
      }
    }
  });

  it("each DiagnosticReport becomes a result, with its codes, times, status and documents", () => {
    const reports = resourcesIn("diagnostic-report") as fhir4.DiagnosticReport[];
    const messages = translated(...reports);
    // A report waits for the results that it names: one of the answers has none of them beside it.
    const ownContent = reports.filter(({ presentedForm, conclusion }) => presentedForm ?? conclusion);
    expect(messages).toHaveLength(ownContent.length);
    for (const message of messages) {
      expectWellFormed(message);
      const id = fieldOf(message, "OBR", 3).split("^")[0];
      const report = reports.find((each) => each.id === id);
      if (report === undefined) throw new RangeError(`No report has the number ${id}`);
      expect(fieldOf(message, "OBR", 4).split("^")[0]).toBe(codeOf(report.code, /loinc/));
      expect(fieldOf(message, "OBR", 4).split("^")[3]).toBe(codeOf(report.code, /codeSet\/72/));
      expect(fieldOf(message, "OBR", 7).slice(0, 14)).toBe(localTime(report.effectivePeriod?.start ?? ""));
      expect(fieldOf(message, "OBR", 22).slice(0, 14)).toBe(localTime(report.issued ?? ""));
      expect(fieldOf(message, "OBR", 25)).toBe(report.status === "final" ? "F" : "C");
      expect(fieldOf(message, "PID", 3).split("^")[0]).toBe("12724066");
      const urls = (report.presentedForm ?? []).map(({ url }) => url);
      expect(segmentsOf(message, "OBX").map((line) => line.split("|")[5]?.split("^")[0])).toEqual(urls);
    }
  });

  it("each Observation becomes a result, with its code, value, unit, status and time", () => {
    const observations = (resourcesIn("observation") as fhir4.Observation[]).filter(
      ({ status }) => status !== "unknown",
    );
    const messages = translated(...observations);
    // What the same people found in the same minute of a visit is told together.
    const minuteLength = "2026-03-02T06:00".length;
    const found = observations.map((each) => [
      effectiveOf(each)?.slice(0, minuteLength),
      each.encounter?.reference,
      ...(each.performer ?? []).map(({ reference }) => reference),
    ]);
    expect(messages).toHaveLength(new Set(found.map((each) => each.join(" "))).size);
    for (const message of messages) expectWellFormed(message);
    const lines = messages.flatMap((message) => segmentsOf(message, "OBX").map((line) => line.split("|")));
    const partsOf = ({ component = [], ...own }: fhir4.Observation) => (component.length > 0 ? component : [own]);
    expect(lines).toHaveLength(observations.flatMap(partsOf).length);
    for (const observation of observations)
      for (const part of partsOf(observation)) {
        const found = lines.findIndex((line) => tells(line, observation, part));
        expect(found, observation.id).not.toBe(-1);
        lines.splice(found, 1);
      }
  });
});
