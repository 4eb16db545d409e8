import { BridgeError } from "../errors.ts";
import { listOf } from "./chart.ts";
import { type MessageContext, wrongKind } from "./context.ts";
import { codingsOf } from "./datatypes/coded.ts";
import { attachmentValue } from "./datatypes/varies.ts";
import type { ResultContext } from "./results.ts";
import type { Scope } from "./scope.ts";
import { terminology } from "./tables/code-map.ts";

export interface DocumentContext extends MessageContext {
  readonly DocumentReference: fhir4.DocumentReference;
}

/** The document, or the report that is one. */
export function documents(context: MessageContext): readonly DocumentContext[] {
  const { after } = context.event;
  if (after.resourceType === "DiagnosticReport") return [{ ...context, DocumentReference: documentOf(after) }];
  if (after.resourceType !== "DocumentReference") throw wrongKind(after.resourceType);
  return [{ ...context, DocumentReference: after }];
}

const stages: Readonly<Record<string, fhir4.DocumentReference["docStatus"]>> = {
  registered: "preliminary",
  partial: "preliminary",
  preliminary: "preliminary",
  final: "final",
  amended: "amended",
  corrected: "amended",
  appended: "amended",
  "entered-in-error": "entered-in-error",
};

/** A report as the document that it was written as; without a file, what it concludes is its text. */
function documentOf(report: fhir4.DiagnosticReport): fhir4.DocumentReference {
  const { status, code, conclusion, issued, effectiveDateTime, effectivePeriod, encounter, basedOn } = report;
  const text = typeof conclusion === "string" ? [textAttachment(conclusion)] : [];
  const forms = listOf(report.presentedForm);
  const { id, meta, contained, category, subject, performer, resultsInterpreter } = report;
  const document: { [Element in keyof fhir4.DocumentReference]: fhir4.DocumentReference[Element] | undefined } = {
    ...{ id, meta, contained, category, subject },
    resourceType: "DocumentReference",
    status: status === "entered-in-error" ? status : "current",
    docStatus: stages[status],
    type: code,
    date: issued ?? effectiveDateTime,
    author: performer,
    authenticator: resultsInterpreter?.[0],
    description: forms.length > 0 ? conclusion : undefined,
    content: (forms.length > 0 ? forms : text).map((attachment) => ({ attachment })),
    context: {
      ...(encounter !== undefined && { encounter: [encounter] }),
      period: effectivePeriod ?? (effectiveDateTime === undefined ? {} : { start: effectiveDateTime }),
      ...(basedOn !== undefined && { related: basedOn }),
    },
  };
  return document as fhir4.DocumentReference;
}

function textAttachment(text: string): fhir4.Attachment {
  return { contentType: "text/plain", data: Buffer.from(text).toString("base64") };
}

const absentCodes: ReadonlySet<string> = new Set([`${terminology}/v3-NullFlavor`, `${terminology}/data-absent-reason`]);

/** What a document is; that nobody has mapped its type is none, though Millennium has a code that says so. */
export function documentTypes(concepts: readonly fhir4.CodeableConcept[]): readonly fhir4.CodeableConcept[] {
  return concepts.flatMap((concept) => {
    const codings = codingsOf(concept);
    const coding = codings.filter((each) => !absentCodes.has(each?.system ?? ""));
    return codings.length > 0 && coding.length === 0 ? [] : [{ ...concept, coding: [...coding] }];
  });
}

const resultStatuses: Readonly<Record<string, fhir4.Observation["status"]>> = {
  preliminary: "preliminary",
  final: "final",
  amended: "amended",
  "entered-in-error": "entered-in-error",
};

/**
 * The content of a document, an OBX for each form that it comes in: the data where they came along, else where they lie.
 *
 * @throws ERR_UNRENDERABLE when there is neither
 */
export function contents(context: DocumentContext, scope: Scope): readonly ResultContext[] {
  const { DocumentReference } = context;
  const values = (DocumentReference.content ?? []).flatMap(({ attachment }) => {
    const value = attachment === undefined ? undefined : attachmentValue(attachment, scope, DocumentReference);
    return value === undefined ? [] : [value];
  });
  if (values.length === 0)
    throw new BridgeError("ERR_UNRENDERABLE", {
      details: { field: "OBX-5", path: "DocumentReference.content.attachment" },
    });
  const { type, category, description, docStatus, date } = DocumentReference;
  const [code = { text: "Document" }] = documentTypes([...listOf(type && [type]), ...listOf(category)]);
  return values.map((value, index) => {
    const Observation: fhir4.Observation = {
      resourceType: "Observation",
      status: resultStatuses[docStatus ?? ""] ?? "final",
      code,
      ...(date !== undefined && { effectiveInstant: date }),
      ...(index === 0 && description !== undefined && { note: [{ text: description }] }),
    };
    return { ...context, Observation, Result: Observation, value, subId: `${index + 1}`, setId: index + 1 };
  });
}
