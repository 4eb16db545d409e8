import type {
  AddedSegment,
  ComponentText,
  EditMessage,
  Overlay,
  OverlayCondition,
  OverlayContext,
  OverlayValue,
} from "../config/overlay.ts";
import type { Hl7Destination } from "../config/schema.ts";
import { BridgeError } from "../errors.ts";
import type { MessageContext } from "./context.ts";
import { compileExpression, type Expression } from "./fhirpath.ts";
import {
  type Component,
  type Field,
  isEmpty,
  type Message,
  type Repetition,
  type Segment,
  type Value,
  valueAt,
} from "./model.ts";
import { valuesForPlace } from "./overlay-values.ts";
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
  return { origin: "compute", source: (context) => written(compute(overlayContext(context))) };
}

function constant(value: string | null | readonly ComponentText[]): { source: Source; origin: string } {
  const repetitions = written(value);
  return { origin: "constant", source: () => repetitions };
}

function written(value: string | null | undefined | readonly ComponentText[]): readonly Repetition[] {
  if (value === undefined) return [];
  return [typeof value === "string" || value === null ? [value] : value];
}

function overlayContext(context: object): OverlayContext {
  const { event } = context as MessageContext;
  return { ...context, focus: event.after } as unknown as OverlayContext;
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
  const { message: facts } = context;
  const changed = message.segments.filter((segment) => {
    for (const step of bySegment.get(segment.name) ?? []) {
      if (!holds(step, facts, segment.context ?? context, scope)) continue;
      if (step.place.field === undefined) return false;
      applyStep(step, segment, segment.context ?? context, scope);
    }
    return true;
  });
  for (const addition of added) addSegments(changed, addition, context, scope);
  return edit === undefined ? { segments: changed } : edited({ segments: changed }, edit, context, scope);
}

