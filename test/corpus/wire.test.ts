import { basename, dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { readFhirFiles } from "../../cli/fhir-files.ts";
import { BridgeError } from "../../shared/errors.ts";
import type { Trigger } from "../../shared/events/event.ts";
import { keyOf, type Resource } from "../../shared/fhir.ts";
import { check } from "../../shared/hl7/conformance/check.ts";
import { type Hl7Version, hl7Versions } from "../../shared/hl7/dictionary/contents.ts";
import type { Message } from "../../shared/hl7/model.ts";
import { destination, read, render } from "./bundle-messages.ts";
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

describe.runIf(isThere)("answers of an Ignite tenant as messages", () => {
  it("has answers of eight kinds", () => {
    expect(new Set(resources.map(({ resourceType }) => resourceType)).size).toBeGreaterThanOrEqual(8);
  });

  it.each(told)("%s of %s has no error in 2.5.1", (trigger, _key, resource) => {
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

  it.each(hl7Versions.filter((version) => version !== "2.5.1"))("%s has no error that is not its own", (version) => {
    const receiver = { ...destination, version };
    const errors = told.flatMap(([trigger, key, resource]) => {
      const message = rendered(trigger, resource, receiver);
      if (message instanceof BridgeError) return [`${trigger} ${message.code} ${message.details?.["field"]}`];
      return check(message, version)
        .filter(({ severity }) => severity === "error")
        .map(({ segment, field, rule }) => `${trigger} of ${key} ${segment}-${field} ${rule}`);
    });
    expect(
      errors.filter((error) => !known.some(({ until, what }) => isUntil(until, version) && what.test(error))),
    ).toEqual([]);
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

/** What a version asks for or lacks, up to and with it. */
const known: readonly { readonly until: Hl7Version; readonly what: RegExp }[] = [
  // The trigger events came with 2.4 and 2.5.
  { until: "2.3.1", what: /^ADT\^A60 ERR_UNRENDERABLE MSH-9$/ },
  { until: "2.4", what: /^BAR\^P12 ERR_UNRENDERABLE MSH-9$/ },
  // Neither the kind of a procedure nor a dose that is a text alone can be made up: `fallbacks` are for that.
  { until: "2.3.1", what: / PR1-6 required$/ },
  { until: "2.3", what: / RXO-[24] required$/ },
  { until: "2.8", what: /^RDE\^O11 ERR_UNRENDERABLE (?:RXE-[35]|RXC-[34])$/ },
];

function isUntil(last: Hl7Version, version: Hl7Version): boolean {
  return hl7Versions.indexOf(version) <= hl7Versions.indexOf(last);
}

function rendered(trigger: Trigger, resource: Resource, receiver = destination): Message | BridgeError {
  try {
    return read(render(trigger, resource, resources, time, receiver));
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
