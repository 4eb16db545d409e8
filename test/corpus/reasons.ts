import type { Resource } from "../../shared/fhir.ts";
import { sourceAuthority } from "./bundle-messages.ts";
import { type Difference, instantOf } from "./compare.ts";
import { has, saidBy } from "./plain.ts";

/** Why the bridge says something else than the sample, where it is right to. */
interface Reason {
  readonly place: RegExp;
  /** What the bridge does: it leaves out, it adds, it says otherwise; without it, any of these. */
  readonly kind?: "left out" | "added" | "otherwise";
  /** Whether the difference is of that nature; without it, all at the place are. */
  readonly when?: (difference: Difference, resources: readonly Resource[]) => boolean;
  readonly reason: string;
}

/** The fields of 2.5.1 that are CE: three parts, and three of another system. */
const coded = "(?:PID-(?:10|15|16|17|22|26|27|28|35|36)|NK1-(?:3|7)|OBR-4|OBX-(?:3|6|17))";
const telecom = "(?:PID-1[34]|NK1-5|OBR-17|ORC-(?:14|23))";
const addresses = "(?:PID-11|NK1-4|OBX-24|ORC-2[24])";
const persons = "(?:OBR-16|ORC-12|OBX-(?:16|25)|PV1-(?:7|8|9|17|52))";
const numbers = "(?:PID-(?:3|18)|PV1-(?:5|19|50|54))";

