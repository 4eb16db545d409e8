import type { LedgerEntry } from "../shared/delivery/ledger.ts";
import { describeError } from "../shared/errors.ts";
import type { BridgeObserver } from "./bridge.ts";
import { type Console, deliveryText, timeText } from "./console/console.ts";
import type { Meter } from "./meter.ts";
import { type RealmClock, realmNow } from "./realm/clock.ts";

export interface ObserverOptions {
  readonly console: Console;
  readonly clock: RealmClock;
  readonly timeZone: string;
  /** There once the bridge is up. */
  readonly meter: () => Meter | undefined;
  readonly entryOf: (functionName: string) => string;
}

/** Turns what goes on into lines for a person. */
export function createObserver({ console, clock, timeZone, meter, entryOf }: ObserverOptions): BridgeObserver {
  const complain = (where: string, what: string) =>
    console.line(`${timeText(realmNow(clock), timeZone)}  ! ${where}: ${what}`);
  return {
    onBatch: (eventSource, outcome) => {
      if (outcome.error !== undefined) complain(entryOf(eventSource.functionName), describeError(outcome.error));
      meter()
        ?.onBatch(eventSource, outcome)
        .catch((error: unknown) => complain("status", describeError(error)));
    },
    onScheduleError: (functionName, error) => complain(entryOf(functionName), describeError(error)),
    onLine: (functionName, line) => {
      const problem = problemIn(line);
      if (problem !== undefined) complain(entryOf(functionName), problem);
    },
  };
}

export function deliveryLine(entry: LedgerEntry, at: number, timeZone: string): string {
  const { event, destination, trigger } = entry;
  return deliveryText({ at, event, destination, trigger, outcome: outcomeOf(entry) }, timeZone);
}

function outcomeOf({ state, acknowledgement, reason, nextAttemptAt, updatedAt }: LedgerEntry): string {
  if (state === "acknowledged") return acknowledgement ?? "acknowledged";
  const why = [acknowledgement, reason].filter((each) => each !== undefined).join(" ");
  if (state !== "retrying" || nextAttemptAt === undefined) return `${state} ${why}`.trim();
  const waitSeconds = Math.round((Date.parse(nextAttemptAt) - Date.parse(updatedAt)) / 1_000);
  return `again in ${waitSeconds} s: ${why}`;
}

/** Lines that follow the one that says what happened: stack frames, and Node's advice after a warning. */
const furtherLine = /^\s+at |^\(Use `node /;

interface LogLine {
  readonly level?: string;
  readonly message?: string;
  readonly [field: string]: unknown;
}

/** What a line of a function's log says about something that went wrong; nothing for all other lines. */
export function problemIn(line: string): string | undefined {
  const log = parseLog(line);
  if (log === undefined) return furtherLine.test(line) ? undefined : line;
  if (log.level === undefined || !["WARN", "ERROR", "CRITICAL"].includes(log.level)) return undefined;
  const { message, error } = log;
  const fields = ["source", "destination", "event", "reason", "acknowledgement", "feed", "resourceType", "path"]
    .filter((name) => log[name] !== undefined)
    .map((name) => `${name}=${log[name]}`);
  return [message, ...fields, errorText(error)].filter((part) => part !== undefined && part !== "").join(" ");
}

function parseLog(line: string): LogLine | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    // Not one of the logger's lines after all: told as it stands.
    return undefined;
  }
}

function errorText(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { code, name, message, details } = error as {
    code?: string;
    name?: string;
    message?: string;
    details?: Record<string, unknown>;
  };
  const told = Object.entries(details ?? {}).map(([field, value]) => `${field}=${value}`);
  return [`(${code ?? name})`, message, ...told].filter((part) => part !== undefined).join(" ");
}
