import type {
  AddedSegment,
  EditMessage,
  Overlay,
  OverlayCondition,
  OverlayContext,
  OverlayValue,
} from "../config/overlay.ts";
import type { Hl7Destination } from "../config/schema.ts";
import { BridgeError } from "../errors.ts";
import type { MessageContext } from "./context.ts";
import { triggerFormOf } from "./dictionary/triggers.ts";
import { compileExpression, type Expression } from "./fhirpath.ts";
import { isEmpty, type Message, type Repetition, type Segment } from "./model.ts";
import { editedMessage } from "./overlay-edit.ts";
import { append, set, suppress, swap } from "./overlay-places.ts";
import { textsForPlace, valuesForPlace, valuesOf } from "./overlay-values.ts";
import { type Place, placeOf } from "./place.ts";
import type { Scope } from "./scope.ts";

export { placeOf };

/** The overlays of a destination, ready to be applied. */
export interface CompiledOverlays {
  readonly bySegment: ReadonlyMap<string, readonly Step[]>;
  readonly added: readonly Addition[];
  readonly edit: EditMessage | undefined;
}

interface Condition {
  readonly triggers: readonly string[] | undefined;
  readonly when: Expression | undefined;
}

/** Gives the values of a place: whole repetitions, or the components that stand there. */
type Source = (context: object, scope: Scope, segment: Segment, place: Place) => readonly Repetition[];

interface Step extends Condition {
  /** Where it stands in the configuration: `overlays.PID-5.7`. */
  readonly path: string;
  readonly place: Place;
  /** `constant`, `FHIRPath Patient.id`...: for the lineage. */
  readonly origin: string;
  readonly change: (segment: Segment, context: object, scope: Scope) => boolean;
}

interface Addition extends Condition {
  readonly path: string;
  readonly name: string;
  readonly position: "after" | "before" | "afterEach";
  readonly anchor: string;
  readonly forEach: Expression | undefined;
  readonly fields: readonly Step[];
}

/** Undefined where a destination has none. Its configuration was checked, so every place and expression is good. */
export function compileOverlays({ overlays, segments, edit }: Hl7Destination): CompiledOverlays | undefined {
  const steps = Object.entries(overlays).flatMap(([key, given]) =>
    list(given).map((overlay) => stepOf(`overlays.${key}`, placeIn(key), overlay)),
  );
  if (steps.length === 0 && segments.length === 0 && edit === undefined) return undefined;
  return {
    bySegment: Map.groupBy(steps, ({ place }) => place.segment),
    added: segments.map((segment, index) => additionOf(`segments.${index}`, segment)),
    edit,
  };
}

function list<Item>(given: Item | readonly Item[]): readonly Item[] {
  return Array.isArray(given) ? given : [given as Item];
}

function placeIn(key: string): Place {
  const place = placeOf(key);
  if (place === undefined)
    throw new BridgeError("ERR_CONFIG", { details: { path: key, problem: "It is not a place in a message" } });
  return place;
}

function conditionOf({ when, triggers }: OverlayCondition): Condition {
  return { triggers, when: when === undefined ? undefined : compileExpression(when) };
}

function stepOf(path: string, place: Place, overlay: Overlay): Step {
  if (typeof overlay === "string") return setting(path, place, overlay, {});
  if ("suppress" in overlay)
    return { path, place, ...conditionOf(overlay), origin: "suppress", change: (segment) => suppress(segment, place) };
  if ("add" in overlay) {
    const { source, origin } = sourceOf(overlay.add);
    const change: Step["change"] = (segment, context, scope) =>
      append(segment, place, source(context, scope, segment, place));
    return { path, place, ...conditionOf(overlay), origin: `add ${origin}`, change };
  }
  if ("replace" in overlay) {
    const { replace } = overlay;
    return {
      path,
      place,
      ...conditionOf(overlay),
      origin: "replace",
      change: (segment) => swap(segment, place, replace),
    };
  }
  return setting(path, place, overlay, overlay);
}

