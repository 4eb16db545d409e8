import { Hl7Message as MedplumMessage } from "@medplum/core";
import fc from "fast-check";
import { HL7Message } from "hl7v2";
import { Message as NodeHl7Message } from "node-hl7-client";
import { describe, expect, it } from "vitest";
import type { Hl7Destination } from "../../shared/config/schema.ts";
import { inCharacterSet } from "../../shared/hl7/charset.ts";
import { parseMessages } from "../../shared/hl7/conformance/parse.ts";
import { timestamp, zoneOffsetMs } from "../../shared/hl7/datatypes/time.ts";
import { hl7Versions } from "../../shared/hl7/dictionary/contents.ts";
import { type Delimiters, encodeMessage, encodingCharactersOf, standardDelimiters } from "../../shared/hl7/encode.ts";
import { type Message, type Segment, valueAt } from "../../shared/hl7/model.ts";
import { createScope } from "../../shared/hl7/scope.ts";
import { renderSettings } from "../../shared/hl7/settings.ts";
import { parseJson } from "../../shared/json.ts";
import { charsets } from "../../shared/mllp/charset.ts";
import { frameOf } from "../../shared/mllp/framing.ts";
import { fieldOf, render, source } from "./support/bridge.ts";
import { destinationWith } from "./support/destinations.ts";
import { runs } from "./support/runs.ts";

/** What holds for every message, whatever a resource says and whatever a destination asks for. */

/** Any text that can stand in a value. Lone surrogates are no text; controls and the model's own marks are tried apart. */
const anyText = fc
  .oneof(
    fc.string({ unit: "grapheme" }),
    fc.string({
      unit: fc.constantFrom("|", "^", "~", "\\", "&", "#", '"', "E", "F", "S", "P", "X0D", ".br", " ", "a"),
    }),
  )
  .map((text) => text.replace(/[\p{Cc}\p{Cs}\u2028\ufdd0]/gu, ""))
  // Nothing is no text: readers differ in what they make of an empty place.
  .filter((text) => text !== "");

const anyDelimiters = fc
  .uniqueArray(fc.constantFrom(..."|^~\\&#*!$%@:;?/'()+,-<=>[]_`{}"), { minLength: 6, maxLength: 6 })
  .chain(([field = "", component = "", repetition = "", mark = "", subcomponent = "", truncation]) =>
    fc.constantFrom<Delimiters>(
      { field, component, repetition, escape: mark, subcomponent },
      { field, component, repetition, escape: mark, subcomponent, truncation },
    ),
  );
const anyVersion = fc.constantFrom(...hl7Versions);
const anyPlace = fc.record({
  field: fc.integer({ min: 1, max: 30 }),
  repetition: fc.integer({ min: 1, max: 3 }),
  component: fc.integer({ min: 1, max: 6 }),
  subcomponent: fc.integer({ min: 1, max: 3 }),
});

function header(version: string, delimiters: Delimiters): Segment {
  const fields: Segment["fields"] = [undefined, [[delimiters.field]], [[encodingCharactersOf(delimiters)]]];
  fields[9] = [["ADT", "A01", "ADT_A01"]];
  fields[12] = [[version]];
  return { name: "MSH", fields };
}

type Place = typeof anyPlace extends fc.Arbitrary<infer Value> ? Value : never;

/** A segment with the text in one place, and a text of its own in each place around it. */
function messageWith(text: string, { field, repetition, component, subcomponent }: Place, first: Segment): Message {
  const parts = Array.from({ length: subcomponent + 1 }, (_, index) => (index === subcomponent - 1 ? text : "x"));
  const components = Array.from({ length: component + 1 }, (_, index) => (index === component - 1 ? parts : "x"));
  const repetitions = Array.from({ length: repetition + 1 }, (_, index) =>
    index === repetition - 1 ? components : ["x"],
  );
  const fields: Segment["fields"] = Array.from({ length: field + 2 }, (_, index) =>
    index === 0 ? undefined : index === field ? repetitions : [["x"]],
  );
  return { segments: [first, { name: "ZZZ", fields }] };
}

