import { adapt } from "../../shared/hl7/conformance/adapt.ts";
import { check, type Finding } from "../../shared/hl7/conformance/check.ts";
import { parseMessages } from "../../shared/hl7/conformance/parse.ts";
import { type Hl7Version, hl7Versions } from "../../shared/hl7/dictionary/contents.ts";
import { triggerFormOf } from "../../shared/hl7/dictionary/triggers.ts";
import { encodeMessage } from "../../shared/hl7/encode.ts";
import type { Message } from "../../shared/hl7/model.ts";
import { renderedFixtures } from "./fixtures.ts";
import { sampledTriggers, sampleOf } from "./samples.ts";

/** One message in one version. */
export interface Case {
  /** `rendered ADT^A01 2.3` */
  readonly name: string;
  readonly version: Hl7Version;
  readonly structure: string;
  readonly er7: string;
  /** What the bridge's own check finds. */
  readonly findings: readonly Finding[];
}

/** Every message that the bridge renders, and a full sample of every trigger, in every version that has the trigger. */
export function interopCases(): readonly Case[] {
  const sources: (readonly [string, string, Message])[] = [
    ...renderedFixtures().map(({ trigger, message }) => ["rendered", trigger, message] as const),
    ...sampledTriggers.map((trigger) => ["sample", trigger, messageOf(sampleOf(trigger))] as const),
  ];
  return sources.flatMap(([kind, trigger, message]) =>
    hl7Versions
      .filter((version) => triggerFormOf(trigger, version) !== undefined)
      .map((version) => caseOf(`${kind} ${trigger} ${version}`, message, version)),
  );
}

function messageOf(er7: string): Message {
  const [message] = parseMessages(er7);
  if (message === undefined) throw new TypeError("The sample is empty");
  return message;
}

function caseOf(name: string, message: Message, version: Hl7Version): Case {
  const adapted = adapt(message, version);
  const er7 = encodeMessage(adapted.message);
  return { name, version, structure: adapted.structure, er7, findings: check(adapted.message, version) };
}

/** What HAPI says of a message that is right, by its words, with the reason. */
export const knownDifferences: readonly (readonly [
  pattern: RegExp,
  versions: readonly Hl7Version[],
  reason: string,
])[] = [
  [/OBX-4 is required$/, ["2.3.1", "2.8"], "Conditional: only where several OBX have the same identifier"],
  [/^ADT_A38\/DRG is required$/, ["2.3.1"], "A missing pair of brackets in the text of 2.3.1"],
  [/^ORM_O01\/.*\/(?:RXR|RXCNTE\/NTE) is required$/, ["2.3.1"], "Pharmacy segments, which no other order has"],
  [/unknown segment: RXR$/, hl7Versions, "ORM^O01 of a pharmacy order (chapter 4), which has no structure of its own"],
  [/unknown segment: ACC$/, ["2.4"], "DFT^P03 of 2.4 ends as that of the versions around it"],
];