function setting(path: string, place: Place, value: OverlayValue, condition: OverlayCondition): Step {
  const { source, origin } = sourceOf(value);
  const change: Step["change"] = (segment, context, scope) =>
    set(segment, place, source(context, scope, segment, place));
  return { path, place, ...conditionOf(condition), origin, change };
}

function sourceOf(value: OverlayValue): { readonly source: Source; readonly origin: string } {
  if (typeof value === "string") return constant(value);
  if ("constant" in value) return constant(value.constant);
  if ("fhirPath" in value) {
    const expression = compileExpression(value.fhirPath);
    return {
      origin: `FHIRPath ${value.fhirPath}`,
      source: (context, scope, segment, place) =>
        valuesForPlace(expression.valuesIn(context, scope), segment, place, context, scope),
    };
  }
  if ("firstOf" in value) {
    const sources = value.firstOf.map(sourceOf);
    return {
      origin: `first of ${sources.map(({ origin }) => origin).join(", ")}`,
      source: (...parameters) => {
        for (const { source } of sources) {
          const found = source(...parameters);
          if (found.some((repetition) => !repetition.every(isEmpty))) return found;
        }
        return [];
      },
    };
  }
  const { compute } = value;
  return {
    origin: "compute",
    source: (context, scope, segment, place) =>
      textsForPlace(valuesOf(compute(overlayContext(context, scope))), segment, place, scope),
  };
}

function constant(value: unknown): { source: Source; origin: string } {
  const repetitions = valuesOf(value);
  return {
    origin: "constant",
    source: (_context, scope, segment, place) => textsForPlace(repetitions, segment, place, scope),
  };
}

const shown = new WeakMap<Scope, Map<object, unknown>>();

/**
 * What a function sees: copies, made when they are first asked for. One that sorts a list in place would change what is
 * told to others and what is remembered as told. Those of a message see the same copies.
 */
function overlayContext(context: object, scope: Scope): OverlayContext {
  const copies = shown.get(scope) ?? new Map<object, unknown>();
  shown.set(scope, copies);
  const { event, source, destination } = context as MessageContext;
  const view = { source, destination };
  for (const [name, slot] of Object.entries({ ...context, focus: event.after }))
    if (!(name in view)) Object.defineProperty(view, name, { enumerable: true, get: () => copyOf(slot, copies) });
  return view as unknown as OverlayContext;
}

