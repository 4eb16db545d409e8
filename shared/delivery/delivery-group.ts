import type { Delivery } from "./delivery.ts";

/** Deliveries of one group leave one after the other. */
export function groupOf(
  { destination, source, patient }: Pick<Delivery, "destination" | "source" | "patient">,
  order: "link" | "patient",
): string {
  return order === "link" ? destination : `${destination}#${source}#${patient}`;
}
