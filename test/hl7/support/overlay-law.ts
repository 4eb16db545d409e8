import fc from "fast-check";
import { expect } from "vitest";
import type { Hl7Destination } from "../../../shared/config/schema.ts";
import { BridgeError } from "../../../shared/errors.ts";
import { parseMessages } from "../../../shared/hl7/conformance/parse.ts";
import { triggerFormOf } from "../../../shared/hl7/dictionary/triggers.ts";
import { standardDelimiters } from "../../../shared/hl7/encode.ts";
import { valueAt } from "../../../shared/hl7/model.ts";
import { renderMessage } from "../../../shared/hl7/render.ts";
import { charsets } from "../../../shared/mllp/charset.ts";
import { fixtureRequest, renderableTriggers } from "../../interop/fixtures.ts";
import { destinationWith } from "./destinations.ts";
import { type Hl7Input, oddDestination } from "./odd-destinations.ts";

/** The destination, or undefined for one that is refused, which must say where and why. */
function checked(input: Hl7Input): Hl7Destination | undefined {
  try {
    return destinationWith(input);
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    expect(error.code).toBe("ERR_CONFIG");
    expect(error.details["path"]).toMatch(/^destinations\.receiver\./);
    expect(String(error.details["problem"]).length).toBeGreaterThan(10);
    return undefined;
  }
}

type Told = { readonly er7: string; readonly workList: unknown } | { readonly parked: unknown };

function tell(trigger: (typeof renderableTriggers)[number], destination: Hl7Destination): Told {
  try {
    const { er7, workList } = renderMessage({ ...fixtureRequest(trigger, destination.version), destination });
    return { er7, workList };
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    expect(error.code).toBe("ERR_UNRENDERABLE");
    expect(error.details["field"]).toMatch(/^[A-Z][A-Z0-9]{2}(-\d+(\.\d+)*)?$/);
    return { parked: error.details };
  }
}

/** A message that holds together: what a receiver reads is one message under the id that it was sent with. */
function expectWhole(er7: string, { delimiters = standardDelimiters, characterSet }: Hl7Destination): void {
  expect(er7.endsWith("\r")).toBe(true);
  const lines = er7.slice(0, -1).split("\r");
  for (const line of lines) {
    expect(line).toMatch(/^[A-Z][A-Z0-9]{2}\P{Cc}*$/u);
    expect(line[3]).toBe(delimiters.field);
  }
  expect(lines.map((line) => line.slice(0, 3)).filter((name) => name === "MSH")).toEqual(["MSH"]);
  expect(lines[0]?.slice(0, 3)).toBe("MSH");
  const read = parseMessages(er7);
  expect(read).toHaveLength(1);
  expect(read[0]?.segments.map(({ name }) => name)).toEqual(lines.map((line) => line.slice(0, 3)));
  const [header] = read[0]?.segments ?? [];
  expect(header && valueAt(header, 10)).toBe("B0000000000000000017");
  const bytes = charsets[characterSet].encode(er7);
  expect(bytes.filter((byte) => byte === 0x0d)).toHaveLength(lines.length);
  expect(bytes.some((byte) => byte !== 0x0d && (byte < 0x20 || byte === 0x7f))).toBe(false);
  expect(charsets[characterSet].decode(bytes)).toBe(er7.toWellFormed());
}

/** Whatever a destination asks for is refused with its place, or every message is told whole or parked by name. */
export function holdForOddDestinations(parameters: fc.Parameters<[Hl7Input, number]>): { valid: number; told: number } {
  const seen = { valid: 0, told: 0 };
  fc.assert(
    fc.property(oddDestination, fc.nat(), (input, seed) => {
      const destination = checked(input);
      if (destination === undefined) return;
      seen.valid += 1;
      const fitting = renderableTriggers.filter((each) => triggerFormOf(each, destination.version) !== undefined);
      const trigger = fitting[seed % fitting.length];
      if (trigger === undefined) return;
      const first = tell(trigger, destination);
      expect(tell(trigger, { ...destination })).toEqual(first);
      if (!("er7" in first)) return;
      seen.told += 1;
      expectWhole(first.er7, destination);
      expect(JSON.stringify(first.workList)).not.toContain("DOE");
    }),
    parameters,
  );
  return seen;
}
