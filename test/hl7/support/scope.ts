import type { WorkItem } from "../../../shared/delivery/delivery.ts";
import type { Resource } from "../../../shared/fhir.ts";
import { encodeField } from "../../../shared/hl7/encode.ts";
import type { Repetition } from "../../../shared/hl7/model.ts";
import { createScope, type Scope } from "../../../shared/hl7/scope.ts";
import { type RenderSettings, renderSettings } from "../../../shared/hl7/settings.ts";
import { destination, source } from "./bridge.ts";

export function scopeWith(
  settings: Partial<RenderSettings> = {},
  resources: readonly Resource[] = [],
  triggerEvent = "A01",
): Scope & { readonly workList: readonly WorkItem[] } {
  const time = Date.parse("2026-11-23T05:15:02Z");
  return createScope({ ...renderSettings(source, destination), ...settings }, triggerEvent, time, resources);
}

/** A repetition as it would stand in a message. */
export function text(repetition: Repetition | undefined): string {
  return repetition === undefined ? "" : encodeField([repetition]);
}
