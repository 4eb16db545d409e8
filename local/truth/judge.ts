import type { Received } from "../receivers/receiver.ts";
import { check, type Verdict } from "./check.ts";
import type { WatchedSince } from "./dueness.ts";
import { type HistoryEntry, readHistory } from "./history.ts";
import { hl7Tellings, hl7Things } from "./hl7.ts";
import { webhookTellings, webhookThings } from "./webhook.ts";

export interface Evidence {
  readonly history: readonly HistoryEntry[];
  readonly watchedSince: WatchedSince;
  /** In order of receipt. */
  readonly hl7: readonly Received[];
  readonly webhook: readonly Received[];
}

/** Holds what each client system was told against what the hospital did. */
export function judge({ history: entries, watchedSince, hl7, webhook }: Evidence): Record<"hl7" | "webhook", Verdict> {
  const history = readHistory(entries);
  return {
    hl7: check(hl7Things(history, watchedSince), hl7Tellings(hl7, history)),
    webhook: check(webhookThings(history, watchedSince), webhookTellings(webhook, history)),
  };
}
