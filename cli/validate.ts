import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { check, type Finding } from "../shared/hl7/conformance/check.ts";
import { parseMessages } from "../shared/hl7/conformance/parse.ts";
import { type Hl7Version, hl7Versions } from "../shared/hl7/dictionary/contents.ts";
import { type Message, valueAt } from "../shared/hl7/model.ts";
import { readOptions } from "./options.ts";
import { UsageError } from "./usage-error.ts";

/** Where the command reads and writes; what a program may read goes to `out`, talk to `err`. */
interface Streams {
  readonly in: NodeJS.ReadableStream;
  readonly out: { write(text: string): unknown };
  readonly err: { write(text: string): unknown };
}

/** What is said of one message, and the shape of an entry of `--json`. */
interface Validated {
  readonly file: string;
  /** Which message of the file, from 1. */
  readonly message: number;
  /** Absent where neither MSH-12 nor --version names one that is known. */
  readonly version?: Hl7Version;
  readonly findings: readonly Finding[];
}

export function run(parameters: readonly string[]): Promise<number> {
  return validate(parameters, { in: process.stdin, out: process.stdout, err: process.stderr });
}

/**
 * @returns the exit code: 0 no message has an error, 1 one has or a file cannot be read
 * @throws UsageError
 */
export async function validate(parameters: readonly string[], streams: Streams): Promise<number> {
  const { values, positionals: files } = readOptions(parameters, {
    version: { type: "string" },
    json: { type: "boolean", default: false },
  });
  if (files.length === 0) throw new UsageError("Give at least one file of HL7 v2 messages");
  const version = hl7Versions.find((known) => known === values.version);
  if (values.version !== undefined && version === undefined)
    throw new UsageError(`There is no version ${values.version}: use one of ${hl7Versions.join(", ")}`);
  const results: Validated[] = [];
  for (const file of files) {
    let bytes: Buffer;
    try {
      bytes = file === "-" ? await buffer(streams.in) : await readFile(file);
    } catch (error) {
      streams.err.write(`Cannot read ${file}: ${(error as NodeJS.ErrnoException).code ?? "unknown reason"}\n`);
      return 1;
    }
    const messages = parseMessages(decode(bytes));
    if (messages.length === 0) {
      streams.err.write(`${file} holds no message: an HL7 v2 message begins with MSH\n`);
      return 1;
    }
    results.push(...messages.map((message, index) => validated(file, index + 1, message, version)));
  }
  const findings = results.flatMap((result) => result.findings);
  const errors = findings.filter(({ severity }) => severity === "error").length;
  streams.out.write(values.json ? `${JSON.stringify(results, undefined, 2)}\n` : results.flatMap(lines).join(""));
  streams.err.write(
    `${count(results.length, "message")}: ${count(errors, "error")}, ${count(findings.length - errors, "warning")}\n`,
  );
  return errors === 0 ? 0 : 1;
}

/** In the character set that MSH-18 names; UTF-8 where it names none or one that is not known. */
function decode(bytes: Buffer): string {
  const [header] = parseMessages(bytes.toString("latin1").split(/[\r\n]/, 1)[0] ?? "");
  const name = header?.segments[0] === undefined ? undefined : valueAt(header.segments[0], 18);
  const part = /^8859\/(\d{1,2})$/.exec(name ?? "")?.[1];
  try {
    return new TextDecoder(part === undefined ? "utf-8" : `iso-8859-${part}`).decode(bytes);
  } catch {
    return bytes.toString("utf8");
  }
}

function validated(file: string, number: number, message: Message, wanted: Hl7Version | undefined): Validated {
  const header = message.segments[0];
  const stated = header === undefined ? undefined : valueAt(header, 12);
  const version = wanted ?? hl7Versions.find((known) => known === stated);
  if (version !== undefined) return { file, message: number, version, findings: check(message, version) };
  const detail = `MSH-12 names no version that is known: give --version, one of ${hl7Versions.join(", ")}`;
  const finding: Finding = { severity: "error", rule: "version", segment: "MSH", sequence: 1, field: 12, detail };
  return { file, message: number, findings: [finding] };
}

/** `message.hl7:1: error: PID-5.1: required: Family Name is required in XPN` */
function lines({ file, message, findings }: Validated): string[] {
  return findings.map(
    (finding) => `${file}:${message}: ${finding.severity}: ${place(finding)}: ${finding.rule}: ${finding.detail}\n`,
  );
}

/** `OBX[3]-5(2).1`: third OBX, second repetition of field 5, component 1. */
function place({ segment, sequence, field, repetition, component, subcomponent }: Finding): string {
  const parts = [component, subcomponent].filter((part) => part !== undefined).map((part) => `.${part}`);
  const nth = sequence > 1 ? `[${sequence}]` : "";
  const fieldPlace = field === undefined ? "" : `-${field}`;
  return `${segment}${nth}${fieldPlace}${repetition === undefined ? "" : `(${repetition})`}${parts.join("")}`;
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}
