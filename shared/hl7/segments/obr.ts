import { reasonsOf } from "../chart.ts";
import { type Coded, ce, codingsIn, codingsOf, id, isSaid } from "../datatypes/coded.ts";
import { ei, eip } from "../datatypes/identifier.ts";
import { prl } from "../datatypes/performer.ts";
import { ndl, refersTo, xcn } from "../datatypes/provider.ts";
import { sps } from "../datatypes/specimen.ts";
import { si, st } from "../datatypes/text.ts";
import { ts } from "../datatypes/time.ts";
import { none } from "../lists.ts";
import { type RowSpec, segment } from "../mapping.ts";
import type { ServiceContext } from "../order.ts";
import { groupNumber, hasFunction, type ReportContext, specimensBehind } from "../results.ts";
import type { Scope } from "../scope.ts";
import { terminology, translate } from "../tables/code-map.ts";
import { diagnosticService, requestPriority, specimenAction } from "../tables/order.ts";
import { reportStatus } from "../tables/result.ts";
import { isFrom, until } from "../versions.ts";
import { askedFor, furtherNumbers, ofRequester, parentNumbers } from "./orc.ts";
import { orderReference, ownFillerNumber, placerNumber } from "./order-number.ts";
import { legacyTiming } from "./tq1.ts";

const collecting = { repeats: true, rule: "Who collected the specimens" };

const diagnosticSections = "/v2-0074";

const reason = ce<{ readonly ServiceRequest?: fhir4.ServiceRequest | undefined }>({
  from: ["ServiceRequest.reasonCode", "ServiceRequest.reasonReference"],
  compute: ({ ServiceRequest }, scope) => reasonsOf(ServiceRequest, scope),
  repeats: true,
});

