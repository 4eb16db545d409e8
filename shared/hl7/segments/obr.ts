import { ce, codingsOf, id } from "../datatypes/coded.ts";
import { ei } from "../datatypes/identifier.ts";
import { ndl, refersTo, xcn } from "../datatypes/provider.ts";
import { si } from "../datatypes/text.ts";
import { ts } from "../datatypes/time.ts";
import { segment } from "../mapping.ts";
import type { ReportContext } from "../results.ts";
import type { Scope } from "../scope.ts";
import { reportStatus } from "../tables/result.ts";
import { fillerNumber, placerNumber } from "./order-number.ts";

const diagnosticSections = "/v2-0074";

/** HL7 v2.5.1, 7.4.1; `Report` is a DiagnosticReport, or the Observation that stands in for one. */
export const obrOfResult = segment<ReportContext>("OBR", {
  1: si({ from: "setId" }),
  2: ei({
    from: ["ServiceRequest.identifier", "Report.basedOn"],
    compute: ({ ServiceRequest, Report }) => placerNumber(ServiceRequest, Report.basedOn?.[0]),
    rule: "As ORC-2",
  }),
  3: ei({
    from: ["Report.identifier", "Report.id"],
    compute: ({ Report }) => fillerNumber(Report),
    required: true,
    rule: "As ORC-3",
  }),
  4: ce({
    from: "Report.code",
    required: true,
    rule: "For vital signs without a report, the panel of vital signs (LOINC 85353-1)",
  }),
  7: ts({
    from: ["Report.effectiveDateTime", "Report.effectivePeriod.start", "Report.specimen"],
    compute: ({ Report }, scope) => collected(Report, scope, "start"),
    rule: "When the finding holds, else when the specimen was collected",
  }),
  8: ts({
    from: ["Report.effectivePeriod.end", "Report.specimen"],
    compute: ({ Report }, scope) => collected(Report, scope, "end"),
  }),
  14: ts({
    from: "Report.specimen",
    pick: (references: readonly fhir4.Reference[], { Report }, scope) =>
      references.map((reference) => scope.resolve<fhir4.Specimen>(reference, Report)?.receivedTime).filter(Boolean),
    rule: "When the laboratory received the specimen",
  }),
  16: xcn({ from: "ServiceRequest.requester", repeats: true }),
  22: ts({ from: ["Report.issued", "Report.meta.lastUpdated"] }),
  24: id({
    from: "Report.category",
    pick: (categories: readonly fhir4.CodeableConcept[]) =>
      categories.flatMap(codingsOf).filter(({ system }) => system?.endsWith(diagnosticSections)),
    rule: "The category of HL70074",
  }),
  25: id({ from: "Report.status", map: reportStatus }),
  31: ce({ from: "ServiceRequest.reasonCode", repeats: true }),
  32: ndl({
    from: "Report.resultsInterpreter",
    pick: (interpreters: readonly fhir4.Reference[]) =>
      interpreters.filter((each) => refersTo(each, "Practitioner", "PractitionerRole")),
  }),
});

function collected(report: fhir4.DiagnosticReport, scope: Scope, end: "start" | "end"): readonly string[] {
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
