/** The generated text of a resource. Millennium rewords it now and then without any change of content. */
export function narrative(content: fhir4.FhirResource, wording: number): fhir4.Narrative {
  const lines = linesOf(content).filter((line): line is [string, string] => Boolean(line[1]));
  const shown =
    wording % 2 === 0 ? lines : lines.map(([label, value]): [string, string] => [label.toUpperCase(), value]);
  const title = content.resourceType.replace(/(?<=[a-z])(?=[A-Z])/g, " ");
  const body = shown.map(([label, value]) => `<p><b>${label}</b>: ${escapeXml(value)}</p>`).join("");
  const status = content.resourceType === "Patient" ? "extensions" : "generated";
  return { status, div: `<div xmlns="http://www.w3.org/1999/xhtml"><p><b>${title}</b></p>${body}</div>` };
}

function linesOf(content: fhir4.FhirResource): [string, string | undefined][] {
  switch (content.resourceType) {
    case "Patient":
      return [
        ["Name", content.name?.[0]?.text],
        ["Status", content.active ? "Active" : "Inactive"],
        ["DOB", content.birthDate],
        ["Administrative Gender", content.gender],
        ["Replaced By", content.link?.find((link) => link.type === "replaced-by")?.other.reference],
      ];
    case "Encounter":
      return [
        ["Patient", content.subject?.display],
        ["Location", content.location?.find((each) => each.status === "active")?.location.display],
        ["Type", content.type?.[0]?.text],
        ["Class", content.class.display],
        ["Status", content.status],
        ["Period Start Date", content.period?.start],
        ["Period End Date", content.period?.end],
      ];
    case "Appointment":
      return [
        ["Status", content.status],
        ["Service Type", content.serviceType?.[0]?.text],
        ["Start", content.start],
        ["End", content.end],
      ];
    case "ServiceRequest":
      return [
        ["Patient", content.subject.display],
        ["Code", content.code?.text],
        ["Priority", content.priority],
        ["Status", content.status],
        ["Intent", content.intent],
      ];
    case "DiagnosticReport":
      return [
        ["Patient", content.subject?.display],
        ["Status", content.status],
        ["Code", content.code.text],
        ["Effective Date", content.effectiveDateTime],
      ];
    case "Observation":
      return [
        ["Patient Id", content.subject?.reference?.split("/")[1]],
        ["Status", content.status],
        ["Code", content.code.text],
        ["Effective Date", content.effectiveDateTime],
      ];
    case "Practitioner":
      return [["Name", content.name?.[0]?.text]];
    case "Location":
    case "Organization":
      return [["Name", content.name]];
    default:
      return [];
  }
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
