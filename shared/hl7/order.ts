import { BridgeError } from "../errors.ts";
import { keyOf, type Resource } from "../fhir.ts";
import { hasCode, listOf, numbered } from "./chart.ts";
import { type MessageContext, wrongKind } from "./context.ts";
import { codingsOf } from "./datatypes/coded.ts";
import type { Scope } from "./scope.ts";
import {
  approvedRefill,
  childControl,
  isWithdrawal,
  type OrderMode,
  orderControlOf,
  parentControl,
} from "./tables/order-control.ts";

export type Order = fhir4.ServiceRequest | fhir4.MedicationRequest;

/** An order group: what ORC tells, about one of the two kinds of request. */
export interface OrderContext extends MessageContext {
  /** ORC-1 */
  readonly OrderControl: string;
  readonly ServiceRequest?: fhir4.ServiceRequest | undefined;
  readonly MedicationRequest?: fhir4.MedicationRequest | undefined;
  /** Of the orders of the message. */
  readonly isLast?: boolean;
}

export interface ServiceContext extends OrderContext {
  readonly ServiceRequest: fhir4.ServiceRequest;
}

/** A MedicationRequest with the one dosage that the segments which cannot repeat tell: its first. */
export interface MedicationContext extends OrderContext {
  readonly MedicationRequest: fhir4.MedicationRequest;
  readonly Medication?: fhir4.Medication | undefined;
  readonly Dosage?: fhir4.Dosage | undefined;
  readonly Dose?: fhir4.DosageDoseAndRate | undefined;
}

const notYetOrdered = new Set(["draft", "unknown"]);
const binding = new Set(["order", "original-order", "reflex-order", "filler-order", "instance-order"]);

/**
 * The orders that a message tells: the one that the event is about; before it the one that it replaces, or the parent
 * whose child it is.
 *
 * @throws ERR_UNRENDERABLE for what is no order (a plan, a draft, an instruction not to do something), unless it is
 *   withdrawn; for an event that has no order control; for a resource that is no order
 */
export function orders(...types: readonly Order["resourceType"][]) {
  return (context: MessageContext, scope: Scope): readonly OrderContext[] => {
    const focus = context.event.after;
    if (!isOrder(focus) || !types.includes(focus.resourceType)) throw wrongKind(focus.resourceType);
    const control = controlOf(context);
    const told = related(focus, control, context, scope);
    return told.map(([order, OrderControl], index) => {
      if (!isWithdrawal(OrderControl)) mustBeOrder(order);
      return {
        ...context,
        [order.resourceType]: order,
        OrderControl,
        setId: index + 1,
        isLast: index === told.length - 1,
      };
    });
  };
}

export const serviceOrders = orders("ServiceRequest");
export const medicationOrders = orders("MedicationRequest");
export const anyOrders = orders("ServiceRequest", "MedicationRequest");

function isOrder(resource: Resource | undefined): resource is Order {
  return resource?.resourceType === "ServiceRequest" || resource?.resourceType === "MedicationRequest";
}

export function orderModeOf({ destination }: MessageContext): OrderMode {
  return destination.orderMode;
}

function controlOf(context: MessageContext): string {
  const { event, destination } = context;
  const mode = orderModeOf(context);
  if (event.type === "order.renewed" && destination.options.includes("approved-refills")) return approvedRefill;
  const control = event.step?.orderControl ?? orderControlOf(event.type)?.[mode];
  if (control !== undefined) return control;
  throw new BridgeError("ERR_UNRENDERABLE", { details: { field: "ORC-1", event: event.type, mode } });
}

/** What a receiver must hear of together, in the order of HL7 v2.5.1, 4.5.1.1. */
function related(
  focus: Order,
  control: string,
  context: MessageContext,
  scope: Scope,
): readonly (readonly [Order, string])[] {
  const replaced = orderControlOf(context.event.type)?.replaced?.[orderModeOf(context)];
  if (replaced !== undefined) {
    const [before, after] = replacement(focus, context, scope);
    if (before.length > 0 && after !== undefined)
      return [...before.map((order) => [order, replaced] as const), [after, control]];
    // RP and RO make sense as a pair only: one alone is a new order, or a cancelled one.
    scope.report({ severity: "warning", reason: "missing-resource", path: `${focus.resourceType}.${replaces(focus)}` });
    const alone = orderControlOf(hasPredecessor(focus) ? "placed" : "cancelled")?.[orderModeOf(context)];
    return [[focus, alone ?? control]];
  }
  const parent = control === "NW" && focus.intent === "instance-order" ? parentOf(focus, scope) : undefined;
  const known = context.event.step?.parents;
  // Of a parent that the receiver has not heard of, nothing can have a part.
  if (parent === undefined || known?.includes(keyOf(parent)) === false) return [[focus, control]];
  return [
    [parent, parentControl],
    [focus, childControl],
  ];
}

