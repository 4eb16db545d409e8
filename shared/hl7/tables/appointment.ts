import { codeMap } from "./code-map.ts";

export const appointmentStatus = codeMap({
  name: "appointmentStatus",
  table: "HL70278",
  systems: ["http://hl7.org/fhir/appointmentstatus"],
  codes: {
    proposed: "Pending",
    pending: "Pending",
    waitlist: "Waitlist",
    booked: "Booked",
    arrived: "Started",
    "checked-in": "Started",
    fulfilled: "Complete",
    cancelled: "Cancelled",
    noshow: "Noshow",
    "entered-in-error": "Deleted",
  },
  note: "HL70278; HL7 has no code for arrived.",
});

export const appointmentReason = codeMap({
  name: "appointmentReason",
  table: "HL70276",
  systems: ["http://snomed.info/sct"],
  codes: { "3780001": "ROUTINE", "866149003": "CHECKUP", "185389009": "FOLLOWUP", "373110003": "EMERGENCY" },
  names: {
    ROUTINE: "Routine appointment - default if not valued",
    CHECKUP: "A routine check-up, such as an annual physical",
    FOLLOWUP: "A follow up visit from a previous appointment",
    EMERGENCY: "Emergency appointment",
  },
  isOpen: true,
  note: "v2-to-FHIR IG.",
});

export const segmentAction = /* @__PURE__ */ codeMap({
  name: "segmentAction",
  table: "HL70206",
  systems: ["change kind"],
  codes: { create: "A", update: "U", delete: "D" },
  names: { A: "Add/Insert", U: "Update", D: "Delete" },
  note: "v2-to-FHIR IG.",
});
