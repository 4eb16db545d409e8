import { hasCode } from "../chart.ts";
import { xad } from "../datatypes/address.ts";
import { type Coded, ce, codingsOf, cwe, id, is } from "../datatypes/coded.ts";
import { ei, foreignEi } from "../datatypes/identifier.ts";
import { numeric, unit } from "../datatypes/number.ts";
import { refersTo, xcn, xon } from "../datatypes/provider.ts";
import { si, st } from "../datatypes/text.ts";
import { ts } from "../datatypes/time.ts";
import { varies } from "../datatypes/varies.ts";
import { standard } from "../extensions.ts";
import { none } from "../lists.ts";
import { segment } from "../mapping.ts";
import { chosenRange, sexOf } from "../reference-range.ts";
import { hasFunction, type ResultContext } from "../results.ts";
import type { Scope } from "../scope.ts";
import { terminology } from "../tables/code-map.ts";
import { interpretation, laterInterpretations, observationStatus } from "../tables/result.ts";
import { isFrom, since } from "../versions.ts";
import { instanceNumber } from "./iam.ts";

const observation = `${standard}/observation`;

/** HL7 v2.5.1, 7.4.2; `Result` is the Observation or one of its components. */
export const obx = segment<ResultContext>("OBX", {
  1: si({ from: "setId" }),
  2: id({
    from: "Result.value[x]",
    compute: ({ value }, scope) => (value === undefined ? (isFrom("2.7", scope) ? ["ST"] : []) : [value.type]),
    rule: "By the type of the value (HL70125); from 2.7 on ST where there is none",
  }),
  3: ce({ from: "Result.code", required: true }),
  4: st({ from: "subId", rule: "Number of the observation in the report; n.m for the members of a panel" }),
  5: varies({
    from: "Result.value[x]",
    compute: ({ value }) => value?.repetitions ?? [],
    repeats: true,
    rule: "In the type that OBX-2 says",
  }),
  6: unit({
    from: "Result.valueQuantity",
    compute: ({ value }) => (value?.quantity === undefined ? [] : [value.quantity]),
  }),
  7: st({
    from: "Result.referenceRange",
    pick: (ranges: readonly fhir4.ObservationReferenceRange[], context) => [rangeText(chosenRange(ranges, context))],
    rule: "The normal range, of several the one for the sex and age of the patient, as low-high, <high, >low or its text",
  }),
  8: is({
    from: "Result.interpretation",
    pick: (concepts: readonly fhir4.CodeableConcept[], _context, scope) =>
      isFrom("2.7", scope) ? concepts.map(asLaterTable) : concepts,
    byValuesAlone: true,
    map: interpretation,
    repeats: true,
    rule: "POS, NEG, DET, ND, IND, NR, RR and WR are themselves from 2.7 on",
  }),
  10: id({
    from: [
      `Observation.extension('${observation}-nature-of-abnormal-test').valueCodeableConcept`,
      "Result.referenceRange",
    ],
    pick: (values: readonly (fhir4.CodeableConcept | fhir4.ObservationReferenceRange)[], context) => {
      if (values.some(isConcept)) return values.filter(isConcept);
      if (values.length === 1 && isForAll(values[0] as fhir4.ObservationReferenceRange)) return none;
      return populations(chosenRange(values as readonly fhir4.ObservationReferenceRange[], context));
    },
    repeats: true,
    rule: "As it says itself, else A where the range is for an age; S and R by appliesTo (HL70080)",
  }),
  11: id({
    from: "Observation.status",
    compute: resultStatus,
    map: observationStatus,
    required: true,
    rule: "W for all results of a report in error; X or N where there is a reason for no value, unless it is still to come",
  }),
  14: ts({
    from: [
      "Observation.effectiveDateTime",
      "Observation.effectivePeriod.start",
      "Observation.effectiveInstant",
      "Observation.effectiveTiming.event",
      "Observation.effectivePeriod.end",
      "Report.effectiveDateTime",
      "Report.effectivePeriod.start",
      "Report.effectivePeriod.end",
    ],
    rule: "When the finding holds; else when the report does; the end of a period that has no start",
  }),
  16: xcn({
    from: "Observation.performer",
    pick: observers,
    byValuesAlone: true,
    repeats: true,
    rule: "Persons but for the medical director: those with the function VRF, else LA, else PPRF, else all who have not merely ordered it",
  }),
  17: ce({ from: "Observation.method", repeats: true }),
  18: foreignEi({
    from: "Observation.device",
    pick: (devices: readonly fhir4.Reference[], { Observation }, scope) =>
      devices.flatMap((device) => {
        const found = scope.resolve<fhir4.Device>(device, Observation);
        return found?.resourceType === "Device" ? deviceNumbers(found) : (device.identifier ?? []);
      }),
    repeats: true,
    rule: "Its identifiers, else its serial number, else the UDI of its model",
  }),
  19: ts({
    from: [`Observation.extension('${observation}-analysis-date-time').valueDateTime`, "Observation.issued"],
  }),
  20: since("2.6", cwe({ from: "Observation.bodySite", rule: "Before 2.6, an NTE" })),
  21: since(
    "2.6",
    ei({
      from: ["Observation.identifier", "Observation.id"],
      compute: ({ Observation, Result }) => (Result === Observation ? instanceNumber(Observation) : []),
      rule: "The identifier, else the id",
    }),
  ),
  23: xon({
    from: "Observation.performer",
    pick: (performers: readonly fhir4.Reference[], { Observation }, scope) =>
      performingOrganizations(performers, Observation, scope),
    byValuesAlone: true,
    rule: "The organization that performed it, that a performer worked for, or that performed the report",
  }),
  24: xad({
    from: "Observation.performer",
    pick: (performers: readonly fhir4.Reference[], { Observation }, scope) =>
      performingOrganizations(performers, Observation, scope).flatMap((each) => {
        const found = scope.resolve<fhir4.Organization>(each, Observation);
        return found?.resourceType === "Organization" ? (found.address ?? []) : [];
      }),
    byValuesAlone: true,
    rule: "Where that organization is",
  }),
  25: xcn({
    from: "Observation.performer",
    pick: (performers: readonly fhir4.Reference[], { Observation }, scope) =>
      performers.filter((each) => isDirector(each, Observation, scope)),
    byValuesAlone: true,
    rule: "The performer whose function or role is MDIR or POMD: its medical director",
  }),
});

