import { keyOf, type Resource } from "../../fhir.ts";
import { instantOf } from "../../instant.ts";
import { relativeReference } from "../lookup.ts";
import { contentWithout } from "./content.ts";

/** A ServiceRequest or a MedicationRequest. */
export interface OrderFacts {
  readonly of: "ServiceRequest" | "MedicationRequest";
  readonly phase: "none" | "draft" | "active" | "held" | "completed" | "cancelled" | "stopped" | "void";
  /** Something has been done for it: a report, a specimen, a dose. Once so, always so. */
  readonly started?: boolean;
  /** `ServiceRequest/7`: the one whose place it takes. */
  readonly replaces?: string | undefined;
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
  const filler = order.identifier?.find(isFillerNumber)?.value;
  return {
    of: order.resourceType,
    phase: phaseOf(order),
    started: was.started === true || resources.some((each) => isDoneFor(each, keyOf(order))),
    replaces: order.resourceType === "ServiceRequest" ? relativeReference(order.replaces?.[0]?.reference) : undefined,
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

function phaseOf(order: fhir4.ServiceRequest | fhir4.MedicationRequest): OrderFacts["phase"] {
  const isReported = order.resourceType === "MedicationRequest" && order.reportedBoolean === true;
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

/** What shows that an order has been begun. */
function isDoneFor(resource: Resource, order: string): boolean {
  switch (resource.resourceType) {
    case "DiagnosticReport":
      return resource.status !== "registered" && refersTo(resource.basedOn, order);
    case "Specimen":
      return instantOf(resource.collection?.collectedDateTime) !== undefined && refersTo(resource.request, order);
    case "MedicationAdministration":
      return resource.status !== "not-done" && refersTo([resource.request], order);
    default:
      return false;
  }
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
