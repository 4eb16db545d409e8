import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { UsageError } from "../../cli/usage-error.ts";
import { validate } from "../../cli/validate.ts";
import { sampleOf } from "../interop/samples.ts";

let directory = "";

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "validate-"));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

async function run(
  parameters: readonly string[],
  input: string | Buffer = "",
): Promise<{ code: number; out: string; err: string }> {
  let out = "";
  let err = "";
  const code = await validate(parameters, {
    in: Readable.from([Buffer.from(input)]),
    out: { write: (text) => (out += text) },
    err: { write: (text) => (err += text) },
  });
  return { code, out, err };
}

const good = sampleOf("ADT^A01");
const bad = good.replace(/\rPV1[^\r]*/, "").replace("19800214", "19801301");

describe("ignite-bridge validate", () => {
  it("ends with 0 and says nothing on standard output when a message is right", async () => {
    expect(await run([await file("good.hl7", good)])).toEqual({
      code: 0,
      out: "",
      err: "1 message: 0 errors, 0 warnings\n",
    });
  });

  it("ends with 1 and a line for each finding: file, message, severity, place, rule", async () => {
    const path = await file("bad.hl7", `${good}\n${bad}`);
    const { code, out, err } = await run([path]);

    expect(code).toBe(1);
    expect(out.split("\n")).toEqual([
      `${path}:2: error: PV1: structure: Missing after NK1 in ADT_A01`,
      `${path}:2: error: PID-7.1: type: Not of type DTM: YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]`,
      "",
    ]);
    expect(err).toBe("2 messages: 2 errors, 0 warnings\n");
  });

  it("ends with 0 when there are warnings only", async () => {
    const path = await file("warned.hl7", good.replace("^JANE^ANN^", `^${"J".repeat(31)}^ANN^`));

    expect(await run([path])).toMatchObject({ code: 0, out: expect.stringContaining("warning: PID-5(1).2: length") });
  });

  it("gives an entry for each message with --json", async () => {
    const { code, out } = await run(["--json", "-"], bad);

    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual([
      {
        file: "-",
        message: 1,
        version: "2.5.1",
        findings: [
          { severity: "error", rule: "structure", segment: "PV1", sequence: 1, detail: "Missing after NK1 in ADT_A01" },
          expect.objectContaining({
            severity: "error",
            rule: "type",
            segment: "PID",
            sequence: 1,
            field: 7,
            component: 1,
          }),
        ],
      },
    ]);
  });

  it("checks against another version with --version", async () => {
    const { code, out } = await run(["--version", "2.7", "-"], good);

    expect(code).toBe(1);
    expect(out).toContain("-:1: error: MSH-12: version: MSH-12 does not name 2.7\n");
    expect(out).toContain("-:1: error: EVN-1: withdrawn: 2.7 has withdrawn Event Type Code\n");
  });

  it("asks for a version where the message has none that is known", async () => {
    const { code, out } = await run(["-"], good.replace("|2.5.1|", "|2.9|"));

    expect(code).toBe(1);
    expect(out).toMatch(/^-:1: error: MSH-12: version: .*give --version/);
  });

  it("reads the character set that MSH-18 names", async () => {
    // Ü is one byte in 8859/1: the name is 30 characters and no more than its field holds.
    const text = good.replace("UNICODE UTF-8", "8859/1").replace("^JANE^ANN^", `^${"Ü".repeat(30)}^ANN^`);

    expect(await run([await file("latin1.hl7", Buffer.from(text, "latin1"))])).toMatchObject({ code: 0, out: "" });
  });

  it.each([
    ["UNICODE UTF-8", "MSH-18 names UNICODE UTF-8, and the bytes are not UTF-8"],
    ["", "MSH-18 names no character set, and the bytes are not UTF-8"],
    ["KS X 1001", "MSH-18 names KS X 1001, and the bytes are not EUC-KR"],
    ["ASCII", "MSH-18 names ASCII, and the bytes are not ASCII"],
  ])("finds bytes that are not what MSH-18 names: '%s'", async (name, problem) => {
    const text = good.replace("UNICODE UTF-8", name).replace("^JANE^ANN^", "^JÜRGEN^ANN^");
    const { code, out } = await run([await file("wrong.hl7", Buffer.from(text, "latin1"))]);
    expect(code).toBe(1);
    expect(out).toContain(`wrong.hl7: error: MSH-18: type: ${problem}`);
  });

  it("finds a character set that there is not, whatever it is called", async () => {
    for (const name of ["LATIN-1", "constructor", "8859/99"]) {
      const { out } = await run(["-"], good.replace("UNICODE UTF-8", name));
      expect([name, out]).toEqual([name, expect.stringContaining("MSH-18: ")]);
    }
  });

  it.each([
    [[], "Give at least one file"],
    [["--version", "2.9", "x"], "There is no version 2.9"],
    [["--wrong", "x"], "Unknown option '--wrong'"],
  ])("does not take %j", async (parameters, problem) => {
    await expect(run(parameters)).rejects.toThrow(UsageError);
    await expect(run(parameters)).rejects.toThrow(problem);
  });

  it("is a command of ignite-bridge", () => {
    const main = new URL("../../cli/main.ts", import.meta.url);
    const { status, stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(main), "validate", "-"], {
      input: bad,
      encoding: "utf8",
    });

    expect(status).toBe(1);
    expect(stdout).toContain("-:1: error: PV1: structure: Missing");
    expect(stderr).toContain("1 message: 2 errors, 0 warnings");
  });

  const plain = { code: 0, out: "", err: "1 message: 0 errors, 0 warnings\n" };

  it.each<[string, string | Buffer]>([
    ["LF", good.replaceAll("\r", "\n")],
    ["CR and LF", good.replaceAll("\r", "\r\n")],
    ["a byte order mark", `\uFEFF${good}`],
    ["UTF-16", Buffer.from(`\uFEFF${good}`, "utf16le")],
    ["UTF-16 without a mark", Buffer.from(good, "utf16le")],
    ["an MLLP block", `\x0b${good}\x1c\r`],
    ["empty lines around", `\r\n\r\n${good}\r\n\r\n`],
  ])("reads a message in %s", async (_what, content) => {
    expect(await run(["-"], content as string)).toEqual(plain);
  });

  it.each([
    ["MSH|^^\\&|", "MSH-2: type: ^ stands for two delimiters: each is another character"],
    ["MSH|^~\\~|", "MSH-2: type: ~ stands for two delimiters: each is another character"],
    ["MSH|^~&|", "MSH-2: type: It has 3 of the four characters for components"],
    ["MSH|A~\\&|", "MSH-2: type: A letter, digit or space is no delimiter: write MSH|^~\\&"],
    ["MSHA^~\\&A", "MSH-1: type: A letter, digit or space is no delimiter: write MSH|^~\\&"],
  ])("finds what is wrong with the delimiters by which all else is read: %s", async (opening, problem) => {
    const { code, out } = await run(["-"], good.replace("MSH|^~\\&|", opening));
    expect(code).toBe(1);
    expect(out).toContain(`-:1: error: ${problem}`);
  });

  it("takes any delimiters that differ", async () => {
    const other = good.replace(/[|^]/g, (each) => (each === "|" ? "!" : "$"));
    expect(await run(["-"], other)).toEqual(plain);
  });

  it("reads several messages, in MLLP blocks or one behind the other", async () => {
    const two = { code: 0, err: "2 messages: 0 errors, 0 warnings\n" };
    expect(await run(["-"], `\x0b${good}\x1c\r\x0b${good}\x1c\r`)).toMatchObject(two);
    expect(await run(["-"], good + good)).toMatchObject(two);
  });

  const batch = (messages: string, count: string, batches = "1") =>
    `FHS|^~\\&|A|B\rBHS|^~\\&|A|B\r${messages}BTS|${count}\rFTS|${batches}\r`;

  it("reads a batch and holds it against its counts", async () => {
    expect(await run(["-"], batch(good + good, "2"))).toMatchObject({
      code: 0,
      err: expect.stringContaining("2 messages"),
    });
    expect(await run(["-"], batch(good, "").replaceAll("\r", "\n"))).toMatchObject({ code: 0 });
    expect((await run(["-"], batch(good, "3"))).out).toBe(
      "-: error: BTS-1: structure: It counts another number than the 1 message that there are\n",
    );
    expect((await run(["-"], batch(good, "1", "4"))).out).toBe(
      "-: error: FTS-1: structure: It counts another number than the 1 batch that there are\n",
    );
    expect((await run(["-"], batch(good, "1").replace("FTS|1\r", ""))).out).toBe(
      "-: error: FTS: structure: Missing: FHS and FTS go together\n",
    );
    const { code, out } = await run(["--json", "-"], batch(good, "3"));
    expect(code).toBe(1);
    expect(
      JSON.parse(out).map(({ message, findings }: { message?: number; findings: unknown[] }) => [
        message,
        findings.length,
      ]),
    ).toEqual([
      [undefined, 1],
      [1, 0],
    ]);
  });

  it("names a block that does not end", async () => {
    const { code, out } = await run(["-"], `\x0b${good}\x1c\r\x0b${good}`);
    expect(code).toBe(1);
    expect(out).toMatch(/^-: error: MSH: structure: An MLLP block begins \(0x0B\) and does not end/);
  });

  it("names text that stands before the first message", async () => {
    expect((await run(["-"], `EVN|A01\r${good}`)).out).toBe(
      "-: error: MSH: structure: There is text before the first message, which begins with MSH\n",
    );
  });

  it("goes on to the next file where one cannot be read", async () => {
    const { code, out, err } = await run([join(directory, "absent.hl7"), await file("other.hl7", bad)]);
    expect(code).toBe(1);
    expect(out).toContain("other.hl7:1: error: PV1");
    expect(err).toMatch(/^Cannot read .*absent\.hl7: there is no such file \(ENOENT\)\n1 message: 2 errors/);
  });

  it("ends with 1 when a file cannot be read or holds no message", async () => {
    const absent = join(directory, "absent.hl7");

    expect(await run([absent])).toEqual({
      code: 1,
      out: "",
      err: `Cannot read ${absent}: there is no such file (ENOENT)\n`,
    });
    expect((await run([directory])).err).toContain("it is a directory: name the files in it (EISDIR)");
    expect(await run(["-"], "\r\n")).toMatchObject({ code: 1, err: expect.stringContaining("holds no message") });
    expect(await run(["-"], "hello")).toMatchObject({ code: 1, err: expect.stringContaining("holds no message") });
  });
});
