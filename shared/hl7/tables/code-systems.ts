/** FHIR code system to coding system id (HL70396), as CE.3 and CWE.3 hold it. */
const systems: Readonly<Record<string, string>> = {
  "http://loinc.org": "LN",
  "http://snomed.info/sct": "SCT",
  "http://www.nlm.nih.gov/research/umls/rxnorm": "RXNORM",
  "http://hl7.org/fhir/sid/icd-10-cm": "I10",
  "http://hl7.org/fhir/sid/icd-10": "I10",
  "http://hl7.org/fhir/sid/icd-9-cm": "I9C",
  "http://www.cms.gov/Medicare/Coding/ICD10": "I10P",
  "http://www.ama-assn.org/go/cpt": "C4",
  "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets": "HCPCS",
  "http://terminology.hl7.org/CodeSystem/HCPCS": "HCPCS",
  "http://unitsofmeasure.org": "UCUM",
  "http://hl7.org/fhir/sid/ndc": "NDC",
  "http://hl7.org/fhir/sid/cvx": "CVX",
  "http://hl7.org/fhir/sid/mvx": "MVX",
  "http://terminology.hl7.org/CodeSystem/MVX": "MVX",
  "urn:oid:2.16.840.1.113883.6.238": "CDCREC",
  "urn:ietf:bcp:47": "HL70296",
  "urn:iso:std:iso:3166": "ISO3166_1",
  "https://www.nubc.org/CodeSystem/RevenueCodes": "NUBC",
  "urn:oid:2.16.840.1.113883.6.1": "LN",
  "urn:oid:2.16.840.1.113883.6.96": "SCT",
  "urn:oid:2.16.840.1.113883.6.90": "I10",
  "urn:oid:2.16.840.1.113883.6.103": "I9C",
  "urn:oid:2.16.840.1.113883.6.88": "RXNORM",
  "urn:oid:2.16.840.1.113883.6.69": "NDC",
  "urn:oid:2.16.840.1.113883.6.8": "UCUM",
  "urn:oid:2.16.840.1.113883.6.12": "C4",
  "urn:oid:2.16.840.1.113883.12.292": "CVX",
  "urn:oid:2.16.840.1.113883.12.227": "MVX",
  "urn:oid:2.16.840.1.114222.4.5.274": "CDCPHINVS",
  "urn:oid:2.16.840.1.114222.4.5.287": "CDCPHINVS",
  "urn:oid:2.16.840.1.114222.4.5.307": "cdcgs1vis",
};

const hl7Table = /^https?:\/\/(?:terminology\.hl7\.org\/CodeSystem\/v2-|hl7\.org\/fhir\/v2\/)(\d{4})$/;
const hl7TableOid = /^urn:oid:2\.16\.840\.1\.113883\.(?:12|18)\.(\d{1,4})$/;
const hl7Version3 = /^https?:\/\/terminology\.hl7\.org\/CodeSystem\/v3-(.+)$/;
/** The codes that Millennium bills by, each kind a system of the tenant's own. */
const millenniumBillCodes = /^https:\/\/fhir[^/]*\.cerner\.com\/[^/]+\/CodeSystem\/BillCodes-(\w+)$/;
const billCodes: Readonly<Record<string, string>> = {
  CPT: "C4",
  HCPCS: "HCPCS",
  MODIFIER: "CPTM",
  ICD: "I10",
  PROCCODE: "I10P",
  REVENUE: "NUBC",
};
const millenniumCodeSet = /^https:\/\/fhir[^/]*\.cerner\.com\/[^/]+\/codeSet\/(\d+)$/;

export interface CodeSystem {
  readonly id: string;
  /** Standard systems come first in a coded field, before local ones. */
  readonly isStandard: boolean;
}

const known = new Map<string, CodeSystem>(
  Object.entries(systems).map(([system, id]) => [system, { id, isStandard: true }]),
);

const idsOfStandard: ReadonlySet<string> = new Set(Object.values(systems));

const noSystem: CodeSystem = { id: "", isStandard: false };

/** A message has few systems, time and again, and each time as a text of its own: to compare some costs less than to hash one. */
const recent: { system: string; found: CodeSystem }[] = [];
const recentLimit = 4;
let next = 0;

/** What a coded field says of a code system; one lookup gives both. */
export function codeSystem(system: string | undefined): CodeSystem {
  if (system === undefined || system === "") return noSystem;
  for (const each of recent) if (each.system === system) return each.found;
  let found = known.get(system);
  if (found === undefined) {
    found = resolve(system);
    known.set(system, found);
  }
  recent[next] = { system, found };
  next = (next + 1) % recentLimit;
  return found;
}

/**
 * The id of a coding system, 20 characters at the most; never a URL, which no receiver can take there. Local systems
 * are `L`, those of Millennium `99CS` and the number of the code set, v3 code systems `99V3` and the name.
 */
export function codeSystemId(system: string | undefined): string | undefined {
  return system === undefined || system === "" ? undefined : codeSystem(system).id;
}

function resolve(system: string): CodeSystem {
  const table = hl7Table.exec(system)?.[1] ?? hl7TableOid.exec(system)?.[1];
  if (table !== undefined) return { id: `HL7${table.padStart(4, "0")}`, isStandard: true };
  const codeSet = millenniumCodeSet.exec(system)?.[1];
  if (codeSet !== undefined) return { id: `99CS${codeSet}`.slice(0, 20), isStandard: false };
  const billCode = billCodes[millenniumBillCodes.exec(system)?.[1] ?? ""];
  if (billCode !== undefined) return { id: billCode, isStandard: true };
  const version3 = hl7Version3.exec(system)?.[1];
  if (version3 !== undefined) return { id: `99V3${version3}`.slice(0, 20), isStandard: false };
  // No URI, against FHIR: what HL7 v2 calls the system.
  if (/^[A-Z0-9_]{2,20}$/.test(system)) return { id: system, isStandard: idsOfStandard.has(system) };
  return { id: "L", isStandard: false };
}
