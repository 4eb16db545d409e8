import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { configuration, type Outcome, run, temporaryFiles } from "./running.ts";

const file = temporaryFiles();

const launcher = resolve(import.meta.dirname, "../../cli/ignite-bridge.mjs");
function translate(...parameters: readonly string[]): Promise<Outcome> {
  return run(["translate", "--config", config, ...parameters]);
}

async function translations(
  ...parameters: readonly string[]
): Promise<{ trigger: string; er7: string; workList: unknown[] }[]> {
  const { status, stdout, stderr } = await translate("--json", ...parameters);
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return JSON.parse(stdout);
}

const config = file(
  "my.config.ts",
  configuration({
    app: { format: "webhook", url: "https://app.example.org/hook", secret: "x" },
    engine: { format: "hl7v2", link: { host: "127.0.0.1", port: 1 }, receivingApplication: { namespaceId: "ENGINE" } },
    old: {
      format: "hl7v2",
      link: { host: "127.0.0.1", port: 3 },
      version: "2.4",
      characterSet: "8859/1",
      overlays: { "PID-9": "X" },
    },
    lab: {
      format: "hl7v2",
      link: { host: "127.0.0.1", port: 2 },
      receivingApplication: { namespaceId: "LAB" },
      events: ["result.*"],
    },
  }),
);

const mrn = { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "MR" }] };
const jane = {
  resourceType: "Patient",
  id: "1",
  meta: { lastUpdated: "2026-11-23T05:00:00Z" },
  identifier: [{ type: mrn, value: "7001234" }],
  name: [{ family: "DOE" }],
};
const stay = {
  resourceType: "Encounter",
  id: "e",
  meta: { lastUpdated: "2026-11-23T05:10:00Z" },
  status: "in-progress",
  class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "IMP" },
  subject: { reference: "Patient/1" },
  period: { start: "2026-11-23T05:10:00Z" },
  location: [{ location: { reference: "Location/7", display: "4W" }, status: "active" }],
};
const potassium = {
  resourceType: "Observation",
  id: "k",
  meta: { lastUpdated: "2026-11-23T06:00:00Z" },
  status: "final",
  code: { coding: [{ system: "http://loinc.org", code: "2823-3", display: "Potassium" }] },
  subject: { reference: "Patient/1" },
  valueQuantity: { value: 4.1 },
};
const bundle = (...resources: unknown[]) => ({
  resourceType: "Bundle",
  type: "searchset",
  entry: resources.map((resource) => ({ fullUrl: "https://fhir.example.org/r4/t/x", resource })),
});

