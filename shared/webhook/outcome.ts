import type { Outcome, SetbackRow } from "../delivery/outcome.ts";
import type { Answer, PostFailure } from "./post.ts";

const failures: Record<PostFailure, Omit<SetbackRow, "reason">> = {
  unreachable: { action: "retry", sent: false },
  "tls-failure": { action: "retry", sent: false },
  "address-refused": { action: "hold", sent: false },
  timeout: { action: "retry", sent: true },
  "connection-closed": { action: "retry", sent: true },
};

interface StatusRow {
  readonly from: number;
  readonly to: number;
  readonly outcome: { readonly action: "delivered" } | SetbackRow;
  /** Whether the endpoint may ask for patience with Retry-After. */
  readonly throttles?: true;
}

/** The first row that holds decides. Only a 2xx is a success; a redirect is not followed, for it could lead anywhere. */
const statuses: readonly StatusRow[] = [
  { from: 200, to: 299, outcome: { action: "delivered" } },
  { from: 300, to: 399, outcome: { action: "retry", reason: "redirect", sent: true } },
  { from: 410, to: 410, outcome: { action: "hold", reason: "endpoint-gone", sent: true } },
  { from: 429, to: 429, outcome: { action: "retry", reason: "throttled", sent: true }, throttles: true },
  { from: 502, to: 504, outcome: { action: "retry", reason: "endpoint-unavailable", sent: true }, throttles: true },
  { from: 400, to: 499, outcome: { action: "retry", reason: "refused-by-endpoint", sent: true } },
];
const otherwise: StatusRow = {
  from: 0,
  to: 999,
  outcome: { action: "retry", reason: "endpoint-failed", sent: true },
};

/** Looks the answer up in the outcome tables. */
export function outcomeOf(answer: Answer): Outcome {
  if (answer.kind === "failure")
    return {
      ...failures[answer.reason],
      reason: answer.reason,
      ...(answer.systemCode && { systemCode: answer.systemCode }),
    };
  const { status, retryAfterMs } = answer;
  const { outcome, throttles } = statuses.find((row) => row.from <= status && status <= row.to) ?? otherwise;
  return { ...outcome, acknowledgement: String(status), ...(throttles && retryAfterMs && { retryAfterMs }) };
}
