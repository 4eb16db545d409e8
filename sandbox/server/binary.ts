import { type Answer, fhirAnswer, notAcceptable } from "./answers.ts";

/** The content in its own format, or wrapped as a FHIR resource, as the client asks for it. */
export function binaryAnswer(binary: fhir4.Binary, accept: string | undefined): Answer {
  const wanted = (accept ?? "*/*").split(",").map((part) => part.split(";")[0]?.trim() ?? "");
  if (wanted.some((type) => ["application/fhir+json", "application/json", "*/*"].includes(type)))
    return fhirAnswer(JSON.stringify(binary));
  const [family] = binary.contentType.split("/");
  if (!wanted.includes(binary.contentType) && !wanted.includes(`${family}/*`)) return notAcceptable();
  return {
    status: 200,
    headers: { "Content-Type": binary.contentType },
    body: Buffer.from(binary.data ?? "", "base64"),
  };
}
