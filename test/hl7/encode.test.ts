import fc from "fast-check";
import { HL7Message } from "hl7v2";
import { Message as ForeignMessage } from "node-hl7-client";
import { describe, expect, it } from "vitest";
import { type Delimiters, encodeMessage, encodeSegment, standardDelimiters } from "../../shared/hl7/encode.ts";
import {
  type Component,
  type Field,
  lineBreak,
  type Message,
  repetitionsOf,
  type Segment,
  type Value,
  valueAt,
} from "../../shared/hl7/model.ts";
import { runs } from "./support/runs.ts";

/** A dictionary of `hl7v2` in which every value is a text: its own converts dates and numbers. */
const plainTypes = {
  ST: {},
  COMPONENT: { fields: numbered("ST") },
  FIELD: { fields: numbered("COMPONENT") },
};
const plainDictionary = {
  version: "2.5.1",
  types: plainTypes,
  messages: {},
  segments: { MSH: { fields: {} }, OBX: { fields: numbered("FIELD") } },
};

function numbered(type: string): Record<string, { type: string }> {
  return Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`${index}`, { type }]));
}

function readWithHl7v2(er7: string, position: number, component: number, subcomponent: number): unknown {
  const message = HL7Message.parse(er7, {
    dictionaries: { "2.5.1": plainDictionary, "2.7.1": plainDictionary },
  } as never);
  return message.getSegment("OBX")?.field(position).component(component).getValue(subcomponent) ?? undefined;
}

function header(delimiters: Delimiters = standardDelimiters): Segment {
  const { field, component, repetition, subcomponent } = delimiters;
  const fields: Segment["fields"] = [
    undefined,
    [[field]],
    [[component + repetition + delimiters.escape + subcomponent]],
  ];
  fields[9] = [["ORU", "R01", "ORU_R01"]];
  fields[12] = [["2.5.1"]];
  return { name: "MSH", fields };
}

function messageWith(value: string): Message {
  const obx: Segment = { name: "OBX", fields: [undefined, [["1"]], undefined, [["a", value, ["b", value, "c"]]]] };
  return { segments: [header(), obx] };
}

/** Any text that a value can hold: everything but control characters and the mark of a line break. */
const anyText = fc
  .oneof(
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: fc.constantFrom("|", "^", "~", "\\", "&", "#", '"', "E", "F", ".br", "X0D", " ", "a") }),
  )
  .map((value) => value.replace(/\p{Cc}|\u2028/gu, ""));

const anyDelimiters = fc
  .uniqueArray(fc.constantFrom(..."|^~\\&#*!$%@:;?/"), { minLength: 5, maxLength: 5 })
  .map(([field = "", component = "", repetition = "", mark = "", subcomponent = ""]) => ({
    field,
    component,
    repetition,
    escape: mark,
    subcomponent,
  }));

describe("a value survives", () => {
  it("reading with hl7v2", () => {
    fc.assert(
      fc.property(anyText, (value) => {
        const er7 = encodeMessage(messageWith(value));
        expect(readWithHl7v2(er7, 3, 2, 1)).toBe(value === "" ? undefined : value);
        expect(readWithHl7v2(er7, 3, 3, 2)).toBe(value === "" ? undefined : value);
        expect(readWithHl7v2(er7, 3, 3, 3)).toBe("c");
      }),
      runs(1_000),
    );
  });

  it("reading with node-hl7-client", () => {
    fc.assert(
      fc.property(anyText, (value) => {
        const read = new ForeignMessage({ text: encodeMessage(messageWith(value)).slice(0, -1) });
        expect(read.get("OBX.3.2").toString()).toBe(value);
        expect(read.get("OBX.3.3.3").toString()).toBe("c");
      }),
      runs(1_000),
    );
  });

  it("reading with node-hl7-client under any delimiters", () => {
    fc.assert(
      fc.property(anyText, anyDelimiters, (value, delimiters) => {
        const { segments } = messageWith(value);
        const message = { segments: [header(delimiters), ...segments.slice(1)] };
        const read = new ForeignMessage({ text: encodeMessage(message, delimiters).slice(0, -1) });
        expect(read.get("OBX.3.2").toString()).toBe(value);
      }),
      runs(500),
    );
  });
});

/** Texts around the lengths at which they are handled otherwise, of characters of one to four bytes. */
const anyLength = fc
  .tuple(
    fc.constantFrom(1, 2, 95, 96, 97, 500),
    fc.constantFrom("a", "é", "Ω", "漢", "😀"),
    fc.constantFrom("", "|", "\u0007", '""', lineBreak, "\ud83d"),
  )
  .map(([length, character, last]) => character.repeat(length) + last);
const anyValue = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(undefined, null, "", "A", "\u0007") },
  { weight: 2, arbitrary: anyLength },
);
const anyList = fc.array(fc.array(fc.oneof(anyValue, fc.array(anyValue, { maxLength: 3 })), { maxLength: 4 }), {
  maxLength: 3,
});
const anyField: fc.Arbitrary<Field> = fc.oneof(
  { weight: 2, arbitrary: anyList },
  { weight: 1, arbitrary: anyValue.map((value) => value ?? "") },
);
const anySegments = fc.array(fc.array(fc.option(anyField, { nil: undefined }), { maxLength: 4 }), { maxLength: 3 });

