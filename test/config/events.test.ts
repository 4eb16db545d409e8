import { describe, expect, test } from "vitest";
import { defineBridge } from "../../shared/config/bridge.ts";
import { BridgeError } from "../../shared/errors.ts";
import { eventOptionNames } from "../../shared/events/options.ts";
import { type EventName, eventType, eventTypes } from "../../shared/events/vocabulary.ts";

const formats = {
  hl7v2: { format: "hl7v2", link: { host: "h", port: 1 } },
  webhook: { format: "webhook", url: "https://app.example.org/hook", secret: "app" },
} as const;

function destinationWith(format: keyof typeof formats, more: object = {}) {
  const { destinations } = defineBridge({
    sources: {
      general: {
        baseUrl: "https://fhir.example.org/r4/t",
        credentials: { method: "client_secret_basic", secret: "x" },
        timeZone: "America/Chicago",
        patients: { ids: ["1"] },
      },
    },
    destinations: { lab: { ...formats[format], ...more } as never },
  });
  return destinations["lab"];
}

describe("what a destination does not say about events is", () => {
  const ofBoth = { events: ["*"], options: [], settle: 120_000, initialLoad: "none" };
  test("for HL7 v2", () =>
    expect(destinationWith("hl7v2")).toMatchObject({
      ...ofBoth,
      downgrade: "chain",
      patientUpdateEvent: "A31",
      orderMode: "placer",
    }));
  test("for webhooks", () => expect(destinationWith("webhook")).toMatchObject(ofBoth));
});

describe("every setting of the reference can be said:", () => {
  const settings: [name: string, values: readonly unknown[]][] = [
    ["patientUpdateEvent", ["A31", "A08", "both"]],
    ["initialLoad", ["none", "snapshot", "full"]],
    ["downgrade", ["chain", "omit"]],
    ["orderMode", ["placer", "notify"]],
    ["medicalRecordNumber", [{ system: "urn:oid:1.2.3" }, { type: "PI" }]],
    ["options", eventOptionNames.map((name) => [name])],
  ];
  test.each(settings)("%s", (name, values) => {
    for (const value of values) expect(destinationWith("hl7v2", { [name]: value })).toMatchObject({ [name]: value });
  });

  const withAlternatives = (Object.keys(eventTypes) as EventName[]).filter((name) => eventType(name).alternatives);
  test.each(withAlternatives)("another trigger for %s", (name) => {
    for (const trigger of eventType(name).alternatives ?? [])
      expect(destinationWith("hl7v2", { triggers: { [name]: trigger } })).toMatchObject({
        triggers: { [name]: trigger },
      });
  });
});

describe("a mistake is told with its place", () => {
  test.each<[name: string, more: object, path: string]>([
    ["an event that there is not", { events: ["encounter.admited"] }, "destinations.lab.events.0"],
    ["an option that there is not", { options: ["arrival"] }, "destinations.lab.options.0"],
    ["another way to tell persons", { patientUpdateEvent: "A28" }, "destinations.lab.patientUpdateEvent"],
    ["a trigger of another event", { triggers: { "patient.merged": "ADT^A31" } }, "destinations.lab.triggers"],
    ["a filter by what R4 does not have", { only: { filter: "Patient.actve" } }, "destinations.lab.only.filter"],
    ["a filter that always fails", { only: { filter: "Patient.isActive()" } }, "destinations.lab.only.filter"],
    ["a filter that is no FHIRPath", { only: { filter: "Encounter.where(" } }, "destinations.lab.only.filter"],
  ])("%s", (_name, more, path) => {
    const attempt = () => destinationWith("hl7v2", more);
    expect(attempt).toThrow(BridgeError);
    try {
      attempt();
    } catch (error) {
      expect((error as BridgeError).details["path"]).toContain(path);
    }
  });
});