function deviceNumbers({ identifier, serialNumber, udiCarrier }: fhir4.Device): readonly fhir4.Identifier[] {
  if (identifier !== undefined && identifier.length > 0) return identifier;
  const value = serialNumber ?? udiCarrier?.[0]?.deviceIdentifier;
  return value === undefined ? [] : [{ value }];
}

const interpretations = `${terminology}/v2-0078`;

/** What HL70078 got with 2.7 as codes of that table, which need no map. */
function asLaterTable(concept: fhir4.CodeableConcept): fhir4.CodeableConcept {
  const own = codingsOf(concept).find(({ code }) => laterInterpretations.has(code ?? ""));
  return own === undefined ? concept : { coding: [{ ...own, system: interpretations }] };
}

/** HL7 v2.5.1, 7.4.2.7 */
function rangeText(range: fhir4.ObservationReferenceRange | undefined): string | undefined {
  if (range === undefined) return undefined;
  const low = numeric(range.low?.value);
  const high = numeric(range.high?.value);
  if (low !== undefined && high !== undefined) return `${low}-${high}`;
  if (low !== undefined) return `${range.low?.comparator ?? ">"}${low}`;
  if (high !== undefined) return `${range.high?.comparator ?? "<"}${high}`;
  return range.text;
}

function isConcept(value: fhir4.CodeableConcept | fhir4.ObservationReferenceRange): value is fhir4.CodeableConcept {
  return "coding" in value;
}

