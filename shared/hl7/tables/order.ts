import { codeMap } from "./code-map.ts";

export const orderStatus = codeMap({
  name: "orderStatus",
  table: "HL70038",
  systems: ["http://hl7.org/fhir/request-status"],
  codes: {
    active: "IP",
    "on-hold": "HD",
    revoked: "CA",
    completed: "CM",
    "entered-in-error": "CA",
    draft: null,
    unknown: null,
  },
  note: "ORC-5; in error is CA, since ER means that the order was not found.",
});

export const requestPriority = codeMap({
  name: "requestPriority",
  table: "HL70485",
  systems: ["http://hl7.org/fhir/request-priority"],
  codes: { stat: "S", asap: "A", urgent: "A", routine: "R" },
  names: { S: "Stat", A: "ASAP", R: "Routine" },
  note: "HL70485; `urgent` takes the code of `asap`, the nearest there is.",
});
