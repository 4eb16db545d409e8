import { randomUUID } from "node:crypto";

/** HL70008: application accept, error, reject; commit accept, error, reject (enhanced mode). */
export const acknowledgementCodes = ["AA", "AE", "AR", "CA", "CE", "CR"] as const;
export type AcknowledgementCode = (typeof acknowledgementCodes)[number];

/**
 * What a receiver said about a message. Its free texts (MSA-3, ERR-7, ERR-8) are left behind: they may quote the
 * patient.
 */
export interface Acknowledgement {
  readonly code: AcknowledgementCode;
  /** MSA-2: MSH-10 of the message that is answered. */
  readonly controlId: string;
  readonly errors: readonly AcknowledgementError[];
  /** The acknowledgement is a message that asks for a commit of its own: its MSH-10, MSH-11 and MSH-12. */
  readonly commit?: { readonly controlId: string; readonly processingId: string; readonly version: string } | undefined;
}

/** An acknowledgement may carry hundreds of errors; a person reads a few. */
const mostErrors = 20;

export interface AcknowledgementError {
  /** HL70357 or the receiver's own. */
  readonly code?: string | undefined;
  /** HL70516. */
  readonly severity?: "E" | "W" | "I" | "F" | undefined;
  /** `PID-5`, `PID-3[2].4`. */
  readonly field?: string | undefined;
}

/**
 * Reads an acknowledgement by its own delimiters. Segments may end in CR, LF or both. Errors are looked for where the
 * versions have put them: ERR-2 to ERR-4 (2.5 on), ERR-1 (2.4 and before), MSA-6, and a code at the head of MSA-3.
 *
 * @returns undefined when the text is not an acknowledgement
 */
export function readAcknowledgement(text: string): Acknowledgement | undefined {
  const segments = text.trimStart().split(/[\r\n]+/);
  const header = segments[0] ?? "";
  const fieldSeparator = header[3];
  if (!header.startsWith("MSH") || fieldSeparator === undefined) return undefined;
  const acknowledgement = segments.find((segment) => segment.startsWith("MSA"))?.split(fieldSeparator) ?? [];
  const code = acknowledgementCodes.find((each) => each === acknowledgement[1]?.trim());
  if (acknowledgement[0] !== "MSA" || code === undefined) return undefined;

  const [component = "^", repetition = "~"] = header.slice(4);
  const errors = segments
    .filter((segment) => segment.startsWith("ERR"))
    .flatMap((segment) => errorsOf(segment.split(fieldSeparator), component, repetition));
  const headCode = tokenOf(acknowledgement[6]?.split(component)[0]) ?? acknowledgement[3]?.match(/^\s*(\d{3})\b/)?.[1];
  const all = headCode === undefined ? errors : [...errors, { code: headCode }];
  const read = { code, controlId: acknowledgement[2]?.trim() ?? "", errors: all.slice(0, mostErrors) };
  const [controlId = "", processingId = "P", version = "2.5.1", , , asks] = header.split(fieldSeparator).slice(9);
  // MSH-15 of the acknowledgement: the commit is asked for always, or on success.
  return code.startsWith("A") && (asks === "AL" || asks === "SU")
    ? { ...read, commit: { controlId, processingId, version } }
    : read;
}

function errorsOf(fields: readonly string[], component: string, repetition: string): AcknowledgementError[] {
  const code = tokenOf(fields[3]?.split(component)[0]);
  const severity = (["E", "W", "I", "F"] as const).find((each) => each === fields[4]?.trim());
  if (code !== undefined || severity !== undefined) {
    const field = fieldOf(fields[2]?.split(repetition)[0]?.split(component) ?? []);
    return [{ code, severity, field }];
  }
  return (fields[1] ?? "").split(repetition).flatMap((location) => {
    // ELD: segment, sequence, field, code (CE, whose parts are subcomponents).
    const [segment, , position, error] = location.split(component);
    const found = tokenOf(error?.split("&")[0]);
    return segment || found ? [{ code: found, field: fieldOf([segment ?? "", "", position ?? ""]) }] : [];
  });
}

/** ERL: segment, sequence, field, repetition, component, subcomponent. */
function fieldOf([segment = "", , field = "", repetition = "", component = ""]: readonly string[]): string | undefined {
  if (!/^[A-Z][A-Z0-9]{2}$/.test(segment)) return undefined;
  const number = (text: string) => (/^\d{1,3}$/.test(text) ? text : "");
  const position = number(field) && `-${number(field)}`;
  const which = position && Number(number(repetition)) > 1 ? `[${number(repetition)}]` : "";
  const part = position && number(component) ? `.${number(component)}` : "";
  return `${segment}${position}${which}${part}`;
}

/**
 * Without codes that hold a word or a number of the message: a receiver that quotes the patient in the place of a code.
 * Codes of HL70357 are what they are.
 */
export function withoutQuotes(acknowledgement: Acknowledgement, message: string): Acknowledgement {
  const { errors } = acknowledgement;
  if (errors.length === 0) return acknowledgement;
  const said = new Set(wordsOf(message));
  const isQuote = (code: string) => !/^\d{3}$/.test(code) && wordsOf(code).some((word) => said.has(word));
  return {
    ...acknowledgement,
    errors: errors.map((each) => (each.code !== undefined && isQuote(each.code) ? { ...each, code: undefined } : each)),
  };
}

/** What is shorter tells nobody from anybody else. */
const shortestWord = 3;

function wordsOf(text: string): readonly string[] {
  return text
    .toUpperCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(({ length }) => length >= shortestWord);
}

/** HL7 v2.5.1, 2.9.3.4: the commit of an acknowledgement that asked for one. */
export function commitOf({ controlId, processingId, version }: NonNullable<Acknowledgement["commit"]>): string {
  const time = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  const id = randomUUID().replaceAll("-", "").slice(0, 20).toUpperCase();
  return `MSH|^~\\&|||||${time}+0000||ACK|${id}|${processingId}|${version}\rMSA|CA|${controlId}\r`;
}

/** A code, and not a text that a receiver put in a code's place. */
function tokenOf(text: string | undefined): string | undefined {
  const token = text?.trim() ?? "";
  return /^[A-Za-z0-9_.-]{1,20}$/.test(token) ? token : undefined;
}
