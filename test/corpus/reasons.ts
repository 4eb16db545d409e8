import type { Resource } from "../../shared/fhir.ts";
import { sourceAuthority } from "./bundle-messages.ts";
import { instantOf, type Leaf } from "./compare.ts";
import {
  encounters,
  type Facts,
  factsOf,
  hasAccountOrMother,
  hasAttachment,
  hasCodingWithoutSystem,
  hasFacilityOrType,
  hasNamedSystem,
  hasNoVersion,
  hasOldValue,
  hasOrdersWithoutAuthority,
  hasRatioOrRange,
  hasSeveralPerformers,
  hasValue,
  isDegree,
  isHalfOfDevice,
  isId,
  isOfNoSystem,
  isTime,
  kin,
  knowsKin,
  linesIn,
  names,
  namesNamelessCode,
  numbersOfOrders,
  observations,
  patients,
  reports,
  tableNames,
} from "./facts.ts";

/**
 * Why the bridge says something else than the sample, where it is right to. Each one is tied to the data: to what the
 * bridge says, or to what FHIR says. None excuses a value that is wrong, and none the loss of one that FHIR has and the
 * bridge tells elsewhere; the tests try both.
 */
interface Reason {
  readonly place: RegExp;
  /** What the bridge does: it leaves out, it adds, it says otherwise; without it, any of these. */
  readonly kind?: "left out" | "added" | "otherwise";
  /** Whether the difference is of that nature. A reason to say something has to name it. */
  readonly when?: (difference: Leaf, facts: Facts) => boolean;
  readonly reason: string;
}

/** The bridge says what FHIR says, as it stands there. */
const fromFhir = ({ actual }: Leaf, { says }: Facts): boolean => says(actual);
/** The bridge says one of these codes. */
const oneOf =
  (...codes: readonly string[]) =>
  ({ actual }: Leaf): boolean =>
    codes.includes(actual);

const coded =
  "(?:PID-(?:8|10|15|16|17|22|26|27|28|35|36|39)|NK1-(?:3|7)|OBR-4|OBX-(?:3|5|6|8|17)|SPM-(?:4|8)|PV1-(?:4|13|14|16|18|36|38))";
const telecom = "(?:PID-(?:13|14|40)|NK1-(?:5|6|40)|OBR-17|ORC-(?:14|23))";
const addresses = "(?:PID-11|NK1-4|OBX-24|ORC-2[24])";
const persons = "(?:OBR-16|ORC-12|OBX-(?:16|25)|PV1-(?:7|8|9|17|52))";
const numbers = "(?:PID-(?:3|18|21)|PV1-(?:5|19|50|54))";

