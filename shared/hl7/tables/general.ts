import { codeMap } from "./code-map.ts";

export const yesNo = codeMap({
  name: "yesNo",
  table: "HL70136",
  systems: ["boolean"],
  codes: { true: "Y", false: "N" },
  note: "Decided here: HL7 gives no map.",
});

export const actionCode = codeMap({
  name: "actionCode",
  table: "HL70323",
  systems: ["change kind"],
  codes: { create: "A", update: "U", delete: "D" },
  note: "Decided here: HL7 gives no map.",
});

export const problemAction = codeMap({
  name: "problemAction",
  table: "HL70287",
  systems: ["change kind"],
  codes: { create: "AD", update: "UP", delete: "DE" },
  note: "Decided here: HL7 gives no map.",
});

export const mfnRecordAction = codeMap({
  name: "mfnRecordAction",
  table: "HL70180",
  systems: ["change kind"],
  codes: { create: "MAD", update: "MUP", deactivate: "MDC", reactivate: "MAC", delete: "MDL" },
  note: "Decided here: HL7 gives no map.",
});

export const staffActive = codeMap({
  name: "staffActive",
  table: "HL70183",
  systems: ["boolean"],
  codes: { true: "A", false: "I" },
  note: "Decided here: HL7 gives no map.",
});
