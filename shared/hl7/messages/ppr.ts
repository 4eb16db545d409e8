import type { MessageContext } from "../context.ts";
import { msh } from "../segments/msh.ts";
import { nte, resultNotes } from "../segments/nte.ts";
import { obx } from "../segments/obx.ts";
import { pid } from "../segments/pid.ts";
import { goalNotes, goals, gol, prb, problemFindings, problemNotes, problemRoles, problems } from "../segments/prb.ts";
import { pathways, pth } from "../segments/pth.ts";
import { pv1 } from "../segments/pv1.ts";
import { pv2 } from "../segments/pv2.ts";
import { rol } from "../segments/rol.ts";
import { ofVisit } from "./adt.ts";
import { each, group, type MessageDefinition, optional, required } from "./message.ts";

/** HL7 v2.5.1, 12.3.1 */
export const problemMessages: readonly MessageDefinition[] = [
  {
    structure: "PPR_PC1",
    triggers: ["PPR^PC1", "PPR^PC2", "PPR^PC3"],
    parts: [
      required(msh),
      required(pid),
      group<MessageContext, MessageContext>("PATIENT_VISIT", ofVisit, [required(pv1), optional(pv2)]),
      group("PROBLEM", problems, [
        required(prb),
        each(nte, problemNotes),
        each(rol, problemRoles),
        each(pth, pathways),
        group("PROBLEM_OBSERVATION", problemFindings, [required(obx), each(nte, resultNotes)]),
        group("GOAL", goals, [required(gol), each(nte, goalNotes)]),
      ]),
    ],
  },
];
