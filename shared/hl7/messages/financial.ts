import type { MessageContext } from "../context.ts";
import { changedDiagnoses, dg1 } from "../segments/dg1.ts";
import { evn } from "../segments/evn.ts";
import { chargeDiagnoses, chargedProcedures, chargeNotes, charges, ft1 } from "../segments/ft1.ts";
import { msh } from "../segments/msh.ts";
import { nextOfKin, nk1 } from "../segments/nk1.ts";
import { nte } from "../segments/nte.ts";
import { pd1 } from "../segments/pd1.ts";
import { pid } from "../segments/pid.ts";
import { changedProcedures, pr1 } from "../segments/pr1.ts";
import { pv1 } from "../segments/pv1.ts";
import { pv2 } from "../segments/pv2.ts";
import {
  allergy,
  diagnosis,
  disability,
  guarantor,
  insurance,
  observations,
  ofVisit,
  procedure,
  roles,
} from "./adt.ts";
import { each, group, type MessageDefinition, optional, type Part, required } from "./message.ts";

function itself(context: MessageContext): readonly MessageContext[] {
  return [context];
}

const head: readonly Part[] = [required(msh), required(evn), required(pid), optional(pd1)];

const account: Part = group("VISIT", itself, [
  required(pv1),
  optional(pv2),
  roles,
  disability,
  observations,
  allergy,
  diagnosis,
  procedure,
  guarantor,
  each(nk1, nextOfKin),
  insurance,
]);

/** HL7 v2.5.1, 6.4 */
export const financialMessages: readonly MessageDefinition[] = [
  {
    structure: "DFT_P03",
    triggers: ["DFT^P03"],
    parts: [
      ...head,
      group("VISIT", ofVisit, [required(pv1), optional(pv2)]),
      roles,
      disability,
      group("FINANCIAL", charges, [required(ft1), each(nte, chargeNotes), each(pr1, chargedProcedures)]),
      each(dg1, chargeDiagnoses),
      guarantor,
      insurance,
    ],
  },
  { structure: "BAR_P01", triggers: ["BAR^P01"], parts: [...head, account] },
  {
    structure: "BAR_P02",
    triggers: ["BAR^P02"],
    parts: [
      required(msh),
      required(evn),
      group("PATIENT", itself, [required(pid), optional(pd1), each(pv1, ofVisit), disability]),
    ],
  },
  { structure: "BAR_P05", triggers: ["BAR^P05"], parts: [...head, account] },
  {
    structure: "BAR_P06",
    triggers: ["BAR^P06"],
    parts: [required(msh), required(evn), group("PATIENT", itself, [required(pid), required(pv1)])],
  },
  {
    structure: "BAR_P12",
    triggers: ["BAR^P12"],
    parts: [
      required(msh),
      required(evn),
      required(pid),
      required(pv1),
      each(dg1, changedDiagnoses),
      each(pr1, changedProcedures),
    ],
  },
];