function copyOf(value: unknown, copies: Map<object, unknown>): unknown {
  if (typeof value !== "object" || value === null || JSON.isRawJSON(value)) return value;
  const known = copies.get(value);
  if (known !== undefined) return known;
  const copy: unknown[] | Record<string, unknown> = Array.isArray(value) ? [] : {};
  copies.set(value, copy);
  for (const [name, each] of Object.entries(value))
    Object.defineProperty(copy, name, {
      value: copyOf(each, copies),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  return copy;
}

function additionOf(path: string, added: AddedSegment): Addition {
  const { segment: name, after, before, afterEach, forEach, fields } = added;
  const anchor = after ?? before ?? afterEach ?? "";
  return {
    path,
    name,
    position: before !== undefined ? "before" : afterEach !== undefined ? "afterEach" : "after",
    anchor,
    ...conditionOf(added),
    forEach: forEach === undefined ? undefined : compileExpression(forEach),
    fields: Object.entries(fields).map(([key, value]) => setting(`${path}.fields.${key}`, placeIn(key), value, {})),
  };
}

/** Applies the overlays to a message that has the form of its version. */
export function applyOverlays(
  message: Message,
  { bySegment, added, edit }: CompiledOverlays,
  context: MessageContext,
  scope: Scope,
): Message {
  const stays = (segment: Segment) => isKept(segment, bySegment.get(segment.name) ?? [], context, scope);
  const changed = message.segments.filter(stays);
  for (const addition of added) addSegments(changed, addition, stays, context, scope);
  return edit === undefined ? { segments: changed } : edited({ segments: changed }, edit, context, scope);
}

/** Changes a segment; false where it is to be left out. */
function isKept(segment: Segment, steps: readonly Step[], message: MessageContext, scope: Scope): boolean {
  const context = segment.context ?? message;
  for (const step of steps) {
    if (!holds(step, message.message, context, scope)) continue;
    if (step.place.field === undefined) return false;
    applyStep(step, segment, context, scope);
  }
  return true;
}

function holds(
  { triggers, when, path }: Condition & { readonly path: string },
  { code, triggerEvent }: MessageContext["message"],
  context: object,
  scope: Scope,
): boolean {
  if (triggers !== undefined && !isAmong(triggers, `${code}^${triggerEvent}`, scope)) return false;
  if (when === undefined) return true;
  try {
    const [first] = when.valuesIn(context, scope);
    return first !== undefined && first !== false;
  } catch {
    failed(path, undefined, scope);
    return false;
  }
}

/** By the trigger as the bridge names it or as the version does: OML^O21 is ORM^O01 in 2.3. */
function isAmong(triggers: readonly string[], trigger: string, { settings }: Scope): boolean {
  const form = triggerFormOf(trigger, settings.version);
  const names = form === undefined ? [trigger] : [trigger, `${form.messageCode}^${form.event}`];
  return triggers.some((each) => names.some((name) => name === each || name.startsWith(`${each}^`)));
}

function applyStep({ path, place, origin, change }: Step, segment: Segment, context: object, scope: Scope): void {
  const { field } = place;
  try {
    if (field === undefined || !change(segment, context, scope)) return;
    segment.origins ??= new Map();
    const before = segment.origins.get(field);
    const own = `overlay ${path.slice(path.lastIndexOf(".", path.indexOf("-")) + 1)}: ${origin}`;
    segment.origins.set(field, before?.startsWith("overlay ") ? `${before}; ${own}` : own);
  } catch (error) {
    if (error instanceof BridgeError) throw error;
    failed(path, `${segment.name}-${field}`, scope);
  }
}

/** What an expression or a function stumbles over may hold patient data: only where it stands is told. */
function failed(path: string, field: string | undefined, scope: Scope): void {
  scope.report({ severity: "error", reason: "overlay-failed", field, path });
}

function addSegments(
  segments: Segment[],
  addition: Addition,
  stays: (segment: Segment) => boolean,
  context: MessageContext,
  scope: Scope,
): void {
  const { name, position, anchor } = addition;
  const madeIn = (own: object) => made(addition, context, own, scope).filter(stays);
  const isAnchor = (segment: Segment) => segment.name === anchor;
  if (position === "afterEach") {
    for (let index = segments.length - 1; index >= 0; index--) {
      const segment = segments[index];
      if (segment !== undefined && isAnchor(segment) && segment.name !== name)
        segments.splice(index + 1, 0, ...madeIn(segment.context ?? context));
    }
    return;
  }
  const at = position === "before" ? segments.findIndex(isAnchor) : segments.findLastIndex(isAnchor) + 1;
  const index = at === -1 || (position === "after" && at === 0) ? segments.length : at;
  segments.splice(index, 0, ...madeIn(context));
}

function made(addition: Addition, message: MessageContext, context: object, scope: Scope): Segment[] {
  const { name, forEach, fields, path } = addition;
  if (!holds(addition, message.message, context, scope)) return [];
  return itemsOf(forEach, context, path, scope).flatMap((own) => {
    const segment: Segment = { name, fields: [undefined], context: own };
    for (const step of fields) applyStep(step, segment, own, scope);
    // Nothing but a name is no segment.
    return segment.fields.some((field) => field !== undefined) ? [segment] : [];
  });
}

function itemsOf(forEach: Expression | undefined, context: object, path: string, scope: Scope): readonly object[] {
  if (forEach === undefined) return [context];
  try {
    return forEach.valuesIn(context, scope).map((item, index) => ({ ...context, item, setId: index + 1 }));
  } catch {
    failed(path, undefined, scope);
    return [];
  }
}

/** A message that the hook has broken stays as it was. */
function edited(message: Message, edit: EditMessage, context: MessageContext, scope: Scope): Message {
  try {
    return editedMessage(message, (copy) => edit(copy, overlayContext(context, scope)));
  } catch (error) {
    if (error instanceof BridgeError) throw error;
    failed("edit", undefined, scope);
    return message;
  }
}
