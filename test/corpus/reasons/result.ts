import { instantOf } from "../compare.ts";
import {
  hasAttachment,
  hasCodingWithoutSystem,
  hasNamedOrderSystem,
  hasOldValue,
  hasRatioOrRange,
  hasValue,
  isOfNoSystem,
  isOfUntypedAuthority,
  isTime,
  namesNamelessCode,
  observations,
  patients,
  reports,
  tableNames,
} from "../facts.ts";
import { coded, fromFhir, oneOf, type Reason } from "./reason.ts";

/** Codes, birth and death, times, results. */
export const ofResults: readonly Reason[] = [
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
    place: /^OBR-53\.(?:9|10)(?:\.[23])?$/,
    kind: "left out",
    when: ({ expected }, { converterSays }) => converterSays(expected),
    reason: "The jurisdiction and the agency behind a number stand in extensions",
  },
  {
    place: /^OBR-53\.4\.[23]$/,
    kind: "left out",
    when: ({ expected }, { resources }) => hasNamedOrderSystem(resources) || isOfUntypedAuthority(expected, resources),
    reason:
      "The system of the number is a name, or the number of its assigner has no type: what it is stands in extensions",
  },
  {
    place: /^OBR-53\.5$/,
    kind: "otherwise",
    when: ({ expected, actual }, { converterSays }) => actual === "PLAC" && converterSays(expected),
    reason: "FHIR has the type that the IG gives a further number, and the sample another one in an extension",
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
];
