import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { check } from "../../../shared/hl7/conformance/check.ts";
import { parseMessages } from "../../../shared/hl7/conformance/parse.ts";
import { hl7Versions } from "../../../shared/hl7/dictionary/contents.ts";
import { composeMessage } from "../../../shared/hl7/render.ts";
import { parseJson } from "../../../shared/json.ts";
import { destination, fieldOf, linesOf, render, segmentsOf, source } from "../support/bridge.ts";
import { coded, labOrder, loinc, ordered, summary, summaryFile } from "../support/clinical.ts";

const [content] = summary.content;
const attachment = content?.attachment ?? {};

function file(changes: Partial<fhir4.Attachment>): fhir4.DocumentReference {
  return { ...summary, content: [{ attachment: { ...attachment, ...changes } }] };
}

const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("a document with its content (MDM^T02)", () => {
  const message = render("MDM^T02", summary, [...ordered, summaryFile], { type: "document.created" });

  it("is notice, number, authors, state and the data", () => {
    expect(linesOf(message).slice(1)).toEqual([
      "EVN|T02|20261123090000-0600",
      expect.stringMatching(/^PID\|1\|\|7001234/),
      expect.stringMatching(/^PV1\|1\|I\|4W/),
      "TXA|1|DS|AP|20261121231000-0600|^ROE^RICHARD|20261123090000-0600|||^ROE^RICHARD|1234567893^SMITH^ALEX^^^^^^NPI&2.16.840.1.113883.4.6&ISO^L^^^NPI||206^GEN||||summary.pdf|AU||AV|||1234567893^SMITH^ALEX^^^^^^NPI&2.16.840.1.113883.4.6&ISO^L^^^NPI",
      "OBX|1|ED|18842-5^Discharge summary^LN^4189665^Inpatient Clinical Summary^99CS72|1|GEN^AP^PDF^Base64^JVBERi0xLjQK||||||F|||20261123090000-0600",
      "NTE|1|L|Discharge of November",
    ]);
    expect(message.workList).toEqual([]);
  });

  it("says where the data lie, where they did not come along", () => {
    const message = render("MDM^T02", summary, ordered);
    expect(fieldOf(message, "OBX", 2)).toBe("RP");
    expect(fieldOf(message, "OBX", 5)).toBe(`${attachment.url}^GEN^AP^PDF`);
  });

  it("is impossible with neither data nor a place where they lie", () => {
    const { content: _content, ...empty } = summary;
    for (const document of [file({ url: undefined } as fhir4.Attachment), { ...empty, content: [] }])
      expect(() => render("MDM^T02", document as fhir4.DocumentReference, ordered)).toThrow(
        expect.objectContaining({
          code: "ERR_UNRENDERABLE",
          details: { field: "OBX-5", path: "DocumentReference.content.attachment" },
        }),
      );
  });
});

