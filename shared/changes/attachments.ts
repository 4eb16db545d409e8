import { BridgeError } from "../errors.ts";
import { isResource, type Resource } from "../fhir.ts";
import { scopeOf } from "../ignite/scopes.ts";
import type { ChangeGroup } from "./change-set.ts";
import type { PollPorts } from "./ports.ts";

/** A file that its server cannot make holds up everything else of the patient no longer than this many polls. */
const mostFailures = 3;
/** Beyond, a change set is a move of a whole chart, whose files were told before. */
const mostFiles = 50;

/**
 * The files of documents and reports that changed and stand, as Binaries. What was there before the bridge is told
 * without. A file that is too large, refused or unreadable is left out and put on the work list; its message says where
 * it lies.
 *
 * @param failures polls of this target that have failed, one after the other
 * @throws ERR_IGNITE_UNAVAILABLE, ERR_IGNITE_THROTTLED, for the poll to be repeated
 */
export async function attachmentsOf(
  ports: PollPorts,
  { patient, changes }: ChangeGroup,
  failures: number,
  problems: BridgeError[],
): Promise<fhir4.Binary[]> {
  const { attachmentLimitBytes } = ports.source;
  const files = changes.filter(({ initial }) => !initial).flatMap(({ after }) => filesOf(after));
  if (files.length === 0 || attachmentLimitBytes === 0) return [];
  if (!(await ports.ignite.granted()).has("Binary")) {
    // Reports say what they say without a file, too.
    if (files.some(({ owner }) => owner.resourceType === "DocumentReference")) problems.push(missingScope(ports));
    return [];
  }
  const distinct = [...new Map(files.map((file) => [file.attachment.url, file])).values()];
  const leaveOut = ({ owner }: File, reason: string) =>
    ports.reportWorkItem({
      source: ports.sourceName,
      patient,
      resourceType: owner.resourceType,
      id: owner.id,
      severity: "warning",
      reason: `attachment-${reason}`,
    });
  for (const file of distinct.slice(mostFiles)) await leaveOut(file, "not-fetched");
  const binaries = await Promise.all(
    distinct.slice(0, mostFiles).map(async (file) => {
      const { size } = file.attachment;
      const binary =
        size !== undefined && size > attachmentLimitBytes
          ? "too-large"
          : await fetchFile(ports, file.attachment, attachmentLimitBytes, failures);
      if (typeof binary !== "string") return [binary];
      await leaveOut(file, binary);
      return [];
    }),
  );
  return binaries.flat();
}

interface File {
  readonly owner: Resource;
  readonly attachment: fhir4.Attachment;
}

const standing: readonly string[] = ["current", "preliminary", "final", "amended", "corrected", "appended"];

function filesOf(owner: Resource): File[] {
  const attachments = isResource(owner, "DocumentReference")
    ? owner.content?.map(({ attachment }) => attachment)
    : isResource(owner, "DiagnosticReport")
      ? owner.presentedForm
      : undefined;
  const { status } = owner as { status?: string };
  if (!standing.includes(status ?? "")) return [];
  return (attachments ?? [])
    .filter((attachment) => attachment?.data === undefined && attachment?.url !== undefined)
    .map((attachment) => ({ owner, attachment }));
}

async function fetchFile(
  ports: PollPorts,
  attachment: fhir4.Attachment,
  limitBytes: number,
  failures: number,
): Promise<fhir4.Binary | "too-large" | "elsewhere" | "missing" | "refused" | "unreadable" | "unavailable"> {
  try {
    return await ports.ignite.readBinary(attachment, limitBytes);
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    if (error.code === "ERR_IGNITE_DATA") return "unreadable";
    if (error.code === "ERR_IGNITE_REFUSED" || error.code === "ERR_IGNITE_SCOPE") return "refused";
    if (error.code === "ERR_IGNITE_UNAVAILABLE" && failures >= mostFailures) return "unavailable";
    throw error;
  }
}

function missingScope({ source }: PollPorts): BridgeError {
  return new BridgeError("ERR_IGNITE_SCOPE", {
    details: { what: "Binary", where: source.baseUrl, missing: scopeOf("Binary", source) },
  });
}