/** HL7 v2.5.1, 7.4.1; `Report` is a DiagnosticReport, or the Observation that stands in for one. */
export const obrOfResult = segment<ReportContext>("OBR", {
  1: si({ from: "setId" }),
  2: ei({
    from: ["ServiceRequest.identifier", "Report.basedOn"],
    compute: ({ ServiceRequest, Report }) => placerNumber(ServiceRequest, orderReference(Report.basedOn)),
    rule: "As ORC-2",
  }),
  3: ei({
    from: ["Report.identifier", "Report.id"],
    compute: groupNumber,
    required: true,
    rule: "As ORC-3; for the results of a result, with the number of that result",
  }),
  4: ce({
    from: "Report.code",
    pick: (codes: readonly fhir4.CodeableConcept[], { ServiceRequest }) =>
      codes.map((code) => withNames(code, ServiceRequest?.code)),
    required: true,
    rule: "For vital signs without a report, the panel of vital signs (LOINC 85353-1); named as the request names it where the report does not",
  }),
  7: ts({
    from: ["Report.effectiveDateTime", "Report.effectivePeriod.start", "Report.specimen"],
    compute: ({ Report, observations }, scope) => {
      const times = collected(Report, scope, "start");
      if (times.length > 0) return times;
      const [first] = observations.flatMap(foundAt);
      return [first ?? Report.effectivePeriod?.end].filter((time) => time !== undefined);
    },
    rule: "When the finding holds, else when the specimen was collected, else when the first result was found, else the end of the period",
  }),
  8: ts({
    from: ["Report.effectivePeriod.end", "Report.specimen"],
    compute: ({ Report }, scope) => collected(Report, scope, "end"),
  }),
  10: xcn({ from: "Report.specimen", compute: ({ Report }, scope) => collectors(Report, scope), ...collecting }),
  14: ts({
    from: "Report.specimen",
    compute: ({ Report }, scope) => receivedTimes(Report, scope),
    rule: "When the laboratory received the specimen",
  }),
  16: xcn({
    from: ["ServiceRequest.requester", "Report.performer"],
    pick: askedFor,
    repeats: true,
    rule: "As ORC-12",
  }),
  17: ofRequester[14],
  22: ts({ from: ["Report.issued", "Report.meta.lastUpdated"] }),
  24: id({
    from: "Report.category",
    pick: (categories: readonly fhir4.CodeableConcept[], _context, scope) => sectionsOf(categories, scope),
    rule: "The category of HL70074, else by that of US Core or of FHIR, else by its name",
  }),
  25: id({
    from: ["Report.status", "Report.specimen", "event.type"],
    compute: statusOfReport,
    map: reportStatus,
    rule: "A where a final report is told before all of its results are there, and C where one of them was corrected; I where the laboratory has the specimen and no result, S where its time is still to come; of a partial report, R where no result is final",
  }),
  26: prl({
    from: "Parent",
    compute: ({ Parent }) => (Parent === undefined ? [] : [Parent]),
    rule: "The result that these results are about: OBX-3, OBX-4 and OBX-5",
  }),
  28: xcn({
    from: "Report.performer",
    pick: (performers: readonly fhir4.Reference[]) => performers.filter((each) => hasFunction(each, "RCT")),
    repeats: true,
    rule: "Performers with the function RCT: results copies to",
  }),
  29: eip({
    from: "Parent",
    compute: ({ Parent, ServiceRequest, Report }) =>
      Parent === undefined
        ? []
        : [{ placer: placerNumber(ServiceRequest, orderReference(Report.basedOn))[0], filler: Parent.fillerNumber }],
    rule: "The order group that the result stands in",
  }),
  31: reason,
  32: ndl({ from: "Report.resultsInterpreter", pick: persons, rule: "The first" }),
  33: ndl({
    from: ["Report.resultsInterpreter", "Report.performer"],
    compute: ({ Report }) => [
      ...persons(Report.resultsInterpreter ?? []).slice(1),
      ...persons(Report.performer ?? []).filter((each) => hasFunction(each, "SPRF")),
    ],
    repeats: true,
    rule: "The others, and performers with the function SPRF",
  }),
  34: ndl({
    from: "Report.performer",
    pick: (performers: readonly fhir4.Reference[]) =>
      persons(performers).filter((each) => hasFunction(each, "PPRF", "TN")),
    repeats: true,
    rule: "Performers with the function PPRF or TN",
  }),
  35: ndl({
    from: "Report.performer",
    pick: (performers: readonly fhir4.Reference[]) => persons(performers).filter((each) => hasFunction(each, "TRANS")),
    repeats: true,
    rule: "Performers with the function TRANS",
  }),
  53: furtherNumbers,
});

/** When a result was found, as OBX-14 says it. */
function foundAt(observation: fhir4.Observation): string | readonly string[] {
  const { effectiveDateTime, effectivePeriod, effectiveInstant, effectiveTiming } = observation;
  return effectiveDateTime ?? effectivePeriod?.start ?? effectiveInstant ?? effectiveTiming?.event?.[0] ?? [];
}

function withNames(concept: fhir4.CodeableConcept, asked: fhir4.CodeableConcept | undefined): fhir4.CodeableConcept {
  const own = codingsOf(concept);
  if (asked === undefined || concept.text !== undefined || own.some((each) => each?.display !== undefined))
    return concept;
  const nameOf = ({ system, code }: fhir4.Coding) =>
    codingsOf(asked).find((each) => each?.system === system && each.code === code)?.display;
  const coding = own.map((each) => {
    const display = each === null ? undefined : nameOf(each);
    return display === undefined ? each : { ...each, display };
  });
  return { ...concept, coding };
}

const resultStatuses = `${terminology}/v2-0123`;
const final: ReadonlySet<string> = new Set(["final", "amended", "corrected"]);

function statusOfReport({ Report, observations, event }: ReportContext, scope: Scope): readonly Coded[] {
  const { status } = Report;
  // Parts are written apart: a final report may lack some, and one that is corrected leaves the report as it was.
  if (event.type === "result.preliminary" && (final.has(status) || status === "appended")) return ["partial"];
  if (event.type === "result.corrected" && status === "final") return ["corrected"];
  if (status === "unknown")
    scope.report({ severity: "warning", reason: "held-status", field: "OBR-25", path: "DiagnosticReport.status" });
  if (status === "registered") {
    if (receivedTimes(Report, scope).length > 0) return [{ system: resultStatuses, code: "I" }];
    const start = Report.effectiveDateTime ?? Report.effectivePeriod?.start;
    if (Date.parse(start ?? "") > Date.parse(event.recordedAt)) return [{ system: resultStatuses, code: "S" }];
  }
  if (status === "partial" && !observations.some((each) => final.has(each.status)))
    return [{ system: resultStatuses, code: "R" }];
  return [status];
}