/** The first that fits holds. What no reason fits fails the test. */
export const reasons: readonly Reason[] = [
  {
    place: /^PID-(?:10|22)\.7$/,
    kind: "left out",
    when: ({ beside }, { resources }) => hasNoVersion(beside?.get(".1"), resources),
    reason: "The coding of FHIR has no version",
  },
  {
    place: /^OBX-5\.3$/,
    kind: "left out",
    when: ({ expected }, { resources }) => expected === "." && !hasRatioOrRange(resources),
    reason: "A Quantity has one number: what would separate it from another one says nothing",
  },
  {
    place: /^OBX-6\./,
    kind: "left out",
    when: (_difference, { resources }) => observations(resources).some((each) => !hasValue(each)),
    reason: "Without a value there is no unit",
  },
  {
    place: /^ORC-21\.6$/,
    kind: "left out",
    when: ({ expected }, { converterSays }) => expected !== "CLIA" && converterSays(expected),
    reason: "Who has given the number of the organization stands in an extension",
  },
  { place: /\.1$/, kind: "left out", when: ({ expected }) => expected === "0000", reason: "FHIR has no year 0" },
  {
    place: /^PID-22\.9$/,
    kind: "added",
    when: ({ actual }, { texts, converterSays }) => texts.includes(actual) || converterSays(actual),
    reason: "FHIR's name of a code, and what a person wrote, are told too",
  },
  {
    place: /^OBX-(?:18|21)\./,
    kind: "left out",
    when: ({ expected }, { resources }) => isHalfOfDevice(expected, resources),
    reason: "A device has identifiers: one without a value says nothing, and of several devices one made the result",
  },
  {
    place: /^PID-5\.15$/,
    kind: "left out",
    when: ({ expected }, { resources }) => names(resources).some(({ given = [] }) => given.includes(expected)),
    reason: "A name by which somebody is called (XPN.15) is one more given name in FHIR",
  },
  {
    place: /^(?:PID-34|PV1-18|PV1-41)\./,
    kind: "left out",
    when: (_difference, { resources }) => !resources.some(hasFacilityOrType),
    reason: "The record has no organization that keeps it, and the visit no type of its own or account status",
  },
  // Who has given a number
  {
    place: /-\d/,
    when: ({ actual }) => actual === sourceAuthority(),
    reason: "A number or a place whose authority FHIR does not tell is taken for the source's own",
  },
  {
    place: /^(?:ORC|OBR)-[23]\.[34]$|^SPM-2\.[12]\.[34]$/,
    kind: "left out",
    when: (_difference, { resources }) => hasOrdersWithoutAuthority(resources),
    reason: "The authority of an order number stands in an extension, or in the assigner of another number",
  },
  {
    place: new RegExp(`^${numbers}\\.6`),
    kind: "left out",
    reason: "CX.6 is left to overlays: an assigner is told in CX.4",
  },
  {
    place: /^PID-3\.4\.[23]$/,
    kind: "left out",
    when: ({ beside }, { resources }) => hasNamedSystem(resources) || beside?.get(".4") === sourceAuthority(),
    reason: "The system of the number is a name, and its universal id an extension",
  },
  // Numbers that every message needs
  {
    place: /^(?:PID-3|PV1-19|(?:ORC|OBR)-[23]|SPM-2)\.1$/,
    kind: "added",
    when: ({ actual }, { resources }) => isId(actual, resources),
    reason: "Without a number of the type that is asked for, the id of the resource stands in",
  },
  {
    place: /^(?:PID-3|PV1-19)\.5$/,
    kind: "added",
    when: oneOf("PI", "VN"),
    reason: "What stands in for a number is an internal number, or one of a visit",
  },
  {
    place: /^(?:ORC|OBR)-2\.1$|^SPM-2\.1$/,
    kind: "otherwise",
    when: ({ actual }, { resources }) => numbersOfOrders(resources).includes(actual),
    reason: "The sample repeats the number of the report where FHIR has one for the request and for the specimen",
  },
  {
    place: /^SPM-2\.2(?:\.|$)/,
    kind: "left out",
    reason: "FHIR has one number of the specimen, and the sample tells it twice",
  },
  {
    place: /^PID-3\.[14578]$/,
    kind: "added",
    when: (difference, facts) => fromFhir(difference, facts) || facts.isNamespace(difference.actual),
    reason: "All numbers of a patient are told in PID-3, those of PID-2, 4, 19 and 20 with them",
  },
  {
    place: /^PID-(?:2|4|19|20)\./,
    kind: "left out",
    when: ({ place, expected }, { says, isNamespace }) =>
      place.startsWith("PID-20.2") ? isNamespace(expected) : says(expected) || isNamespace(expected),
    reason: "PID-2, 4 and 19, and PID-20 from 2.7 on, are kept for old receivers only: the number is one of PID-3",
  },
  {
    place: /^PID-18\.[78]$/,
    kind: "left out",
    reason: "Since when a number of an account or a visit holds is not told: receivers compare the whole field",
  },
  {
    place: /^PID-(?:18|21)\./,
    kind: "left out",
    when: (_difference, { resources }) => !hasAccountOrMother(resources),
    reason:
      "There is no Account, and no RelatedPerson who is the mother: the sample has the number in an extension, or of a person whom nobody calls the mother",
  },
  {
    place: /^PV1-19\.5$/,
    kind: "otherwise",
    when: fromFhir,
    reason: "FHIR has the type of the visit number, and the sample a wrong one",
  },
  // Names
  {
    place: /^PID-5\.[12]$/,
    kind: "added",
    when: (difference, { resources }) =>
      difference.actual === "Unknown" && !patients(resources).some(({ name }) => name),
    reason: "PID-5 is required: a patient without a name is unknown",
  },
  {
    place: /^(?:PID-5|NK1-2)\.7$/,
    kind: "added",
    when: oneOf("L", "U"),
    reason: "The type of a name is always told (HL70200); U where there is no name, or nobody says what it is",
  },
  {
    place: /^PID-6\.7$/,
    kind: "added",
    when: oneOf("M"),
    reason: "The mother's maiden name is one (HL70200 M)",
  },
  {
    place: new RegExp(`^${persons}\\.10$`),
    when: oneOf("L"),
    reason: "The name of a caregiver is told as the legal one",
  },
  {
    place: /^PID-5\.7$/,
    kind: "otherwise",
    when: ({ expected, actual }) => actual === "L" && ["D", "B"].includes(expected),
    reason: "Where no name is the legal one, the first is taken for it; FHIR's official is the legal one",
  },
  {
    place: /^PID-5\.3$/,
    kind: "otherwise",
    when: ({ actual }, { resources }) => names(resources).some(({ given = [] }) => given.slice(1).join(" ") === actual),
    reason: "A name by which somebody is called (XPN.15) is one more given name in FHIR",
  },
  {
    place: /^PID-5\.3$/,
    kind: "left out",
    when: ({ expected }, { resources }) => names(resources).some(({ given = [] }) => given[0] === expected),
    reason: "FHIR has one list of given names: the only one is the first",
  },
  {
    place: /^PID-5\.2$/,
    kind: "added",
    when: ({ actual }, { resources }) => names(resources).some(({ given = [] }) => given[0] === actual),
    reason: "FHIR has one list of given names: the only one is the first",
  },
  {
    place: /^PID-5\.1$/,
    kind: "added",
    when: ({ actual }, { resources }) => names(resources).some(({ family }) => family === actual),
    reason: "An alias is a repetition of PID-5: PID-9 is withdrawn",
  },
  {
    place: /^PID-5\.12$/,
    kind: "added",
    when: fromFhir,
    reason: "The period of a name is told in XPN.12 and 13, and not as the range that XPN.10 once was",
  },
  {
    place: /^PID-5\.10$/,
    kind: "left out",
    reason: "The period of a name is told in XPN.12 and 13, and not as the range that XPN.10 once was",
  },
  {
    place: /^PID-9\./,
    kind: "left out",
    when: ({ expected }, { says }) => says(expected),
    reason: "An alias is a repetition of PID-5: PID-9 is withdrawn",
  },
  {
    place: /^PID-6\.(?:6|14)$/,
    when: ({ expected, actual }) => isDegree(`${expected}${actual}`),
    reason: "A degree of HL70360 is told as one: in XPN.6, from 2.7 on in XPN.14",
  },
  {
    place: /^(?:PID-5|PV1-7)\.(?:6|7|14|21)$/,
    when: ({ place, expected, actual }) =>
      actual === ""
        ? isDegree(expected) && /\.[67]$/.test(place)
        : actual.endsWith(` ${expected}`) && isDegree(actual.split(" ")[0] ?? ""),
    reason: "A degree of HL70360 is told as one: in XPN.6, from 2.7 on in XPN.14",
  },
  {
    place: /^PID-6\.1$/,
    kind: "otherwise",
    when: fromFhir,
    reason: "The mother's maiden name is one text: a converter has joined its parts",
  },
  {
    place: /^PID-6\.[23]$/,
    kind: "left out",
    when: ({ expected }, { texts }) => texts.some((text) => text.includes("--") && text.split("--").includes(expected)),
    reason: "The mother's maiden name is one text: a converter has joined its parts",
  },
  // Addresses
  {
    place: new RegExp(`^${addresses}\\.(?:1\\.[23]|19)$`),
    kind: "left out",
    when: ({ expected }, { resources }) => linesIn(resources).some((lines) => lines.includes(expected)),
    reason: "FHIR has lines: the first is the street, the others follow in XAD.2",
  },
  {
    place: new RegExp(`^${addresses}\\.2$`),
    kind: "otherwise",
    when: ({ actual }, { resources }) => linesIn(resources).some((lines) => lines.slice(1).join(" ") === actual),
    reason: "FHIR has lines: the first is the street, the others follow in XAD.2",
  },
  {
    place: new RegExp(`^${addresses}\\.11$`),
    kind: "left out",
    reason: "The representation of an address (XAD.11) has no place in FHIR",
  },
  {
    place: new RegExp(`^${addresses}\\.12`),
    kind: "left out",
    reason: "A period is told in XAD.13 and 14, and not as the range that XAD.12 once was",
  },
  {
    place: new RegExp(`^${addresses}\\.1[34]$`),
    kind: "added",
    when: fromFhir,
    reason: "A period is told in XAD.13 and 14, and not as the range that XAD.12 once was",
  },
  {
    place: new RegExp(`^${addresses}\\.9$`),
    when: (difference, facts) => difference.actual !== "" && fromFhir(difference, facts),
    reason: "The county is told as FHIR has it; the sample has the code of an extension, or a subcomponent",
  },
  {
    place: new RegExp(`^${addresses}\\.9\\.2$`),
    kind: "left out",
    reason: "The county is told as FHIR has it; the sample has the code of an extension, or a subcomponent",
  },
  {
    place: new RegExp(`^${addresses}\\.7$`),
    when: ({ expected, actual }) => ["O B", "SH M", "BI M", "HV "].includes(`${expected} ${actual}`),
    reason: "FHIR's use and type tell fewer kinds of address than HL70190",
  },
  {
    place: /^PID-12\./,
    kind: "left out",
    when: ({ expected }, { says }) => says(expected),
    reason: "PID-12 is kept for old receivers only: the county is XAD.9",
  },
  {
    place: /^OBX-(?:2[34]|25)\./,
    when: ({ expected, actual }, { resources, says }) =>
      hasSeveralPerformers(resources) &&
      (actual === "" ? expected !== "" : says(actual) || ["L", "XX"].includes(actual)),
    reason: "OBX-23 holds one organization: of several performers the first",
  },
  // Telecommunication
  {
    place: new RegExp(`^${telecom}\\.(?:1|5|6|7|8|12)$`),
    when: ({ actual }, { dials }) => actual !== "" && dials(actual),
    reason: "A number is told by its parts where it is North American or FHIR has them, and as it is written",
  },
  {
    place: new RegExp(`^${telecom}\\.1$`),
    kind: "left out",
    when: ({ place, expected, beside }, { dials }) => dials(expected) && (/-40/.test(place) || !beside?.has(".6")),
    reason: "XTN.1 is withdrawn from 2.6 on, and before holds North American numbers only: the number is XTN.12",
  },
  {
    place: new RegExp(`^${telecom}\\.[79]$`),
    kind: "left out",
    when: ({ place, expected, beside }, { dials, isPart }) =>
      dials(expected) && !isPart(expected) && (place.endsWith(".9") || !beside?.has(".6")),
    reason: "The number is not North American, or stands in XTN.9 too: it is told as it is written",
  },
  {
    place: new RegExp(`^${telecom}\\.(?:2|3)$`),
    kind: "added",
    when: oneOf("PRN", "WPN", "NET", "PRS", "PH", "CP", "Internet"),
    reason: "HL70201 and HL70202 are told for every number: a phone unless it says otherwise",
  },
  {
    place: new RegExp(`^${telecom}\\.2$`),
    kind: "otherwise",
    when: ({ expected, actual }) => expected === "PRS" && ["PRN", "ORN"].includes(actual),
    reason: "Before 2.7 HL70201 has no code for a mobile phone",
  },
  {
    place: new RegExp(`^${telecom}\\.3$`),
    kind: "otherwise",
    when: ({ expected, actual }) =>
      ["CP PH", "TDD Internet", "Internet PH", "test PH", "X.400 Internet"].includes(`${expected} ${actual}`),
    reason: "FHIR has fewer kinds of equipment than HL70202, and some converters lose them",
  },
  {
    place: new RegExp(`^${telecom}\\.(?:4|1[348])$`),
    kind: "added",
    when: fromFhir,
    reason: "FHIR has one list of numbers: all of them are told, with their period and rank from 2.6 on",
  },
  {
    place: new RegExp(`^${telecom}\\.`),
    kind: "left out",
    when: ({ place, expected, beside }, { saysOfNumber }) =>
      !saysOfNumber(expected) && (beside === undefined || beside.size === 0 || /\.(?:[59]|1[0125-7])$/.test(place)),
    reason: "No number of FHIR says so: it stands in an extension of the converter, or nowhere",
  },
  // Codes
  {
    place: /^(?:SPM-[48]|OBX-(?:3|5|17)|PID-22)\.9$/,
    kind: "left out",
    when: ({ expected }, { isDisplay, resources }) => isDisplay(expected) || namesNamelessCode(expected, resources),
    reason: "The original text is not told again where a code is called so",
  },
  {
    place: /^(?:SPM-[48]|OBX-5)\.2$/,
    kind: "added",
    when: fromFhir,
    reason: "A code without a name is called what the text says",
  },
  {
    place: /^SPM-4\.2$/,
    kind: "added",
    when: oneOf("Unknown"),
    reason: "SPM-4 is required: a specimen whose kind nobody tells is unknown",
  },
  {
    place: new RegExp(`^${coded}\\.(?:3|6)$`),
    kind: "added",
    when: ({ actual }) => /^HL70\d{3}$/.test(actual) || actual === "99V3ReligiousAffilia",
    reason: "The table or system of a code is told with it",
  },
  {
    place: new RegExp(`^${coded}\\.(?:3|6|12)$`),
    kind: "left out",
    when: (difference, { resources }) => isOfNoSystem(difference, resources),
    reason: "A coding without a system has none here",
  },
  {
    place: new RegExp(`^${coded}\\.(?:3|6)$`),
    kind: "otherwise",
    when: ({ expected, actual }, { isNamespace }) => actual === "L" && (isNamespace(expected) || expected === "CDCREC"),
    reason: "A code system that is a URL of a converter is local",
  },
  {
    place: /^(?:PID-(?:10|16|17|22)|NK1-3)\.2$/,
    when: ({ actual }) => tableNames.has(actual),
    reason: "A code of the table is called as the table calls it",
  },
  {
    place: /^PID-(?:10|22)\.9$|^PID-(?:10|15|17)\.2$|^PV1-(?:4|13)\.2$/,
    kind: "added",
    when: fromFhir,
    reason: "FHIR's name of a code, and what a person wrote, are told too",
  },
  {
    place: /^PID-22\.(?:1|3)$/,
    kind: "otherwise",
    when: oneOf("N", "H", "HL70189"),
    reason: "An ethnic category of CDC is told by the code of HL70189",
  },
  {
    place: /^PID-22\.2$/,
    kind: "left out",
    when: ({ expected, beside }) => beside?.get(".9") === expected,
    reason: "A code of the table is called as the table calls it, and by a text of its own in CWE.9",
  },
  {
    place: /^PID-(?:15|17|27)\.(?:4|5|8|10|11|13)$/,
    kind: "otherwise",
    when: ({ expected, actual }, { says, converterSays }) =>
      [expected, actual].every((each) => says(each) || converterSays(each)),
    reason: "FHIR's codings have no order beyond the first: which is the second and which the third says nothing",
  },
  {
    place: /^PID-15\.[145]$/,
    kind: "otherwise",
    when: fromFhir,
    reason: "FHIR has BCP 47 where the sample has three letters",
  },
  {
    place: /^PID-16\.(?:4|5|6|7|8|10|11|12|13)$/,
    kind: "left out",
    when: (_difference, { resources }) => hasCodingWithoutSystem(resources),
    reason:
      "Further codings without a system, which are called as the table calls its own, are the table's code once more",
  },
  {
    place: /^PID-17\.1$/,
    kind: "otherwise",
    when: fromFhir,
    reason: "The v2-to-FHIR IG has no code of HL70006 for it: FHIR's own is told",
  },
  {
    place: /^PID-(?:26)\.[123]$/,
    kind: "added",
    when: (difference, facts) => fromFhir(difference, facts) || difference.actual === "ISO3166_1",
    reason: "The converter has made a citizenship of the tribal citizenship, and FHIR has both as one",
  },
  {
    place: /^PID-39\./,
    kind: "left out",
    reason: "Tribal affiliation is read from US Core; the converters have none, or make a citizenship of it",
  },
  {
    place: /^PID-(?:26|28)\./,
    kind: "left out",
    when: (_difference, { converterSays }) => converterSays("CA"),
    reason: "Citizenship and nationality stand in an extension that has a converter's name for its code",
  },
  {
    place: /^NK1-3\.[123]$/,
    kind: "left out",
    when: ({ expected }) => ["N", "Next-of-Kin", "HL70131"].includes(expected),
    reason: "A role of HL70131 is told in NK1-7",
  },
  {
    place: /^NK1-7\.[123]$/,
    kind: "added",
    when: oneOf("N", "Next-of-Kin", "HL70131"),
    reason: "A role of HL70131 is told in NK1-7",
  },
  // Birth and death
  {
    place: /^PID-24\./,
    kind: "otherwise",
    when: ({ actual }, { resources }) =>
      actual === "Y" && patients(resources).some(({ multipleBirthInteger }) => multipleBirthInteger !== undefined),
    reason: "A birth order makes it a multiple birth",
  },
  {
    place: /^PID-30\./,
    when: ({ actual }, { resources }) =>
      actual === "Y" && patients(resources).some(({ deceasedDateTime }) => deceasedDateTime !== undefined),
    reason: "A time of death makes the patient dead",
  },
  {
    place: /^PID-30\./,
    kind: "left out",
    when: (_difference, { resources }) =>
      patients(resources).every(
        ({ deceasedBoolean, deceasedDateTime }) => (deceasedBoolean ?? deceasedDateTime) === undefined,
      ),
    reason: "FHIR does not say that the patient lives",
  },
  // Times
  {
    place: /./,
    when: ({ expected, actual }) =>
      /^\d{10}$/.test(expected) &&
      instantOf(actual) !== undefined &&
      instantOf(actual) === instantOf(`${expected}00+0000`),
    reason: "FHIR has no time without minutes",
  },
  {
    place: /^(?:OBR-(?:6|7|14)|ORC-9)\.1$/,
    kind: "added",
    when: fromFhir,
    reason: "When it was asked for, when it was found, and when the specimen came, are told too",
  },
  {
    place: /^ORC-15\./,
    kind: "left out",
    when: (_difference, { resources }) => reports(resources).length > 0,
    reason: "The sample repeats when the report was issued (OBR-22)",
  },
  // Results
  {
    place: /^OBX-2\./,
    kind: "left out",
    when: (_difference, { resources }) => observations(resources).some((each) => !hasValue(each) || !isTime(each)),
    reason: "Without a value there is no type of a value",
  },
  {
    place: /^OBX-5\.1$/,
    kind: "left out",
    when: (_difference, { resources }) => observations(resources).some((each) => !hasValue(each) || !isTime(each)),
    reason: "The time in the sample is none of FHIR",
  },
  {
    place: /^OBX-2\./,
    kind: "otherwise",
    when: oneOf("CWE", "TS", "DT", "TM", "ST", "TX", "SN", "NM", "ED"),
    reason:
      "FHIR tells the kind of the value: a CodeableConcept is CWE from 2.5.1 on, and a type that HL70125 does not have is lost",
  },
  {
    place: /^OBX-5\.(?:[1-4](?:\.[123])?)$/,
    when: ({ expected, actual, beside }, { resources, says }) =>
      hasOldValue(resources) &&
      (actual === ""
        ? !(beside?.size === 0 && expected.length > 1 && says(expected))
        : says(actual) || says(actual.replace(/^-\+/, ""))),
    reason: "A Period is two times, a Range is SN, and what FHIR could not hold has become a text",
  },
  {
    place: /^OBX-5\.[1-4]$/,
    when: ({ actual }, { resources, says }) =>
      hasRatioOrRange(resources) && (["", "/", "-"].includes(actual) || says(actual)),
    reason: "A Ratio with units in its denominator is a rate, and a Range has two ends",
  },
  {
    place: /^OBX-5\.[1-5](?:\.\d)?$/,
    when: ({ expected, actual }, { resources }) =>
      hasAttachment(resources) && (["", "AP", "OCTET-STREAM"].includes(actual) || expected.startsWith(actual)),
    reason: "ED: the application is the source's, the type by the media type; the sample is not base64",
  },
  {
    place: /^OBX-4\.1$/,
    when: ({ actual }) => /^\d+(?:\.\d+)*$/.test(actual),
    reason: "OBX-4 tells which result of the message it is, so that no two are taken for one",
  },
  {
    place: /^OBX-4\.1$/,
    kind: "left out",
    reason: "OBX-4 tells which result of the message it is, so that no two are taken for one",
  },
  {
    place: /^OBX-11\.1$/,
    kind: "otherwise",
    when: ({ actual }, { resources }) =>
      actual === "X" && observations(resources).some(({ dataAbsentReason }) => dataAbsentReason),
    reason: "A reason for no value is told as X or N",
  },
  {
    place: /^(?:OBX-11|OBR-25|ORC-5)\.1$/,
    when: ({ expected, actual }) => ["", "unknown"].includes(expected) && ["F", "IP"].includes(actual),
    reason: "The sample has no code of the table: FHIR's status is unknown, and taken for final here",
  },
  {
    place: /^OBX-15\./,
    kind: "left out",
    reason: "From 2.5.1 on the laboratory is OBX-23",
  },
  {
    place: /^OBX-(?:9|10|12|13|1[789]|2[016789]|3[0123])\.|^OBX-8\.7$|^OBR-11\.|^PID-3[124]\.|^SPM-4\.7$|^OBR-4\.14$/,
    kind: "left out",
    when: ({ expected }, { converterSays }) => converterSays(expected),
    reason: "Only an extension of the converter has it",
  },
  {
    place: /^OBX-(?:10|13|28|3[013])\./,
    kind: "left out",
    reason: "OBX-10, 13, 28, 30, 31 and 33 have no place in FHIR",
  },
  {
    place: /^OBX-17\.[12]$/,
    kind: "added",
    when: fromFhir,
    reason: "FHIR has the code of the method, and the sample an extension",
  },
  {
    place: /^OBX-(?:16|25)\.(?:8|9\.[23]|15|16|22|23)$/,
    kind: "left out",
    reason: "XCN beyond the name, the number and its authority has no place in FHIR",
  },
  {
    place: /^OBX-23\.1$/,
    kind: "otherwise",
    when: ({ expected, actual }, { says }) => says(actual) && expected.startsWith(`${actual}-`),
    reason: "The sample joins the name and the number of the organization",
  },
  {
    place: /^(?:OBX-23|ORC-21)\.(?:2|6|6\.[23]|7|10)$/,
    when: ({ actual }, { says }) =>
      actual !== "" && (says(actual) || ["L", "XX", "CLIA", "ISO", "2.16.840.1.113883.4.7"].includes(actual)),
    reason: "The number of an organization is told where FHIR has it, in XON.10, with its authority",
  },
  {
    place: /^OBX-23\.(?:2|3|4|5|6|8)(?:\.\d)?$/,
    kind: "left out",
    when: ({ place, expected, beside }, { converterSays, says }) =>
      place.startsWith("OBX-23.8") ||
      ((converterSays(expected) || says(expected)) &&
        (!place.startsWith("OBX-23.6") || beside?.get(".6") !== "CLIA") &&
        !["CLIA", "L"].includes(expected)),
    reason: "An organization has a name and one number with its authority; the rest of XON stands in extensions",
  },
  {
    place: /^OBX$/,
    kind: "left out",
    when: (_difference, { resources }) => observations(resources).length > 0,
    reason: "What was asked on ordering goes out with the order",
  },
  {
    place: /^OBX$/,
    kind: "added",
    reason: "The sample leaves out results of the report that its sender has a filter for",
  },
  {
    place: /^NTE$/,
    reason: "Notes are the Annotations of FHIR, and why there is no value; the sample has made notes of answers",
  },
  {
    place: /^NTE-[23]\.1$/,
    kind: "added",
    when: (difference, facts) => difference.actual === "L" || fromFhir(difference, facts),
    reason: "Notes are the Annotations of FHIR, and why there is no value; the sample has made notes of answers",
  },
  {
    place: /^OBR-39\./,
    kind: "left out",
    when: ({ expected }, { says }) => says(expected),
    reason: "A note to a specimen is SPM-14",
  },
  {
    place: /^OBR-53\./,
    kind: "left out",
    reason:
      "The further number of the order is one more identifier of the ServiceRequest, which nobody calls an alternate one",
  },
  {
    place: /^OBR-4\.2$/,
    kind: "left out",
    when: (_difference, { resources }) =>
      reports(resources).some(({ code }) => (code?.coding ?? []).every(({ display }) => display === undefined)),
    reason: "The code of the report has no name; the request's has",
  },
  {
    place: /^(?:OBR-16|ORC-12)\.1$/,
    kind: "added",
    when: fromFhir,
    reason: "The NPI of the person is told",
  },
  {
    place: /^(?:OBR-16|ORC-12)\.9\.[23]$/,
    kind: "left out",
    when: ({ beside }) => beside?.get(".9") !== "NPI",
    reason:
      "The universal id of an authority that FHIR names by a name alone, or by an OID alone, stands in an extension",
  },
  // Whole segments
  { place: /^ORC$/, kind: "added", reason: "ORC tells the order of a result, which is optional in ORU^R01" },
  { place: /^(?:PID|SPM)$/, kind: "added", reason: "PID is required, and a specimen that the report names is told" },
  { place: /^ROL$/, kind: "added", reason: "PV1-52 is withdrawn in 2.7: the other caregivers of the visit are ROL" },
  {
    place: /^NK1$/,
    kind: "added",
    when: (_difference, { resources }) => kin(resources).length > 0,
    reason: "Somebody with a name of their own, or with none, is another person than the entry of the patient's record",
  },
  {
    place: /^NK1$/,
    kind: "left out",
    when: (_difference, { resources }) => !knowsKin(resources),
    reason: "FHIR has nothing to say of the person: what the sample has is an extension",
  },
  // The sender
  {
    place: /^MSH-4\.[123]$/,
    kind: "otherwise",
    when: fromFhir,
    reason: "Who sends is the configuration's: the sender of the sample is another one than the sender that FHIR names",
  },
  {
    place: /^MSH-4\.3$/,
    kind: "otherwise",
    when: oneOf("ISO", "CLIA"),
    reason: "Who sends is the configuration's: the sender of the sample is another one than the sender that FHIR names",
  },
  { place: /^MSH-4\.3$/, kind: "added", when: oneOf("ISO"), reason: "A universal id has a type: an OID is ISO" },
  {
    place: /^MSH-22\.[68]/,
    kind: "left out",
    reason: "The authority and the facility of the responsible organization stand in extensions",
  },
  // Visits
  {
    place: /^EVN-/,
    kind: "left out",
    when: ({ expected }, { resources }) => encounters(resources).length > 0 && expected !== "",
    reason: "EVN is about the event and its sender: only the audit (Provenance) of the sample has it",
  },
  {
    place: /^PV1-(?:[36]\.(?:1\.[23]|[236])|4[23]\.[2367])$/,
    kind: "left out",
    when: (_difference, { resources }) => encounters(resources).some(({ location }) => location !== undefined),
    reason:
      "The Encounter names the floor, and not the room and bed that lie in it, nor a building that it does not lie in",
  },
  {
    place: /^PV1-51\.1$/,
    kind: "added",
    when: oneOf("V"),
    reason: "V: the data are those of the visit",
  },
  {
    place: /^PV1-37\.1\.[23]$|^PV1-39\./,
    kind: "left out",
    reason: "PV1-37 is the code of the destination, and the servicing facility (PV1-39) has no place in FHIR",
  },
  {
    place: /^PV1-52\./,
    kind: "left out",
    when: ({ expected }, { says, isNamespace }) => says(expected) || isNamespace(expected),
    reason: "PV1-52 is withdrawn in 2.7: the other caregivers of the visit are ROL",
  },
  {
    place: /^PV1-52\.9/,
    kind: "left out",
    reason: "PV1-52 is withdrawn in 2.7: the other caregivers of the visit are ROL",
  },
  {
    place: /^PID-34\./,
    kind: "added",
    when: fromFhir,
    reason: "The organization that keeps the record is its facility",
  },
  {
    place: /^PID-34\.[23]$/,
    kind: "added",
    when: oneOf("CLIA", "ISO", "2.16.840.1.113883.4.7"),
    reason: "The organization that keeps the record is its facility",
  },
];

