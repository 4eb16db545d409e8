import { type Component, isEmpty, type Repetition, repetitionsOf, type Segment, type Value, valueAt } from "./model.ts";
import type { Place } from "./place.ts";

/** Empties a place. Each of these changes tells whether it changed anything. */
export function suppress(segment: Segment, { field = 0, repetition, component, subcomponent }: Place): boolean {
  if (segment.fields[field] === undefined) return false;
  const found = repetitionsOf(segment.fields[field]);
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

/** Adds repetitions. */
export function append(segment: Segment, { field = 0 }: Place, values: readonly Repetition[]): boolean {
  const filled = values.filter((repetition) => !repetition.every(isEmpty));
  if (filled.length === 0) return false;
  segment.fields[field] = [...repetitionsOf(segment.fields[field]), ...filled];
  return true;
}

/** Fills a place, unless there is nothing to fill it with. */
export function set(segment: Segment, place: Place, values: readonly Repetition[]): boolean {
  const { field = 0, repetition, component, subcomponent } = place;
  if (values.every((each) => each.every((part) => part !== null && isEmpty(part)))) return false;
  const [first = []] = values;
  const found = repetitionsOf(segment.fields[field]);
  if (component === undefined && repetition === undefined) segment.fields[field] = values;
  else if (component === undefined) segment.fields[field] = withRepetition(found, repetition ?? 1, () => first);
  else if (repetition !== undefined)
    segment.fields[field] = withRepetition(found, repetition, (each) =>
      withComponent(each, component, subcomponent, first),
    );
  else {
    const repetitions = found.length === 0 ? [[]] : found;
    segment.fields[field] = repetitions.map((each) => withComponent(each, component, subcomponent, first));
  }
  return true;
}

function withRepetition(
  field: readonly Repetition[],
  repetition: number,
  change: (each: Repetition) => Repetition,
): readonly Repetition[] {
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

/** Says values otherwise. */
export function swap(
  segment: Segment,
  { field = 0, repetition, component = 1, subcomponent = 1 }: Place,
  replace: Readonly<Record<string, string>>,
): boolean {
  if (segment.fields[field] === undefined) return false;
  let changed = false;
  segment.fields[field] = repetitionsOf(segment.fields[field]).map((each, index) => {
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
