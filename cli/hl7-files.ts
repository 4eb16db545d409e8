import type { Finding } from "../shared/hl7/conformance/check.ts";
import { parseMessages } from "../shared/hl7/conformance/parse.ts";
import { type Message, type Segment, valueAt } from "../shared/hl7/model.ts";

/** What a file of HL7 v2 holds. */
export interface Hl7File {
  readonly messages: readonly Message[];
  /** What is wrong with the file around its messages: batch headers and counts, text before the first message. */
  readonly findings: readonly Finding[];
}

/**
 * Reads the messages of a file as other systems write them: with CR, LF or both at the ends of segments, in MLLP blocks,
 * in a batch (FHS, BHS, BTS, FTS), behind a byte order mark, in the character set that MSH-18 of the first one names.
 */
export function readHl7File(bytes: Buffer): Hl7File {
  const { text, faults } = decode(bytes);
  const { batch, rest } = withoutBatch(text);
  const found = parseMessages(rest);
  const messages = found.filter(({ segments: [first] }) => first?.name === "MSH");
  const stray: readonly Finding[] =
    messages.length === 0 || messages.length === found.length
      ? []
      : [fault("MSH", "There is text before the first message, which begins with MSH")];
  return { messages, findings: [...faults, ...unfinished(text), ...stray, ...batch] };
}

/** A block of MLLP ends as it began, unless the file was cut short. */
function unfinished(text: string): readonly Finding[] {
  const isUnfinished = text.split("\v").length > text.split("\x1c").length;
  return isUnfinished
    ? [fault("MSH", "An MLLP block begins (0x0B) and does not end (0x1C): the file was cut short")]
    : [];
}

/** How UTF-16 begins: with a byte order mark, or with an M. */
const wideCharacters: Readonly<Record<string, string>> = {
  fffe: "utf-16le",
  "4d00": "utf-16le",
  feff: "utf-16be",
  "004d": "utf-16be",
};

/** HL70211 as the decoder calls it; the parts of ISO 8859 are called alike. */
const characterSets: Readonly<Record<string, string>> = {
  "UNICODE UTF-16": "utf-16be",
  "GB 18030-2000": "gb18030",
  "KS X 1001": "euc-kr",
  "BIG-5": "big5",
};

interface Decoded {
  readonly text: string;
  readonly faults: readonly Finding[];
}

/** UTF-8 where neither a byte order mark nor MSH-18 says something else. */
function decode(bytes: Buffer): Decoded {
  const wide = wideCharacters[bytes.subarray(0, 2).toString("hex")];
  if (wide !== undefined) return { text: new TextDecoder(wide).decode(bytes), faults: [] };
  const plain = bytes.toString("latin1");
  const [message] = parseMessages(plain.slice(Math.max(0, plain.search(/MSH[^\w\s]/))).split(/[\r\n]/, 1)[0] ?? "");
  const name = (message?.segments[0] === undefined ? undefined : valueAt(message.segments[0], 18)) ?? "";
  if (name === "ASCII" && bytes.some((byte) => byte > 0x7f))
    return { text: bytes.toString("utf8"), faults: [notIn(name, "ASCII")] };
  const part = /^8859\/(\d{1,2})$/.exec(name)?.[1];
  const known = Object.hasOwn(characterSets, name) ? characterSets[name] : undefined;
  const label = part === undefined ? (known ?? "utf-8") : `iso-8859-${part}`;
  try {
    return { text: new TextDecoder(label, { fatal: true }).decode(bytes), faults: [] };
  } catch {
    return { text: bytes.toString("utf8"), faults: [notIn(name, label.toUpperCase())] };
  }
}

function notIn(name: string, set: string): Finding {
  const said = name === "" ? "MSH-18 names no character set" : `MSH-18 names ${name}`;
  const detail = `${said}, and the bytes are not ${set}: name in MSH-18 what they are (HL70211)`;
  return { ...fault("MSH", detail), rule: "type", field: 18 };
}

/** What is wrong with MSH-1 and MSH-2, by which all else is read. */
export function delimiterFaults(header: Segment): readonly Finding[] {
  const separator = valueAt(header, 1) ?? "";
  const encodingCharacters = String(valueAt(header, 2) ?? "");
  const at = (field: number, detail: string): Finding => ({ ...fault("MSH", detail), rule: "type", field });
  const all = [...separator, ...encodingCharacters];
  const twice = all.find((each, index) => all.indexOf(each) !== index);
  const letter = all.find((each) => /[\p{L}\p{N}\s]/u.test(each));
  const { length } = encodingCharacters;
  return [
    ...(letter === undefined
      ? []
      : [at(letter === separator ? 1 : 2, "A letter, digit or space is no delimiter: write MSH|^~\\&")]),
    ...(twice === undefined ? [] : [at(2, `${twice} stands for two delimiters: each is another character`)]),
    ...(length < 4
      ? [at(2, `It has ${length} of the four characters for components, repetitions, escapes and subcomponents`)]
      : []),
  ];
}

const envelope = /^(FHS|BHS|BTS|FTS)([^\w\s])(.*)$/;

/** Takes the segments of a batch (HL7 v2.5.1, 2.10.3) out, and holds their counts against what stands between them. */
function withoutBatch(text: string): { readonly batch: readonly Finding[]; readonly rest: string } {
  const batch: Finding[] = [];
  const kept: string[] = [];
  const seen = { FHS: 0, BHS: 0, BTS: 0, FTS: 0 };
  let messages = 0;
  // Without the block characters of MLLP.
  for (const line of text
    .replaceAll("\v", "")
    .replaceAll("\x1c", "")
    .split(/\r\n?|\n/)) {
    const [, name, separator = "|", fields = ""] = envelope.exec(line) ?? [];
    if (name === undefined) {
      if (/^MSH[^\w\s]/.test(line)) messages += 1;
      kept.push(line);
      continue;
    }
    seen[name as keyof typeof seen] += 1;
    const [count = ""] = fields.split(separator);
    if (name === "BHS") messages = 0;
    if (name === "BTS") {
      batch.push(...miscounted("BTS", seen.BTS, count, messages, "message"));
      messages = 0;
    }
    if (name === "FTS") batch.push(...miscounted("FTS", seen.FTS, count, seen.BHS, "batch"));
  }
  for (const [header, trailer] of [
    ["FHS", "FTS"],
    ["BHS", "BTS"],
  ] as const)
    if (seen[header] !== seen[trailer])
      batch.push(
        fault(seen[header] > seen[trailer] ? trailer : header, `Missing: ${header} and ${trailer} go together`),
      );
  return { batch, rest: kept.join("\r") };
}

function miscounted(
  segment: string,
  sequence: number,
  stated: string,
  count: number,
  thing: string,
): readonly Finding[] {
  if (stated.trim() === "" || Number(stated) === count) return [];
  const detail = `It counts another number than the ${count} ${thing}${count === 1 ? "" : thing === "batch" ? "es" : "s"} that there are`;
  return [{ ...fault(segment, detail), sequence, field: 1 }];
}

function fault(segment: string, detail: string): Finding {
  return { severity: "error", rule: "structure", segment, sequence: 1, detail };
}
