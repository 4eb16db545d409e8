import { listOf } from "./chart.ts";
import type { MessageContext } from "./context.ts";
import { type CodedField, codedElement, codedIn, codingsOf } from "./datatypes/coded.ts";
import type { ParentResult } from "./datatypes/performer.ts";
import { refersTo } from "./datatypes/provider.ts";
import { type ObservedValue, observedValue } from "./datatypes/varies.ts";
import { standard } from "./extensions.ts";
import { kept, none } from "./lists.ts";
import type { Scope } from "./scope.ts";
import { fillerNumber } from "./segments/order-number.ts";

/** An order group of ORU^R01: a report with what it was ordered by and what was found. */
export interface ReportContext extends MessageContext {
  /** The DiagnosticReport; for an Observation that no report speaks for, what a report would say about it. */
  readonly Report: fhir4.DiagnosticReport;
  readonly ServiceRequest?: fhir4.ServiceRequest | undefined;
  readonly observations: readonly fhir4.Observation[];
  /** The result that this group is about, where it is one: the germ whose resistance was tested. */
  readonly Parent?: ParentGroup | undefined;
  /** Whether the results of a germ stand in the group of the germ. */
  readonly isFlat?: boolean;
}

export interface ParentGroup extends ParentResult {
  /** OBR-3 of the group that the result stands in. */
  readonly fillerNumber: fhir4.Identifier | undefined;
}

/** What an OBX tells: an Observation or one of its components. */
export type Result = Pick<
  fhir4.Observation,
  "code" | "interpretation" | "referenceRange" | "dataAbsentReason" | "note"
>;

export interface ResultContext extends MessageContext {
  /** Absent where an Observation goes with an order. */
  readonly Report?: fhir4.DiagnosticReport | undefined;
  readonly Observation: fhir4.Observation;
  readonly Result: Result;
  readonly value: ObservedValue | undefined;
  /** OBX-4 */
  readonly subId: string;
}

/** The report that the message tells, and behind it a group for each result that has results of its own. */
export function reports(context: MessageContext, scope: Scope): readonly ReportContext[] {
  const focus = context.event.after;
  if (focus.resourceType !== "DiagnosticReport" && focus.resourceType !== "Observation") return [];
  return groupsOf(context, focus, scope);
}

/** The groups of a report, or of an Observation that has none. */
export function groupsOf(
  context: MessageContext,
  focus: fhir4.DiagnosticReport | fhir4.Observation,
  scope: Scope,
): readonly ReportContext[] {
  const Report = focus.resourceType === "Observation" ? reportOf(focus) : focus;
  const ServiceRequest = Report.basedOn
    ?.map((reference) => scope.resolve<fhir4.ServiceRequest>(reference, focus))
    .find((each) => each?.resourceType === "ServiceRequest");
  const all =
    focus.resourceType === "Observation" ? [focus] : withoutMembers(named(focus.result, focus, scope, "result"), scope);
  const report = { ...context, Report, ServiceRequest, observations: all, setId: 1 };
  // Most reports have neither panels nor germs.
  if (all.every(({ hasMember, derivedFrom }) => hasMember === undefined && derivedFrom === undefined)) return [report];
  const dependent = dependents(all, scope);
  return dependent.size === 0 ? [report] : inGroups(report, dependent, scope);
}

/** Some reports list the members of their panels beside the panels: these stand where the panel has them. */
function withoutMembers(listed: readonly fhir4.Observation[], scope: Scope): readonly fhir4.Observation[] {
  if (listed.every(({ hasMember }) => hasMember === undefined)) return listed;
  const members = new Set<fhir4.Observation>();
  // The set grows while it is read: a member may have members.
  const toSee = new Set(listed);
  for (const panel of toSee)
    for (const reference of panel.hasMember ?? []) {
      const member = scope.resolve<fhir4.Observation>(reference, panel);
      if (member?.resourceType !== "Observation" || member === panel) continue;
      members.add(member);
      toSee.add(member);
    }
  const own = listed.filter((each) => !members.has(each));
  return own.length === 0 ? listed : own;
}

/** Results by the result that they are about: susceptibilities by the germ that was found. */
type Dependents = ReadonlyMap<fhir4.Observation, readonly fhir4.Observation[]>;