const races = /race|2\.16\.840\.1\.113883\.6\.238$/i;

function isForAll({ appliesTo, age }: fhir4.ObservationReferenceRange): boolean {
  return appliesTo === undefined && age === undefined;
}

/** HL70080: whom a range holds for. */
function populations(range: fhir4.ObservationReferenceRange | undefined): readonly string[] {
  if (range === undefined || isForAll(range)) return none;
  const codings = (range.appliesTo ?? []).flatMap(codingsOf);
  return [
    ...(range.age === undefined ? [] : ["A"]),
    ...(codings.some(({ code }) => sexOf(code) !== undefined) ? ["S"] : []),
    ...(codings.some(({ system }) => races.test(system ?? "")) ? ["R"] : []),
  ];
}

function resultStatus({ Report, Observation, Result, value }: ResultContext): readonly Coded[] {
  if (Report?.status === "entered-in-error") return ["entered-in-error"];
  const { status } = Observation;
  if (value === undefined && Result.dataAbsentReason !== undefined && status !== "entered-in-error") {
    const reasons = codingsOf(Result.dataAbsentReason);
    // A value that is still to come has not failed to come.
    if (isPending(status) && reasons.some(({ code }) => code === "temp-unknown")) return [status];
    const isNotAsked = reasons.some(({ code }) => code === "not-asked");
    return [{ system: `${terminology}/v2-0085`, code: isNotAsked ? "N" : "X" }];
  }
  return [status];
}

function isPending(status: fhir4.Observation["status"]): boolean {
  return status === "registered" || status === "preliminary";
}

/** Whoever verified it speaks for it; else who signed, who did it, or whoever is named. */
const observerFunctions = ["VRF", "LA", "PPRF"];

function observers(
  performers: readonly fhir4.Reference[],
  { Observation }: ResultContext,
  scope: Scope,
): readonly fhir4.Reference[] {
  const persons = performers.filter(
    (each) => refersTo(each, "Practitioner", "PractitionerRole") && !isDirector(each, Observation, scope),
  );
  if (persons.length < 2) return persons.filter((each) => !hasOnlyOrdered(each));
  for (const each of observerFunctions) {
    const acting = persons.filter((person) => hasFunction(person, each));
    if (acting.length > 0) return acting;
  }
  return persons.filter((each) => !hasOnlyOrdered(each));
}

/** Whoever ordered it (v2-0912 OP) has not observed anything by that. */
function hasOnlyOrdered(performer: fhir4.Reference): boolean {
  if (performer.extension === undefined) return false;
  return hasFunction(performer, "OP") && !hasFunction(performer, ...observerFunctions);
}

const directing = ["MDIR", "POMD"];

/** Who answers for the laboratory, and has not observed anything. */
function isDirector(performer: fhir4.Reference, owner: object, scope: Scope): boolean {
  if (performer.extension !== undefined && hasFunction(performer, ...directing)) return true;
  // Most performers are persons, named as such.
  if (typeof performer.reference === "string" && performer.reference.startsWith("Practitioner/")) return false;
  const role = scope.resolve(performer, owner);
  return role?.resourceType === "PractitionerRole" && (role.code ?? []).some((code) => hasCode(code, directing));
}

function performingOrganizations(
  performers: readonly fhir4.Reference[],
  owner: object,
  scope: Scope,
): readonly fhir4.Reference[] {
  const own: fhir4.Reference[] = [];
  const ofRoles: fhir4.Reference[] = [];
  for (const each of performers) {
    const found = scope.resolve(each, owner);
    if (found?.resourceType === "PractitionerRole") {
      if (found.organization !== undefined) ofRoles.push(found.organization);
    } else if (found === undefined ? refersTo(each, "Organization") : found.resourceType === "Organization")
      own.push(each);
  }
  return own.length > 0 ? own : ofRoles;
}
