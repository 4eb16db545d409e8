/** How many times more than the everyday suite the long one tries. */
const times = Number(process.env["PROPERTY_RUNS_TIMES"] ?? 1);

/** Runs of a property: so many every day, and many more in the long tests. */
export function runs(everyDay: number): { readonly numRuns: number } {
  return { numRuns: everyDay * times };
}
