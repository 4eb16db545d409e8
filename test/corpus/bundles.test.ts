import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { readFhirFiles } from "../../cli/fhir-files.ts";
import type { Trigger } from "../../shared/events/event.ts";
import { keyOf, type Resource } from "../../shared/fhir.ts";
import { check } from "../../shared/hl7/conformance/check.ts";
import { withRequired } from "./agreement.ts";
import { read, render } from "./bundle-messages.ts";
import { filesIn, isThere, skipped } from "./folders.ts";

if (!isThere) console.log(skipped);

/** The messages that can tell a resource. */
const triggers: Readonly<Partial<Record<Resource["resourceType"], readonly Trigger[]>>> = {
  Patient: ["ADT^A28"],
  Encounter: ["ADT^A01", "ADT^A08"],
  Observation: ["ORU^R01"],
  DiagnosticReport: ["ORU^R01"],
  ServiceRequest: ["OML^O21", "ORM^O01"],
  MedicationRequest: ["RDE^O11", "OMP^O09"],
  Appointment: ["SIU^S12"],
  DocumentReference: ["MDM^T01"],
  AllergyIntolerance: ["ADT^A60"],
  Practitioner: ["MFN^M02"],
  Location: ["MFN^M05"],
};

async function casesIn(file: string) {
  const found = [...(await readFhirFiles([file], process.stdin)).values()];
  const patient = found.find(({ resourceType }) => resourceType === "Patient");
  const context = found.map((each) => withRequired(each, patient === undefined ? "Patient/sample" : keyOf(patient)));
  return context.flatMap((resource) =>
    (triggers[resource.resourceType] ?? []).map(
      (trigger) => [basename(file), trigger, keyOf(resource), resource, context] as const,
    ),
  );
}

// One of the files is XML under the name of a JSON file.
const files = [
  ...filesIn("v2/fhir-converter/hl7v2_to_fhir_expected", ".json"),
  ...filesIn("v2/v2-to-fhir-samples/fhir-bundles", "ADT_A01.json"),
];
const cases = (await Promise.all(files.map(casesIn))).flat();

/** What converters of other projects make of HL7 v2; most of it comes without the message that it was made from. */
describe.runIf(isThere)("Bundles of converters", () => {
  it.each(cases)("%s: %s of %s is a message of 2.5.1 without an error", (_file, trigger, _key, resource, context) => {
    const message = read(render(trigger, resource, context, "2026-11-23T05:15:02.000Z"));
    const errors = check(message, "2.5.1").filter(({ severity }) => severity === "error");
    expect(errors.map(({ segment, field, rule, detail }) => `${segment}-${field} ${rule}: ${detail}`)).toEqual([]);
  });
});
