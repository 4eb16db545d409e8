import type { WorkItem } from "../delivery/delivery.ts";
import type { Outcome, SetbackRow } from "../delivery/outcome.ts";
import type { Acknowledgement, AcknowledgementCode } from "./acknowledgement.ts";

/** Why an exchange ended without an acknowledgement of our message. */
export type LinkFailure =
  | "unreachable"
  | "connect-timeout"
  | "tls-failure"
  | "unsendable"
  | "connection-closed"
  | "no-acknowledgement"
  /** The message was committed (CA), and nothing was said of what the application made of it. */
  | "no-application-acknowledgement"
  | "foreign-acknowledgement"
  | "negative-acknowledgement-byte"
  | "unreadable-acknowledgement";

/** What came back from a link. */
export type Reply =
  | { readonly kind: "acknowledgement"; readonly acknowledgement: Acknowledgement }
  /** None was asked for, or only one of an error that did not come. */
  | { readonly kind: "silence" }
  | { readonly kind: "failure"; readonly reason: LinkFailure; readonly systemCode?: string | undefined };

/** Where the message may have arrived, it is sent again with the same MSH-10, so that a receiver can tell the repeat. */
const failures: Record<LinkFailure, Omit<SetbackRow, "reason">> = {
  unreachable: { action: "retry", sent: false, stopsDestination: true },
  "connect-timeout": { action: "retry", sent: false, stopsDestination: true },
  "tls-failure": { action: "retry", sent: false, stopsDestination: true },
  unsendable: { action: "park", sent: false },
  "connection-closed": { action: "retry", sent: true },
  "no-acknowledgement": { action: "retry", sent: true, stopsDestination: true },
  "no-application-acknowledgement": { action: "retry", sent: true, stopsDestination: true },
  "foreign-acknowledgement": { action: "retry", sent: true },
  "negative-acknowledgement-byte": { action: "retry", sent: true },
  "unreadable-acknowledgement": { action: "retry", sent: true },
};

type Verdict = { readonly action: "delivered" } | SetbackRow;

interface AcknowledgementRow {
  readonly verdict: Verdict;
  /** The verdict instead, when the receiver names one of these errors (HL70357). */
  readonly unless?: { readonly errors: readonly string[]; readonly verdict: Verdict };
}

const accept: AcknowledgementRow = { verdict: { action: "delivered" } };
const error: AcknowledgementRow = {
  verdict: { action: "park", reason: "application-error", sent: true },
  // The record is locked; the application failed.
  unless: { errors: ["206", "207"], verdict: { action: "retry", reason: "receiver-not-ready", sent: true } },
};
// The standard lets a receiver reject because it is down, so a reject is tried again.
const reject: AcknowledgementRow = {
  verdict: { action: "retry", reason: "application-reject", sent: true },
  // Message type, event, processing id or version not supported.
  unless: {
    errors: ["200", "201", "202", "203"],
    verdict: { action: "hold", reason: "message-not-supported", sent: true, stopsDestination: true },
  },
};
const acknowledgements: Record<AcknowledgementCode, AcknowledgementRow> = {
  AA: accept,
  CA: accept,
  AE: error,
  CE: error,
  AR: reject,
  CR: reject,
};

/** Looks the reply up in the outcome table. */
export function outcomeOf(reply: Reply): Outcome {
  if (reply.kind === "failure")
    return {
      ...failures[reply.reason],
      reason: reply.reason,
      ...(reply.systemCode && { systemCode: reply.systemCode }),
    };
  if (reply.kind === "silence") return { action: "delivered", acknowledgement: "none" };
  const { code, errors } = reply.acknowledgement;
  const { verdict, unless } = acknowledgements[code];
  const excepted = unless && errors.some((each) => each.code !== undefined && unless.errors.includes(each.code));
  return { ...(excepted ? unless.verdict : verdict), acknowledgement: code, workList: errors.map(workItemOf) };
}

function workItemOf({ code, severity, field }: Acknowledgement["errors"][number]): WorkItem {
  return {
    severity: severity === "W" || severity === "I" ? "warning" : "error",
    reason: "refused-by-receiver",
    field,
    code,
  };
}
