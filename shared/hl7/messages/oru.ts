import type { MessageContext } from "../context.ts";
import { reports, results, specimens } from "../results.ts";
import { msh } from "../segments/msh.ts";
import { nte, resultNotes } from "../segments/nte.ts";
import { obrOfResult } from "../segments/obr.ts";
import { obx } from "../segments/obx.ts";
import { orcOfResult } from "../segments/orc.ts";
import { pd1 } from "../segments/pd1.ts";
import { pid } from "../segments/pid.ts";
import { pv1 } from "../segments/pv1.ts";
import { pv2 } from "../segments/pv2.ts";
import { spm } from "../segments/spm.ts";
import { each, group, type MessageDefinition, optional, required } from "./message.ts";
import { itself, visits } from "./parts.ts";

/** HL7 v2.5.1, 7.3.1 */
export const oruMessages: readonly MessageDefinition[] = [
  {
    structure: "ORU_R01",
    triggers: ["ORU^R01"],
    parts: [
      required(msh),
      group("PATIENT_RESULT", itself<MessageContext>, [
        group("PATIENT", itself<MessageContext>, [
          required(pid),
          optional(pd1),
          group("VISIT", visits<MessageContext>, [required(pv1), optional(pv2)]),
        ]),
        group("ORDER_OBSERVATION", reports, [
          required(orcOfResult),
          required(obrOfResult),
          group("OBSERVATION", results, [required(obx), each(nte, resultNotes)]),
          group("SPECIMEN", specimens, [optional(spm)]),
        ]),
      ]),
    ],
  },
];