/** The orders that end and their successor, whichever of them the event is about. */
function replacement(
  focus: Order,
  { resources, event }: MessageContext,
  scope: Scope,
): readonly [before: readonly Order[], after: Order | undefined] {
  const known = event.step?.replaced;
  const before = replacedBy(focus, scope).filter((order) => known === undefined || known.includes(keyOf(order)));
  if (before.length > 0) return [before, focus];
  const after = resources.find(
    (each): each is Order => isOrder(each) && each !== focus && replacedBy(each, scope).includes(focus),
  );
  return [[focus], after];
}

function predecessors(order: Order): readonly fhir4.Reference[] {
  if (order.resourceType === "ServiceRequest") return order.replaces ?? [];
  return order.priorPrescription === undefined ? [] : [order.priorPrescription];
}

function hasPredecessor(order: Order): boolean {
  return predecessors(order).length > 0;
}

function replacedBy(order: Order, scope: Scope): readonly Order[] {
  return predecessors(order)
    .map((reference) => scope.resolve<Resource>(reference, order))
    .filter(isOrder);
}

function replaces({ resourceType }: Order): string {
  return resourceType === "ServiceRequest" ? "replaces" : "priorPrescription";
}

export function parentOf(order: Order, scope: Scope): Order | undefined {
  return order.basedOn?.map((reference) => scope.resolve<Resource>(reference, order)).find(isOrder);
}

/** A receiver that got one of these would act on it. */
function mustBeOrder(order: Order): void {
  if (order.doNotPerform === true) throw unrenderable("ORC-1", `${order.resourceType}.doNotPerform`);
  if (!binding.has(order.intent)) throw unrenderable("ORC-1", `${order.resourceType}.intent`);
  const reported = order.resourceType === "MedicationRequest" ? reportedBy(order) : undefined;
  if (reported !== undefined) throw unrenderable("ORC-1", `MedicationRequest.${reported}`);
  if (notYetOrdered.has(order.status)) throw unrenderable("ORC-5", `${order.resourceType}.status`);
}

/** What says that others ordered it, or that the patient takes it. */
function reportedBy({ reportedBoolean, reportedReference }: fhir4.MedicationRequest): string | undefined {
  if (reportedBoolean === true) return "reportedBoolean";
  return reportedReference ? "reportedReference" : undefined;
}

function unrenderable(field: string, path: string): BridgeError {
  return new BridgeError("ERR_UNRENDERABLE", { details: { field, path } });
}

/** What a service request asks for; empty for a medication. */
export function services(context: OrderContext): readonly ServiceContext[] {
  const { ServiceRequest } = context;
  return ServiceRequest === undefined ? [] : [{ ...context, ServiceRequest }];
}

export function medications(context: OrderContext, scope: Scope): readonly MedicationContext[] {
  const { MedicationRequest } = context;
  if (MedicationRequest === undefined) return [];
  const Dosage = MedicationRequest.dosageInstruction?.[0];
  const Medication = medicationOf(MedicationRequest, scope);
  // The encoded order tells what is given, which may have been worked out from what was asked for.
  const Dose = doseOf(listOf(Dosage?.doseAndRate), context.message.code === "RDE" ? "calculated" : "ordered");
  return [{ ...context, MedicationRequest, Medication, Dosage, Dose }];
}

/** One dose with its rate, which may stand in an entry of its own. */
function doseOf(entries: readonly fhir4.DosageDoseAndRate[], wanted: string): fhir4.DosageDoseAndRate | undefined {
  if (entries.length < 2) return entries[0];
  const ranked = [...entries.filter(({ type }) => hasCode(type, [wanted])), ...entries];
  const dose = ranked.find(({ doseQuantity, doseRange }) => doseQuantity !== undefined || doseRange !== undefined);
  const rate = ranked.find(hasRate);
  if (dose === undefined || rate === undefined || hasRate(dose)) return dose ?? rate;
  const { doseQuantity: _dose, doseRange: _range, ...running } = rate;
  return { ...running, ...dose };
}

