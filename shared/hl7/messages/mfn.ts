import { ldp, loc, places } from "../segments/loc.ts";
import { mfe, mfi } from "../segments/mfi.ts";
import { msh } from "../segments/msh.ts";
import { lan, languages, pra, staff, stf } from "../segments/stf.ts";
import { each, group, type MessageDefinition, optional, required } from "./message.ts";

/** HL7 v2.5.1, 8.7 and 8.8 */
export const masterFileMessages: readonly MessageDefinition[] = [
  {
    structure: "MFN_M02",
    triggers: ["MFN^M02"],
    parts: [
      required(msh),
      required(mfi),
      group("MF_STAFF", staff, [required(mfe), required(stf), optional(pra), each(lan, languages)]),
    ],
  },
  {
    structure: "MFN_M05",
    triggers: ["MFN^M05"],
    parts: [required(msh), required(mfi), group("MF_LOCATION", places, [required(mfe), required(loc), required(ldp)])],
  },
];
