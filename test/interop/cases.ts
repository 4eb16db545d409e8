import type { Trigger } from "../../shared/events/event.ts";
import { adapt } from "../../shared/hl7/conformance/adapt.ts";
import { check, type Finding } from "../../shared/hl7/conformance/check.ts";
import { parseMessages } from "../../shared/hl7/conformance/parse.ts";
import { type Hl7Version, hl7Versions } from "../../shared/hl7/dictionary/contents.ts";
import { triggerFormOf } from "../../shared/hl7/dictionary/triggers.ts";
import { encodeMessage } from "../../shared/hl7/encode.ts";
import { composeMessage, type RenderRequest, renderMessage } from "../../shared/hl7/render.ts";
import { chartRequest, chartTriggers } from "../hl7/support/tellings.ts";
import { fixtureRequest, renderableTriggers } from "./fixtures.ts";
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
  return hl7Versions.flatMap((version) => [
    ...renderableTriggers
      .filter((trigger) => isIn(trigger, version))
      .map((trigger) => renderedCase(`rendered ${trigger} ${version}`, fixtureRequest(trigger, version))),
    ...chartTriggers
      .filter((trigger) => isIn(trigger, version))
      .map((trigger) => renderedCase(`full ${trigger} ${version}`, chartRequest(trigger, version))),
    ...sampledTriggers.filter((trigger) => isIn(trigger, version)).map((trigger) => sampleCase(trigger, version)),
  ]);
}

function isIn(trigger: Trigger, version: Hl7Version): boolean {
  return triggerFormOf(trigger, version) !== undefined;
}

function renderedCase(name: string, request: RenderRequest): Case {
  const { version } = request.destination;
  const { structure, er7 } = renderMessage(request);
  const findings = check(composeMessage(request).message, version);
  return { name, version, structure, er7, findings };
}

function sampleCase(trigger: Trigger, version: Hl7Version): Case {
  const [sample] = parseMessages(sampleOf(trigger));
  if (sample === undefined) throw new TypeError(`The sample of ${trigger} is empty`);
  const { structure, message } = adapt(sample, version);
  const findings = check(message, version);
  return { name: `sample ${trigger} ${version}`, version, structure, er7: encodeMessage(message), findings };
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
  [/unknown segment: RXC$/, ["2.3.1"], "A mixture of several parts, where the model has one"],
  [/unknown segment: ACC$/, ["2.4"], "DFT^P03 of 2.4 ends as that of the versions around it"],
];
