import type { MessageContext } from "../context.ts";
import { dg1, diagnoses } from "../segments/dg1.ts";
import { evn } from "../segments/evn.ts";
import { type MergeContext, mrg } from "../segments/mrg.ts";
import { msh } from "../segments/msh.ts";
import { nextOfKin, nk1 } from "../segments/nk1.ts";
import { pd1 } from "../segments/pd1.ts";
import { pid } from "../segments/pid.ts";
import { pv1 } from "../segments/pv1.ts";
import { pv2 } from "../segments/pv2.ts";
import { each, eachRequired, group, type MessageDefinition, optional, type Part, required } from "./message.ts";

const head: readonly Part[] = [required(msh), required(evn), required(pid), optional(pd1)];
const visit: readonly Part[] = [required(pv1), optional(pv2)];
const family: Part = each(nk1, nextOfKin);
const diagnosis: Part = each(dg1, diagnoses);

/** The record that ended: the merged Patient or Encounter, or the Patient as it was under its old number. */
function merged(context: MessageContext): readonly MergeContext[] {
  const ended = context.event.step?.merged ?? context.event.before;
  if (ended?.resourceType === "Encounter")
    return [{ ...context, MergedPatient: context.Patient, MergedEncounter: ended }];
  return [{ ...context, MergedPatient: ended?.resourceType === "Patient" ? ended : { resourceType: "Patient" } }];
}

/** HL7 v2.5.1, 3.3: the abstract messages of chapter 3. */
export const adtMessages: readonly MessageDefinition[] = [
  {
    structure: "ADT_A01",
    triggers: ["ADT^A01", "ADT^A04", "ADT^A08", "ADT^A13"],
    parts: [...head, family, ...visit, diagnosis],
  },
  { structure: "ADT_A02", triggers: ["ADT^A02"], parts: [...head, ...visit] },
  { structure: "ADT_A03", triggers: ["ADT^A03"], parts: [...head, family, ...visit, diagnosis] },
  {
    structure: "ADT_A05",
    triggers: ["ADT^A05", "ADT^A14", "ADT^A28", "ADT^A31"],
    parts: [...head, family, ...visit, diagnosis],
  },
  {
    structure: "ADT_A06",
    triggers: ["ADT^A06", "ADT^A07"],
    parts: [...head, family, ...visit, diagnosis],
  },
  { structure: "ADT_A09", triggers: ["ADT^A09", "ADT^A10", "ADT^A11"], parts: [...head, ...visit, diagnosis] },
  { structure: "ADT_A12", triggers: ["ADT^A12"], parts: [...head, ...visit, diagnosis] },
  { structure: "ADT_A15", triggers: ["ADT^A15"], parts: [...head, ...visit, diagnosis] },
  { structure: "ADT_A16", triggers: ["ADT^A16"], parts: [...head, ...visit, diagnosis] },
  {
    structure: "ADT_A21",
    triggers: ["ADT^A21", "ADT^A22", "ADT^A23", "ADT^A25", "ADT^A26", "ADT^A27", "ADT^A29"],
    parts: [...head, ...visit],
  },
  { structure: "ADT_A30", triggers: ["ADT^A47"], parts: [...head, eachRequired(mrg, merged)] },
  { structure: "ADT_A38", triggers: ["ADT^A38"], parts: [...head, ...visit, diagnosis] },
  {
    structure: "ADT_A39",
    triggers: ["ADT^A40", "ADT^A41", "ADT^A42"],
    parts: [
      required(msh),
      required(evn),
      group("PATIENT", (context: MessageContext) => [context], [
        required(pid),
        optional(pd1),
        eachRequired(mrg, merged),
      ]),
    ],
  },
];
