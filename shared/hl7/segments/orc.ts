import { hasCode, listOf } from "../chart.ts";
import type { MessageContext } from "../context.ts";
import { xad } from "../datatypes/address.ts";
import { type Coded, ce, codingsOf, cwe, id } from "../datatypes/coded.ts";
import { cx, ei, eip } from "../datatypes/identifier.ts";
import { pl } from "../datatypes/location.ts";
import { refersTo, xcn, xon } from "../datatypes/provider.ts";
import { byRank, xtnWork } from "../datatypes/telecom.ts";
import { ts } from "../datatypes/time.ts";
import { standard } from "../extensions.ts";
import { type RowSpec, segment } from "../mapping.ts";
import { type Order, type OrderContext, parentOf } from "../order.ts";
import { agents, provenances } from "../provenance.ts";
import { groupNumber, hasFunction, type ReportContext } from "../results.ts";
import type { Scope } from "../scope.ts";
import { terminology } from "../tables/code-map.ts";
import { medicationRequestStatus } from "../tables/medication.ts";
import { confidentiality, orderStatus, orderType } from "../tables/order.ts";
import { priorResultControl } from "../tables/order-control.ts";
import { since } from "../versions.ts";
import { fillerNumber, orderReference, otherNumbers, ownFillerNumber, placerNumber } from "./order-number.ts";
import { patientClass } from "./pv1.ts";
import { legacyTiming } from "./tq1.ts";

/** ORC-33 and OBR-53 */
export const furtherNumbers = since<Pick<OrderContext, "ServiceRequest">>(
  "2.7",
  cx({
    from: "ServiceRequest.identifier",
    compute: ({ ServiceRequest }) => otherNumbers(ServiceRequest),
    repeats: true,
    rule: "What numbers it has beside those of the placer and the filler",
  }),
);

/** Whatever asks for something: what is told of the one who did. */
type Asked = Pick<OrderContext, "ServiceRequest" | "MedicationRequest">;

const requesters = ["ServiceRequest.requester", "MedicationRequest.requester"] as const;

export const ofRequester = {
  14: xtnWork({
    from: requesters,
    pick: (persons: readonly fhir4.Reference[], context, scope) => callbacksOf(persons, orderOf(context) ?? {}, scope),
    repeats: true,
    rule: "The telephone numbers of the one who ordered, two at the most",
  }),
  21: xon({
    from: requesters,
    pick: (persons: readonly fhir4.Reference[], context, scope) =>
      persons.flatMap((each) => organizationOf(each, orderOf(context) ?? {}, scope)),
    rule: "The organization that ordered, or that the one who ordered works for",
  }),
  22: xad({
    from: requesters,
    pick: (persons: readonly fhir4.Reference[], context, scope) =>
      organizationsBehind(persons, orderOf(context) ?? {}, scope).flatMap(({ address }) => address ?? []),
    rule: "Where that organization is",
  }),
  23: xtnWork({
    from: requesters,
    pick: (persons: readonly fhir4.Reference[], context, scope) =>
      byRank(organizationsBehind(persons, orderOf(context) ?? {}, scope).flatMap(telecomOf)),
    repeats: true,
    rule: "The numbers of that organization",
  }),
  24: xad({
    from: requesters,
    pick: (persons: readonly fhir4.Reference[], context, scope) =>
      persons.flatMap((each) => personBehind(each, orderOf(context) ?? {}, scope)?.address ?? []),
    rule: "Where the one who ordered works",
  }),
} satisfies Record<number, RowSpec<Asked>>;

/** The persons who asked for what was found: the requester of the order, else who is told as such among the performers. */
export function askedFor(
  references: readonly fhir4.Reference[],
  { ServiceRequest }: Pick<ReportContext, "ServiceRequest">,
): readonly fhir4.Reference[] {
  return references.filter(
    (each) =>
      refersTo(each, "Practitioner", "PractitionerRole") &&
      (each === ServiceRequest?.requester || hasFunction(each, "OP")),
  );
}

