import type { Received } from "../receivers/receiver.ts";
import type { Telling, Thing } from "./check.ts";
import { dueness, type WatchedSince } from "./dueness.ts";
import { type History, parseExactly } from "./history.ts";

/** Resource types of which a webhook tells whole versions. */
const types = ["Patient", "Encounter", "Appointment", "DiagnosticReport"];

/**
 * The states of each thing as a webhook with full resources tells them: versions, those that differ in nothing that
 * matters taken together.
 */
export function webhookThings(history: History, watchedSince: WatchedSince): Thing[] {
  return types.flatMap((type) =>
    history.entries(type).map(({ key, shown }) => ({
      key,
      due: dueness(key, history, watchedSince),
      facets: { state: [...new Set(shown.map((_, index) => stateName(history, key, index)))] },
    })),
  );
}

/** What each body tells. One whose resource is not, to the letter, a version that was shown tells what never was. */
export function webhookTellings(received: readonly Received[], history: History): Telling[] {
  return received.map(({ body }, message) => {
    const { data } = parseExactly(body) as { data: WebhookData };
    const key = `${data.focus.type}/${data.focus.id}`;
    const text = JSON.stringify(data.resource);
    const index = history
      .shown(key)
      .findIndex((each) => each.versionId === data.focus.versionId && JSON.stringify(each.resource) === text);
    return { message, key, facets: { state: index < 0 ? "no such version" : stateName(history, key, index) } };
  });
}

interface WebhookData {
  readonly focus: { readonly type: string; readonly id: string; readonly versionId?: string };
  readonly resource?: unknown;
}

/** The version since which nothing that matters has changed. */
function stateName(history: History, key: string, index: number): string {
  const shown = history.shown(key);
  const since = shown.findLastIndex((each, place) => place <= index && (each.visible || place === 0));
  return `version ${shown[since]?.versionId}`;
}