/**
 * A culture names a germ in its value and the susceptibilities as its members; or each susceptibility says that it
 * derives from the germ. A panel has members and no value: its members stand in the same group.
 */
function dependents(observations: readonly fhir4.Observation[], scope: Scope): Dependents {
  const found = new Map<fhir4.Observation, fhir4.Observation[]>();
  const add = (parent: fhir4.Observation, child: fhir4.Observation) => {
    const children = found.get(parent) ?? [];
    if (parent !== child && !children.includes(child)) found.set(parent, [...children, child]);
  };
  const toSee = placed(observations, scope).map(([observation]) => observation);
  // The list grows while it is read: what a germ has may have results of its own.
  for (const observation of toSee) {
    if (hasOwnGroup(observation))
      for (const member of named(observation.hasMember, observation, scope, "hasMember")) {
        add(observation, member);
        if (!toSee.includes(member)) toSee.push(member);
      }
    const [source, ...others] = observation.derivedFrom ?? [];
    if (source === undefined || others.length > 0 || !observations.includes(observation)) continue;
    const parent = scope.resolve<fhir4.Observation>(source, observation);
    if (parent?.valueCodeableConcept !== undefined && observations.includes(parent)) add(parent, observation);
  }
  return found;
}

/** A germ with its susceptibilities, as against a panel. */
function hasOwnGroup({ valueCodeableConcept, hasMember }: fhir4.Observation): boolean {
  return valueCodeableConcept !== undefined && hasMember !== undefined;
}

/** The observations of a group with their OBX-4: those named, and the members of panels among them. */
function placed(
  observations: readonly fhir4.Observation[],
  scope: Scope,
  above = "",
): readonly (readonly [fhir4.Observation, subId: string])[] {
  return observations.flatMap((observation, index) => {
    const subId = `${above}${index + 1}`;
    const isPanel = observation.hasMember !== undefined && !hasOwnGroup(observation) && subId.length < maxSubIdLength;
    const members = isPanel ? named(observation.hasMember, observation, scope, "hasMember") : [];
    return [[observation, subId] as const, ...placed(members, scope, `${subId}.`)];
  });
}

/** OBX-4 has twenty characters: what lies deeper is a panel that names itself. */
const maxSubIdLength = 20;

const susceptibilities: fhir4.CodeableConcept = {
  coding: [{ system: "http://loinc.org", code: "18769-0", display: "Microbial susceptibility tests Set" }],
};

/** The group of the report, and behind it one for each germ; without any where germs belong to each other in a ring. */
function inGroups(whole: ReportContext, dependent: Dependents, scope: Scope): readonly ReportContext[] {
  const apart = new Set([...dependent.values()].flat());
  const groups: ReportContext[] = [{ ...whole, observations: whole.observations.filter((each) => !apart.has(each)) }];
  const told = new Set<fhir4.Observation>();
  // The list grows while it is read, as above.
  for (const group of groups)
    for (const [observation, subId] of placed(group.observations, scope)) {
      const observations = dependent.get(observation)?.filter((each) => !told.has(each)) ?? [];
      if (observations.length === 0) continue;
      for (const each of observations) told.add(each);
      const setId = groups.length + 1;
      groups.push({
        ...group,
        Report: partOf(group.Report),
        observations,
        Parent: parentOf(group, observation, subId, scope),
        setId,
      });
    }
  return told.size === apart.size ? groups : [{ ...whole, isFlat: true }];
}

/** What a report says as a whole stands in its first group. */
function partOf({ conclusion, conclusionCode, presentedForm, media, ...report }: fhir4.DiagnosticReport) {
  return { ...report, code: susceptibilities };
}

function parentOf(group: ReportContext, observation: fhir4.Observation, subId: string, scope: Scope): ParentGroup {
  // What the result itself says has been reported where it is told.
  const quiet: Scope = { ...scope, report: () => undefined };
  const value = textOfValue(observedValue(observation, quiet, observation));
  const code = codedIn(observationCode, codedElement, observation.code, quiet);
  return { code, subId, value, fillerNumber: groupNumber(group)[0] };
}

/** OBX-3, which OBR-26 repeats. */
const observationCode: CodedField = { id: "OBX-3", map: undefined };