describe("ignite-bridge translate", () => {
  it("prints segments on lines and a blank line between messages", async () => {
    const { status, stdout, stderr } = await translate(file("jane.json", jane), file("stay.json", stay));
    expect(status).toBe(0);
    expect(stderr).toBe("");
    const [first = "", second = "", ...more] = stdout.split("\n\n");
    expect(more).toEqual([]);
    expect(first.split("\n").map((line) => line.slice(0, 3))).toEqual(["MSH", "EVN", "PID", "PV1"]);
    expect(first).toContain("|ADT^A28^ADT_A05|");
    expect(second).toContain("|ADT^A01^ADT_A01|");
    expect(second).toContain("\nPV1|1|I|4W^");
    expect(second).toContain("PID|1||7001234^^^GEN^MR||DOE^^^^^^L");
  });

  it("takes Bundles of any kind and leaves OperationOutcomes out", async () => {
    const outcome = { resourceType: "OperationOutcome", issue: [{ severity: "warning", code: "processing" }] };
    const found = await translations(file("bundle.json", bundle(jane, bundle(stay), outcome)));
    expect(found.map(({ trigger }) => trigger)).toEqual(["ADT^A28", "ADT^A01"]);
  });

  it("reads standard input", async () => {
    const { status, stdout } = await run(
      ["translate", "--config", config, "-"],
      JSON.stringify(bundle(jane, potassium)),
    );
    expect(status).toBe(0);
    expect(stdout).toContain("|ORU^R01^ORU_R01|");
    expect(stdout).toContain("OBX|1|NM|2823-3^Potassium^LN|1|4.1|");
  });

  it("keeps the digits of a decimal", async () => {
    const text = JSON.stringify(bundle(jane, potassium)).replace("4.1", "4.10");
    expect((await run(["translate", "--config", config, "-"], text)).stdout).toContain("|4.10|");
  });

  it("gives carriage returns with --raw", async () => {
    const { stdout } = await translate("--raw", file("jane.json", jane), file("stay.json", stay));
    expect(stdout).not.toContain("\n");
    expect(stdout.split(/\r(?=\rMSH)/)).toHaveLength(2);
    expect(stdout.endsWith("\r")).toBe(true);
  });

  it("gives the bytes of the destination's character set with --raw", () => {
    const name = [{ family: "Müller" }];
    const parameters = [
      "translate",
      "--config",
      config,
      "--destination",
      "old",
      "--raw",
      file("mu.json", { ...jane, name }),
    ];
    const { status, stdout } = spawnSync(process.execPath, [launcher, ...parameters]);
    expect(status).toBe(0);
    expect(stdout.includes(Buffer.from("M\xfcller", "latin1"))).toBe(true);
    expect(stdout.includes(Buffer.from("8859/1"))).toBe(true);
  });

  it("counts the codes that have no row", async () => {
    const married = { coding: [{ system: "https://hospital.example.org/codes", code: "ENG" }] };
    const { stderr } = await translate("--as", "ADT^A31", file("eng.json", { ...jane, maritalStatus: married }));
    expect(stderr).toContain("warning: ADT^A31 PID-16 unmapped-code https://hospital.example.org/codes|ENG\n");
  });

  it("does not take a version in which the destination's places do not exist", async () => {
    const { status, stderr } = await translate("--destination", "old", "--version", "2.7", file("jane.json", jane));
    expect(status).toBe(1);
    expect(stderr).toContain("destinations.old.overlays.PID-9");
  });

  it("gives trigger, structure, control id, text and work list with --json", async () => {
    const [message] = await translations(file("jane.json", jane));
    expect(message).toEqual({
      trigger: "ADT^A28",
      structure: "ADT_A05",
      controlId: expect.stringMatching(/^[A-Z0-9]{20}$/),
      er7: expect.stringMatching(/^MSH\|.*\r$/s),
      workList: [],
    });
  });

  it("tells what happened since --before, and nothing of what did not change", async () => {
    const moved = {
      ...stay,
      meta: { lastUpdated: "2026-11-23T07:00:00Z" },
      location: [{ location: { reference: "Location/8", display: "5E" }, status: "active" }],
    };
    const found = await translations(
      "--before",
      file("a.json", jane),
      "--before",
      file("b.json", stay),
      file("c.json", bundle(jane, moved)),
    );
    expect(found.map(({ trigger }) => trigger)).toEqual(["ADT^A02"]);
    expect(found[0]?.er7).toMatch(/PV1\|1\|I\|5E\^.*\|\|\|4W\^/);
  });

  it("speaks as the destination that was named, of what it wants to hear", async () => {
    const both = file("both.json", bundle(jane, potassium));
    const { stdout, stderr } = await translate("--json", "--destination", "lab", both);
    expect(JSON.parse(stdout).map(({ er7 }: { er7: string }) => er7.split("|")[4])).toEqual(["LAB"]);
    expect(stderr).toBe("Nothing to send for Patient/1\n");
  });

  it("says on stderr what a person should look at, once", async () => {
    const { stdout, stderr, status } = await translate(file("k.json", potassium));
    expect(status).toBe(0);
    expect(stdout).toContain("PID|1||1^^^GEN^PI||Unknown^Unknown^^^^^U");
    expect(stderr.split("\n")).toContain("warning: ORU^R01 PID-3 no-patient-number Patient.identifier");
  });

  it("says what is wrong with what breaks its version", async () => {
    const long = { ...jane, name: [{ family: "DOE", given: ["x".repeat(40)] }] };
    const { stderr } = await translate("--as", "ADT^A31", file("long.json", long));
    expect(stderr).toMatch(/^warning: ADT\^A31 PID-5\.2 conformance-length 40 characters where 30 may be$/m);
  });

  it("names what it has nothing to send for", async () => {
    const waiting = {
      resourceType: "DiagnosticReport",
      id: "r",
      status: "final",
      code: { text: "Panel" },
      subject: { reference: "Patient/1" },
      result: [{ reference: "Observation/missing" }],
    };
    const { stdout, stderr, status } = await translate(file("waiting.json", waiting));
    expect([status, stdout, stderr]).toEqual([0, "", "Nothing to send for DiagnosticReport/r\n"]);
  });

  it("says so where nothing has changed", async () => {
    const same = file("same.json", jane);
    const { stdout, stderr, status } = await translate("--before", same, same);
    expect([status, stdout]).toEqual([0, ""]);
    expect(stderr).toBe("These files hold nothing, or nothing new, that the bridge sends messages about\n");
  });

  it("takes resources of a transaction by the URN of their entry", async () => {
    const { id: _id, ...unnamed } = jane;
    const { id: _other, ...result } = potassium;
    const transaction = {
      resourceType: "Bundle",
      type: "transaction",
      entry: [
        { fullUrl: "urn:uuid:aaaa", resource: unnamed },
        { fullUrl: "urn:uuid:bbbb", resource: { ...result, subject: { reference: "urn:uuid:aaaa" } } },
      ],
    };
    const oru = (await translations(file("transaction.json", transaction))).find(
      ({ trigger }) => trigger === "ORU^R01",
    );
    expect(oru?.er7).toContain("||DOE^");
    expect(oru?.workList).toEqual([]);
  });
});

