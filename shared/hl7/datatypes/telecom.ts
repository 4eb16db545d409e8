import { dataType } from "../mapping.ts";
import type { Component, Repetition } from "../model.ts";
import { textOf } from "./text.ts";

type Point = fhir4.ContactPoint;

/** HL70201 and HL70202 by system and use (before 2.7, where a mobile phone has no use code of its own). */
function codesOf(point: Point, points: readonly Point[], isWork: boolean): readonly [use: string, equipment: string] {
  const use = point.use === "work" ? "WPN" : point.use === "temp" ? "VHN" : isWork ? "WPN" : "PRN";
  if (point.system === "fax") return [use, "FX"];
  if (point.system === "pager") return ["BPN", "BP"];
  if (point.system === "sms") return [use, "CP"];
  if (point.use !== "mobile") return [use, "PH"];
  const hasHomePhone = points.some((each) => each.system === "phone" && each.use === "home");
  return [hasHomePhone ? "ORN" : use, "CP"];
}

const northAmerican =
  /^(?:\+?(1)[\s.-]*)?\(?(\d{3})\)?[\s.-]*(\d{3})[\s.-]*(\d{4})(?:\s*(?:x|ext\.?|extension|#)\s*(\d{1,5}))?$/i;
const international = /^\+(\d[\d\s().-]{5,})$/;

const contactPoint = "http://hl7.org/fhir/StructureDefinition/contactpoint";

interface DialledParts {
  readonly country: string | undefined;
  readonly area: string | undefined;
  readonly local: string;
  readonly extension: string | undefined;
}

/** The parts of a number where the resource tells them; without a local number they are none. */
function partsOf(extensions: readonly fhir4.Extension[]): DialledParts | undefined {
  const local = partAt(extensions, "local");
  if (local === undefined) return undefined;
  const [country, area, extension] = ["country", "area", "extension"].map((name) => partAt(extensions, name));
  return { country, area, local, extension };
}

function partAt(extensions: readonly fhir4.Extension[], name: string): string | undefined {
  const found = extensions.find(({ url }) => url === `${contactPoint}-${name}`);
  return textOf(found?.valueString ?? found?.valueInteger);
}

function inParts(
  point: Point,
  { country, area, local, extension }: DialledParts,
  points: readonly Point[],
  isWork: boolean,
): Repetition {
  return [undefined, ...codesOf(point, points, isWork), undefined, country, area, local, extension];
}

/** 2.A.89 XTN: North American numbers by their parts, all others unformatted. */
export function telecommunication(point: Point, points: readonly Point[], isWork: boolean): Repetition | undefined {
  const value = textOf(point.value)?.trim() || undefined;
  const dialled = point.extension === undefined ? undefined : partsOf(point.extension);
  if (value === undefined) return dialled === undefined ? undefined : inParts(point, dialled, points, isWork);
  const system = point.system ?? (value.includes("@") ? "email" : "phone");
  if (system === "url" || system === "other") return undefined;
  if (system === "email") return [undefined, "NET", "Internet", value.replace(/^mailto:/i, "")];
  if (dialled !== undefined) return inParts(point, dialled, points, isWork);
  const number = value.replace(/^tel:/i, "");
  const parts: Component[] = [undefined, ...codesOf({ ...point, system }, points, isWork)];
  const match = northAmerican.exec(number);
  if (match !== null) {
    const [, country, area, exchange, line, extension] = match;
    parts[4] = country ?? (point.extension === undefined ? undefined : partAt(point.extension, "country"));
    parts[5] = area;
    parts[6] = `${exchange}${line}`;
    parts[7] = extension;
  } else parts[11] = international.test(number) ? number.replace(/[^\d+]/g, "") : number;
  return parts;
}

const encode = (isWork: boolean) =>
  dataType<Point>("XTN", (point, _scope, _row, _owner, all) => telecommunication(point, all, isWork));

/** A number that is somebody's own unless it says otherwise. */
export const xtn = encode(false);
/** A number that is of a workplace. */
export const xtnWork = encode(true);

const unranked = 1_000_000;
const useOrder = ["home", "mobile", "temp", undefined, "work"];

/** By rank, then home before mobile; what has ended or was replaced is left out. */
export function byRank(points: readonly Point[]): readonly Point[] {
  return points
    .filter((point) => point?.use !== "old")
    .toSorted(
      (a, b) =>
        (a.rank ?? unranked) - (b.rank ?? unranked) ||
        systemOrder(a) - systemOrder(b) ||
        useOrder.indexOf(a.use) - useOrder.indexOf(b.use),
    );
}

function systemOrder({ system }: Point): number {
  return system === "email" ? 1 : 0;
}
