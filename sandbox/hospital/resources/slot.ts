import { visitServices } from "../catalogue.ts";
import { codeable } from "../concepts.ts";
import type { Slot } from "../records.ts";
import { type Chart, instant, locationReference } from "./context.ts";

export function slotResource(chart: Chart, slot: Slot): fhir4.Slot {
  const service = visitServices[slot.service];
  return {
    resourceType: "Slot",
    id: slot.id,
    extension: [
      {
        valueReference: locationReference(chart, slot.clinic),
        url: "https://fhir-ehr.cerner.com/r4/StructureDefinition/scheduling-location",
      },
    ],
    ...(service ? { serviceType: [codeable(chart.tenant, service)] } : {}),
    schedule: { reference: `Schedule/${slot.practitioner}-${slot.clinic}-0-0` },
    status: slot.status,
    start: instant(slot.startAt),
    end: instant(slot.startAt + slot.minutes * 60_000),
  };
}