function receivedTimes(report: fhir4.DiagnosticReport, scope: Scope): readonly string[] {
  return (report.specimen ?? []).flatMap(
    (reference) => scope.resolve<fhir4.Specimen>(reference, report)?.receivedTime ?? [],
  );
}

function collectors(owner: Collected, scope: Scope): readonly fhir4.Reference[] {
  if (owner.specimen === undefined) return none;
  const specimens = specimensBehind(owner.specimen, owner, scope);
  return specimens.flatMap(({ collection }) => collection?.collector ?? []);
}

function persons(references: readonly fhir4.Reference[]): readonly fhir4.Reference[] {
  return references.filter((each) => refersTo(each, "Practitioner", "PractitionerRole"));
}

/** A DiagnosticReport, or a ServiceRequest, which has no time of its own. */
type Collected = Pick<fhir4.DiagnosticReport, "effectiveDateTime" | "effectivePeriod" | "specimen">;

function collected(report: Collected, scope: Scope, end: "start" | "end"): readonly string[] {
  const own = end === "start" ? report.effectiveDateTime : undefined;
  const time = own ?? report.effectivePeriod?.[end];
  if (time !== undefined) return [time];
  if (report.effectiveDateTime !== undefined || report.effectivePeriod !== undefined) return [];
  for (const reference of report.specimen ?? []) {
    const collection = scope.resolve<fhir4.Specimen>(reference, report)?.collection;
    const found = (end === "start" ? collection?.collectedDateTime : undefined) ?? collection?.collectedPeriod?.[end];
    if (found !== undefined) return [found];
  }
  return [];
}

/** HL7 v2.5.1, 7.4.1, of an order. */
const observationRequest = {
  1: si({ from: "setId" }),
  2: ei({
    from: ["ServiceRequest.identifier", "ServiceRequest.id"],
    compute: ({ ServiceRequest }) => placerNumber(ServiceRequest, undefined),
    rule: "As ORC-2",
  }),
  3: ei({
    from: "ServiceRequest.identifier",
    compute: ({ ServiceRequest }) => ownFillerNumber(ServiceRequest),
    rule: "As ORC-3",
  }),
  4: ce({ from: "ServiceRequest.code", required: true }),
  6: ts({
    from: ["ServiceRequest.authoredOn", "ServiceRequest.occurrenceDateTime"],
    // Later versions have no OBR-6; ORC-9 of a new order says the same.
    pick: (times: readonly string[], { OrderControl }, scope) =>
      OrderControl === "NW" && isFrom("2.7", scope) ? [] : times,
  }),
  7: ts({
    from: "ServiceRequest.specimen",
    compute: ({ ServiceRequest }, scope) => collected(ServiceRequest, scope, "start"),
    rule: "When the specimen was collected, where that has been done",
  }),
  8: ts({
    from: "ServiceRequest.specimen",
    compute: ({ ServiceRequest }, scope) => collected(ServiceRequest, scope, "end"),
  }),
  10: xcn({
    from: "ServiceRequest.specimen",
    compute: ({ ServiceRequest }, scope) => collectors(ServiceRequest, scope),
    ...collecting,
  }),
  11: id({
    from: "ServiceRequest.intent",
    pick: (intents: readonly string[]) => intents.filter((intent) => intent in specimenAction.codes),
    map: specimenAction,
    rule: "G for a reflex order",
  }),
  13: st({
    from: "ServiceRequest.supportingInfo",
    pick: (references: readonly fhir4.Reference[], { ServiceRequest }, scope) => {
      const texts = references.flatMap((each) => clinicalText(each, ServiceRequest, scope));
      return texts.length === 0 ? [] : [texts.join("; ")];
    },
    rule: "What is known beside the Observations, which are OBX: what the reference displays, else the Condition behind it",
  }),
  16: xcn({
    from: "ServiceRequest.requester",
    pick: (requesters: readonly fhir4.Reference[]) =>
      requesters.filter((each) => refersTo(each, "Practitioner", "PractitionerRole")),
    rule: "As ORC-12",
  }),
  17: ofRequester[14],
  24: id({
    from: "ServiceRequest.category",
    compute: ({ ServiceRequest }, scope) => sectionsOf(ServiceRequest.category ?? [], scope),
    rule: "A code of HL70074 among the categories, else by that of US Core or of FHIR, else by its name",
  }),
  28: xcn({
    from: "ServiceRequest.performer",
    pick: (performers: readonly fhir4.Reference[]) => performers.filter((each) => hasFunction(each, "RCT")),
    repeats: true,
    rule: "Performers with the function RCT: results copies to",
  }),
  29: eip({ from: "ServiceRequest.basedOn", compute: parentNumbers, rule: "As ORC-8" }),
  31: reason,
  36: ts({
    from: [
      "ServiceRequest.occurrenceDateTime",
      "ServiceRequest.occurrencePeriod.start",
      "ServiceRequest.occurrenceTiming.event",
    ],
  }),
  46: ce({ from: "ServiceRequest.orderDetail", repeats: true }),
  53: furtherNumbers,
} satisfies Record<number, RowSpec<ServiceContext>>;

