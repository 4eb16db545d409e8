import type { ClinicalEvent, Trigger } from "../../../shared/events/event.ts";
import type { Resource } from "../../../shared/fhir.ts";
import type { Hl7Version } from "../../../shared/hl7/dictionary/contents.ts";
import type { Rendered } from "../../../shared/hl7/render.ts";
import { destination, render } from "./bridge.ts";

/** Renders for a destination of that version. */
export function renderIn(
  version: Hl7Version,
  trigger: Trigger,
  after: Resource,
  context: readonly Resource[] = [],
  more: Partial<ClinicalEvent> = {},
): Rendered {
  return render(trigger, after, context, { ...more, destination: { ...destination, version } });
}
