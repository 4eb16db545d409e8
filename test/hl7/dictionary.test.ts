import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { build } from "esbuild";
import { HL7Message } from "hl7v2";
import { dictionaries, findNearestHL7Version, toHL7DateTime } from "hl7v2-dictionary";
import { describe, expect, it } from "vitest";
import { versionsModule } from "../../shared/hl7/dictionary/bundle.ts";
import { hl7Versions, segmentNames } from "../../shared/hl7/dictionary/contents.ts";
import { definitionsOf, parseStructure } from "../../shared/hl7/dictionary/definitions.ts";
import { buildVersion } from "../../shared/hl7/dictionary/source.ts";

describe("the definitions", () => {
  it.each(hl7Versions)("of %s are those that the generator makes", (version) => {
    const file = new URL(`../../shared/hl7/dictionary/versions/${version}.generated.json`, import.meta.url);

    expect(JSON.parse(readFileSync(file, "utf8")), "run: node shared/hl7/dictionary/generate.ts").toEqual(
      buildVersion(version),
    );
  });

  it("name the fields of a segment in their order", () => {
    const fields = definitionsOf("2.5.1")?.segments.get("PID")?.fields ?? [];

    expect(fields[4]).toEqual({
      position: 5,
      name: "Patient Name",
      type: "XPN",
      usage: "R",
      maxRepeats: Number.POSITIVE_INFINITY,
      maxLength: 250,
      table: undefined,
    });
    expect(fields.map(({ position }) => position)).toEqual(fields.map((_, index) => index + 1));
  });

  it.each(hl7Versions)("of %s are closed: each type and each segment that they name is there", (version) => {
    const definitions = definitionsOf(version);
    const { segments, types } = definitions ?? { segments: new Map(), types: new Map() };
    const fields = [...(definitions?.segments.values() ?? [])].flatMap((segment) => segment.fields);
    const components = [...(definitions?.types.values() ?? [])].flatMap((type) => type.components);
    const missing = [...fields, ...components].filter(({ type }) => !types.has(type)).map(({ type }) => type);

    expect(missing).toEqual([]);
    expect(segments.size).toBeGreaterThan(50);
    expect([...segments.keys()].filter((id) => !segmentNames.includes(id))).toEqual([]);
  });

  it("are undefined for a version that is not held", () => {
    expect(definitionsOf("2.9")).toBeUndefined();
    expect(definitionsOf("constructor")).toBeUndefined();
  });
});

describe("a message structure", () => {
  it("is read from the notation of the standard", () => {
    expect(parseStructure("MSH [{SFT}] {ORDER(ORC [<OBR|RXO>])}")).toEqual([
      { kind: "segment", name: "MSH", required: true, repeats: false, elements: [] },
      { kind: "segment", name: "SFT", required: false, repeats: true, elements: [] },
      {
        kind: "group",
        name: "ORDER",
        required: true,
        repeats: true,
        elements: [
          { kind: "segment", name: "ORC", required: true, repeats: false, elements: [] },
          {
            kind: "choice",
            name: "OBR|RXO",
            required: false,
            repeats: false,
            elements: [
              { kind: "segment", name: "OBR", required: true, repeats: false, elements: [] },
              { kind: "segment", name: "RXO", required: true, repeats: false, elements: [] },
            ],
          },
        ],
      },
    ]);
  });

  it.each(["MSH {SFT", "GROUP(PID", "MSH )", "<A|B"])("that is malformed is refused: %s", (text) => {
    expect(() => parseStructure(text)).toThrow(SyntaxError);
  });
});

describe("hl7v2 with these definitions", () => {
  const header = "MSH|^~\\&|A^1.2.3^ISO|B|C|D|20260301101500||ORU^R01^ORU_R01|1|P|2.5.1";

  it("keeps every value as it stands: precision of times, digits of numbers, subcomponents", () => {
    const text = [
      header,
      "PID|1||123^^^GEN&1.2.3&ISO^MR||DOE&VAN&DOE^JANE||19800214",
      "OBX|1|NM|2823-3^Potassium^LN|1|4.10|||||||||2026030110150.5+0100",
      "OBX|2|CE|a^b|1|x&y^z&q",
      "",
    ].join("\r");

    expect(HL7Message.parse(text).toHL7String()).toBe(text);
  });

  it.each(hl7Versions)("parses %s by the definitions of that version", (version) => {
    const message = HL7Message.parse(header.replace("2.5.1", version));

    expect(message.dictionary.version).toBe(version);
    expect(message.toHL7String()).toBe(`${header.replace("2.5.1", version)}\r`);
  });

  it("finds the nearest version", () => {
    expect(findNearestHL7Version("2.5.1")).toBe("2.5.1");
    expect(findNearestHL7Version("2.5.2")).toBe("2.5.1");
    expect(findNearestHL7Version("2.10")).toBe("2.8");
    expect(findNearestHL7Version("2.1")).toBe("2.3");
  });

  it("writes a Date as an instant with its offset", () => {
    expect(toHL7DateTime(new Date(Date.UTC(2026, 2, 1, 10, 15, 0, 50)))).toBe("20260301101500.050+0000");
  });

  it("is given a version only when it asks for one", () => {
    expect(Object.keys(dictionaries)).toEqual(hl7Versions);
    expect(dictionaries["2.4"]).toBe(dictionaries["2.4"]);
  });
});

describe("a bundle", () => {
  const source = `
    import { HL7Message, dictionaries } from "hl7v2";
    import { definitionsOf } from "${new URL("../../shared/hl7/dictionary/definitions.ts", import.meta.url).pathname}";
    const message = HL7Message.parse("MSH|^~\\\\&|||||20260301||ADT^A01|1|P|2.3");
    const { segments, types } = definitionsOf("2.3");
    console.log(JSON.stringify([Object.keys(dictionaries), message.dictionary.version, segments.size, types.size]));`;

  it("holds only the versions that it names and the one that they are made from, packed small", async () => {
    const { outputFiles, metafile } = await build({
      stdin: { contents: source, resolveDir: import.meta.dirname },
      bundle: true,
      write: false,
      metafile: true,
      platform: "node",
      format: "cjs",
      plugins: [
        {
          name: "hl7-versions",
          setup({ onResolve, onLoad }) {
            onResolve({ filter: /^hl7v2-dictionary\/versions$/ }, () => ({ path: "versions", namespace: "hl7" }));
            onLoad({ filter: /^/, namespace: "hl7" }, () => ({
              contents: versionsModule(["2.3"]),
              resolveDir: import.meta.dirname,
            }));
          },
        },
      ],
    });
    const output = execFileSync(process.execPath, ["-"], { input: outputFiles[0]?.text });
    const { segments, types } = definitionsOf("2.3") ?? {};

    expect(Object.keys(metafile.inputs).filter((path) => path.endsWith(".generated.json"))).toEqual([]);
    expect(JSON.parse(output.toString())).toEqual([["2.3", "2.5.1"], "2.3", segments?.size, types?.size]);
    expect(versionsModule(hl7Versions).length).toBeLessThan(50_000);
  });
});
