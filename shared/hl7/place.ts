/** A place in a message as people write it: `PID-5`, `PID-5.7`, `PID-3[1].4.2`, or a segment alone. */
export interface Place {
  readonly segment: string;
  readonly field?: number;
  /** From 1; without it, every repetition. */
  readonly repetition?: number;
  readonly component?: number;
  readonly subcomponent?: number;
}

const pattern = /^([A-Z][A-Z0-9]{2})(?:-([1-9]\d?\d?)(?:\[([1-9]\d?)\])?(?:\.([1-9]\d?)(?:\.([1-9]\d?))?)?)?$/;

/** @returns undefined when the text is not a place */
export function placeOf(text: string): Place | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, segment = "", ...numbers] = match;
  const [field, repetition, component, subcomponent] = numbers.map((each) =>
    each === undefined ? each : Number(each),
  );
  return {
    segment,
    ...(field !== undefined && { field }),
    ...(repetition !== undefined && { repetition }),
    ...(component !== undefined && { component }),
    ...(subcomponent !== undefined && { subcomponent }),
  };
}
