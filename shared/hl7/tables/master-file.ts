import { codeMap, terminology } from "./code-map.ts";

export const contactMethod = codeMap({
  name: "contactMethod",
  table: "HL70185",
  systems: ["http://hl7.org/fhir/contact-point-system", "http://hl7.org/fhir/contact-point-use"],
  codes: { email: "E", fax: "F", pager: "B", sms: "C", mobile: "C", home: "H", work: "O" },
  names: {
    B: "Beeper Number",
    C: "Cellular Phone Number",
    E: "E-Mail Address (for backward compatibility)",
    F: "FAX Number",
    H: "Home Phone Number",
    O: "Office Phone Number",
  },
  note: "By the system, of a telephone by the use.",
});

export const masterFileEvent = codeMap({
  name: "masterFileEvent",
  table: "HL70180",
  systems: ["change kind"],
  codes: { added: "MAD", changed: "MUP", deactivated: "MDC", reactivated: "MAC" },
  note: "By the type of the event. MDL is never sent: who is gone is deactivated.",
});

export const staffStatus = codeMap({
  name: "staffStatus",
  table: "HL70183",
  systems: ["boolean", "http://hl7.org/fhir/location-status"],
  codes: { true: "A", false: "I", active: "A", suspended: "I", inactive: "I" },
  names: { A: "Active", I: "Inactive" },
  note: "A place that is suspended takes no patients: inactive.",
});

export const locationKind = codeMap({
  name: "locationKind",
  table: "HL70260",
  systems: [`${terminology}/location-physical-type`],
  codes: {
    ...{ bd: "B", ro: "R", wa: "N", area: "D", si: "L", bu: "L", wi: "L", lvl: "L" },
    ...{ co: "L", ve: "L", ho: "L", ca: "L", rd: "L", jdn: "L" },
  },
  names: { B: "Bed", R: "Room", N: "Nursing Unit", D: "Department", L: "Other Location" },
  note: "HL7 gives no map.",
});

/** v3-RoleCode of a place, where it says more than its physical type. */
export const locationRoleKinds: Readonly<Record<string, string>> = {
  OF: "C",
  OC: "C",
  PC: "C",
  CARD: "C",
  GIM: "C",
  PEDC: "C",
  HU: "N",
  ICU: "N",
  CCU: "N",
  ER: "D",
  SURG: "O",
};
