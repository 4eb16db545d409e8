import type { Received } from "../receivers/receiver.ts";
import { type Telling, type Thing, withoutRepeats } from "./check.ts";
import { dueness, type WatchedSince } from "./dueness.ts";
import { type History, parseExactly, type Shown } from "./history.ts";

/** Resource types of which a webhook tells whole versions. */
const types = ["Patient", "Encounter", "Appointment", "DiagnosticReport"];

/** The states of each thing as a webhook with full resources tells them: what its versions said. */
export function webhookThings(history: History, watchedSince: WatchedSince): Thing[] {
  return types.flatMap((type) =>
    history.entries(type).map(({ key, shown }) => ({
      key,
      due: dueness(key, history, watchedSince),
      facets: { state: withoutRepeats(shown.map((_, index) => stateOf(shown, index))) },
    })),
  );
}

/** What each body tells. One whose resource is not, to the letter, a version that was shown tells what never was. */
export function webhookTellings(received: readonly Received[], history: History): Telling[] {
  return received.map(({ body }, message) => {
    const { data } = parseExactly(body) as { data: WebhookData };
    const key = `${data.focus.type}/${data.focus.id}`;
    const text = JSON.stringify(data.resource);
    const shown = history.shown(key);
    const index = shown.findIndex(
      (each) => each.versionId === data.focus.versionId && JSON.stringify(each.resource) === text,
    );
    return { message, key, facets: { state: index < 0 ? "no such version" : stateOf(shown, index) } };
  });
}

interface WebhookData {
  readonly focus: { readonly type: string; readonly id: string; readonly versionId?: string };
  readonly resource?: unknown;
}

/** What the version says, by the first one that says the same: an undone change gives the same. */
function stateOf(shown: readonly Shown[], index: number): string {
  const since = shown.findLast((each, place) => place <= index && (each.visible || place === 0));
  return `version ${since?.sameAs}`;
}