/** The first that fits holds. What no reason fits fails the test. */
export const reasons: readonly Reason[] = [
  // Who has given a number
  {
    place: /-\d/,
    when: ({ actual }) => actual === sourceAuthority(),
    reason: "A number whose system FHIR does not tell is taken for the source's own",
  },
  {
    place: /^(?:ORC|OBR)-[23]\.[234]$|^SPM-2\.[12]\.[234]$/,
    when: ({ expected }) => expected !== "",
    reason: "The authority of an order number stands in an extension, or in the assigner of another number",
  },
  {
    place: new RegExp(`^(?:${numbers}\\.4|${persons}\\.9)(?:\\.[23])?$`),
    when: ({ actual }) => actual === "URI" || actual.includes("://"),
    reason: "A URL that the configuration does not name stands for itself as a URI; converters make one of a namespace",
  },
  {
    place: new RegExp(`^${numbers}\\.6`),
    kind: "left out",
    reason: "CX.6 is left to overlays: an assigner is told in CX.4",
  },
  // Numbers that every message needs
  {
    place: /^(?:PID-3\.[15]|PV1-19\.[15])$/,
    kind: "added",
    reason: "Without a number of the type that is asked for, the id of the resource stands in",
  },
  {
    place: /^(?:ORC|OBR)-[23]\.1$|^SPM-2\.1$/,
    kind: "added",
    reason: "Without an order number, the id of the resource stands in",
  },
  {
    place: /^(?:ORC|OBR)-2\.1$|^SPM-2\.1$/,
    kind: "otherwise",
    reason: "The sample repeats the number of the report where FHIR has one for the request and for the specimen",
  },
  {
    place: /^PID-3\./,
    when: ({ expected }) => expected !== "",
    reason:
      "Of the numbers of a patient those go out whose types the destination names; by default no social security number",
  },
  {
    place: /^PID-3\.8$/,
    kind: "added",
    reason: "The driver's licence, with its end, is a repetition of PID-3 and not PID-20",
  },
  {
    place: /^PID-(?:2|4|19|20)\./,
    kind: "left out",
    reason: "PID-2, 4, 19 and 20 are kept for old receivers only: the number is one of PID-3",
  },
  { place: /^PID-21\./, kind: "left out", reason: "The mother's record is a person of its own: NK1" },
  {
    place: /^PID-18\./,
    kind: "left out",
    reason: "A number of an Account that is typed a visit number is none of the account; RelatedPerson has none",
  },
  {
    place: /^PV1-19\.5$/,
    kind: "otherwise",
    reason: "FHIR has the type of the visit number, and the sample a wrong one",
  },
  // Names
  {
    place: /^PID-5\.[12]$/,
    kind: "added",
    when: ({ actual }) => actual === "Unknown",
    reason: "PID-5 is required: a patient without a name is unknown",
  },
  {
    place: /^PID-5\.7$/,
    kind: "added",
    reason: "The type of a name is always told (HL70200); U where there is no name",
  },
  { place: /^NK1-2\.7$/, kind: "added", reason: "The type of a name is always told (HL70200)" },
  { place: new RegExp(`^${persons}\\.10$`), reason: "The name of a caregiver is told as the legal one" },
  {
    place: /^PID-5\./,
    when: severalNames,
    reason: "Of several names those that have not ended are told, and FHIR's use decides their type",
  },
  {
    place: /^PID-9\./,
    kind: "left out",
    reason: "PID-9 is kept for old receivers only: an alias is a repetition of PID-5",
  },
  {
    place: /^PID-6\./,
    reason:
      "The mother's maiden name is one text (the extension of FHIR); some samples put a HumanName there, some join its parts",
  },
  // Addresses
  {
    place: new RegExp(`^${addresses}\\.(?:1\\.[23]|2|19)$`),
    reason: "FHIR has lines: the first is the street, the others follow in XAD.2",
  },
  {
    place: new RegExp(`^${addresses}\\.1[1234]`),
    reason: "XAD.11 has no place in FHIR; a period is told in XAD.13 and 14, and not as the range that XAD.12 once was",
  },
  {
    place: new RegExp(`^${addresses}\\.9`),
    reason: "The county is told as FHIR has it; the sample has the code of an extension, or a subcomponent",
  },
  {
    place: new RegExp(`^${addresses}\\.7$`),
    kind: "left out",
    reason: "An address without a use has no type, as FHIR's type cannot tell home from work",
  },
  { place: /^PID-12\./, kind: "left out", reason: "PID-12 is kept for old receivers only: the county is XAD.9" },
  {
    place: /^OBX-2[34]\./,
    when: (_difference, resources) => observed(resources, ({ performer }) => (performer ?? []).length > 1),
    reason: "OBX-23 holds one organization: of several performers the first",
  },
  // Telecommunication
  {
    place: new RegExp(`^${telecom}\\.(?:1|12)$`),
    kind: "left out",
    reason: "A number that can be told by its parts is not told a second time as a text",
  },
  {
    place: new RegExp(`^${telecom}\\.(?:5|6|7|8|12)$`),
    reason: "A North American number is told by its parts, and any other as it is written",
  },
  {
    place: new RegExp(`^${telecom}\\.(?:2|3)$`),
    kind: "added",
    reason: "HL70201 and HL70202 are told for every number: a phone unless it says otherwise",
  },
  {
    place: new RegExp(`^${telecom}\\.(?:2|3)$`),
    kind: "otherwise",
    reason:
      "Before 2.7 HL70201 has no code for a mobile phone; a system that FHIR has no code for is lost on the way in",
  },
  {
    place: new RegExp(`^${telecom}\\.(?:2|3|4|9|1[0-8])$`),
    kind: "left out",
    reason: "A number without a value is not told; its comment and rank have no place in 2.5.1",
  },
  {
    place: /^PID-1[34]\.4$/,
    kind: "added",
    reason: "FHIR has one list of numbers: what 2.7 keeps in PID-40 is told in PID-13 and 14",
  },
  { place: /^PID-40\./, kind: "left out", reason: "PID-40 came with 2.7: the number is one of PID-13 and 14" },
  // Codes
  {
    place: new RegExp(`^${coded}\\.(?:[789]|1\\d)$`),
    kind: "left out",
    reason: "CE has no version of a code system, no third code and no original text",
  },
  {
    place: /^OBX-(?:3|17)\.2$|^PID-1[57]\.2$/,
    reason: "CE has no place for the original text: the text that a person wrote is told as the name",
  },
  { place: /^OBX-17\.1$/, kind: "added", reason: "FHIR has the code of the method, and the sample an extension" },
  {
    place: /^SPM-\d+\.9$|^OBX-5\.9$/,
    kind: "left out",
    reason: "The original text is not told again where the code is called so",
  },
  {
    place: /^SPM-4\.2$/,
    kind: "added",
    when: ({ actual }) => actual === "Unknown",
    reason: "SPM-4 is required: a specimen whose kind nobody tells is unknown",
  },
  { place: /^(?:SPM-\d+|OBX-5)\.2$/, kind: "added", reason: "A code without a name is called what the text says" },
  {
    place: /^(?:SPM-\d+|OBX-5)\.[78]$/,
    kind: "left out",
    reason: "The version that the sample tells stands in an extension",
  },
  { place: /^OBX-8\.[2-9]$|^PV1-(?:16|36|38)\.[2-9]$/, kind: "left out", reason: "IS has one part: the code" },
  {
    place: /^PID-(?:10|22)\./,
    kind: "left out",
    reason: "Race and ethnicity are read from the extensions of US Core; the samples have others",
  },
  {
    place: /^PID-(?:10|22)\.2$/,
    reason: "A code without a name in the table is told with FHIR's; the name of the table wins",
  },
  {
    place: /^PID-15\./,
    reason: "FHIR has BCP 47 where the sample has three letters; several codings are one language",
  },
  {
    place: /^PID-1[67]\./,
    reason: "FHIR's code is told as that of the table (HL70002, HL70006), once; a code that has no system is FHIR's",
  },
  {
    place: /^PID-2[678]\./,
    reason: "Citizenship, nationality and veteran status stand in extensions of converters, or CE cannot hold them",
  },
  {
    place: /^PID-3[259]\./,
    kind: "left out",
    reason: "FHIR has no place for PID-32; tribal affiliation is read from US Core",
  },
  {
    place: /^NK1-[37]\./,
    reason: "A relationship that is no code of HL70131 is told as what the person is to the patient",
  },
  { place: /^OBX-6\./, kind: "left out", reason: "A Quantity has one unit with one name" },
  { place: /^OBX-3\.3$|^OBX-5\.3$/, kind: "left out", reason: "A coding without a system has none here" },
  // Birth and death
  { place: /^PID-24\./, kind: "otherwise", reason: "A birth order makes it a multiple birth" },
  {
    place: /^PID-30\./,
    when: ({ actual }, resources) => actual === "Y" && hasDied(resources),
    reason: "A time of death makes the patient dead",
  },
  // Times
  {
    place: /./,
    when: ({ expected, actual }) => /^\d{10}$/.test(expected) && instantOf(actual) === instantOf(`${expected}00+0000`),
    reason: "FHIR has no time without minutes",
  },
  {
    place: /^OBR-(?:6|14)\.|^ORC-9\./,
    kind: "added",
    reason: "When it was asked for, and when the specimen came, are told too",
  },
  { place: /^ORC-15\./, kind: "left out", reason: "The sample repeats when the report was issued (OBR-22)" },
  {
    place: /^OBX-(?:12|14|19)\./,
    kind: "left out",
    reason: "The time of the sample stands in another resource or in an extension",
  },
  // Results
  { place: /^OBX-2\./, kind: "left out", reason: "Without a value there is no type of a value" },
  {
    place: /^OBX-5\.\d/,
    when: ({ expected }) => /^\d{6}\.\d{4}$/.test(expected),
    reason: "The time in the sample is no time of FHIR",
  },
  {
    place: /^OBX-2\./,
    kind: "otherwise",
    when: ({ actual }) => actual === "CWE",
    reason: "A CodeableConcept is CWE from 2.5.1 on",
  },
  {
    place: /^OBX-2\./,
    kind: "otherwise",
    reason: "FHIR tells the kind of the value: the type of the sample, which HL70125 may not have, is lost",
  },
  {
    place: /^OBX-5\.\d/,
    when: (_difference, resources) => hasValueOfOldType(resources),
    reason: "A Period is two times, a Range is SN, and what FHIR could not hold has become a text",
  },
  {
    place: /^OBX-5\.[123]$/,
    kind: "otherwise",
    when: (_difference, resources) => hasRatio(resources),
    reason: "A Ratio with units in its denominator is a rate",
  },
  {
    place: /^OBX-5\.[1-5]$/,
    when: (_difference, resources) => hasAttachment(resources),
    reason: "ED: the application is the source's, the type by the media type; the sample is not base64",
  },
  { place: /^OBX-4\./, reason: "OBX-4 tells which result of the message it is, so that no two are taken for one" },
  {
    place: /^OBX-(?:9|10|13|2[0178]|3[013])\./,
    kind: "left out",
    reason: "OBX-9, 13 and what is beyond 25 have no place in 2.5.1 or in FHIR; OBX-20 and 21 are reserved in it",
  },
  {
    place: /^OBX-11\./,
    kind: "otherwise",
    when: ({ actual }) => actual === "X" || actual === "N",
    reason: "A reason for no value is told as X or N",
  },
  {
    place: /^(?:OBX-11|OBR-25|ORC-5)\./,
    when: ({ expected }) => expected === "" || expected === "unknown",
    reason: "The sample has no code of the table: FHIR's status is unknown, and taken for final here",
  },
  { place: /^OBX-15\./, kind: "left out", reason: "From 2.5.1 on the laboratory is OBX-23" },
  {
    place: /^OBX-(?:16|25)\./,
    kind: "left out",
    reason: "XCN beyond the name, the number and its authority has no place in FHIR",
  },
  {
    place: /^OBX-1[78]\./,
    kind: "left out",
    reason: "FHIR has one method, and a device has identifiers: the others stand in an extension",
  },
  {
    place: /^OBX-23\./,
    reason: "An organization has a name, one number and its authority; the sample has more in XON, or joins the two",
  },
  { place: /^OBX$/, kind: "left out", reason: "What was asked on ordering goes out with the order" },
  {
    place: /^OBX$/,
    kind: "added",
    reason: "The sample leaves out results of the report that its sender has a filter for",
  },
  {
    place: /^NTE$|^NTE-[23]\./,
    reason: "Notes are the Annotations of FHIR, and why there is no value; the sample has made notes of answers",
  },
  { place: /^OBR-39\./, kind: "left out", reason: "A note to a specimen is SPM-14" },
  { place: /^OBR-53\./, kind: "left out", reason: "OBR-53 came with 2.8: the number is one of the request" },
  { place: /^OBR-4\.2$/, kind: "left out", reason: "The code of the report has no name; the request's has" },
  {
    place: /^(?:OBR-16|ORC-12)\.(?:1|9\.3)$/,
    reason: "The NPI of the person is told; the type of a universal id that FHIR does not name is not",
  },
  { place: /^ORC-21\./, kind: "added", reason: "The number of the organization is told where FHIR has it" },
  {
    place: /^SPM-2\.2/,
    kind: "left out",
    reason: "FHIR has one number of the specimen, and the sample tells it twice",
  },
  {
    place: /^PID-34\./,
    kind: "left out",
    reason: "Where a record was changed last has no place in FHIR but the audit",
  },
  // Whole segments
  { place: /^ORC$/, kind: "added", reason: "ORC tells the order of a result, which is optional in ORU^R01" },
  { place: /^(?:PID|SPM)$/, kind: "added", reason: "PID is required, and a specimen that the report names is told" },
  {
    place: /^NK1$/,
    kind: "added",
    reason: "Some converters tell a person twice, in Patient.contact and as a RelatedPerson",
  },
  {
    place: /^NK1$/,
    kind: "left out",
    reason: "FHIR has nothing to say of the person: what the sample has is an extension, or the guarantor",
  },
  // Visits
  {
    place: /^EVN-\d/,
    reason: "EVN is about the event and its sender: only the audit (Provenance) of the sample has it",
  },
  {
    place: /^PV1-(?:3|6|11|42|43)\./,
    reason:
      "The Encounter names the floor and not the room and bed that lie in it, several places without a period, and a facility by its name",
  },
  { place: /^PV1-51\./, kind: "added", reason: "V: the data are those of the visit" },
  {
    place: /^PV1-(?:37|39)\./,
    kind: "left out",
    reason: "PV1-37 is the code of the destination and PV1-39 has no place in FHIR",
  },
  {
    place: /^PV1-(?:7|8|9|17|52)\.(?:9|1\d|2\d)/,
    reason: "XCN beyond the name, the number and its authority has no place in FHIR",
  },
  {
    place: /^PV1-(?:5|19|54)\.[23]$/,
    kind: "left out",
    reason: "The FHIR of the sample does not have the check digit",
  },
];

