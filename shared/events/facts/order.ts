import { keyOf, patientIdOf, type Resource } from "../../fhir.ts";
import { instantOf } from "../../instant.ts";
import { relativeReference } from "../lookup.ts";
import { contentWithout } from "./content.ts";

/** A ServiceRequest or a MedicationRequest. */
export interface OrderFacts {
  readonly of: "ServiceRequest" | "MedicationRequest";
  readonly phase: "none" | "draft" | "active" | "held" | "completed" | "cancelled" | "stopped" | "void";
  /** Something has been done for it: a report, a specimen, a dose. Once so, always so. */
  readonly started?: boolean;
  /** When it is to be done (instant or date). */
  readonly startsAt?: string | undefined;
  /** `ServiceRequest/7`: the ones whose place it takes. */
  readonly replaces?: readonly string[];
  /** Whether it goes on with a prescription. */
  readonly renews?: boolean;
  /** `Patient/12` */
  readonly patientKey?: string | undefined;
  /** The number of whoever carries it out. */
  readonly fillerNumber?: string | undefined;
  readonly reason?: string;
  /** Hash of what is ordered: all but the status, its reason and the filler's number. */
  readonly order?: string;
}

export const noOrder: Omit<OrderFacts, "of"> = { phase: "none" };

const phases: Readonly<Record<string, OrderFacts["phase"]>> = {
  draft: "draft",
  unknown: "draft",
  active: "active",
  "on-hold": "held",
  completed: "completed",
  revoked: "cancelled",
  cancelled: "cancelled",
  stopped: "stopped",
  "entered-in-error": "void",
};

/** A plan or a proposal orders nothing. */
const binding = new Set(["order", "original-order", "reflex-order", "filler-order", "instance-order"]);

export function orderFacts(
  order: fhir4.ServiceRequest | fhir4.MedicationRequest,
  resources: readonly Resource[],
  was: OrderFacts,
): OrderFacts {
  const patient = patientIdOf(order);
  const filler = order.identifier?.find(isFillerNumber)?.value;
  return {
    of: order.resourceType,
    phase: phaseOf(order),
    started: was.started === true || resources.some((each) => isDoneFor(each, keyOf(order))),
    startsAt: startOf(order),
    replaces: replacedBy(order),
    renews: order.resourceType === "MedicationRequest" && order.priorPrescription !== undefined,
    patientKey: patient === undefined ? undefined : `Patient/${patient}`,
    fillerNumber: filler,
    reason: contentWithout({ resourceType: "Basic", code: reasonOf(order) ?? {} } as Resource, []),
    order: contentWithout({ ...order, identifier: order.identifier?.filter((each) => !isFillerNumber(each)) ?? [] }, [
      "status",
      "statusReason",
      "text",
      ...(order.resourceType === "ServiceRequest" ? ["extension"] : []),
    ]),
  };
}

/** The orders whose place an order takes. */
export function replacedBy(order: fhir4.ServiceRequest | fhir4.MedicationRequest): readonly string[] {
  if (order.resourceType !== "ServiceRequest") return [];
  return (order.replaces ?? []).flatMap(({ reference }) => relativeReference(reference) ?? []);
}

/** The orders that an order is a part of. */
export function parentsOf(order: fhir4.ServiceRequest | fhir4.MedicationRequest): readonly string[] {
  if (order.intent !== "instance-order") return [];
  return (order.basedOn ?? []).flatMap(({ reference }) => relativeReference(reference) ?? []);
}

function startOf(order: fhir4.ServiceRequest | fhir4.MedicationRequest): string | undefined {
  const timings =
    order.resourceType === "ServiceRequest"
      ? [order.occurrenceTiming]
      : (order.dosageInstruction ?? []).map(({ timing }) => timing);
  const own = order.resourceType === "ServiceRequest" ? [order.occurrenceDateTime, order.occurrencePeriod?.start] : [];
  const starts = timings.flatMap((timing) => [...(timing?.event ?? []), timing?.repeat?.boundsPeriod?.start]);
  const times = [...own, ...starts].filter((time) => time !== undefined);
  return times.sort((one, other) => (instantOf(one) ?? 0) - (instantOf(other) ?? 0))[0];
}

function phaseOf(order: fhir4.ServiceRequest | fhir4.MedicationRequest): OrderFacts["phase"] {
  const { reportedBoolean, reportedReference } = order as Partial<fhir4.MedicationRequest>;
  const isReported = reportedBoolean === true || Boolean(reportedReference);
  if (!binding.has(order.intent) || isReported) return "draft";
  const phase = phases[order.status] ?? "draft";
  // An instruction not to do something orders nothing, and takes back what was ordered before.
  return order.doNotPerform === true && phase !== "draft" && phase !== "void" ? "cancelled" : phase;
}

const statusReason = "http://hl7.org/fhir/StructureDefinition/request-statusReason";

function reasonOf(order: fhir4.ServiceRequest | fhir4.MedicationRequest): fhir4.CodeableConcept | undefined {
  if (order.resourceType === "MedicationRequest") return order.statusReason;
  return order.extension?.find(({ url }) => url === statusReason)?.valueCodeableConcept;
}

function isFillerNumber({ type }: fhir4.Identifier): boolean {
  return type?.coding?.some(({ code }) => code === "FILL" || code === "ACSN") === true;
}

const begunReports: ReadonlySet<string> = new Set([
  "partial",
  "preliminary",
  "final",
  "amended",
  "corrected",
  "appended",
]);
const begunDoses: ReadonlySet<string> = new Set(["in-progress", "on-hold", "completed", "stopped"]);

/** What shows that an order has been begun. */
function isDoneFor(resource: Resource, order: string): boolean {
  switch (resource.resourceType) {
    case "DiagnosticReport":
      return begunReports.has(resource.status) && refersTo(resource.basedOn, order);
    case "Specimen":
      return wasCollected(resource) && refersTo(resource.request, order);
    case "MedicationAdministration":
      return begunDoses.has(resource.status) && refersTo([resource.request], order);
    default:
      return false;
  }
}

function wasCollected({ status, collection }: fhir4.Specimen): boolean {
  const time = collection?.collectedDateTime ?? collection?.collectedPeriod?.start;
  return status !== "entered-in-error" && instantOf(time) !== undefined;
}

function refersTo(references: readonly (fhir4.Reference | undefined)[] | undefined, key: string): boolean {
  return (references ?? []).some((each) => relativeReference(each?.reference) === key);
}

/** The orders that a resource shows to have been begun. */
export function begunBy(resource: Resource): readonly string[] {
  const references =
    resource.resourceType === "DiagnosticReport"
      ? resource.basedOn
      : resource.resourceType === "MedicationAdministration"
        ? [resource.request]
        : [];
  return (references ?? []).flatMap((each) => relativeReference(each?.reference) ?? []);
}