/** What OBR-26 repeats of OBX-5: the name of a code. */
function textOfValue(value: ObservedValue | undefined): string | undefined {
  const [code, name] = value?.repetitions[0] ?? [];
  const text = name ?? code;
  return typeof text === "string" ? text : undefined;
}

/** OBR-3: that of the report; a group about one of its results adds the number of that result. */
export function groupNumber({ Report, Parent }: ReportContext): readonly fhir4.Identifier[] {
  const identifier = Parent === undefined ? fillerNumber(Report)[0] : Parent.fillerNumber;
  if (identifier === undefined) return [];
  return Parent === undefined ? [identifier] : [{ ...identifier, value: `${identifier.value}.${Parent.subId}` }];
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
  // Few results have members.
  if (references === undefined) return none;
  const found = (references ?? []).map((reference) => {
    const resource = scope.resolve<fhir4.Observation>(reference, owner);
    if (resource?.resourceType === "Observation") return resource;
    scope.report({ severity: "warning", reason: "missing-resource", path: `${owner.resourceType}.${element}` });
    return undefined;
  });
  return kept(found, (each) => each !== undefined) as readonly fhir4.Observation[];
}

/** All that a report found, as OBX: its Observations depth first, then its conclusion, documents and pictures. */
export function results(context: ReportContext, scope: Scope): readonly ResultContext[] {
  const found: ResultContext[] = [];
  const germsApart = context.Parent === undefined;
  const laboratory = organizationsAmong(context.Report.performer, context.Report, scope);
  const owner = laboratory.length === 0 ? context : { ...context, laboratory };
  for (const [index, observation] of context.observations.entries())
    addObservation(found, owner, observation, `${index + 1}`, noneAbove, scope, germsApart);
  if (context.Parent !== undefined) return found;
  addConclusion(found, context, scope);
  addDocuments(found, context, scope);
  addMedia(found, context, scope);
  return found;
}

/** Observations that go with something else than a report: what was asked on placing an order. */
export function observationResults(
  context: MessageContext,
  observations: readonly fhir4.Observation[],
  scope: Scope,
): readonly ResultContext[] {
  const found: ResultContext[] = [];
  for (const [index, observation] of observations.entries())
    addObservation(found, context, observation, `${index + 1}`, noneAbove, scope);
  return found;
}

const noComponents: readonly fhir4.ObservationComponent[] = [];
const noneAbove: ReadonlySet<fhir4.Observation> = new Set();

/** A message with the report that its results belong to, where there is one. */
type ResultOwner = MessageContext &
  Pick<ResultContext, "Report"> & {
    /** The organizations that performed the report: they did so for each result that names none of its own. */
    readonly laboratory?: readonly fhir4.Reference[];
  };

/** Those that a report contains mean nothing to its results. */
function organizationsAmong(
  performers: readonly fhir4.Reference[] | undefined,
  owner: object,
  scope: Scope,
): readonly fhir4.Reference[] {
  if (!Array.isArray(performers)) return none;
  return kept(performers, (each) => {
    const { reference } = each ?? {};
    if (typeof reference !== "string" || reference.startsWith("#") || reference.startsWith("Practitioner/"))
      return false;
    const found = scope.resolve(each, owner);
    return found === undefined ? refersTo(each, "Organization") : found.resourceType === "Organization";
  });
}

function performedIn(
  observation: fhir4.Observation,
  laboratory: readonly fhir4.Reference[],
  scope: Scope,
): fhir4.Observation {
  const performer = listOf(observation.performer);
  const isTold = performer.some((each) => {
    const found = scope.resolve<fhir4.PractitionerRole>(each, observation);
    if (found === undefined) return refersTo(each, "Organization");
    return found.resourceType !== "PractitionerRole" || found.organization !== undefined;
  });
  return isTold ? observation : { ...observation, performer: [...performer, ...laboratory] };
}