describe("the content of a document (OBX-5)", () => {
  const tell = (changes: Partial<fhir4.Attachment>) => {
    const message = render("MDM^T02", file(changes), ordered);
    return [fieldOf(message, "TXA", 3), fieldOf(message, "OBX", 2), fieldOf(message, "OBX", 5)];
  };

  it.each([
    ["text/html", "<p>well</p>", ["FT", "ED", "GEN^TEXT^HTML^Base64^PHA+d2VsbDwvcD4="]],
    ["text/rtf", "{\\rtf1 x}", ["FT", "ED", "GEN^TEXT^RTF^Base64^e1xydGYxIHh9"]],
    ["application/rtf", "{\\rtf1 x}", ["AP", "ED", "GEN^AP^RTF^Base64^e1xydGYxIHh9"]],
    ["image/jpeg", "x", ["IM", "ED", "GEN^IM^JPEG^Base64^eA=="]],
  ])("of %s are its bytes", (contentType, data, expected) => {
    expect(tell({ contentType, data: base64(data) })).toEqual(expected);
  });

  it("that is plain text is a repetition for each line, the empty and the equal ones too", () => {
    const text = "Patient was well.\r\n\r\nPlan|A\nPlan|A\n";
    expect(tell({ contentType: "text/plain; charset=utf-8", data: base64(text) })).toEqual([
      "TX",
      "TX",
      "Patient was well.~ ~Plan\\F\\A~Plan\\F\\A",
    ]);
  });

  it("is read in the character set that it names", () => {
    const latin1 = Buffer.from("Döe", "latin1").toString("base64");
    expect(tell({ contentType: "text/plain;charset=ISO-8859-1", data: latin1 })[2]).toBe("Döe");
    expect(tell({ contentType: "text/plain;charset=unheard-of", data: base64("Doe") })[2]).toBe("Doe");
  });

  it("comes in all the forms that the document has", () => {
    const both = {
      ...summary,
      content: [{ attachment: { contentType: "text/plain", data: base64("well") } }, ...summary.content],
    };
    const message = render("MDM^T02", both, [...ordered, summaryFile]);
    expect(segmentsOf(message, "OBX").map((line) => line.split("|").slice(1, 3))).toEqual([
      ["1", "TX"],
      ["2", "ED"],
    ]);
  });

  it.each(["not base64 at all|^", "JVBERi0xLjQKJ", "JVBE=Ri0xLjQK"])(
    "that is no base64, as %s, stays where it is, and is on the work list",
    (data) => {
      for (const contentType of ["application/pdf", "text/plain"]) {
        const message = render("MDM^T02", file({ contentType, data }), ordered);
        expect(fieldOf(message, "OBX", 2)).toBe("RP");
        expect(message.workList).toContainEqual({
          severity: "error",
          reason: "unreadable-value",
          field: "OBX-5",
          path: "Attachment.data",
          detail: "The data are not base64",
        });
      }
    },
  );

  it.each([
    ["in lines", "JVBE\r\nRi0x\n"],
    ["not filled up", "JVBERi0"],
    ["in the alphabet of addresses", "-_-_"],
  ])("that is base64 %s is sent in the usual form", (_case, data) => {
    const message = render("MDM^T02", file({ data }), ordered);
    const [, , , , sent = ""] = fieldOf(message, "OBX", 5).split("^");
    expect(sent).toMatch(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)?$/);
    expect(Buffer.from(sent, "base64")).toEqual(Buffer.from(data, "base64"));
    expect(message.workList).toEqual([]);
  });

  it("that is blank stays where it is", () => {
    expect(fieldOf(render("MDM^T02", file({ contentType: "text/plain", data: "IA==" }), ordered), "OBX", 2)).toBe("RP");
  });

  it("that is too large stays where it is, and is on the work list", () => {
    const large = { contentType: "application/pdf", data: "A".repeat(15 * 1024 * 1024) };
    const message = render("MDM^T02", file(large), ordered);
    expect(fieldOf(message, "OBX", 2)).toBe("RP");
    expect(message.workList).toContainEqual({
      severity: "warning",
      reason: "attachment-too-large",
      field: "OBX-5",
      detail: "More than 10485760 bytes",
    });
  });
});

describe("a report told as a document", () => {
  const report: fhir4.DiagnosticReport = {
    resourceType: "DiagnosticReport",
    id: "TR-55",
    status: "corrected",
    code: loinc("18748-4", "Diagnostic imaging study"),
    subject: { reference: "Patient/1" },
    encounter: { reference: "Encounter/97" },
    effectiveDateTime: "2026-11-23T14:00:00Z",
    issued: "2026-11-23T14:30:00Z",
    performer: [{ reference: "Organization/1" }, { reference: "Practitioner/77" }],
    resultsInterpreter: [{ reference: "Practitioner/78", display: "ROE, RICHARD" }],
    basedOn: [{ reference: "ServiceRequest/5511" }],
    conclusion: "No acute disease",
    presentedForm: [{ contentType: "application/pdf", data: "JVBERi0xLjQK" }],
  };

  it("has its type, times, persons, number, order and state", () => {
    const message = render("MDM^T08", report, [...ordered, labOrder]);
    expect([2, 4, 6, 9, 10, 12, 14, 17, 19].map((position) => fieldOf(message, "TXA", position))).toEqual([
      "DI",
      "20261123080000-0600",
      "20261123083000-0600",
      expect.stringMatching(/^1234567893\^SMITH/),
      "^ROE^RICHARD",
      "TR-55^GEN",
      "O-5511^GENORD",
      "AU",
      "AV",
    ]);
    expect([2, 5, 11].map((position) => fieldOf(message, "OBX", position))).toEqual([
      "ED",
      "GEN^AP^PDF^Base64^JVBERi0xLjQK",
      "C",
    ]);
    expect(fieldOf(message, "NTE", 3)).toBe("No acute disease");
    expect(fieldOf(message, "PV1", 19)).toBe("5550099^^^GENFIN^AN");
  });

  it("without a file is what it concludes", () => {
    const { presentedForm: _form, ...spoken } = report;
    const message = render("MDM^T02", { ...spoken, status: "preliminary" }, ordered);
    expect([2, 5, 11].map((position) => fieldOf(message, "OBX", position))).toEqual(["TX", "No acute disease", "P"]);
    expect([fieldOf(message, "TXA", 17), segmentsOf(message, "NTE")]).toEqual(["IP", []]);
  });
});

