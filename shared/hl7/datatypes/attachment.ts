import { dataType } from "../mapping.ts";
import type { Repetition } from "../model.ts";
import type { Scope } from "../scope.ts";
import { designator } from "./hd.ts";
import { textOf } from "./text.ts";

/** HL70191 by the first half of a media type. */
const dataTypes: Readonly<Record<string, string>> = { text: "TEXT", image: "IM", audio: "AU", application: "AP" };

/** How many bytes a base64 text stands for. */
export function base64Bytes(data: string): number {
  return Math.floor((data.length * 3) / 4);
}

function mediaType(contentType: string | undefined): readonly [type: string, subtype: string] {
  const [type = "application", rest = "octet-stream"] = (contentType ?? "").split(";")[0]?.trim().split("/") ?? [];
  return [dataTypes[type.toLowerCase()] ?? "AP", rest.toUpperCase()];
}

/**
 * Base64 as any receiver decodes it: in one line, filled up, in the usual alphabet.
 *
 * @returns undefined for what is none
 */
export function base64Of(data: string): string | undefined {
  const text = data.replace(/\s+/g, "");
  const digits = text.endsWith("=") ? text.replace(/={1,2}$/, "") : text;
  if (digits.length % 4 === 1 || decodedBytes(digits) !== Math.floor((digits.length * 3) / 4)) return undefined;
  const usual =
    digits.includes("-") || digits.includes("_") ? digits.replaceAll("-", "+").replaceAll("_", "/") : digits;
  return usual.padEnd(Math.ceil(usual.length / 4) * 4, "=");
}

const pieceLength = 64 * 1024;
const piece = Buffer.alloc((pieceLength * 3) / 4);

/** Fewer than there should be where something is no digit. To decode takes a hundredth of what a pattern does. */
function decodedBytes(digits: string): number {
  let count = 0;
  for (let at = 0; at < digits.length; at += pieceLength)
    count += piece.write(digits.slice(at, at + pieceLength), "base64");
  return count;
}

/** 2.A.24 ED: the data themselves, in base64 and never wrapped. */
export function encapsulatedData(attachment: fhir4.Attachment, scope: Scope): Repetition | undefined {
  const data = base64Of(textOf(attachment.data) ?? "");
  if (data === undefined || data === "") return undefined;
  const [type, subtype] = mediaType(attachment.contentType);
  return [designator(scope.settings.facility), type, subtype, "Base64", data];
}

/** 2.A.65 RP: where the data lie. */
export function referencePointer(attachment: fhir4.Attachment, scope: Scope): Repetition | undefined {
  const url = textOf(attachment.url);
  if (url === undefined) return undefined;
  const [type, subtype] = mediaType(attachment.contentType);
  // A receiver does not know what a relative address is relative to.
  return [
    url.includes(":") ? url : `${scope.settings.source.baseUrl}/${url}`,
    designator(scope.settings.facility),
    type,
    subtype,
  ];
}

export const ed = dataType<fhir4.Attachment>("ED", (attachment, scope) => encapsulatedData(attachment, scope));
export const rp = dataType<fhir4.Attachment>("RP", (attachment, scope) => referencePointer(attachment, scope));
