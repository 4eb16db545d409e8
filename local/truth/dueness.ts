import type { Thing } from "./check.ts";
import type { History, Shown } from "./history.ts";

/** From when on a patient was watched (epoch ms); undefined for one who never was. */
export type WatchedSince = (patient: string) => number | undefined;

/**
 * Whether the last state of a thing has to have been told to a client system that wants everything and is told nothing
 * of what was there before: something that matters changed while its patient was watched, and it is of a kind of which
 * one speaks.
 */
export function dueness(key: string, history: History, watchedSince: WatchedSince): Thing["due"] {
  const patient = history.patientOf(key);
  const since = patient === undefined ? undefined : watchedSince(patient);
  const shown = history.shown(key);
  const changedAt = Math.max(...shown.filter(({ visible }) => visible).map(({ updatedAt }) => updatedAt));
  const last = shown.at(-1);
  if (since === undefined || last === undefined || changedAt <= since) return "never";
  // What went back to where it was between two polls has not changed for whoever polls.
  if (last.sameAs === shown.findLast(({ updatedAt }) => updatedAt <= since)?.sameAs) return "if-told";
  return spokenAs(last);
}

/** What is due of a thing that changed, by what became of it. */
export function spokenAs(last: Shown): Thing["due"] {
  return spokenOf[last.resource.resourceType]?.(last) ?? "always";
}

const withdrawn = ["cancelled", "entered-in-error", "noshow"];

const spokenOf: Record<string, (last: Shown) => Thing["due"]> = {
  // A visit that is only planned is spoken of by its appointment, unless it is to be a stay.
  Encounter: ({ resource }) => {
    if (withdrawn.includes(resource.status)) return "if-told";
    return resource.status === "planned" && resource.class.code === "AMB" ? "if-told" : "always";
  },
  Appointment: ({ resource }) => (withdrawn.includes(resource.status) ? "if-told" : "always"),
  DiagnosticReport: ({ resource }) => (resource.status === "registered" ? "never" : "always"),
  Patient: ({ resource }) => (resource.active ? "always" : "never"),
};
