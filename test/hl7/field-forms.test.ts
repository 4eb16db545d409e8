import { describe, expect, it } from "vitest";
import { inCharacterSet } from "../../shared/hl7/charset.ts";
import { translatePlaces } from "../../shared/hl7/coded-places.ts";
import { adapt } from "../../shared/hl7/conformance/adapt.ts";
import { check, checkClosely } from "../../shared/hl7/conformance/check.ts";
import { type Hl7Version, hl7Versions } from "../../shared/hl7/dictionary/contents.ts";
import { mappingVersion, triggerFormOf } from "../../shared/hl7/dictionary/triggers.ts";
import { encodeMessage } from "../../shared/hl7/encode.ts";
import { explainMessage } from "../../shared/hl7/explain.ts";
import { type Field, isValued, type Message, repetitionsOf, valueAt } from "../../shared/hl7/model.ts";
import { applyOverlays } from "../../shared/hl7/overlay.ts";
import { type Composed, composeMessage } from "../../shared/hl7/render.ts";
import { createScope } from "../../shared/hl7/scope.ts";
import { renderSettings } from "../../shared/hl7/settings.ts";
import { limitLengths } from "../../shared/hl7/truncate.ts";
import { fixtureRequest, renderableTriggers } from "../interop/fixtures.ts";
import { source } from "./support/bridge.ts";
import { destinationWith } from "./support/destinations.ts";

type Form = (field: Field) => Field;

const plain: Form = (field) => {
  const [first, ...others] = repetitionsOf(field);
  const [only] = first ?? [];
  return first?.length === 1 && others.length === 0 && typeof only === "string" ? only : field;
};

/** The message with every field in one form; a copy, since what becomes of a message changes it. */
function inForm({ segments }: Message, form: Form): Message {
  return {
    segments: segments.map(({ origins, fields, ...segment }) => ({
      ...segment,
      fields: fields.map((field) => (field === undefined ? undefined : form(field))),
      ...(origins !== undefined && { origins: new Map(origins) }),
    })),
  };
}

const destinations: Readonly<Record<string, Parameters<typeof destinationWith>[0]>> = {
  plain: {},
  changed: {
    overlays: {
      "PID-8": { replace: { F: "female", M: "male" } },
      "PID-1": { suppress: true },
      "PID-11.2": "x",
      "PID-18.4.2": "1.2.3",
      "PV1-2.1": { replace: { I: "inpatient" } },
      "PV1-2": { add: "second" },
      "PV1-19[2].1": "visit",
      "MSH-12": { compute: () => ["2.5.1", "USA"] },
      "OBX-1": { add: { constant: ["n"] } },
      "OBX-2[1]": { suppress: true },
      "OBX-5": { replace: { "4.1": "four" } },
    },
    segments: [{ segment: "ZPI", afterEach: "OBX", fields: { "ZPI-1": { fhirPath: "Patient.id" } } }],
  },
  edited: {
    edit: ({ segments }) => ({
      segments: segments.map(({ name, fields }) => ({
        name,
        fields: name === "MSH" ? fields : fields.map((field) => field && [...field, ["more"]]),
      })),
    }),
  },
  short: {
    characterSet: "ASCII",
    truncation: {
      mode: "cut",
      lengths: { "PID-8": 1, "PV1-19": 2, "OBX-5": 2, "PID-7.1": 6, "OBR-4.2": 3, "TXA-1": 1 },
    },
  },
  translated: {
    valueSets: {
      "PID-8": { map: { female: "W" } },
      "OBX-11": { map: { F: "FINAL" } },
      "PID-16": { map: { M: { code: "MAR", name: "Married" } } },
      "PV1-3.6": { map: { N: "nursing" } },
    },
  },
};

/** All that becomes of a composed message, as `composeMessage` does it, and what is said of it. */
function outcome({ message, context, scope }: Composed, name: string, version: Hl7Version) {
  const destination = destinationWith({ version, ...destinations[name] });
  const settings = renderSettings(source, destination);
  const own = createScope(settings, scope.triggerEvent, scope.timeMs, context.resources);
  const adapted = version === mappingVersion ? { message } : adapt(message, version);
  if (settings.codedPlaces !== undefined) translatePlaces(adapted.message, settings.codedPlaces, own);
  const { overlays, lengths, delimiters } = settings;
  const told = overlays === undefined ? adapted.message : applyOverlays(adapted.message, overlays, context, own);
  inCharacterSet(told, own);
  if (lengths !== undefined) limitLengths(told, lengths, own);
  return {
    er7: encodeMessage(told, delimiters),
    omissions: "omissions" in adapted ? adapted.omissions : [],
    findings: check(told, version),
    closely: checkClosely(told, version),
    lineage: explainMessage(told, delimiters),
    workList: own.workList,
  };
}

const versions = hl7Versions.filter((version) => ["2.3", "2.5.1", "2.8"].includes(version));
const composed = renderableTriggers.map((trigger) => composeMessage(fixtureRequest(trigger, mappingVersion)));

describe("a field that is a text says what its only repetition says", () => {
  it.each(Object.keys(destinations))("to a destination that is %s", (name) => {
    for (const each of composed)
      for (const version of versions) {
        if (triggerFormOf(each.trigger, version) === undefined) continue;
        const [short, long] = [plain, repetitionsOf].map((form) =>
          outcome({ ...each, message: inForm(each.message, form) }, name, version),
        );
        expect(short, `${each.trigger} ${version}`).toEqual(long);
      }
  });

  it("where it is read", () => {
    for (const field of ["F", [["F"]]] satisfies Field[]) {
      const segment = { name: "PID", fields: [undefined, field] };
      expect(valueAt(segment, 1)).toBe("F");
      for (const place of [[2], [1, 2], [1, 1, 2]]) expect(valueAt(segment, 1, ...place)).toBeUndefined();
      expect(isValued(field)).toBe(true);
      expect(repetitionsOf(field)).toEqual([["F"]]);
    }
    for (const field of [undefined, "", [], [[]], [[""]]] satisfies (Field | undefined)[])
      expect(isValued(field)).toBe(false);
  });

  it("where a hook sees it, as repetitions", () => {
    const seen: unknown[] = [];
    const destination = destinationWith({
      edit: (message) => {
        for (const { fields } of message.segments) seen.push(...fields.filter((field) => field !== undefined));
        return message;
      },
    });
    const request = fixtureRequest("ORU^R01", mappingVersion);
    const { message } = composeMessage(request);
    composeMessage({ ...request, destination });

    expect(message.segments.flatMap(({ fields }) => fields).some((field) => typeof field === "string")).toBe(true);
    expect(seen.length).toBeGreaterThan(50);
    expect(seen.every((field) => Array.isArray(field) && field.every(Array.isArray))).toBe(true);
  });
});
