/**
 * What a log line may carry. The list is closed on purpose: everything on it is a code, a count, a duration or a name from
 * the configuration, and nothing on it can hold what a patient, a resource or a message says. Resource and patient ids
 * are left out too: they lead back to a person.
 */
export const logFieldNames = [
  "source",
  "destination",
  /** Delivery id, a hash. */
  "delivery",
  "event",
  "trigger",
  "rule",
  "feed",
  "tier",
  "resourceType",
  "function",
  "state",
  "action",
  "reason",
  "acknowledgement",
  "status",
  /** Of a system call: `ECONNREFUSED`. */
  "systemCode",
  "severity",
  "field",
  "path",
  "attempt",
  "count",
  "changes",
  "events",
  "deliveries",
  "requests",
  "targets",
  "delayMs",
  "durationMs",
  "latencyMs",
  "lagMs",
  "epoch",
] as const;
export type LogFieldName = (typeof logFieldNames)[number];

export type LogFields = { readonly [Name in LogFieldName]?: string | number | boolean | undefined } & {
  /** Told as code, static message, details and stack for a BridgeError; as name, code and stack for any other. */
  readonly error?: unknown;
};

/** Messages are static sentences: what differs from line to line goes into the fields. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
