import { contents, documents } from "../document.ts";
import { evn } from "../segments/evn.ts";
import { msh } from "../segments/msh.ts";
import { nte, resultNotes } from "../segments/nte.ts";
import { obx } from "../segments/obx.ts";
import { pid } from "../segments/pid.ts";
import { pv1 } from "../segments/pv1.ts";
import { txa } from "../segments/txa.ts";
import { each, eachRequired, group, type MessageDefinition, type Part, required } from "./message.ts";

const notice: readonly Part[] = [
  required(msh),
  required(evn),
  required(pid),
  required(pv1),
  eachRequired(txa, documents),
];

/** HL7 v2.5.1, 9.5: notice of a document, and the document with its content. */
export const documentMessages: readonly MessageDefinition[] = [
  {
    structure: "MDM_T01",
    triggers: ["MDM^T01", "MDM^T03", "MDM^T05", "MDM^T07", "MDM^T09", "MDM^T11"],
    parts: notice,
  },
  {
    structure: "MDM_T02",
    triggers: ["MDM^T02", "MDM^T04", "MDM^T06", "MDM^T08", "MDM^T10"],
    parts: [
      ...notice,
      group("DOCUMENT", documents, [group("OBSERVATION", contents, [required(obx), each(nte, resultNotes)])]),
    ],
  },
];