/** A segment in the plainest way. */
function joined(name: string, fields: Segment["fields"]): string {
  const join = <Part>(parts: readonly Part[], delimiter: string, told: (part: Part) => string): string => {
    const texts = parts.map(told);
    return texts.slice(0, texts.findLastIndex((text) => text !== "") + 1).join(delimiter);
  };
  const sequences = { "|": "F", "^": "S", "~": "R", "&": "T", [lineBreak]: ".br" };
  const value = (text: Value): string => {
    if (typeof text !== "string") return text === null ? '""' : "";
    if (text === '""') return '"\\X22\\';
    return Array.from(text, (each) => (each in sequences ? `\\${sequences[each as "|"]}\\` : each))
      .join("")
      .replace("\u0007", "")
      .toWellFormed();
  };
  const component = (part: Component): string =>
    Array.isArray(part) ? join(part as readonly Value[], "&", value) : value(part as Value);
  const field = (told: Field | undefined): string =>
    join(repetitionsOf(told), "~", (repetition) => join(repetition, "^", component));
  return `${name}|${join(fields.slice(1), "|", field)}`;
}

describe("a message is its joined parts", () => {
  it("however long its values are, and of which characters", () => {
    fc.assert(
      fc.property(anySegments, (segments) => {
        const message = { segments: segments.map((fields) => ({ name: "ZZ1", fields: [undefined, ...fields] })) };
        const expected = message.segments.map(({ name, fields }) => `${joined(name, fields)}\r`).join("");
        expect(encodeMessage(message)).toBe(expected);
      }),
      runs(500),
    );
  });

  it("whatever stands beside a document", () => {
    for (const document of ["a".repeat(100_000), "é|".repeat(50_000)]) {
      const fields: Segment["fields"] = [undefined, [["ED"]], [["é", document, "end"]], [["F"]]];
      expect(encodeSegment({ name: "ZZ1", fields })).toBe(joined("ZZ1", fields));
    }
  });

  it("however many short values it has", () => {
    const fields: Segment["fields"] = [undefined, Array.from({ length: 10_000 }, (_, index) => [`${index}`, "é"])];
    const segments = [header(), { name: "ZZ1", fields }, { name: "ZZ2", fields }];
    const expected = `MSH|^~\\&|||||||ORU^R01^ORU_R01|||2.5.1\r${joined("ZZ1", fields)}\r${joined("ZZ2", fields)}\r`;
    expect(encodeMessage({ segments })).toBe(expected);
    expect(encodeSegment({ name: "ZZ1", fields })).toBe(joined("ZZ1", fields));
  });
});

describe("no value breaks out", () => {
  it("of its segment, its frame or its field", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        const er7 = encodeMessage(messageWith(value));
        expect(er7.split("\r")).toHaveLength(3);
        expect(er7.replaceAll("\r", "")).not.toMatch(/\p{Cc}/u);
        const obx = er7.split("\r")[1] ?? "";
        expect(obx.split("|")).toHaveLength(4);
        expect(obx.split("|")[3]?.split("^").length).toBe(3);
      }),
      runs(1_000),
    );
  });

  it.each([
    ["a carriage return", "first\rsecond", "first second"],
    ["a line feed", "first\nsecond", "first second"],
    ["both", "first\r\nsecond", "first second"],
    ["the start of a frame", "a\u000bb", "ab"],
    ["the end of a frame", "a\u001c\rb", "a b"],
  ])("with %s", (_what, value, written) => {
    expect(encodeSegment({ name: "NTE", fields: [undefined, undefined, undefined, [[value]]] })).toBe(
      `NTE|||${written}`,
    );
  });
});

describe("a segment", () => {
  const segment = (...fields: Segment["fields"]): Segment => ({ name: "ZZ1", fields: [undefined, ...fields] });

  it("escapes each delimiter once", () => {
    expect(encodeSegment(segment([["a|b^c~d\\e&f"]]))).toBe("ZZ1|a\\F\\b\\S\\c\\R\\d\\E\\e\\T\\f");
  });

  it("leaves trailing empty parts out and keeps the ones between", () => {
    expect(
      encodeSegment(segment([["a", undefined, "", ["b", undefined], undefined]], undefined, [["c"]], [[""]])),
    ).toBe("ZZ1|a^^^b||c");
  });

  it("writes repetitions", () => {
    expect(encodeSegment(segment([["a"], ["b", "c"], [undefined]]))).toBe("ZZ1|a~b^c");
  });

  it("tells the null from a text of two quote marks", () => {
    expect(encodeSegment(segment([[null]], [['""']], [[undefined]]))).toBe('ZZ1|""|"\\X22\\');
  });

  it("shows a line break as receivers display it", () => {
    expect(encodeSegment(segment([[`first${lineBreak}second`]]))).toBe("ZZ1|first\\.br\\second");
  });

  it("opens a message with its delimiters", () => {
    expect(encodeMessage({ segments: [header()] })).toBe("MSH|^~\\&|||||||ORU^R01^ORU_R01|||2.5.1\r");
  });
});

describe("reading a finished segment", () => {
  const pid: Segment = {
    name: "PID",
    fields: [undefined, undefined, undefined, [["7", undefined, undefined, ["A", "1.2"]]]],
  };

  it("finds components and subcomponents", () => {
    expect(valueAt(pid, 3)).toBe("7");
    expect(valueAt(pid, 3, 4, 2)).toBe("1.2");
    expect(valueAt(pid, 3, 1, 2)).toBeUndefined();
    expect(valueAt(pid, 5)).toBeUndefined();
  });
});