/** HL7 v2.5.1, 4.5.1, before the OBR of a result. */
export const orcOfResult = segment<ReportContext>("ORC", {
  1: id({
    from: "event.type",
    compute: ({ event }) => [event.type.startsWith("order.") ? priorResultControl : "RE"],
    required: true,
    rule: "RE: observations to follow; PR for prior results that go with an order",
  }),
  2: ei({
    from: ["ServiceRequest.identifier", "Report.basedOn"],
    compute: ({ ServiceRequest, Report }) => placerNumber(ServiceRequest, orderReference(Report.basedOn)),
    rule: "The placer's number of the request, else its id",
  }),
  3: ei({
    from: ["Report.identifier", "Report.id"],
    compute: groupNumber,
    rule: "The accession or filler number, else the id of the report",
  }),
  12: xcn({
    from: ["ServiceRequest.requester", "Report.performer"],
    pick: askedFor,
    repeats: true,
    rule: "Who asked for it; else the performer with the function OP",
  }),
  ...ofRequester,
  33: furtherNumbers,
});

const confidentialities = `${terminology}/v3-Confidentiality`;

/** Who recorded an order, else who acted in a role. */
function agentsOf(
  context: OrderContext,
  recorder: fhir4.Reference | undefined,
  role: string,
): readonly fhir4.Reference[] {
  return recorder === undefined ? agents(context, role) : [recorder];
}

const statusReason = `${standard}/request-statusReason`;

function orderOf({ ServiceRequest, MedicationRequest }: Asked): Order | undefined {
  return ServiceRequest ?? MedicationRequest;
}

const commonOrder = {
  ...ofRequester,
  1: id({
    from: "OrderControl",
    required: true,
    rule: "By the event and the mode of the destination (placer or notify)",
    volatile: true,
  }),
  2: ei({
    from: ["ServiceRequest.identifier", "ServiceRequest.id", "MedicationRequest.identifier", "MedicationRequest.id"],
    compute: (context) => placerNumber(orderOf(context), undefined),
    rule: "The placer's number (PLAC), else the id",
  }),
  3: ei({
    from: ["ServiceRequest.identifier", "MedicationRequest.identifier"],
    compute: (context) => ownFillerNumber(orderOf(context)),
    rule: "The filler's number (FILL, ACSN), once there is one",
  }),
  4: ei({ from: ["ServiceRequest.requisition", "MedicationRequest.groupIdentifier"] }),
  5: id({
    from: ["ServiceRequest.status", "MedicationRequest.status"],
    compute: statusOf,
    rule: "SC when it was ordered for later; DC when discontinued; RP when replaced",
  }),
  8: eip({
    from: ["ServiceRequest.basedOn", "MedicationRequest.basedOn"],
    compute: parentNumbers,
    rule: "The order that it is based on",
  }),
  9: ts({
    from: ["ServiceRequest.authoredOn", "MedicationRequest.authoredOn", "event.recordedAt"],
    compute: (context) => {
      const written = context.OrderControl === "NW" ? orderOf(context)?.authoredOn : undefined;
      return [written ?? orderOf(context)?.meta?.lastUpdated ?? context.event.recordedAt];
    },
    rule: "When it was written, for a new order; else when this version was",
    volatile: true,
  }),
  10: xcn({
    from: ["MedicationRequest.recorder", "Provenance.agent"],
    compute: (context) => agentsOf(context, context.MedicationRequest?.recorder, "enterer"),
    repeats: true,
    rule: "Who recorded it; else who entered it, by its Provenance",
  }),
  11: xcn({
    from: "Provenance.agent",
    compute: (context) => agentsOf(context, undefined, "verifier"),
    repeats: true,
    rule: "Who verified it, by its Provenance",
  }),
  12: xcn({
    from: requesters,
    pick: (requesters: readonly fhir4.Reference[]) =>
      requesters.filter((each) => refersTo(each, "Practitioner", "PractitionerRole")),
  }),
  13: pl({
    from: "Provenance.location",
    compute: (context) => provenances(context).flatMap(({ location }) => location ?? []),
    rule: "Where it was entered, by its Provenance",
  }),
  15: ts({
    from: ["event.occurredAt", "ServiceRequest.occurrencePeriod.start", "ServiceRequest.occurrenceDateTime"],
    rule: "When the change took effect",
    volatile: true,
  }),
  16: ce({
    from: ["MedicationRequest.statusReason", `ServiceRequest.extension('${statusReason}').valueCodeableConcept`],
    otherwise: (context) =>
      orderOf(context)?.status === "entered-in-error" ? [undefined, "Entered in error"] : undefined,
  }),
  28: cwe({
    from: ["ServiceRequest.meta.security", "MedicationRequest.meta.security"],
    pick: (labels: readonly fhir4.Coding[]) =>
      labels.filter(({ system, code }) => system === confidentialities && (code ?? "") in confidentiality.codes),
    map: confidentiality,
  }),
  29: cwe({
    from: ["ServiceRequest.locationCode", "MedicationRequest.category", "Encounter"],
    compute: settingOf,
    map: orderType,
    rule: "Where it is to be done or taken, as far as HL70482 has it; else by the patient class",
  }),
  33: furtherNumbers,
} satisfies Record<number, RowSpec<OrderContext>>;

