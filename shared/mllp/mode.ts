import type { Hl7Destination } from "../config/schema.ts";
import type { Acknowledgement } from "./acknowledgement.ts";
import type { LinkFailure } from "./outcome.ts";

/**
 * Which acknowledgements a link waits for (HL7 v2.5.1, 2.9.2 and 2.9.3), one after the other. In original mode one says
 * all; in enhanced mode MSH-15 asks for the commit, MSH-16 for what the application makes of the message. Without any, a
 * message is delivered once it is written.
 */
export interface AcknowledgementMode {
  readonly waits: readonly AcknowledgementWait[];
  /** Whether acknowledgements come that nobody waits for, or those of earlier messages. */
  readonly hasOthers: boolean;
  /** Whether application acknowledgements are asked for: messages of their own, which may ask for a commit. */
  readonly hasApplications: boolean;
}

export interface AcknowledgementWait {
  /** Without it, the link's own. */
  readonly timeoutMs?: number;
  /** `commit`: CA, CE and CR; `application`: AA, AE and AR; `any` in original mode. */
  readonly asks: "any" | "commit" | "application";
  /** What it means that none comes: undefined where the receiver speaks up only when something is wrong. */
  readonly silence: LinkFailure | undefined;
}

/** HL70155: always, never, on error or reject, on success. */
type Condition = NonNullable<Hl7Destination["acceptAcknowledgment"]>;

/** One acknowledgement says all. */
export const originalMode: AcknowledgementMode = {
  waits: [{ asks: "any", silence: "no-acknowledgement" }],
  hasOthers: false,
  hasApplications: false,
};

export function acknowledgementMode({
  acceptAcknowledgment: accept,
  applicationAcknowledgment: application,
  link,
}: Pick<Hl7Destination, "acceptAcknowledgment" | "applicationAcknowledgment"> & {
  readonly link: Pick<Hl7Destination["link"], "applicationAcknowledgementTimeout" | "deliveredAt">;
}): AcknowledgementMode {
  if (accept === undefined && application === undefined) return originalMode;
  const commit = waitFor(accept, { asks: "commit", silence: "no-acknowledgement" });
  const isContent = link.deliveredAt === "commit" && commit.length > 0;
  const applied = waitFor(isContent ? "NE" : application, {
    asks: "application",
    silence: "no-application-acknowledgement",
    timeoutMs: link.applicationAcknowledgementTimeout,
  });
  const waits = [...commit, ...applied];
  const hasApplications = application !== undefined && application !== "NE";
  const hasUnawaited = waits.length === 0 || (hasApplications && applied.length === 0);
  return { waits, hasOthers: hasUnawaited || waits.some(({ silence }) => silence === undefined), hasApplications };
}

function waitFor(condition: Condition | undefined, wait: AcknowledgementWait): readonly AcknowledgementWait[] {
  if (condition === undefined || condition === "NE") return [];
  return [condition === "ER" ? { ...wait, silence: undefined } : wait];
}

/** Whether an acknowledgement ends the wait: all but the commit of a message that more is waited for. */
export function isLast(
  { code }: Acknowledgement,
  wait: AcknowledgementWait | undefined,
  next: AcknowledgementWait | undefined,
): boolean {
  if (code !== "CA") return true;
  return wait?.asks !== "application" && next === undefined;
}

/** The longest that one message may take, once the link is there. */
export function longestWaitMs({ waits }: AcknowledgementMode, acknowledgementTimeoutMs: number): number {
  const times = waits.map(({ timeoutMs = acknowledgementTimeoutMs }) => timeoutMs);
  return times.length === 0 ? acknowledgementTimeoutMs : times.reduce((sum, each) => sum + each);
}
