import { codeMap } from "./code-map.ts";

export const transactionType = codeMap({
  name: "transactionType",
  table: "HL70017",
  systems: ["change kind"],
  codes: { charge: "CG", credit: "CD", adjustment: "AJ" },
  note: "Decided here: HL7 gives no map.",
});