/** What is nowhere in the FHIR of a sample. */
const nowhere = "The FHIR of the sample does not have it";
const converterOnly = "Only an extension of the converter has it";
export const absent: ReadonlySet<string> = new Set([nowhere, converterOnly]);

/**
 * Places whose values the bridge works out from a code or a rule: there the sample's value stands nowhere in FHIR, and
 * still has to come out.
 */
const workedOut = new RegExp(
  `^(?:${coded}\\.(?:1|2|3|6|12)$|NK1-15|(?:OBX|OBR|ORC)-\\d+\\.1$|OBX-2\\.|SPM-20|PV1-(?:2|51)\\.|PID-(?:1|24|30)\\.1$|${telecom}\\.[235678]$|${addresses}\\.[67]$|(?:PID-[56]|NK1-2)\\.7$|${persons}\\.(?:9|10|13)|${numbers}\\.[45]|(?:OBR|ORC)-[23]\\.1$|MSH-4|ORC-21|OBX-23|(?:PID|SPM|PV1|NTE)-1\\.|NTE-2|PID-(?:7|29)\\.|PID-(?:10|22|27)\\.[1-6]$)`,
);

/** Undefined where the bridge is wrong, or nobody has thought about it. */
export function explain(difference: Leaf, pair: { readonly resources: readonly Resource[] }): string | undefined {
  const facts = factsOf(pair.resources, difference.place.slice(0, 3));
  const found = reasons.find((each) => fits(each, difference, facts));
  if (found !== undefined) return found.reason;
  const { place, expected, actual } = difference;
  if (actual !== "" || expected === "there" || facts.says(expected)) return undefined;
  if (workedOut.test(place)) return undefined;
  return facts.converterSays(expected) ? converterOnly : nowhere;
}

function fits({ place, kind, when }: Reason, difference: Leaf, facts: Facts): boolean {
  const { expected, actual } = difference;
  const own = actual === "" ? "left out" : expected === "" ? "added" : "otherwise";
  return place.test(difference.place) && (kind ?? own) === own && (when?.(difference, facts) ?? true);
}