describe("bad input ends with 1 and says what to do, without quoting it", () => {
  it.each([
    ["that is not there", "/nowhere/at-all.json", "It cannot be read: there is no such file (ENOENT)"],
    ["that is not JSON", "Jane Doe, 7001234", "It is not JSON: give one FHIR resource or Bundle in JSON"],
    ["that is empty", " ", "It is empty: give a FHIR resource or a Bundle"],
    ["that is not FHIR", '{"name":"Jane"}', "It has no resourceType: give FHIR resources or Bundles"],
    [
      "with a resource without an id",
      '{"resourceType":"Patient"}',
      "Patient has no id: ids tell resources apart, so give it one",
    ],
  ])("a file %s", async (what, content, problem) => {
    const path = content.startsWith("/") ? content : file(`${what}.json`, content);
    const { status, stdout, stderr } = await translate(path);
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain(problem);
    expect(stderr).toContain(path);
    expect(stderr).not.toContain("7001234");
  });

  it("a resource that lacks what its message needs does not hold the others back", async () => {
    const nobody = { ...potassium, id: "n", subject: undefined };
    const { status, stdout, stderr } = await translate(file("nobody.json", bundle(jane, nobody)));
    expect(status).toBe(1);
    expect(stdout).toContain("|ADT^A28^ADT_A05|");
    expect(stderr).toContain("Not sent: ORU^R01 Observation/n unrenderable PID-3 Patient.identifier");
  });

  it("a resource that is not FHIR is named with the element, and does not hold the others back", async () => {
    const odd = { resourceType: "Encounter", id: "e", status: "in-progress", subject: 5, location: "7001234" };
    const { status, stdout, stderr } = await translate(file("odd.json", bundle(jane, odd)));
    expect(status).toBe(1);
    expect(stdout).toContain("|ADT^A28^ADT_A05|");
    expect(stderr).toMatch(/^Not sent: Encounter\/e Encounter\.\w+.* is not as FHIR R4 has it: correct it/m);
    expect(stderr).not.toContain("7001234");
  });

  it("what parks a message is told with it", async () => {
    const strict = file(
      "strict.config.ts",
      configuration({
        strict: {
          format: "hl7v2",
          link: { host: "h", port: 1 },
          conformance: { errors: "park", fields: { "PID-10": { required: true } } },
        },
        coded: {
          format: "hl7v2",
          link: { host: "h", port: 1 },
          valueSets: { "PID-8": { builtIn: false, noRow: "fail" } },
        },
      }),
    );
    const told = (destination: string) =>
      run([
        "translate",
        "--config",
        strict,
        "--destination",
        destination,
        file("f.json", { ...jane, gender: "female" }),
      ]);
    expect((await told("strict")).stderr).toBe("Not sent: ADT^A28 Patient/1 unrenderable PID-10 PID-10 required\n");
    expect((await told("coded")).stderr).toMatch(/^Not sent: ADT\^A28 Patient\/1 unrenderable PID-8 \|female$/m);
  });

  it("a configuration with a mistake names its path", async () => {
    const broken = file("broken.config.ts", configuration({ x: { format: "hl7v2", link: { host: "h", port: 0 } } }));
    const { status, stderr } = await run(["translate", "--config", broken, file("jane.json", jane)]);
    expect(status).toBe(1);
    expect(stderr).toContain("path=destinations.x.link.port");
  });
});

describe("wrong usage ends with 2", () => {
  it.each([
    ["no file", ["translate"], "Give at least one FHIR JSON file"],
    ["an unknown option", ["translate", "--nope"], "--nope"],
    ["an option without its value", ["translate", "--destination"], "--destination"],
    [
      "a destination that is not there",
      ["translate", "--config", config, "--destination", "nope", "x"],
      "there are: engine, old, lab",
    ],
    ["standard input twice", ["translate", "-", "-"], "once only"],
    ["an unknown command", ["translat"], "There is no command translat"],
    ["no command", [], "Usage: ignite-bridge <command>"],
  ])("%s", async (_what, parameters, problem) => {
    const { status, stdout, stderr } = await run(parameters);
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(problem);
  });

  it("help is an answer, not a mistake", async () => {
    for (const parameters of [["--help"], ["translate", "--help"]]) {
      const { status, stdout } = await run(parameters);
      expect(status).toBe(0);
      expect(stdout).toContain("Usage: ignite-bridge");
    }
  });
});

describe("the program", () => {
  it("runs from its launcher, with files by name and text by standard input", () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, "translate", "--config", config, "-"], {
      encoding: "utf8",
      input: JSON.stringify(jane),
    });
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("|ADT^A28^ADT_A05|");
  });
});
