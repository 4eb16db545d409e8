/** A coded idea as Millennium shows it: the tenant's own code, the standard codes that it is mapped to, and a text. */
export interface Concept {
  codeSet?: number;
  code?: string;
  display: string;
  standard?: readonly { system: string; code: string; display?: string }[];
}

export const systems = {
  actCode: "http://terminology.hl7.org/CodeSystem/v3-ActCode",
  participation: "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
  patientClass: "http://terminology.hl7.org/CodeSystem/v2-0004",
  identifierType: "http://terminology.hl7.org/CodeSystem/v2-0203",
  loinc: "http://loinc.org",
  snomed: "http://snomed.info/sct",
  ucum: "http://unitsofmeasure.org",
  physicalType: "http://terminology.hl7.org/CodeSystem/location-physical-type",
  absent: "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
} as const;

export const codeSetUrl = (tenant: string, codeSet: number) => `https://fhir.cerner.com/${tenant}/codeSet/${codeSet}`;

export function codeable(tenant: string, concept: Concept): fhir4.CodeableConcept {
  const { codeSet, code, display, standard = [] } = concept;
  const own =
    codeSet === undefined || code === undefined
      ? []
      : [{ system: codeSetUrl(tenant, codeSet), code, display, userSelected: true }];
  return {
    coding: [...own, ...standard.map((coding) => ({ ...coding, userSelected: false }))],
    text: display,
  };
}

/** A FHIR decimal with exactly these digits; the types know decimals only as numbers. */
export function decimal(digits: string): number {
  return JSON.rawJSON(digits) as unknown as number;
}
declare global {
  interface JSON {
    rawJSON(text: string): { readonly rawJSON: string };
  }
}
