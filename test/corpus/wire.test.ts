import { basename, dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { readFhirFiles } from "../../cli/fhir-files.ts";
import { BridgeError } from "../../shared/errors.ts";
import type { Trigger } from "../../shared/events/event.ts";
import { keyOf, type Resource } from "../../shared/fhir.ts";
import { check } from "../../shared/hl7/conformance/check.ts";
import type { Message } from "../../shared/hl7/model.ts";
import { read, render } from "./bundle-messages.ts";
import { filesIn, isThere, skipped } from "./folders.ts";

if (!isThere) console.log(skipped);

/** The messages that can tell a resource. */
const triggers: Readonly<Partial<Record<Resource["resourceType"], readonly Trigger[]>>> = {
  Patient: ["ADT^A28", "ADT^A31"],
  Encounter: ["ADT^A01", "ADT^A04", "ADT^A08", "ADT^A03"],
  AllergyIntolerance: ["ADT^A60"],
  DiagnosticReport: ["ORU^R01"],
  Observation: ["ORU^R01"],
  DocumentReference: ["MDM^T02"],
  MedicationRequest: ["RDE^O11", "OMP^O09", "ORM^O01"],
  Procedure: ["BAR^P12", "ADT^A08"],
};

const time = "2026-11-23T05:15:02.000Z";
const files = filesIn("ignite-wire", ".json").filter((file) => Object.hasOwn(folders(), basename(dirname(file))));

/** Folders that hold answers about patients. */
function folders() {
  return {
    "allergy-intolerance": true,
    "diagnostic-report": true,
    "document-reference": true,
    encounter: true,
    "medication-request": true,
    observation: true,
    patient: true,
    procedure: true,
  };
}

const resources = isThere ? [...(await readFhirFiles(files, process.stdin)).values()] : [];
const told = resources.flatMap((resource) =>
  (triggers[resource.resourceType] ?? []).map((trigger) => [trigger, keyOf(resource), ordered(resource)] as const),
);

/** The medications of the tenant are what patients report to take: told here as if they had been ordered. */
function ordered(resource: Resource): Resource {
  if (resource.resourceType !== "MedicationRequest") return resource;
  const { reportedBoolean: _reported, ...request } = resource;
  return { ...request, intent: "order", status: resource.status === "unknown" ? "active" : resource.status };
}

describe.runIf(isThere)("answers of an Ignite tenant as messages of 2.5.1", () => {
  it("has answers of eight kinds", () => {
    expect(new Set(resources.map(({ resourceType }) => resourceType)).size).toBeGreaterThanOrEqual(8);
  });

  it.each(told)("%s of %s has no error", (trigger, _key, resource) => {
    const message = rendered(trigger, resource);
    if (message instanceof BridgeError) {
      // RDE^O11 cannot do without a dose: it says so, and OMP^O09 tells the order.
      expect([trigger, message.code]).toEqual(["RDE^O11", "ERR_UNRENDERABLE"]);
      expect(message.details?.["field"]).toMatch(/^(?:RXE-[35]|RXC-[34])$/);
      return;
    }
    const errors = check(message, "2.5.1").filter(({ severity }) => severity === "error");
    expect(errors.map(({ segment, field, rule, detail }) => `${segment}-${field} ${rule}: ${detail}`)).toEqual([]);
  });

  it.each(resources.filter(isReported).map((resource) => [keyOf(resource), resource] as const))(
    "%s is no order, and so not told as one",
    (_key, resource) => {
      const error = rendered("OMP^O09", resource);
      expect(error).toBeInstanceOf(BridgeError);
      expect(error).toMatchObject({ code: "ERR_UNRENDERABLE" });
    },
  );
});

function rendered(trigger: Trigger, resource: Resource): Message | BridgeError {
  try {
    return read(render(trigger, resource, resources, time));
  } catch (error) {
    if (error instanceof BridgeError) return error;
    throw error;
  }
}

function isReported(resource: Resource): boolean {
  return (
    resource.resourceType === "MedicationRequest" && (resource.intent === "plan" || resource.reportedBoolean === true)
  );
}
