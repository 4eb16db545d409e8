import { BridgeError, describeError, type ErrorCode, type ErrorDetails, errorTable } from "../shared/errors.ts";

/**
 * One line for a failure that the bridge can name, also where it crossed from another thread and is no BridgeError any
 * more; for any other its stack, because nobody expected it.
 */
export function tellFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, details } = error as { code?: unknown; details?: ErrorDetails };
  if (typeof code !== "string" || !Object.hasOwn(errorTable, code)) return error.stack ?? error.message;
  return describeError(new BridgeError(code as ErrorCode, { details: details ?? {} }));
}