describe("the state of a document", () => {
  it.each([
    ["preliminary", "IP", "P"],
    ["final", "AU", "F"],
    ["amended", "AU", "C"],
  ] as const)("%s is TXA-17 %s and OBX-11 %s", (docStatus, completion, result) => {
    const message = render("MDM^T02", { ...summary, docStatus }, ordered);
    expect([fieldOf(message, "TXA", 17), fieldOf(message, "OBX", 11)]).toEqual([completion, result]);
  });

  it("that nobody states depends on whether somebody authenticated it", () => {
    const { docStatus: _docStatus, ...stateless } = summary;
    expect(fieldOf(render("MDM^T01", stateless, ordered), "TXA", 17)).toBe("AU");
    const { authenticator: _authenticator, ...unsigned } = stateless;
    expect(fieldOf(render("MDM^T01", unsigned, ordered), "TXA", 17)).toBe("DO");
  });

  it.each([
    ["current", "AV"],
    ["superseded", "OB"],
    ["entered-in-error", "CA"],
  ] as const)("%s is TXA-19 %s", (status, code) => {
    expect(fieldOf(render("MDM^T11", { ...summary, status }, ordered), "TXA", 19)).toBe(code);
  });

  it("names who authenticated it once that is done", () => {
    expect(fieldOf(render("MDM^T01", { ...summary, docStatus: "preliminary" }, ordered), "TXA", 22)).toBe("");
  });

  it("tells when it was edited, in the events of a change", () => {
    expect(fieldOf(render("MDM^T02", summary, ordered), "TXA", 8)).toBe("");
    expect(fieldOf(render("MDM^T08", summary, ordered), "TXA", 8)).toBe("20261123090000-0600");
  });
});