/** Fields whose codes are translated: there the code of the sample stands nowhere in FHIR, and still must come out. */
const translated = new RegExp(
  `^(?:PID-(?:8|10|16|17|22)\\.[123]|NK1-(?:3|7|15)\\.|OBX-(?:2|8|10|11)\\.|OBR-(?:24|25)\\.|SPM-(?:4\\.[13]|20)|PV1-(?:2|4|14|36)\\.1|${telecom}\\.[23]$|${addresses}\\.7$|PID-5\\.7$|NK1-2\\.7$)`,
);

/** Undefined where the bridge is wrong, or nobody has thought about it. */
export function explain(difference: Difference, resources: readonly Resource[]): string | undefined {
  const { place, expected, actual } = difference;
  const found = reasons.find((each) => fits(each, difference, resources));
  if (found !== undefined) return found.reason;
  if (actual !== "" || expected === "there" || translated.test(place)) return undefined;
  const { plain, roundTrip } = saidBy(resources, place.slice(0, 3));
  if (has(plain, expected)) return undefined;
  return has(roundTrip, expected)
    ? "Only an extension of the converter has it"
    : "The FHIR of the sample does not have it";
}

function fits({ place, kind, when }: Reason, difference: Difference, resources: readonly Resource[]): boolean {
  const { expected, actual } = difference;
  const own = actual === "" ? "left out" : expected === "" ? "added" : "otherwise";
  return place.test(difference.place) && (kind ?? own) === own && (when?.(difference, resources) ?? true);
}

function severalNames(_difference: Difference, resources: readonly Resource[]): boolean {
  return resources.some((each) => each.resourceType === "Patient" && (each.name ?? []).length > 1);
}

function observed(resources: readonly Resource[], test: (observation: fhir4.Observation) => boolean): boolean {
  return resources.some((each) => each.resourceType === "Observation" && test(each));
}

function hasValueOfOldType(resources: readonly Resource[]): boolean {
  return observed(
    resources,
    ({ valuePeriod, valueRange, valueString }) => (valuePeriod ?? valueRange ?? valueString) !== undefined,
  );
}

function hasRatio(resources: readonly Resource[]): boolean {
  return observed(resources, ({ valueRatio }) => valueRatio !== undefined);
}

function hasAttachment(resources: readonly Resource[]): boolean {
  return observed(resources, ({ extension }) => (extension ?? []).some((each) => each.valueAttachment !== undefined));
}

function hasDied(resources: readonly Resource[]): boolean {
  return resources.some((each) => each.resourceType === "Patient" && each.deceasedDateTime !== undefined);
}
