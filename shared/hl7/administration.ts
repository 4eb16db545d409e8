import { type MessageContext, wrongKind } from "./context.ts";
import { medicationOf, type RouteContext } from "./order.ts";
import type { Scope } from "./scope.ts";
import type { AdministrationContext } from "./segments/orc.ts";

export function administrations(context: MessageContext, scope: Scope): readonly AdministrationContext[] {
  const { after } = context.event;
  if (after.resourceType !== "MedicationAdministration") throw wrongKind(after.resourceType);
  const request = scope.resolve<fhir4.MedicationRequest>(after.request, after);
  const MedicationRequest = request?.resourceType === "MedicationRequest" ? request : undefined;
  return [{ ...context, MedicationAdministration: after, MedicationRequest, Medication: medicationOf(after, scope) }];
}

export function administrationRoute(context: AdministrationContext): readonly RouteContext[] {
  return [{ ...context, Dosage: context.MedicationAdministration.dosage ?? {} }];
}
