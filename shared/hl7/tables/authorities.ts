import type { HierarchicDesignator } from "../../config/schema.ts";

/** Identifier systems that have the same assigning authority everywhere. */
export const wellKnownAuthorities: ReadonlyMap<string, HierarchicDesignator> = new Map([
  [
    "http://hl7.org/fhir/sid/us-ssn",
    { namespaceId: "SSA", universalId: "2.16.840.1.113883.4.1", universalIdType: "ISO" },
  ],
  [
    "http://hl7.org/fhir/sid/us-npi",
    { namespaceId: "NPI", universalId: "2.16.840.1.113883.4.6", universalIdType: "ISO" },
  ],
  ["NPI", { namespaceId: "NPI", universalId: "2.16.840.1.113883.4.6", universalIdType: "ISO" }],
  [
    "urn:oid:2.16.840.1.113883.4.6",
    { namespaceId: "NPI", universalId: "2.16.840.1.113883.4.6", universalIdType: "ISO" },
  ],
  [
    "http://hl7.org/fhir/sid/us-mbi",
    { namespaceId: "CMS", universalId: "2.16.840.1.113883.4.927", universalIdType: "ISO" },
  ],
  [
    "urn:oid:2.16.840.1.113883.4.7",
    { namespaceId: "CLIA", universalId: "2.16.840.1.113883.4.7", universalIdType: "ISO" },
  ],
]);