function holds(
  { triggers, when, path }: Condition & { readonly path: string },
  { code, triggerEvent }: MessageContext["message"],
  context: object,
  scope: Scope,
): boolean {
  if (triggers !== undefined && !triggers.some((each) => each === code || each === `${code}^${triggerEvent}`))
    return false;
  if (when === undefined) return true;
  try {
    const [first] = when.valuesIn(context, scope);
    return first !== undefined && first !== false;
  } catch {
    failed(path, undefined, scope);
    return false;
  }
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

function suppress(segment: Segment, { field = 0, repetition, component, subcomponent }: Place): boolean {
  const found = segment.fields[field];
  if (found === undefined) return false;
  if (component === undefined && repetition === undefined) {
    segment.fields[field] = undefined;
    return true;
  }
  if (component === undefined) segment.fields[field] = found.filter((_, index) => index !== (repetition ?? 0) - 1);
  else
    segment.fields[field] = found.map((each, index) =>
      repetition === undefined || repetition === index + 1
        ? withComponent(each, component, subcomponent, [undefined])
        : each,
    );
  return true;
}

function append(segment: Segment, { field = 0 }: Place, values: readonly Repetition[]): boolean {
  const filled = values.filter((repetition) => !repetition.every(isEmpty));
  if (filled.length === 0) return false;
  segment.fields[field] = [...(segment.fields[field] ?? []), ...filled];
  return true;
}

function set(segment: Segment, place: Place, values: readonly Repetition[]): boolean {
  const { field = 0, repetition, component, subcomponent } = place;
  if (values.every((each) => each.every((part) => part !== null && isEmpty(part)))) return false;
  const [first = []] = values;
  const found = segment.fields[field] ?? [];
  if (component === undefined && repetition === undefined) segment.fields[field] = values;
  else if (component === undefined) segment.fields[field] = withRepetition(found, repetition ?? 1, () => first);
  else if (repetition !== undefined)
    segment.fields[field] = withRepetition(found, repetition, (each) =>
      withComponent(each, component, subcomponent, first),
    );
  else {
    const repetitions: Field = found.length === 0 ? [[]] : found;
    segment.fields[field] = repetitions.map((each) => withComponent(each, component, subcomponent, first));
  }
  return true;
}

function withRepetition(field: Field, repetition: number, change: (each: Repetition) => Repetition): Field {
  const repetitions = Array.from({ length: Math.max(field.length, repetition) }, (_, index) => field[index] ?? []);
  return repetitions.map((each, index) => (index === repetition - 1 ? change(each) : each));
}

/** @param parts the value, or the subcomponents where the place is a whole component */
function withComponent(
  repetition: Repetition,
  component: number,
  subcomponent: number | undefined,
  parts: Repetition,
): Repetition {
  const components = Array.from({ length: Math.max(repetition.length, component) }, (_, index) => repetition[index]);
  components[component - 1] =
    subcomponent === undefined
      ? wholeComponent(parts)
      : withSubcomponent(components[component - 1], subcomponent, parts[0]);
  return components;
}

function wholeComponent(parts: Repetition): Component {
  return parts.length <= 1 ? parts[0] : parts.map(firstValue);
}

function withSubcomponent(component: Component, subcomponent: number, value: Component): Component {
  const values: readonly Value[] = typeof component === "object" && component !== null ? component : [component];
  const length = Math.max(values.length, subcomponent);
  return Array.from({ length }, (_, index) => (index === subcomponent - 1 ? firstValue(value) : values[index]));
}

function firstValue(component: Component): Value {
  return typeof component === "object" && component !== null ? component[0] : component;
}

function swap(
  segment: Segment,
  { field = 0, repetition, component = 1, subcomponent = 1 }: Place,
  replace: Readonly<Record<string, string>>,
): boolean {
  const found = segment.fields[field];
  if (found === undefined) return false;
  let changed = false;
  segment.fields[field] = found.map((each, index) => {
    if (repetition !== undefined && repetition !== index + 1) return each;
    const value = valueAt({ name: "", fields: [undefined, [each]] }, 1, component, subcomponent);
    const wanted = typeof value === "string" && Object.hasOwn(replace, value) ? replace[value] : undefined;
    if (wanted === undefined) return each;
    changed = true;
    const isPart = Array.isArray(each[component - 1]);
    return withComponent(each, component, isPart ? subcomponent : undefined, [wanted]);
  });
  return changed;
}

function addSegments(segments: Segment[], addition: Addition, context: MessageContext, scope: Scope): void {
  const { name, position, anchor } = addition;
  const isAnchor = (segment: Segment) => segment.name === anchor;
  if (position === "afterEach") {
    for (let index = segments.length - 1; index >= 0; index--) {
      const segment = segments[index];
      if (segment !== undefined && isAnchor(segment) && segment.name !== name)
        segments.splice(index + 1, 0, ...made(addition, context, segment.context ?? context, scope));
    }
    return;
  }
  const at = position === "before" ? segments.findIndex(isAnchor) : segments.findLastIndex(isAnchor) + 1;
  const index = at === -1 || (position === "after" && at === 0) ? segments.length : at;
  segments.splice(index, 0, ...made(addition, context, context, scope));
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

function edited(message: Message, edit: EditMessage, context: MessageContext, scope: Scope): Message {
  try {
    const { segments } = edit(message, overlayContext(context));
    return { segments: segments.map((segment) => known(segment as Segment, message)) };
  } catch (error) {
    if (error instanceof BridgeError) throw error;
    failed("edit", undefined, scope);
    return message;
  }
}

/** Fields that the hook gave back as they were keep what is known of them. */
function known(segment: Segment, { segments }: Message): Segment {
  if (segments.includes(segment)) return segment;
  const former = segments.find(
    ({ name, fields }) =>
      name === segment.name && fields.some((each, at) => each !== undefined && each === segment.fields[at]),
  );
  const origins = new Map(former?.origins);
  for (const [position, field] of segment.fields.entries())
    if (field !== undefined && field !== former?.fields[position]) origins.set(position, "overlay edit");
  return { ...segment, fields: [...segment.fields], table: former?.table, context: former?.context, origins };
}
