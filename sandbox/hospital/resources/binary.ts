import { panels } from "../catalogue.ts";
import type { Document, DocumentFormat, Kin, Report } from "../records.ts";
import { type Chart, instant } from "./context.ts";

/** What a document or an imaging report says, as the file that its attachment points to. */
export function binaryOf(record: Kin): fhir4.Binary | undefined {
  const file = fileOf(record);
  if (!file) return undefined;
  const bytes = Buffer.from(files[file.format](file.paragraphs), "utf8");
  return { resourceType: "Binary", id: file.id, contentType: file.format, data: bytes.toString("base64") };
}

interface File {
  id: string;
  format: DocumentFormat;
  paragraphs: readonly string[];
}

function fileOf(record: Kin): File | undefined {
  if (record.record === "document")
    return { id: documentFileId(record), format: record.format, paragraphs: record.paragraphs };
  if (record.record === "report" && record.paragraphs)
    return { id: `R-${record.id}`, format: "text/plain", paragraphs: record.paragraphs };
  return undefined;
}

/** Millennium renders some files only when they are asked for, which shows in their ids. */
const documentFileId = ({ id, format }: Document) => `${format === "application/pdf" ? "XR" : "TR"}-${id}`;

export function documentAttachment(chart: Chart, document: Document): fhir4.Attachment {
  return {
    contentType: document.format,
    url: `${chart.baseUrl}/Binary/${documentFileId(document)}`,
    creation: instant(document.editedAt),
  };
}

export function reportAttachment(chart: Chart, report: Report): fhir4.Attachment {
  return {
    contentType: "text/plain",
    url: `${chart.baseUrl}/Binary/R-${report.id}`,
    title: panels[report.panel]?.concept.display ?? "",
    creation: instant(report.issuedAt),
  };
}

const files: Record<DocumentFormat, (paragraphs: readonly string[]) => string> = {
  "text/plain": (paragraphs) => paragraphs.join("\n"),
  "text/html": (paragraphs) =>
    `<html><body>${paragraphs.map((text) => `<p>${escapeMarkup(text)}</p>`).join("")}</body></html>`,
  "text/rtf": (paragraphs) => `{\\rtf1\\ansi ${paragraphs.map(rtfText).join("\\par ")}}`,
  "application/pdf": pdfOf,
};

const escapeMarkup = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

function rtfText(text: string): string {
  return text.replace(/[\\{}]/g, "\\$&").replace(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0)}?`);
}

/** The least that a reader of PDF takes: one page, one font, a line for each paragraph. */
function pdfOf(paragraphs: readonly string[]): string {
  const lines = paragraphs.map((text) => `(${text.replace(/[^\x20-\x7e]/g, "?").replace(/[\\()]/g, "\\$&")}) Tj T*`);
  const stream = `BT /F1 11 Tf 14 TL 50 740 Td ${lines.join(" ")} ET`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let body = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const offset = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, "0")} 00000 n \n`;
  });
  return `${body}xref\n0 6\n0000000000 65535 f \n${offsets.join("")}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`;
}
