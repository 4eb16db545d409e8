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

/** 2.A.24 ED: the data themselves, in base64 and never wrapped. */
export function encapsulatedData(attachment: fhir4.Attachment, scope: Scope): Repetition | undefined {
  const data = textOf(attachment.data)?.replace(/\s+/g, "");
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
