import type { MessageContext } from "./context.ts";
import { codingsOf } from "./datatypes/coded.ts";
import { type ObservedValue, observedValue } from "./datatypes/varies.ts";
import type { Scope } from "./scope.ts";

/** An order group of ORU^R01: a report with what it was ordered by and what was found. */
export interface ReportContext extends MessageContext {
  /** The DiagnosticReport; for an Observation that no report speaks for, what a report would say about it. */
  readonly Report: fhir4.DiagnosticReport;
  readonly ServiceRequest?: fhir4.ServiceRequest | undefined;
  readonly observations: readonly fhir4.Observation[];
}

/** What an OBX tells: an Observation or one of its components. */
export type Result = Pick<
  fhir4.Observation,
  "code" | "interpretation" | "referenceRange" | "dataAbsentReason" | "note"
>;

export interface ResultContext extends MessageContext {
  readonly Report: fhir4.DiagnosticReport;
  readonly Observation: fhir4.Observation;
  readonly Result: Result;
  readonly value: ObservedValue | undefined;
  /** OBX-4 */
  readonly subId: string;
}

/** The one report that the message tells. */
export function reports(context: MessageContext, scope: Scope): readonly ReportContext[] {
  const focus = context.event.after;
  if (focus.resourceType !== "DiagnosticReport" && focus.resourceType !== "Observation") return [];
  const Report = focus.resourceType === "Observation" ? reportOf(focus) : focus;
  const ServiceRequest = Report.basedOn
    ?.map((reference) => scope.resolve<fhir4.ServiceRequest>(reference, focus))
    .find((each) => each?.resourceType === "ServiceRequest");
  const observations = focus.resourceType === "Observation" ? [focus] : named(focus.result, focus, scope, "result");
  return [{ ...context, Report, ServiceRequest, observations }];
}

const vitalSignsPanel: fhir4.CodeableConcept = {
  coding: [
    {
      system: "http://loinc.org",
      code: "85353-1",
      display: "Vital signs, weight, height, head circumference, oxygen saturation and BMI panel",
    },
  ],
};

/** A report in the place of the one that an Observation lacks. */
function reportOf(observation: fhir4.Observation): fhir4.DiagnosticReport {
  const { id, meta, identifier, status, category, code, subject, encounter, issued, performer, basedOn } = observation;
  const { effectiveDateTime = observation.effectiveInstant, effectivePeriod, specimen } = observation;
  const isPanel = observation.hasMember !== undefined && observation.hasMember.length > 0;
  const report: { [Element in keyof fhir4.DiagnosticReport]: fhir4.DiagnosticReport[Element] | undefined } = {
    resourceType: "DiagnosticReport",
    id,
    meta,
    identifier,
    status: reportStatusOf(status),
    category,
    code: isVitalSign(category) && !isPanel ? vitalSignsPanel : code,
    subject,
    encounter,
    effectiveDateTime,
    effectivePeriod,
    issued,
    performer,
    basedOn,
    specimen: specimen === undefined ? undefined : [specimen],
  };
  return report as fhir4.DiagnosticReport;
}

/** The two value sets have these in common. */
function reportStatusOf(status: fhir4.Observation["status"]): fhir4.DiagnosticReport["status"] {
  return status;
}

function isVitalSign(categories: readonly fhir4.CodeableConcept[] | undefined): boolean {
  return (categories ?? []).flatMap(codingsOf).some(({ code }) => code === "vital-signs");
}

function named(
  references: readonly fhir4.Reference[] | undefined,
  owner: fhir4.DiagnosticReport | fhir4.Observation,
  scope: Scope,
  element: string,
): readonly fhir4.Observation[] {
  return (references ?? []).flatMap((reference) => {
    const found = scope.resolve<fhir4.Observation>(reference, owner);
    if (found?.resourceType === "Observation") return [found];
    scope.report({ severity: "warning", reason: "missing-resource", path: `${owner.resourceType}.${element}` });
    return [];
  });
}

/** All that a report found, as OBX: its Observations depth first, then its conclusion and its documents. */
export function results(context: ReportContext, scope: Scope): readonly ResultContext[] {
  const found: ResultContext[] = [];
  for (const [index, observation] of context.observations.entries())
    addObservation(found, context, observation, `${index + 1}`, new Set(), scope);
  addConclusion(found, context, scope);
  addDocuments(found, context, scope);
  return found;
}