function addObservation(
  found: ResultContext[],
  context: ResultOwner,
  Observed: fhir4.Observation,
  subId: string,
  above: ReadonlySet<fhir4.Observation>,
  scope: Scope,
  /** Whether the members of a germ stand in a group of their own. */
  germsApart = false,
): void {
  // A panel that names itself would never end.
  if (above.has(Observed)) return;
  const { laboratory } = context;
  const Observation = laboratory === undefined ? Observed : performedIn(Observed, laboratory, scope);
  if (Observation.status === "unknown") {
    scope.report({ severity: "warning", reason: "held-status", field: "OBX-11", path: "Observation.status" });
    return;
  }
  const components = Array.isArray(Observation.component) ? Observation.component : noComponents;
  const isApart = germsApart && hasOwnGroup(Observation);
  const members = isApart ? [] : named(Observation.hasMember, Observation, scope, "hasMember");
  const value = observedValue(Observation, scope, Observation);
  const isGroup = components.length > 0 || members.length > 0;
  const isTold = value !== undefined || Observation.dataAbsentReason !== undefined || !isGroup;
  // The notes of components stand behind the last of them, those of a panel nowhere else.
  if (isTold || (components.length === 0 && listOf(Observation.note).length > 0))
    found.push(resultContext(found, context, Observation, Observation, value, subId));
  if (!isGroup) return;
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
    addObservation(found, context, member, `${subId}.${index + 1}`, new Set([...above, Observed]), scope, germsApart);
}

function withNotes(component: fhir4.ObservationComponent, { note }: fhir4.Observation): Result {
  return note === undefined ? component : { ...component, note };
}

function resultContext(
  found: readonly ResultContext[],
  context: ResultOwner,
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

/** Pictures, as documents; what one shows is a note to it. */
function addMedia(found: ResultContext[], context: ReportContext, scope: Scope): void {
  const { Report } = context;
  for (const { link, comment } of Report.media ?? []) {
    const media = scope.resolve<fhir4.Media>(link, Report);
    if (media?.resourceType !== "Media") {
      scope.report({ severity: "warning", reason: "missing-resource", path: "DiagnosticReport.media.link" });
      continue;
    }
    const note = comment === undefined ? media.note : [{ text: comment }, ...(media.note ?? [])];
    const code = media.view ?? media.modality ?? Report.code;
    const Observation = { ...ofReport(Report), code, ...(note !== undefined && { note }) };
    const value = observedValue({ valueAttachment: media.content }, scope, media);
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
  // The specimen of the whole report stands in its first group.
  if (context.Parent !== undefined) return [];
  const references = [
    ...(context.Report.specimen ?? []),
    ...context.observations.flatMap(({ specimen }) => (specimen === undefined ? [] : [specimen])),
  ];
  return specimensOf(context, references, context.Report, scope);
}

export function specimensOf<Context extends MessageContext>(
  context: Context,
  references: readonly fhir4.Reference[],
  owner: object,
  scope: Scope,
): readonly (Context & SpecimenContext)[] {
  return specimensBehind(references, owner, scope).map((Specimen, index) => ({
    ...context,
    Specimen,
    setId: index + 1,
  }));
}

/** Each once; of one that did not come along, what the reference says. */
export function specimensBehind(
  references: readonly fhir4.Reference[],
  owner: object,
  scope: Scope,
): readonly fhir4.Specimen[] {
  const found = new Map<unknown, fhir4.Specimen>();
  for (const reference of listOf(references)) {
    const resource = scope.resolve<fhir4.Specimen>(reference, owner);
    const specimen = resource?.resourceType === "Specimen" ? resource : namedSpecimen(reference);
    if (specimen !== undefined) found.set(resource ?? reference.reference ?? reference.display, specimen);
  }
  return [...found.values()];
}

function namedSpecimen({ display, identifier }: fhir4.Reference): fhir4.Specimen | undefined {
  if (display === undefined && identifier === undefined) return undefined;
  return {
    resourceType: "Specimen",
    ...(identifier !== undefined && { identifier: [identifier] }),
    ...(display !== undefined && { type: { text: display } }),
  };
}

const performerFunction = `${standard}/event-performerFunction`;

/** Whether a performer acted in one of these functions; Millennium tells several of one performer. */
export function hasFunction(performer: fhir4.Reference, ...functions: readonly string[]): boolean {
  return (performer.extension ?? []).some(
    ({ url, valueCodeableConcept }) =>
      url === performerFunction &&
      codingsOf(valueCodeableConcept ?? {}).some(({ code }) => functions.includes(code ?? "")),
  );
}
