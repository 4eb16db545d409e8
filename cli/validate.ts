import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { check, type Finding } from "../shared/hl7/conformance/check.ts";
import { type Hl7Version, hl7Versions } from "../shared/hl7/dictionary/contents.ts";
import { type Message, valueAt } from "../shared/hl7/model.ts";
import { delimiterFaults, readHl7File } from "./hl7-files.ts";
import { readOptions } from "./options.ts";
import type { Streams } from "./streams.ts";
import { whyUnreadable } from "./unreadable.ts";
import { UsageError } from "./usage-error.ts";

/** What is said of one message, or of a file around its messages, and the shape of an entry of `--json`. */
interface Validated {
  readonly file: string;
  /** Which message of the file, from 1; absent for the file itself. */
  readonly message?: number;
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
  if (files.filter((file) => file === "-").length > 1) throw new UsageError("Standard input can be read once only");
  const results: Validated[] = [];
  let unreadable = 0;
  for (const file of files) {
    const found = await validatedFile(file, version, streams);
    if (typeof found === "string") {
      unreadable += 1;
      streams.err.write(`${found}\n`);
    } else results.push(...found);
  }
  const findings = results.flatMap((result) => result.findings);
  const errors = findings.filter(({ severity }) => severity === "error").length;
  streams.out.write(values.json ? `${JSON.stringify(results, undefined, 2)}\n` : results.flatMap(lines).join(""));
  const messages = results.filter(({ message }) => message !== undefined).length;
  if (results.length === 0) return 1;
  streams.err.write(
    `${count(messages, "message")}: ${count(errors, "error")}, ${count(findings.length - errors, "warning")}\n`,
  );
  return errors + unreadable === 0 ? 0 : 1;
}

/** @returns a text where there is nothing to validate: why */
async function validatedFile(
  file: string,
  version: Hl7Version | undefined,
  streams: Streams,
): Promise<readonly Validated[] | string> {
  let bytes: Buffer;
  try {
    bytes = file === "-" ? await buffer(streams.in) : await readFile(file);
  } catch (error) {
    return `Cannot read ${file}: ${whyUnreadable(error)}`;
  }
  const { messages, findings } = readHl7File(bytes);
  if (messages.length === 0) return `${file} holds no message: an HL7 v2 message begins with MSH`;
  return [
    ...(findings.length === 0 ? [] : [{ file, findings }]),
    ...messages.map((message, index) => validated(file, index + 1, message, version)),
  ];
}

function validated(file: string, number: number, message: Message, wanted: Hl7Version | undefined): Validated {
  const header = message.segments[0];
  const stated = header === undefined ? undefined : valueAt(header, 12);
  const version = wanted ?? hl7Versions.find((known) => known === stated);
  const faults = header === undefined ? [] : delimiterFaults(header);
  if (version !== undefined)
    return { file, message: number, version, findings: [...faults, ...check(message, version)] };
  const detail = `${stated ? `MSH-12 names ${stated}, which is not known` : "MSH-12 names no version"}: give --version, one of ${hl7Versions.join(", ")}`;
  const finding: Finding = { severity: "error", rule: "version", segment: "MSH", sequence: 1, field: 12, detail };
  return { file, message: number, findings: [...faults, finding] };
}

/** `message.hl7:1: error: PID-5.1: required: Family Name is required in XPN` */
function lines({ file, message, findings }: Validated): string[] {
  const where = message === undefined ? file : `${file}:${message}`;
  return findings.map(
    (finding) => `${where}: ${finding.severity}: ${place(finding)}: ${finding.rule}: ${finding.detail}\n`,
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