/** HL7 v2.5.1, 4.5.1, before what a ServiceRequest or a MedicationRequest orders. */
export const orcOfOrder = segment<OrderContext>("ORC", commonOrder);

/** The same in ORM^O01, which has no TQ1. */
export const orcOfGeneralOrder = segment<OrderContext>("ORC", { ...commonOrder, 7: legacyTiming });

function settingOf(context: OrderContext): readonly Coded[] {
  const { ServiceRequest, MedicationRequest, Encounter } = context;
  const places = listOf(ServiceRequest?.locationCode ?? MedicationRequest?.category);
  const named = places.filter((each) => hasCode(each, kindsOfPlace));
  return named.length > 0 || Encounter === undefined ? named : patientClass([Encounter], context);
}

/** v3-RoleCode: a hospital, an outpatient facility. And where a medication is taken: on discharge, that is at home. */
const kindsOfPlace: ReadonlySet<string> = new Set(["HOSP", "OF", "inpatient", "outpatient", "community", "discharge"]);

function statusOf(context: OrderContext): readonly Coded[] {
  const { OrderControl, ServiceRequest, MedicationRequest } = context;
  if (OrderControl === "RP" || OrderControl === "RU") return ["RP"];
  if (OrderControl === "DC" || OrderControl === "OD") return ["DC"];
  const order = ServiceRequest ?? MedicationRequest;
  const codes = ServiceRequest === undefined ? medicationRequestStatus.codes : orderStatus.codes;
  const code = order === undefined ? undefined : codes[order.status];
  if (code === undefined || code === null) return [];
  return [code === "IP" && isForLater(ServiceRequest) ? "SC" : code];
}

/** Held against when it was ordered and not against the clock: the same order is told the same way tomorrow. */
function isForLater(request: fhir4.ServiceRequest | undefined): boolean {
  const start = request?.occurrenceDateTime ?? request?.occurrencePeriod?.start;
  return Date.parse(start ?? "") > Date.parse(request?.authoredOn ?? "");
}

export function parentNumbers(context: OrderContext, scope: Scope) {
  const order = orderOf(context);
  const reference = orderReference(order?.basedOn);
  if (order === undefined || reference === undefined) return [];
  const parent = parentOf(order, scope);
  return [{ placer: placerNumber(parent, reference)[0], filler: ownFillerNumber(parent)[0] }];
}

const callbackLimit = 2;

export function callbacksOf(
  requesters: readonly fhir4.Reference[],
  owner: object,
  scope: Scope,
): readonly fhir4.ContactPoint[] {
  const points = requesters.flatMap((requester) => {
    const found = scope.resolve(requester, owner);
    if (found?.resourceType === "Practitioner") return found.telecom ?? [];
    if (found?.resourceType !== "PractitionerRole") return [];
    return found.telecom ?? scope.resolve<fhir4.Practitioner>(found.practitioner, found)?.telecom ?? [];
  });
  return byRank(points).slice(0, callbackLimit);
}

/** How to call an organization, or else the people whom it names for that. */
function telecomOf({ telecom, contact }: fhir4.Organization): readonly fhir4.ContactPoint[] {
  return telecom ?? (contact ?? []).flatMap((each) => each.telecom ?? []);
}

function organizationOf(reference: fhir4.Reference, owner: object, scope: Scope): readonly fhir4.Reference[] {
  const found = scope.resolve(reference, owner);
  if (found?.resourceType === "PractitionerRole") return found.organization === undefined ? [] : [found.organization];
  const isOne = found === undefined ? refersTo(reference, "Organization") : found.resourceType === "Organization";
  return isOne && reference.reference !== undefined ? [reference] : [];
}