describe("the other fields of TXA", () => {
  it("a type that HL70270 does not have is the code that it is; no type is OTH", () => {
    const local = coded("https://fhir.cerner.com/ec0/codeSet/72", "820588", "Note");
    expect(fieldOf(render("MDM^T01", { ...summary, type: local }, ordered), "TXA", 2)).toBe("820588");
    const { type: _type, ...untyped } = summary;
    expect(fieldOf(render("MDM^T01", untyped, ordered), "TXA", 2)).toBe("OTH");
  });

  it("a type that nobody mapped is the tenant's own, and one that is not known no type", () => {
    const terminology = "http://terminology.hl7.org/CodeSystem";
    const unmapped = {
      coding: [
        { system: "https://fhir.cerner.com/ec0/codeSet/72", code: "2574499721", display: "Waveform Strip" },
        { system: `${terminology}/v3-NullFlavor`, code: "UNK", display: "unknown" },
      ],
    };
    const message = render("MDM^T02", { ...summary, type: unmapped }, [...ordered, summaryFile]);
    expect(fieldOf(message, "TXA", 2)).toBe("2574499721");
    expect(fieldOf(message, "OBX", 3)).toBe("2574499721^Waveform Strip^99CS72");
    const unknown = {
      ...summary,
      type: { text: "Nurse note" },
      category: [coded(`${terminology}/data-absent-reason`, "unknown", "Unknown")],
    };
    expect(fieldOf(render("MDM^T01", unknown, ordered), "TXA", 2)).toBe("OTH");
  });

  it("names persons as authors, not the organization that the document contains", () => {
    const contained: fhir4.FhirResource[] = [
      { resourceType: "Organization", id: "o", name: "Elm Dictation" },
      { resourceType: "Practitioner", id: "p", name: [{ family: "BELL", given: ["ANN"] }] },
    ];
    const author = [{ reference: "#o", display: "Elm Dictation" }, { reference: "#p" }];
    const message = render("MDM^T01", { ...summary, contained, author }, ordered);
    expect([5, 9].map((position) => fieldOf(message, "TXA", position))).toEqual(Array(2).fill("^BELL^ANN^^^^^^^L"));
  });

  it("is of the first visit that came along; none is a warning that says where it is named", () => {
    const context = { encounter: [{ reference: "Encounter/404" }, { reference: "Encounter/97" }] };
    expect(fieldOf(render("MDM^T01", { ...summary, context }, ordered), "PV1", 19)).toBe("5550099^^^GENFIN^AN");
    const missing = { encounter: [{ reference: "Encounter/404" }] };
    expect(render("MDM^T01", { ...summary, context: missing }, ordered).workList).toContainEqual({
      severity: "warning",
      reason: "missing-resource",
      path: "DocumentReference.context.encounter",
    });
  });

  it.each(["appends", "replaces", "transforms"] as const)("a document that %s another names it", (code) => {
    const related = { ...summary, id: "207", relatesTo: [{ code, target: { reference: "DocumentReference/206" } }] };
    expect(fieldOf(render("MDM^T06", related, ordered), "TXA", 13)).toBe("206^GEN");
    const master = { ...summary, masterIdentifier: { system: "urn:oid:1.2.3.4", value: "D-100" } };
    expect(fieldOf(render("MDM^T06", related, [...ordered, master]), "TXA", 13)).toBe("D-100^GENLAB");
  });

  it("names the orders that it belongs to, and how confidential it is", () => {
    const document: fhir4.DocumentReference = {
      ...summary,
      context: { ...summary.context, related: [{ reference: "ServiceRequest/5511" }] },
      securityLabel: [coded("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "R", "restricted")],
    };
    const message = render("MDM^T01", document, [...ordered, labOrder]);
    expect([14, 18].map((position) => fieldOf(message, "TXA", position))).toEqual(["O-5511^GENORD", "R"]);
  });
});

describe.each(["T01", "T02", "T03", "T04", "T05", "T06", "T07", "T08", "T09", "T10", "T11"])("MDM^%s", (event) => {
  it("keeps to every version, with content in the even ones alone", () => {
    for (const version of hl7Versions) {
      const { message } = composeMessage({
        event: {
          type: "document.changed",
          trigger: `MDM^${event}`,
          rule: "D1",
          focus: "DocumentReference/206",
          after: summary,
          recordedAt: "2026-11-23T15:00:00Z",
        },
        context: [...ordered, summaryFile],
        source,
        destination: { ...destination, version },
        controlId: "B0000000000000000017",
        messageTime: "2026-11-23T15:01:00Z",
      });
      expect(
        check(message, version).filter(({ severity }) => severity === "error"),
        version,
      ).toEqual([]);
      const hasContent = Number(event.slice(1)) % 2 === 0;
      expect(
        message.segments.some(({ name }) => name === "OBX"),
        version,
      ).toBe(hasContent);
    }
  });
});

const wire = new URL("../../../../shared/corpus/ignite-wire/", import.meta.url);
const documents = new URL("document-reference/documentreference-12724066.json", wire);

if (!existsSync(documents))
  console.log("Skipped the documents of the Millennium sandbox: ../shared/corpus/ignite-wire is not there");

describe.skipIf(!existsSync(documents))("the documents of the Millennium sandbox", () => {
  it("are all told, with their content where it lies", () => {
    const bundle = parseJson(readFileSync(documents, "utf8")) as fhir4.Bundle;
    for (const { resource } of bundle.entry ?? []) {
      if (resource?.resourceType !== "DocumentReference") continue;
      const message = render("MDM^T02", resource);
      const [parsed] = parseMessages(message.er7);
      const errors = check(parsed ?? { segments: [] }, "2.5.1").filter(({ severity }) => severity === "error");
      expect(errors).toEqual([]);
      expect(fieldOf(message, "TXA", 12)).toBe(`${resource.id}^GEN`);
      expect(segmentsOf(message, "OBX")).toHaveLength(resource.content.length);
      expect(fieldOf(message, "OBX", 5)).toMatch(/^https:\/\/.*\/Binary\/[^|]*\^GEN\^(AP|TEXT|IM)\^[A-Z]+$/);
    }
  });
});