/** `hl7v2` with a dictionary in which every value is a text: its own converts dates and numbers. */
const numbered = (type: string) => Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`${index}`, { type }]));
const plainDictionary = {
  types: { ST: {}, COMPONENT: { fields: numbered("ST") }, FIELD: { fields: numbered("COMPONENT") } },
  messages: {},
  segments: { MSH: { fields: {} }, ZZZ: { fields: numbered("FIELD") } },
};
const plainDictionaries = Object.fromEntries(hl7Versions.map((version) => [version, { ...plainDictionary, version }]));

/** `hl7v2` reads escape sequences of one kind. */
function withBackslash(delimiters: Delimiters): Delimiters {
  const others = Object.entries(delimiters).map(([name, each]) => [name, each === "\\" ? delimiters.escape : each]);
  return { ...(Object.fromEntries(others) as unknown as Delimiters), escape: "\\" };
}

type Reader = (er7: string, place: Place, delimiters: Delimiters) => unknown;

const readers: Readonly<Record<string, Reader>> = {
  hl7v2: (er7, { field, repetition, component, subcomponent }) =>
    HL7Message.parse(er7, { dictionaries: plainDictionaries } as never)
      .getSegment("ZZZ")
      ?.field(field)
      .rep(repetition - 1)
      .comp(component)
      .getValue(subcomponent) ?? "",
  "the bridge's own reader": (er7, { field, repetition, component, subcomponent }) => {
    const [, segment] = parseMessages(er7)[0]?.segments ?? [];
    return (segment && valueAt(segment, field, component, subcomponent, repetition)) ?? "";
  },
  "node-hl7-client": (er7, { field, repetition, component, subcomponent }) => {
    const found = new NodeHl7Message({ text: er7.slice(0, -1) }).get(`ZZZ.${field}`).get(repetition - 1);
    return found.get(`${component}`).get(`${subcomponent}`).toString();
  },
  // It leaves escape sequences to its caller: undone here, in one pass, as the standard says.
  "@medplum/core": (er7, { field, repetition, component, subcomponent }, delimiters) =>
    unescaped(
      MedplumMessage.parse(er7)
        .getSegment("ZZZ")
        ?.getComponent(field, component, subcomponent - 1, repetition - 1) ?? "",
      delimiters,
    ),
};

