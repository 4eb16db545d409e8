import type { Resource } from "../fhir.ts";
import type { Trigger } from "./event.ts";

/** Triggers among which the resource and the receiver's preferences decide. */
export interface TriggerChoice {
  /** All of them, the usual one first. */
  readonly among: readonly Trigger[];
  of(resource: Resource, preferences: TriggerPreferences): Trigger;
}

/** What a receiver takes where HL7 v2 offers several messages for the same fact. */
export interface TriggerPreferences {
  /** By event type. */
  readonly triggers?: Readonly<Record<string, Trigger | undefined>> | undefined;
  readonly orderMessages?: { readonly [Kind in OrderKind]?: Trigger | undefined } | undefined;
  /** Documents are announced without their content. */
  readonly withoutContent?: boolean | undefined;
}

export type OrderKind = "laboratory" | "service" | "medication";

/** HL7 v2.5.1, 4.4: by what is ordered. */
export const orderMessages = {
  laboratory: ["OML^O21", "OMG^O19", "ORM^O01"],
  service: ["OMG^O19", "ORM^O01"],
  medication: ["OMP^O09", "RDE^O11", "ORM^O01"],
} as const satisfies Record<OrderKind, readonly Trigger[]>;

export const orderTrigger: TriggerChoice = {
  among: [...new Set(Object.values(orderMessages).flat())],
  of(order, preferences) {
    const kind = orderKind(order);
    return preferences.orderMessages?.[kind] ?? orderMessages[kind][0];
  },
};

/** Category codes of laboratory work, in SNOMED CT and in HL7's own systems. */
const laboratoryCodes = new Set(["108252007", "laboratory", "LAB"]);

function orderKind(order: Resource): OrderKind {
  if (order.resourceType !== "ServiceRequest") return "medication";
  return order.category?.some(isLaboratory) ? "laboratory" : "service";
}

/** A tenant that has not mapped its catalog types (code set 6000) tells them by their names alone. */
function isLaboratory(category: fhir4.CodeableConcept): boolean {
  const { text, coding } = category ?? {};
  return (
    isNamedSo(text) || (coding ?? []).some((each) => laboratoryCodes.has(each?.code ?? "") || isNamedSo(each?.display))
  );
}

function isNamedSo(name: unknown): boolean {
  return typeof name === "string" && name.toLowerCase() === "laboratory";
}

/** HL7 v2.5.1, 9.5: with the content where there is some. */
export function documentTrigger(full: string, notice: string): TriggerChoice {
  return {
    among: [`MDM^${full}`, `MDM^${notice}`],
    of: (document, { withoutContent = false }) =>
      hasContent(document) && !withoutContent ? `MDM^${full}` : `MDM^${notice}`,
  };
}

function hasContent(document: Resource): boolean {
  if (document.resourceType !== "DocumentReference") return false;
  return (document.content ?? []).some(
    ({ attachment }) => attachment?.data !== undefined || attachment?.url !== undefined,
  );
}
