/**
 * Epoch milliseconds of an instant in any form that Ignite uses: `...00.000Z`, `...00Z`, `...00+00:00`, `...00-06:00`, or
 * the date of an HTTP header. Types differ in the form, so instants are never compared as text.
 */
export function instantOf(text: string | undefined): number | undefined {
  const epochMs = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(epochMs) ? undefined : epochMs;
}

/** Whether two texts are the same instant, in whichever form. */
export function isSameTime(one: string | undefined, other: string | undefined): boolean {
  return one === other || (instantOf(one) !== undefined && instantOf(one) === instantOf(other));
}