export const obrOfOrder = segment<ServiceContext>("OBR", observationRequest);

/** The same in ORM^O01, which has neither TQ1 nor SPM. */
export const obrOfGeneralOrder = segment<ServiceContext>("OBR", {
  ...observationRequest,
  5: until("2.6", id({ from: "ServiceRequest.priority", map: requestPriority })),
  15: until(
    "2.6",
    sps({
      from: "ServiceRequest.specimen",
      pick: (references: readonly fhir4.Reference[], { ServiceRequest }, scope) =>
        specimensBehind(references, ServiceRequest, scope),
      rule: "As SPM-4, 7, 8 and 14 tell it in other messages",
    }),
  ),
  27: legacyTiming,
});

function clinicalText(reference: fhir4.Reference, owner: object, scope: Scope): string | readonly string[] {
  const found = scope.resolve<fhir4.Condition>(reference, owner);
  if (found === undefined) return reference.display ?? [];
  const type: string = found.resourceType;
  if (type === "Observation") return [];
  const coding = type === "Condition" ? codingsOf(found.code)[0] : undefined;
  return reference.display ?? (type === "Condition" ? found.code?.text : undefined) ?? coding?.display ?? [];
}

/** The categories that the destination has a row for, else those of HL70074. */
function ownSections(categories: readonly fhir4.CodeableConcept[], scope: Scope): readonly fhir4.Coding[] {
  const codings = codingsIn(categories);
  const said = scope.settings.valueSets && codings.filter((coding) => isSaid(coding, "OBR-24", undefined, scope));
  return said && said.length > 0 ? said : codings.filter(({ system }) => system?.endsWith(diagnosticSections));
}

function sectionsOf(categories: readonly fhir4.CodeableConcept[], scope: Scope): readonly Coded[] {
  const own = ownSections(categories, scope);
  if (own.length > 0) return own;
  const codings = codingsIn(categories);
  const found = translate(codings, diagnosticService);
  if (found) return [found.code];
  const names = [...categories.map(({ text }) => text), ...codings.map(({ display }) => display)];
  const named = names.find((name) => Object.hasOwn(sectionNames, name?.toLowerCase() ?? ""));
  return named === undefined ? [] : [sectionNames[named.toLowerCase()] ?? ""];
}

/** What Millennium calls the types of its catalog where a tenant has not mapped them. */
const sectionNames: Readonly<Record<string, string>> = { laboratory: "LAB", radiology: "RAD" };