function unescaped(text: string, { field, component, subcomponent, repetition, escape: mark }: Delimiters): string {
  const sequences = { F: field, S: component, T: subcomponent, R: repetition, E: mark, X22: '"' };
  const quoted = `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return text.replace(
    new RegExp(`${quoted}(F|S|T|R|E|X22)${quoted}`, "g"),
    (_whole, name: keyof typeof sequences) => sequences[name],
  );
}

describe("what is written is what is read", () => {
  it.each(Object.keys(readers))("by %s, any text in any place of any version", (name) => {
    const read = readers[name] as Reader;
    fc.assert(
      fc.property(anyText, anyPlace, anyVersion, (text, place, version) => {
        const er7 = encodeMessage(messageWith(text, place, header(version, standardDelimiters)));
        expect(read(er7, place, standardDelimiters)).toBe(text);
      }),
      runs(300),
    );
  });

  it.each(Object.keys(readers))("by %s, any text in any place under any delimiters", (name) => {
    const read = readers[name] as Reader;
    fc.assert(
      fc.property(anyText, anyPlace, anyDelimiters, anyVersion, (text, place, delimiters, version) => {
        // The fifth delimiter came with 2.7, and the others have no reader for it.
        fc.pre(delimiters.truncation === undefined || (name === "the bridge's own reader" && version >= "2.7"));
        const own = name === "hl7v2" ? withBackslash(delimiters) : delimiters;
        const er7 = encodeMessage(messageWith(text, place, header(version, own)), own);
        expect(read(er7, place, own)).toBe(text);
      }),
      runs(300),
    );
  });
});

describe("no byte of a value ends what is around it", () => {
  it.each(Object.keys(charsets) as Hl7Destination["characterSet"][])("in %s", (characterSet) => {
    const charset = charsets[characterSet];
    const destination = destinationWith({ characterSet });
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (family, line) => {
        const patient: fhir4.Patient = {
          resourceType: "Patient",
          id: "1",
          name: [{ family: `a${family}` }],
          address: [{ line: [`b${line}`] }],
          identifier: [
            { value: "1", type: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "MR" }] } },
          ],
        };
        const { er7 } = render("ADT^A31", patient, [], { destination });
        const bytes = charset.encode(er7);
        const ends = er7.split("\r").length - 1;
        expect(bytes.filter((byte) => byte === 0x0d)).toHaveLength(ends);
        expect(bytes.some((byte) => byte !== 0x0d && (byte < 0x20 || byte === 0x7f))).toBe(false);
        // As many segments and fields as for a patient whose name is a word.
        expect(er7.split("\r").map((text) => text.slice(0, 4))).toEqual(["MSH|", "EVN|", "PID|", "PV1|", ""]);
        expect(fieldOf({ er7 }, "PID", 3)).toMatch(/^1\^/);
        expect(charset.decode(bytes)).toBe(er7.toWellFormed());
      }),
      runs(300),
    );
  });
});

describe("no byte of any value ends what is around it", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary", maxLength: 20 }),
    fc.string({
      unit: fc.constantFrom(
        "\r",
        "\n",
        "\x0b",
        "\x1c",
        "\u0085",
        "\u2028",
        "|",
        "^",
        "?",
        "東",
        "ÿ",
        "\u010d",
        "\u0a0d",
        "\u0b1c",
        "a",
      ),
    }),
  );

  it.each(Object.keys(charsets) as Hl7Destination["characterSet"][])(
    "in %s, in any place, under any delimiters",
    (characterSet) => {
      const charset = charsets[characterSet];
      fc.assert(
        fc.property(hostile, anyPlace, anyDelimiters, (text, place, delimiters) => {
          const destination = destinationWith({ version: "2.7", characterSet, delimiters });
          const message = messageWith(`a${text}`, place, header("2.7", delimiters));
          const scope = createScope(renderSettings(source, destination), "A01", 0, []);
          const bytes = charset.encode(encodeMessage(inCharacterSet(message, scope), delimiters));
          expect(bytes.filter((byte) => byte === 0x0d)).toHaveLength(2);
          expect(bytes.some((byte) => byte !== 0x0d && (byte < 0x20 || byte === 0x7f))).toBe(false);
          const framed = frameOf(bytes);
          expect(framed.indexOf(0x1c)).toBe(framed.length - 2);
          // The neighbours of the value are where they were.
          const [, segment] = parseMessages(charset.decode(bytes))[0]?.segments ?? [];
          const { field, repetition, component, subcomponent } = place;
          expect(segment && valueAt(segment, field, component, subcomponent + 1, repetition)).toBe("x");
          expect(segment && valueAt(segment, field, component + 1, 1, repetition)).toBe("x");
          expect(segment && valueAt(segment, field, 1, 1, repetition + 1)).toBe("x");
          expect(segment && valueAt(segment, field + 1)).toBe("x");
        }),
        runs(300),
      );
    },
  );
});

describe("times", () => {
  const zones = ["America/Chicago", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "UTC"];
  const settings = { offset: "always", fractionDigits: 0 } as const;

  it("a date without a time is the same in every zone and style", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("1900-01-01"), max: new Date("2099-12-31"), noInvalidDate: true }),
        fc.constantFrom(...zones),
        fc.constantFrom("day", "minute", "second"),
        (date, timeZone, precision) => {
          const day = date.toISOString().slice(0, 10);
          expect(timestamp(day, { ...settings, timeZone, precision })).toBe(day.replaceAll("-", ""));
        },
      ),
      runs(300),
    );
  });

  /** What a calendar on the wall of that zone shows, worked out by another part of the platform. */
  const onTheWall = (instant: Date, timeZone: string) => {
    const parts = new Intl.DateTimeFormat("en-CA", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    }).formatToParts(instant);
    return ["year", "month", "day", "hour", "minute", "second"]
      .map((type) => parts.find((part) => part.type === type)?.value)
      .join("");
  };

  it("an instant lands on the day and hour of the zone, on both sides of every change of its clocks", () => {
    const changes = [
      ["America/Chicago", "2026-03-08T08:00:00Z"],
      ["America/Chicago", "2026-11-01T07:00:00Z"],
      ["Europe/Berlin", "2026-03-29T01:00:00Z"],
      ["Europe/Berlin", "2026-10-25T01:00:00Z"],
      ["Australia/Lord_Howe", "2026-04-04T15:00:00Z"],
      ["Australia/Lord_Howe", "2026-10-03T15:30:00Z"],
      ["Pacific/Apia", "2011-12-30T10:00:00Z"],
    ] as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...changes),
        fc.integer({ min: -90_000, max: 90_000 }),
        ([timeZone, change], seconds) => {
          const instant = new Date(Date.parse(change) + seconds * 1_000);
          const told = timestamp(instant.toISOString(), { ...settings, timeZone }) ?? "";
          expect(told.slice(0, 14)).toBe(onTheWall(instant, timeZone));
          const minutes = zoneOffsetMs(timeZone, instant.getTime()) / 60_000;
          expect(Number(told.slice(15, 17)) * 60 + Number(told.slice(17, 19))).toBe(Math.abs(minutes));
          expect(timestamp(instant.toISOString(), { ...settings, timeZone, precision: "day" })).toBe(told.slice(0, 8));
        },
      ),
      runs(1_000),
    );
  });

  it("a date without a time stays that date in every field that tells it, wherever source and destination are", () => {
    const day = fc
      .date({ min: new Date("1900-01-01"), max: new Date("2099-12-31"), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
    const subject = { reference: "Patient/1" };
    fc.assert(
      fc.property(
        day,
        fc.constantFrom(...zones),
        fc.constantFrom(...zones),
        anyVersion,
        (date, here, there, version) => {
          const told = date.replaceAll("-", "");
          const patient: fhir4.Patient = {
            resourceType: "Patient",
            id: "1",
            name: [{ family: "DOE" }],
            birthDate: date,
            deceasedDateTime: date,
          };
          const stay = {
            resourceType: "Encounter",
            id: "e",
            status: "finished",
            class: { code: "IMP" },
            subject,
            period: { start: date, end: date },
          } as fhir4.Encounter;
          const chart: fhir4.FhirResource[] = [
            patient,
            { resourceType: "AllergyIntolerance", id: "a", patient: subject, code: { text: "x" }, onsetDateTime: date },
            {
              resourceType: "Condition",
              id: "c",
              subject,
              encounter: { reference: "Encounter/e" },
              code: { text: "x" },
              recordedDate: date,
              onsetDateTime: date,
            },
            {
              resourceType: "Procedure",
              id: "p",
              status: "completed",
              subject,
              encounter: { reference: "Encounter/e" },
              code: { text: "x" },
              performedDateTime: date,
            },
            {
              resourceType: "Coverage",
              id: "v",
              status: "active",
              beneficiary: subject,
              payor: [{ display: "P" }],
              period: { start: date, end: date },
            },
          ];
          const places = {
            source: { ...source, timeZone: here },
            destination: destinationWith({ version, timeZone: there }),
          };
          const visit = render("ADT^A01", stay, chart as never, places);
          const found = [
            fieldOf(visit, "PID", 7),
            fieldOf(visit, "PID", 29),
            fieldOf(visit, "PV1", 44),
            fieldOf(visit, "PV1", 45),
            fieldOf(visit, "DG1", 5),
            fieldOf(visit, "PR1", 5),
            fieldOf(visit, "IN1", 12),
            fieldOf(visit, "IN1", 13),
          ].filter((value) => value !== "");
          expect(found.length).toBeGreaterThan(4);
          expect(found).toEqual(found.map(() => told));
          const observation: fhir4.Observation = {
            resourceType: "Observation",
            id: "o",
            status: "final",
            code: { text: "x" },
            subject,
            effectiveDateTime: date,
            valueDateTime: date,
          };
          const result = render("ORU^R01", observation, [patient], places);
          expect([5, 14].map((position) => fieldOf(result, "OBX", position))).toEqual([told, told]);
        },
      ),
      runs(60),
    );
  });

  it("what is finer than asked for is cut, never rounded", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("1970-01-01"), max: new Date("2099-12-31"), noInvalidDate: true }),
        fc.integer({ min: 0, max: 4 }),
        (instant, fractionDigits) => {
          const all = timestamp(instant.toISOString(), { timeZone: "UTC", offset: "never", fractionDigits: 3 }) ?? "";
          const told = timestamp(instant.toISOString(), { timeZone: "UTC", offset: "never", fractionDigits }) ?? "";
          expect(all.startsWith(told)).toBe(true);
        },
      ),
      runs(300),
    );
  });
});

describe("a result", () => {
  const decimal = fc
    .tuple(
      fc.boolean(),
      fc.integer({ min: 0, max: 1_000_000 }),
      fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 1, maxLength: 12 }),
    )
    .map(([isNegative, whole, fraction]) => `${isNegative && whole > 0 ? "-" : ""}${whole}.${fraction}`);

  const observation = (more: string) =>
    parseJson(
      `{"resourceType":"Observation","id":"k","status":"final","code":{"text":"K"},"subject":{"reference":"Patient/1"},${more}}`,
    ) as fhir4.Observation;
  const value = (more: string) => fieldOf(render("ORU^R01", observation(more)), "OBX", 5);

  it("keeps every digit that the laboratory wrote", () => {
    fc.assert(
      fc.property(decimal, decimal, (low, high) => {
        expect(value(`"valueQuantity":{"value":${low}}`)).toBe(low);
        expect(value(`"valueQuantity":{"value":${low},"comparator":"<"}`)).toBe(`<^${low}`);
        expect(value(`"valueRange":{"low":{"value":${low}},"high":{"value":${high}}}`)).toBe(`^${low}^-^${high}`);
        expect(value(`"valueRatio":{"numerator":{"value":${low}},"denominator":{"value":${high}}}`)).toBe(
          `^${low}^:^${high}`,
        );
        const range = observation(
          `"valueQuantity":{"value":1},"referenceRange":[{"low":{"value":${low}},"high":{"value":${high}}}]`,
        );
        expect(fieldOf(render("ORU^R01", range), "OBX", 7)).toBe(`${low}-${high}`);
      }),
      runs(150),
    );
  });

  it("keeps the digits of amounts and doses, in whatever form JSON has them", () => {
    fc.assert(
      fc.property(decimal, (number) => {
        const charge = parseJson(
          `{"resourceType":"ChargeItem","id":"c","status":"billable","code":{"text":"x"},"subject":{"reference":"Patient/1"},"quantity":{"value":${number}},"priceOverride":{"value":${number},"currency":"USD"}}`,
        ) as fhir4.ChargeItem;
        const told = render("DFT^P03", charge, [], { type: "charge.posted" });
        expect(fieldOf(told, "FT1", 10)).toBe(number);
        const vaccine = parseJson(
          `{"resourceType":"Immunization","id":"i","status":"completed","vaccineCode":{"text":"x"},"patient":{"reference":"Patient/1"},"occurrenceDateTime":"2026-11-23","doseQuantity":{"value":${number},"unit":"mL"}}`,
        ) as fhir4.Immunization;
        expect(fieldOf(render("VXU^V04", vaccine), "RXA", 6)).toBe(number);
      }),
      runs(150),
    );
    expect(value('"valueQuantity":{"value":1.50e3}')).toBe("1500");
    expect(value('"valueQuantity":{"value":1.50e-3}')).toBe("0.00150");
    expect(value('"valueQuantity":{"value":123456789012345678901234.10}')).toBe("123456789012345678901234.10");
  });
});

describe("what is cut", () => {
  const name = fc.record({ family: anyText, given: anyText });
  const cutAll = (version: Hl7Destination["version"], more: object) =>
    destinationWith({ version, conformance: { rules: { length: "park" } }, ...more } as never);
  const toldName = (er7: string, fieldSeparator: string) =>
    er7
      .split("\r")
      .find((line) => line.startsWith("PID"))
      ?.split(fieldSeparator)[5] ?? "";

  it("is the beginning of what was there, whole in its characters and escapes, and no longer than it may be", () => {
    fc.assert(
      fc.property(name, anyVersion, anyDelimiters, fc.integer({ min: 4, max: 30 }), (given, version, found, limit) => {
        const { truncation, ...others } = found;
        const delimiters = version >= "2.7" ? found : others;
        const destination = cutAll(version, {
          delimiters,
          truncation: { mode: "cut", lengths: { "PID-5.1": limit } },
          conformance: { errors: "ignore", warnings: "ignore" },
        });
        const family = `x${given.family}`;
        const patient: fhir4.Patient = { resourceType: "Patient", id: "1", name: [{ family }] };
        const { er7 } = render("ADT^A31", patient, [], { destination });
        const [written = ""] = toldName(er7, delimiters.field).split(delimiters.component);
        expect([...written].length).toBeLessThanOrEqual(limit);
        const pid = parseMessages(er7)[0]?.segments.find((segment) => segment.name === "PID");
        const read = String(pid && valueAt(pid, 5, 1));
        const mark = version >= "2.7" && truncation !== undefined && read.endsWith(truncation) ? truncation : "";
        const kept = mark === "" ? read : read.slice(0, -1);
        expect(family.startsWith(kept) || family.startsWith(read)).toBe(true);
      }),
      runs(300),
    );
  });

  it("leaves every word of a field its beginning, where the version has a length for the whole of it", () => {
    fc.assert(
      fc.property(name, fc.constantFrom("2.3", "2.3.1"), ({ family, given }, version) => {
        const patient: fhir4.Patient = {
          resourceType: "Patient",
          id: "1",
          name: [{ family: `x${family.repeat(9)}`, given: [`y${given.repeat(9)}`] }],
        };
        // What is longer than it may be would be parked.
        const destination = cutAll(version as "2.3", { truncation: { mode: "cut" } });
        const { er7 } = render("ADT^A31", patient, [], { destination });
        expect([...toldName(er7, "|")].length).toBeLessThanOrEqual(48);
        const pid = parseMessages(er7)[0]?.segments.find((segment) => segment.name === "PID");
        const words = [1, 2].map((component) => String(pid && valueAt(pid, 5, component)));
        expect(`x${family.repeat(9)}`.startsWith(words[0] ?? "?")).toBe(true);
        expect(`y${given.repeat(9)}`.startsWith(words[1] ?? "?")).toBe(true);
      }),
      runs(300),
    );
  });
});

describe("the same input gives the same bytes", () => {
  it("under any settings", () => {
    const settings = fc.record({
      version: anyVersion,
      characterSet: fc.constantFrom("UNICODE UTF-8", "8859/1", "ASCII"),
      offset: fc.constantFrom("always", "never", "if-not-local"),
      precision: fc.constantFrom("day", "minute", "second"),
      sendNulls: fc.constantFrom("never", "cancel", "removed"),
      truncation: fc.record({ mode: fc.constantFrom("off", "warn", "cut") }),
    });
    fc.assert(
      fc.property(anyText, settings, (text, options) => {
        const patient: fhir4.Patient = { resourceType: "Patient", id: "1", name: [{ family: `x${text}` }] };
        const told = () =>
          render("ADT^A31", structuredClone(patient), [], { destination: destinationWith(options as never) });
        const [first, second] = [told(), told()];
        expect(second.er7).toBe(first.er7);
        expect(second.contentHash).toBe(first.contentHash);
        expect(second.workList).toEqual(first.workList);
      }),
      runs(100),
    );
  });
});
