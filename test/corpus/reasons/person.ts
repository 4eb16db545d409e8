import { sourceAuthority } from "../bundle-messages.ts";
import {
  hasAccountOrMother,
  hasDigits,
  hasFacilityOrType,
  hasNamedSystem,
  hasNoVersion,
  hasOrdersWithoutAuthority,
  hasRatioOrRange,
  hasSeveralPerformers,
  hasValue,
  isDegree,
  isHalfOfDevice,
  isId,
  linesIn,
  names,
  numbersOfOrders,
  observations,
  patients,
} from "../facts.ts";
import { addresses, fromFhir, numbers, oneOf, persons, type Reason, telecom } from "./reason.ts";

/** Who has given a number, names, addresses, telephone numbers, and parts of results that go before the rest. */
export const ofPersons: readonly Reason[] = [
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
      place.startsWith("PID-20.2")
        ? isNamespace(expected)
        : (says(expected) || isNamespace(expected)) && !(place.startsWith("PID-19") && /^\d+$/.test(expected)),
    reason: "PID-2 and 4, and PID-19 and 20 from 2.7 on, are kept for old receivers only: the number is one of PID-3",
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
    when: ({ expected }, { texts }) => !texts.includes(expected),
    reason: "FHIR has the county where XAD.9 has it, and the code of PID-12 nowhere",
  },
  {
    place: /^PID-19\./,
    kind: "added",
    when: (difference, { resources }) => hasDigits(difference.actual, resources),
    reason: "A social security number that PID-3 tells is told in PID-19 too",
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
];
