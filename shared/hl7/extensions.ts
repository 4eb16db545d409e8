/** Where the extensions are that HL7 defines for all of FHIR, and those that Millennium adds. */
export const standard = "http://hl7.org/fhir/StructureDefinition";
export const millennium = "https://fhir-ehr.cerner.com/r4/StructureDefinition";
