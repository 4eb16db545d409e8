import { LogFormatter, Logger, LogItem } from "@aws-lambda-powertools/logger";
import type { LogAttributes, UnformattedAttributes } from "@aws-lambda-powertools/logger/types";
import type { Context } from "aws-lambda";
import { BridgeError } from "../errors.ts";
import { type Log, logFieldNames } from "../log.ts";

/** What a handler holds: {@link Log}, and the place to note the request that the lines belong to. */
export interface FunctionLog extends Log {
  addContext(context: Context): void;
}

/** The logger of one function: JSON lines that hold nothing but {@link logFieldNames}. */
export function createLogger(serviceName: string): FunctionLog {
  return new Logger({ serviceName, logFormatter: new GuardedLogFormatter() }) as FunctionLog;
}

/**
 * Writes the fields that are on the list and names, without their values, those that are not. The types already refuse
 * an unlisted field; this holds where types do not reach: spread objects, middleware, and errors of other libraries,
 * whose messages may quote their input.
 */
export class GuardedLogFormatter extends LogFormatter {
  override formatAttributes(attributes: UnformattedAttributes, additional: LogAttributes): LogItem {
    const { lambdaContext } = attributes;
    const refused = Object.keys(additional).filter((name) => name !== "error" && !isAllowed(name, additional[name]));
    return new LogItem({
      attributes: {
        level: attributes.logLevel,
        message: attributes.message,
        timestamp: this.formatTimestamp(attributes.timestamp),
        service: attributes.serviceName,
        coldStart: lambdaContext?.coldStart,
        requestId: lambdaContext?.awsRequestId,
        traceId: attributes.xRayTraceId,
        ...Object.fromEntries(Object.entries(additional).filter(([name, value]) => isAllowed(name, value))),
        ...(additional["error"] !== undefined && { error: tellError(additional["error"]) }),
        ...(refused.length > 0 && { refusedFields: refused }),
      },
    });
  }

  override formatError(error: Error): LogAttributes {
    return tellError(error);
  }
}

const allowedNames: ReadonlySet<string> = new Set(logFieldNames);

function isAllowed(name: string, value: unknown): boolean {
  return allowedNames.has(name) && (value === undefined || ["string", "number", "boolean"].includes(typeof value));
}

function tellError(error: unknown): LogAttributes {
  if (!(error instanceof Error)) return { name: typeof error };
  const { code } = error as { code?: unknown };
  return {
    name: error.name,
    ...(typeof code === "string" && { code }),
    ...(error instanceof BridgeError && { message: error.message, details: error.details }),
    stack: framesOf(error),
    ...(error.cause !== undefined && { cause: tellError(error.cause) }),
  };
}

/** The frames alone: the head of a stack repeats the message. */
function framesOf({ stack = "" }: Error): string[] {
  return stack
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /^at .+:\d+:\d+\)?$/.test(line));
}
