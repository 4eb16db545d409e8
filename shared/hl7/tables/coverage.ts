import { codeMap, terminology } from "./code-map.ts";

export const subscriberRelationship = codeMap({
  name: "subscriberRelationship",
  table: "HL70063",
  systems: [`${terminology}/subscriber-relationship`],
  codes: { self: "SEL", spouse: "SPO", child: "CHD", parent: "PAR", common: "DOM", other: "OTH", injured: "OTH" },
  names: { SEL: "Self", SPO: "Spouse", CHD: "Child", PAR: "Parent", DOM: "Life partner", OTH: "Other" },
  note: "Decided here: HL7 gives no map.",
});

export const insuredRelationship = codeMap({
  name: "insuredRelationship",
  table: "HL70344",
  systems: [`${terminology}/subscriber-relationship`],
  codes: { self: "01", spouse: "02", child: "03", parent: "18", injured: "15", common: "09", other: "09" },
  names: {
    "01": "Patient is insured",
    "02": "Spouse",
    "03": "Child",
    "09": "Unknown",
    "15": "Injured plaintiff",
    "18": "Parent",
  },
  note: "Decided here: HL7 gives no map.",
});