function organizationsBehind(
  references: readonly fhir4.Reference[],
  owner: object,
  scope: Scope,
): readonly fhir4.Organization[] {
  return references
    .flatMap((each) => organizationOf(each, owner, scope))
    .map((each) => scope.resolve<fhir4.Organization>(each, owner))
    .filter((each): each is fhir4.Organization => each?.resourceType === "Organization");
}

function personBehind(reference: fhir4.Reference, owner: object, scope: Scope): fhir4.Practitioner | undefined {
  const found = scope.resolve(reference, owner);
  if (found?.resourceType === "Practitioner") return found;
  if (found?.resourceType !== "PractitionerRole") return undefined;
  const person = scope.resolve<fhir4.Practitioner>(found.practitioner, found);
  return person?.resourceType === "Practitioner" ? person : undefined;
}

export interface AdministrationContext extends MessageContext {
  readonly MedicationAdministration: fhir4.MedicationAdministration;
  readonly MedicationRequest?: fhir4.MedicationRequest | undefined;
  readonly Medication?: fhir4.Medication | undefined;
}

/** HL7 v2.5.1, 4.5.1, before what was given of a MedicationRequest. */
export const orcOfAdministration = segment<AdministrationContext>("ORC", {
  1: id({ from: "MedicationAdministration", compute: () => ["RE"], required: true, rule: "RE: what was done follows" }),
  2: ei({
    from: ["MedicationRequest.identifier", "MedicationAdministration.request"],
    compute: ({ MedicationRequest, MedicationAdministration }) =>
      placerNumber(MedicationRequest, MedicationAdministration.request),
    rule: "As ORC-2 of the order",
  }),
  3: ei({
    from: ["MedicationRequest.identifier", "MedicationAdministration.identifier", "MedicationAdministration.id"],
    compute: ({ MedicationRequest, MedicationAdministration }) => {
      const ofOrder = ownFillerNumber(MedicationRequest);
      return ofOrder.length > 0 ? ofOrder : fillerNumber(MedicationAdministration);
    },
    rule: "As ORC-3 of the order, else the id of the administration",
  }),
  10: xcn({
    from: "Provenance.agent",
    compute: (context) => agents(context, "enterer"),
    repeats: true,
    rule: "Who entered it, by its Provenance",
  }),
  12: xcn({
    from: "MedicationRequest.requester",
    pick: (requesters: readonly fhir4.Reference[]) =>
      requesters.filter((each) => refersTo(each, "Practitioner", "PractitionerRole")),
  }),
});

export interface ImmunizationContext extends MessageContext {
  readonly Immunization: fhir4.Immunization;
}

/** Performers of an immunization in some functions (HL70443). */
export function immunizationPerformers(...functions: readonly (string | undefined)[]) {
  return (performers: readonly fhir4.ImmunizationPerformer[]): readonly fhir4.Reference[] =>
    performers
      .filter((performer) => functions.includes(codingsOf(performer.function ?? {})[0]?.code))
      .map(({ actor }) => actor)
      .filter((actor) => refersTo(actor, "Practitioner", "PractitionerRole"));
}

/** HL7 v2.5.1, 4.5.1, before a vaccination. */
export const orcOfImmunization = segment<ImmunizationContext>("ORC", {
  1: id({ from: "Immunization", compute: () => ["RE"], required: true, rule: "RE: what was done follows" }),
  3: ei({
    from: ["Immunization.identifier", "Immunization.id"],
    compute: ({ Immunization }) => fillerNumber(Immunization),
    required: true,
    rule: "The number under which the vaccination is kept",
  }),
  10: xcn({
    from: ["Immunization.performer", "Provenance.agent"],
    compute: (context) => {
      const entering = immunizationPerformers("EP")(listOf(context.Immunization.performer));
      return entering.length > 0 ? entering : agents(context, "enterer");
    },
    repeats: true,
    rule: "Who entered it (EP), else by its Provenance",
  }),
  12: xcn({ from: "Immunization.performer", pick: immunizationPerformers("OP"), rule: "Who ordered it (OP)" }),
});