function addObservation(
  found: ResultContext[],
  context: ReportContext,
  Observation: fhir4.Observation,
  subId: string,
  above: ReadonlySet<fhir4.Observation>,
  scope: Scope,
): void {
  // A panel that names itself would never end.
  if (above.has(Observation)) return;
  if (Observation.status === "unknown") {
    scope.report({ severity: "warning", reason: "held-status", field: "OBX-11", path: "Observation.status" });
    return;
  }
  const components = Array.isArray(Observation.component) ? Observation.component : [];
  const members = named(Observation.hasMember, Observation, scope, "hasMember");
  const value = observedValue(Observation, scope, Observation);
  const isGroup = components.length > 0 || members.length > 0;
  if (value !== undefined || Observation.dataAbsentReason !== undefined || !isGroup)
    found.push(resultContext(found, context, Observation, Observation, value, subId));
  const codes = components.map(({ code }) => codingsOf(code ?? {})[0]?.code ?? code?.text);
  for (const [index, component] of components.entries()) {
    const isTwice = codes.indexOf(codes[index]) !== codes.lastIndexOf(codes[index]);
    const componentId = isTwice ? `${subId}.${index + 1}` : subId;
    const componentValue = observedValue(component, scope, Observation);
    // The notes are the Observation's: they stand behind its last OBX.
    const isLast = value === undefined && index === components.length - 1;
    const Result = isLast ? withNotes(component, Observation) : component;
    found.push(resultContext(found, context, Observation, Result, componentValue, componentId));
  }
  for (const [index, member] of members.entries())
    addObservation(found, context, member, `${subId}.${index + 1}`, new Set([...above, Observation]), scope);
}

function withNotes(component: fhir4.ObservationComponent, { note }: fhir4.Observation): Result {
  return note === undefined ? component : { ...component, note };
}

function resultContext(
  found: readonly ResultContext[],
  context: ReportContext,
  Observation: fhir4.Observation,
  Result: Result,
  value: ObservedValue | undefined,
  subId: string,
): ResultContext {
  const { message, event, source, destination, resources, Patient, Report } = context;
  return {
    message,
    event,
    source,
    destination,
    resources,
    Patient,
    Report,
    Observation,
    Result,
    value,
    subId,
    setId: found.length + 1,
  };
}

const conclusionCode: fhir4.CodeableConcept = {
  coding: [{ system: "http://loinc.org", code: "55110-1", display: "Conclusions [Interpretation] Document" }],
};

function addConclusion(found: ResultContext[], context: ReportContext, scope: Scope): void {
  const { Report } = context;
  const valueString = Report.conclusion;
  if (valueString !== undefined) addText(found, context, { valueString }, scope);
  for (const valueCodeableConcept of Report.conclusionCode ?? [])
    addText(found, context, { valueCodeableConcept }, scope);
}

function addText(
  found: ResultContext[],
  context: ReportContext,
  value: Pick<fhir4.Observation, "valueString" | "valueCodeableConcept">,
  scope: Scope,
): void {
  const Observation = { ...ofReport(context.Report), code: conclusionCode, ...value };
  const observed = observedValue(Observation, scope, Observation);
  found.push(resultContext(found, context, Observation, Observation, observed, `${found.length + 1}`));
}

/** The documents of a report, with their data where these came along, else where they lie. */
function addDocuments(found: ResultContext[], context: ReportContext, scope: Scope): void {
  const { Report } = context;
  for (const attachment of Report.presentedForm ?? []) {
    const Observation: fhir4.Observation = { ...ofReport(Report), code: Report.code };
    const value = observedValue({ valueAttachment: attachment }, scope, Report);
    if (value !== undefined)
      found.push(resultContext(found, context, Observation, Observation, value, `${found.length + 1}`));
  }
}

/** What a report itself says, as the Observation that an OBX takes it for. */
function ofReport(report: fhir4.DiagnosticReport): Omit<fhir4.Observation, "code"> {
  return { resourceType: "Observation", status: observationStatusOf(report.status) };
}

function observationStatusOf(status: fhir4.DiagnosticReport["status"]): fhir4.Observation["status"] {
  if (status === "partial") return "preliminary";
  return status === "appended" ? "amended" : status;
}

export interface SpecimenContext extends MessageContext {
  readonly Specimen: fhir4.Specimen;
}

/** The specimens of a report and of its observations, each once. */
export function specimens(context: ReportContext, scope: Scope): readonly SpecimenContext[] {
  const references = [
    ...(context.Report.specimen ?? []),
    ...context.observations.flatMap(({ specimen }) => (specimen === undefined ? [] : [specimen])),
  ];
  const found = references
    .map((reference) => scope.resolve<fhir4.Specimen>(reference, context.Report))
    .filter((specimen): specimen is fhir4.Specimen => specimen?.resourceType === "Specimen");
  return [...new Set(found)].map((Specimen, index) => ({ ...context, Specimen, setId: index + 1 }));
}
