/** Milliseconds since the epoch, whatever form of instant Ignite used; undefined when there is none. */
export function instantOf(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? undefined : time;
}