export function hasRate({ rateQuantity, rateRatio, rateRange }: fhir4.DosageDoseAndRate): boolean {
  return rateQuantity !== undefined || rateRatio !== undefined || rateRange !== undefined;
}

/** The Medication behind a reference: contained, as Millennium does it, or come along. */
export function medicationOf(
  resource: fhir4.MedicationRequest | fhir4.MedicationAdministration,
  scope: Scope,
): fhir4.Medication | undefined {
  if (resource.medicationReference === undefined) return undefined;
  const found = scope.resolve<fhir4.Medication>(resource.medicationReference, resource);
  if (found?.resourceType === "Medication") return found;
  const path = `${resource.resourceType}.medicationReference`;
  scope.report({ severity: "warning", reason: "missing-resource", path });
  return undefined;
}

/** What a medication is called: its code, else the text of the reference to it. */
export function namedMedication(values: readonly (fhir4.CodeableConcept | string)[]): readonly fhir4.CodeableConcept[] {
  return values.map((value) => (typeof value === "string" ? { text: value } : value));
}

export interface RouteContext extends MessageContext {
  readonly Dosage: Partial<Pick<fhir4.Dosage, "route" | "site" | "method">>;
}

/** How a medication reaches the patient, each way once; RXR is required, so there is one even where nothing is known. */
export function routes(context: MedicationContext): readonly RouteContext[] {
  const dosages = context.MedicationRequest.dosageInstruction ?? [];
  const distinct = new Map(
    dosages.map(({ route, site, method }) => [JSON.stringify([route, site, method]), { route, site, method }]),
  );
  const all = [...distinct.values()];
  const known = all.filter(({ route }) => route !== undefined);
  const told = known.length > 0 ? known : all.slice(0, 1);
  return (told.length > 0 ? told : [{}]).map((Dosage) => ({ ...context, Dosage: Dosage as RouteContext["Dosage"] }));
}

export interface IngredientContext extends MedicationContext {
  readonly Ingredient: fhir4.MedicationIngredient;
}

/** The parts of a mixture. A drug of one substance is no mixture: its code says all. */
export function ingredients(context: MedicationContext): readonly IngredientContext[] {
  const parts = context.Medication?.ingredient ?? [];
  return parts.length < 2 ? [] : parts.map((Ingredient) => ({ ...context, Ingredient }));
}

/** What gives reasons: an order, an appointment. */
type Reasoned = Pick<fhir4.ServiceRequest, "reasonCode" | "reasonReference">;

/** The coded reasons of something, as diagnoses. */
export function diagnosesFor<Context extends MessageContext>(context: Context, owner: Reasoned, scope: Scope) {
  const coded = (owner.reasonCode ?? []).filter(isDiagnosis).map((code) => ({ code }));
  const conditions = (owner.reasonReference ?? []).flatMap((reference) => {
    const found = scope.resolve<fhir4.Condition>(reference, owner);
    return found?.resourceType === "Condition" ? [found] : [];
  });
  const all: readonly Pick<fhir4.Condition, "code">[] = [...coded, ...conditions];
  return numbered(
    context,
    all.map((condition) => ({ Condition: condition as fhir4.Condition, Diagnosis: {} })),
  );
}

export function reasons(context: OrderContext, scope: Scope) {
  const order = context.ServiceRequest ?? context.MedicationRequest;
  return order === undefined ? [] : diagnosesFor(context, order, scope);
}

export function isDiagnosis(code: fhir4.CodeableConcept): boolean {
  return codingsOf(code).some(({ system }) => diagnosisCodes.test(system ?? ""));
}

const diagnosisCodes = /icd-?10|icd-?9|BillCodes-ICD$|2\.16\.840\.1\.113883\.6\.(?:90|103|3)$/i;

export function orderNotes({
  ServiceRequest,
  MedicationRequest,
}: OrderContext): readonly (fhir4.Annotation | string | undefined)[] {
  return [ServiceRequest?.patientInstruction, ...((ServiceRequest ?? MedicationRequest)?.note ?? [])];
}
