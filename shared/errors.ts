/**
 * Every failure that the bridge can name. One row a code: the message is static, so that it can be searched, alarmed
 * on and logged without carrying patient data; what differs from case to case goes into `details`.
 */
export const errorTable = {
  ERR_CONFIG: { retryable: false, message: "The bridge configuration is not valid" },
  ERR_INTERNAL: { retryable: true, message: "The bridge met a failure that it does not know" },
  ERR_QUEUE_MESSAGE: { retryable: false, message: "A queue message does not have the agreed shape" },
  ERR_LEASE_LOST: { retryable: true, message: "Another poll of this target has taken over" },
  ERR_BUCKET: { retryable: true, message: "The claims bucket did not take or give an object" },
  ERR_SECRET: { retryable: true, message: "A secret is missing or does not have the agreed shape" },
  ERR_IGNITE_UNAUTHORIZED: { retryable: false, message: "Ignite refused the credentials" },
  ERR_IGNITE_SCOPE: { retryable: false, message: "Ignite did not grant a scope that a feed needs" },
  ERR_IGNITE_UNADVERTISED: {
    retryable: false,
    message: "Ignite does not advertise a search parameter that a feed needs",
  },
  ERR_IGNITE_THROTTLED: { retryable: true, message: "Ignite asked for fewer requests" },
  ERR_IGNITE_UNAVAILABLE: { retryable: true, message: "Ignite did not answer, or answered with a server failure" },
  ERR_IGNITE_REFUSED: { retryable: false, message: "Ignite refused a request" },
  ERR_IGNITE_DATA: { retryable: false, message: "Ignite gave an answer that cannot be read" },
  ERR_FHIR_JSON: { retryable: false, message: "The input is not a FHIR R4 resource in JSON" },
  ERR_MLLP_CONTENT: { retryable: false, message: "A message holds a byte that MLLP uses for framing" },
  ERR_ADDRESS_REFUSED: { retryable: false, message: "The webhook's host is at an address that may not be called" },
  ERR_UNRENDERABLE: { retryable: false, message: "A resource lacks what a message of its kind cannot do without" },
  ERR_PUBLISHED_MOVED: {
    retryable: true,
    message: "Another run has told the same destination about the same resource",
  },
  ERR_QUEUE_REFUSED: { retryable: true, message: "A queue did not accept a message" },
} as const satisfies Record<`ERR_${string}`, { retryable: boolean; message: string }>;

export type ErrorCode = keyof typeof errorTable;

/** What a failure is about: config path, FHIRPath, segment-field, status code. Never a value that came from a patient. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | undefined>>;

/** The one error class of the bridge. `code` selects the row of {@link errorTable}. */
export class BridgeError extends Error {
  override readonly name = "BridgeError";
  readonly code: ErrorCode;
  /** True when the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, options: { details?: ErrorDetails; cause?: unknown; retryable?: boolean } = {}) {
    super(errorTable[code].message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? errorTable[code].retryable;
    this.details = options.details ?? {};
  }
}

/** One line for a person: the message, then each detail as `name=value`. */
export function describeError(error: unknown): string {
  if (!(error instanceof BridgeError)) return error instanceof Error ? error.message : String(error);
  const details = Object.entries(error.details)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`);
  return [`${error.message} (${error.code})`, ...details].join(" ");
}
