import { describe, expect, test } from "vitest";
import {
  type Acknowledgement,
  commitOf,
  readAcknowledgement,
  withoutQuotes,
} from "../../shared/mllp/acknowledgement.ts";

const header = "MSH|^~\\&|LAB|GENERAL|BRIDGE|GENERAL|20261123||ACK^A01^ACK|77|P|2.5.1";

describe("an acknowledgement", () => {
  test.each<[what: string, segments: string[], read: Acknowledgement]>([
    ["accepts", [header, "MSA|AA|ID1"], { code: "AA", controlId: "ID1", errors: [] }],
    ["accepts in enhanced mode", [header, "MSA|CA|ID1"], { code: "CA", controlId: "ID1", errors: [] }],
    [
      "names a field, a code and a severity (2.5 and later)",
      [header, "MSA|AE|ID1", "ERR||PID^1^3^2^4|101^Required field missing^HL70357|E|||SMITH lacks an id"],
      { code: "AE", controlId: "ID1", errors: [{ code: "101", severity: "E", field: "PID-3[2].4" }] },
    ],
    [
      "carries several errors",
      [header, "MSA|AE|ID1", "ERR||PID^1^5|101|W", "ERR||PV1^1^44|102|E"],
      {
        code: "AE",
        controlId: "ID1",
        errors: [
          { code: "101", severity: "W", field: "PID-5" },
          { code: "102", severity: "E", field: "PV1-44" },
        ],
      },
    ],
    [
      "names a field in ERR-1 (2.4 and before)",
      [header, "MSA|AE|ID1", "ERR|PID^1^11^101&Required field missing&HL70357~OBX^3^5^102"],
      {
        code: "AE",
        controlId: "ID1",
        errors: [
          { code: "101", field: "PID-11" },
          { code: "102", field: "OBX-5" },
        ],
      },
    ],
    [
      "has its code in MSA-6 (2.3 to 2.6)",
      [header, "MSA|AR|ID1||||201^Unsupported event code^HL70357"],
      { code: "AR", controlId: "ID1", errors: [{ code: "201" }] },
    ],
    [
      "has its code at the head of MSA-3",
      [header, "MSA|AE|ID1|207 Application internal error"],
      { code: "AE", controlId: "ID1", errors: [{ code: "207" }] },
    ],
    [
      "has its own delimiters",
      ["MSH#*!/%#LAB", "MSA#AE#ID1", "ERR##PID*1*5!PID*1*3#103#E"],
      {
        code: "AE",
        controlId: "ID1",
        errors: [{ code: "103", severity: "E", field: "PID-5" }],
      },
    ],
    ["names no message", [header, "MSA|AA|"], { code: "AA", controlId: "", errors: [] }],
    ["has spaces around", [header, "MSA| AA | ID1 "], { code: "AA", controlId: "ID1", errors: [] }],
  ])("%s", (_what, segments, read) => {
    expect(readAcknowledgement(`${segments.join("\r")}\r`)).toEqual(read);
  });

  test("may ask for a commit of its own", () => {
    const asking = `${header.replace("|77|P|2.5.1", "|77|T|2.4")}|||AL|NE`;
    expect(readAcknowledgement(`${asking}\rMSA|AA|ID1\r`)?.commit).toEqual({
      controlId: "77",
      processingId: "T",
      version: "2.4",
    });
    expect(readAcknowledgement(`${header}|||NE|NE\rMSA|AA|ID1\r`)?.commit).toBeUndefined();
    const [first, second] = commitOf({ controlId: "77", processingId: "T", version: "2.4" }).split("\r");
    expect(first).toMatch(/^MSH\|\^~\\&\|\|\|\|\|\d{14}\+0000\|\|ACK\|[0-9A-F]{20}\|T\|2\.4$/);
    expect(second).toBe("MSA|CA|77");
  });

  test("keeps no more errors than a person reads", () => {
    const errors = Array.from({ length: 500 }, (_, index) => `ERR||PID^1^${index}|101|E`);
    expect(readAcknowledgement([header, "MSA|AE|ID1", ...errors].join("\r"))?.errors).toHaveLength(20);
  });

  test("that quotes the message in the place of a code loses the quote, and keeps what is a code", () => {
    const message = "MSH|^~\\&|A\rPID|1||7001234||SMITH^JOHN\rOBX|1|NM|207\r";
    const quoting = [
      "ERR||PID^1^3|7001234|E",
      "ERR||PID^1^5|SMITH|E",
      "ERR||OBX^1|207|E",
      "ERR||PID|E-17|E",
      "ERR||PID|name_smith|E",
    ];
    const read = readAcknowledgement([header, "MSA|AE|ID1", ...quoting].join("\r"));
    expect(read && withoutQuotes(read, message).errors).toEqual([
      { code: undefined, severity: "E", field: "PID-3" },
      { code: undefined, severity: "E", field: "PID-5" },
      { code: "207", severity: "E", field: "OBX" },
      { code: "E-17", severity: "E", field: "PID" },
      { code: undefined, severity: "E", field: "PID" },
    ]);
  });

  test.each(["\r", "\n", "\r\n", "\r\r"])("may end its segments in %j", (end) => {
    expect(readAcknowledgement([header, "MSA|AA|ID1", ""].join(end))).toMatchObject({ code: "AA", controlId: "ID1" });
  });

  test("leaves free text behind, also where a code belongs", () => {
    const read = readAcknowledgement(
      `${header}\rMSA|AE|ID1|Patient SMITH JOHN unknown||| Mr Smith is unknown\rERR||PID^1^5|SMITH, JOHN|E|||SMITH|SMITH\r`,
    );
    expect(read).toEqual({ code: "AE", controlId: "ID1", errors: [{ severity: "E", field: "PID-5" }] });
  });
});

describe("what is not an acknowledgement", () => {
  test.each([
    ["nothing", ""],
    ["white space", "\r\n"],
    ["another text", "HTTP/1.1 400 Bad Request"],
    ["a header alone", header],
    ["no delimiters", "MSH"],
    ["an unknown code", `${header}\rMSA|OK|ID1`],
    ["a cut segment", `${header}\rMSA`],
    ["a message of its own", `${header}\rEVN|A01\rPID|1`],
    ["MSA before MSH", "MSA|AA|ID1\rMSH|^~\\&|LAB"],
  ])("%s", (_what, text) => {
    expect(readAcknowledgement(text)).toBeUndefined();
  });
});
