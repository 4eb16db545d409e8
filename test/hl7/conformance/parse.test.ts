import fc from "fast-check";
import { HL7Message } from "hl7v2";
import { describe, expect, it } from "vitest";
import { parseMessages } from "../../../shared/hl7/conformance/parse.ts";
import { type Delimiters, encodeMessage, standardDelimiters } from "../../../shared/hl7/encode.ts";
import { lineBreak, type Message } from "../../../shared/hl7/model.ts";

const header = "MSH|^~\\&|BRIDGE";

function fieldsOf(line: string) {
  return parseMessages(`${header}\r${line}`)[0]?.segments[1]?.fields;
}

describe("ER7 text", () => {
  it("is read into segments, fields, repetitions, components and subcomponents", () => {
    expect(fieldsOf('PID|1||7^^^GEN&1.2&ISO~8||""')).toEqual([
      undefined,
      [["1"]],
      undefined,
      [["7", undefined, undefined, ["GEN", "1.2", "ISO"]], ["8"]],
      undefined,
      [[null]],
    ]);
  });

  it("has its escapes resolved, and those that it does not know left alone", () => {
    expect(fieldsOf("NTE|\\F\\\\S\\\\T\\\\R\\\\E\\|a\\.br\\b|\\X4142\\|\\H\\bold\\N\\|a\\b")).toEqual([
      undefined,
      [["|^&~\\"]],
      [[`a${lineBreak}b`]],
      [["AB"]],
      [["\\H\\bold\\N\\"]],
      [["a\\b"]],
    ]);
  });

  it("has no escapes but those of HL7, whatever stands between two marks", () => {
    const [message] = parseMessages(`${header}\rNTE|1||\\constructor\\`);
    expect(message?.segments[1]?.fields[3]).toEqual([["\\constructor\\"]]);
  });

  it("may end its segments in CR, LF or both, hold several messages, and be framed", () => {
    const messages = parseMessages(`\v${header}\r\nPID|1\n\n${header}\rEVN\r\x1c\r`);

    expect(messages.map(({ segments }) => segments.map(({ name }) => name))).toEqual([
      ["MSH", "PID"],
      ["MSH", "EVN"],
    ]);
  });

  it("is read by the delimiters of its own header", () => {
    const [message] = parseMessages("MSH!@*%$!A@B$C!D%T%E*F");

    expect(message?.segments[0]?.fields).toEqual([
      undefined,
      [["!"]],
      [["@*%$"]],
      [["A", ["B", "C"]]],
      [["D$E"], ["F"]],
    ]);
  });

  it("without a header is a message all the same", () => {
    expect(parseMessages("PID|1")[0]?.segments[0]?.name).toBe("PID");
    expect(parseMessages("")).toEqual([]);
  });
});

describe("for any text", () => {
  const delimiterSets: readonly Delimiters[] = [
    standardDelimiters,
    { field: "!", component: "@", repetition: "*", escape: "%", subcomponent: "$" },
    { field: "|", component: "^", repetition: "~", escape: "#", subcomponent: "&" },
  ];
  // What a value may hold once it is in the model: any text but control characters, which never reach a message.
  const value = fc.string({ unit: "grapheme" }).map((text) => text.replace(/\p{Cc}/gu, "") || "x");

  it("reading back what was written gives the same", () => {
    fc.assert(
      fc.property(value, value, fc.constantFrom(...delimiterSets), (first, second, delimiters) => {
        const message: Message = {
          segments: [
            { name: "MSH", fields: [undefined, undefined, undefined, [["BRIDGE"]]] },
            { name: "NTE", fields: [undefined, [["1"]], undefined, [[first, [second, first]], [second]]] },
          ],
        };

        const [read] = parseMessages(encodeMessage(message, delimiters));

        expect(read?.segments[1]?.fields).toEqual(message.segments[1]?.fields);
      }),
    );
  });

  it("nothing is thrown", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        parseMessages(text);
        parseMessages(`MSH${text}`);
        parseMessages(`MSH|^~\\&|${text}`);
      }),
    );
  });

  it("another reader of the same bytes finds the same components", () => {
    const line = "PID|1||7^^^GEN&1.2&ISO^MR~8||DOE&VAN^JANE";
    const other = HL7Message.parse(`MSH|^~\\&|||||||ADT^A01^ADT_A01|1|P|2.5.1\r${line}`).getSegment("PID");

    expect(fieldsOf(line)?.[3]?.[0]?.[3]).toEqual([1, 2, 3].map((part) => other?.field(3).getValue(4, part)));
  });
});
