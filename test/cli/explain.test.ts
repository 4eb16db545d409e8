import { describe, expect, it } from "vitest";
import type { Explanation } from "../../cli/explain.ts";
import { configuration, run as runProgram, temporaryFiles } from "./running.ts";

const file = temporaryFiles();

const run = (...parameters: readonly string[]) => runProgram(parameters);

const config = file(
  "my.config.ts",
  configuration({
    engine: {
      format: "hl7v2",
      link: { host: "127.0.0.1", port: 1 },
      overlays: {
        "PID-5.7": "D",
        "PID-3": { add: { constant: ["9", "", "", "X"] } },
        "PID-8": { replace: { F: "2" }, triggers: ["ADT^A31"] },
        "PV1-19": { constant: "V1", triggers: ["ADT^A31"] },
      },
      valueSets: { "PV1-2": { map: { I: "O" } } },
      segments: [{ segment: "ZPI", after: "PID", fields: { "ZPI-1": { fhirPath: "Patient.id" } } }],
    },
  }),
);
const jane = {
  resourceType: "Patient",
  id: "1",
  meta: { lastUpdated: "2026-11-23T05:00:00Z" },
  identifier: [
    { type: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "MR" }] }, value: "7001234" },
  ],
  name: [{ family: "DOE" }],
  gender: "female",
};
const stay = {
  resourceType: "Encounter",
  id: "e",
  meta: { lastUpdated: "2026-11-23T05:10:00Z" },
  status: "in-progress",
  class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "IMP" },
  subject: { reference: "Patient/1" },
  period: { start: "2026-11-23T05:10:00Z" },
};
const files = [file("jane.json", jane), file("stay.json", stay)];

describe("ignite-bridge explain", () => {
  it("prints every field with its name, value, path, table and rule, or what stands in their place", async () => {
    const { status, stdout, stderr } = await run("explain", "--config", config, "--as", "ADT^A08", ...files);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const lines = stdout.split("\n");
    expect(lines[0]).toBe("ADT^A08 ADT_A01 2.5.1");
    const line = (place: string) => lines.find((each) => each.trim().startsWith(`${place} `))?.replace(/ {2,}/g, "  ");
    expect(line("PID-8")).toBe("  PID-8  Administrative Sex  F  <- Patient.gender (Patient/1); HL70001");
    expect(line("PV1-2")).toContain("  O  <- Encounter (Encounter/e); value set PV1-2; A code of HL70004");
    expect(line("PID-5")).toMatch(/^ {2}PID-5 {2}Patient Name {2}DOE\^{6}D {2}<- overlay PID-5\.7: constant; /);
    expect(line("ZPI-1")?.trim()).toBe("ZPI-1  1  <- overlay ZPI-1: FHIRPath Patient.id");
    expect(line("PV1-19")).toMatch(/<- default; /);
  });

  it("tells the path beside an overlay that leaves some of what was there, and not beside one that leaves nothing", async () => {
    const parameters = ["explain", "--config", config, "--as", "ADT^A31", ...files];
    const lines = (await run(...parameters)).stdout.split("\n").map((each) => each.trim().replace(/ {2,}/g, "  "));
    const line = (place: string) => lines.find((each) => each.startsWith(`${place} `));
    expect(line("PID-3")).toMatch(/<- overlay PID-3: add constant; Patient\.identifier \(Patient\/1\); The medical/);
    expect(line("PID-8")).toBe(
      "PID-8  Administrative Sex  2  <- overlay PID-8: replace; Patient.gender (Patient/1); HL70001",
    );
    expect(line("PV1-19")).toBe("PV1-19  Visit Number  V1  <- overlay PV1-19: constant");
  });

  it("prints the same for programs", async () => {
    const { stdout } = await run("explain", "--config", config, "--as", "ADT^A08", "--json", ...files);
    const [explanation] = JSON.parse(stdout) as Explanation[];
    expect(explanation).toMatchObject({ trigger: "ADT^A08", structure: "ADT_A01", version: "2.5.1", workList: [] });
    expect(explanation?.fields.find(({ field }) => field === "PID-8")).toEqual({
      field: "PID-8",
      name: "Administrative Sex",
      occurrence: 1,
      type: "IS",
      value: "F",
      path: "Patient.gender",
      resource: "Patient/1",
      table: "HL70001",
      origin: "mapped",
    });
  });

  it("explains what the events give, where no message is asked for", async () => {
    const { stdout } = await run("explain", "--config", config, ...files);
    expect(stdout.match(/^ADT\S+/gm)).toEqual(["ADT^A28", "ADT^A01"]);
  });
});

describe("ignite-bridge translate", () => {
  it("--version says it in a version, without any destination", async () => {
    const { status, stdout } = await run("translate", "--config", config, "--version", "2.3", ...files);
    expect(status).toBe(0);
    expect(stdout).toMatch(/\|ADT\^A01\|[^|]*\|P\|2\.3\|/);
    expect(stdout).not.toContain("ZPI");
  });

  it("--version beside a destination says what that one gets, in the version", async () => {
    const { stdout } = await run(
      "translate",
      "--config",
      config,
      "--destination",
      "engine",
      "--version",
      "2.7",
      ...files,
    );
    expect(stdout).toContain("|2.7|");
    expect(stdout).toContain("\nZPI|1\n");
  });

  it("--as renders a message of its kind for each resource that it can be about", async () => {
    const more = file("more.json", { ...stay, id: "f" });
    const { stdout } = await run("translate", "--config", config, "--as", "ADT^A03", ...files, more);
    expect(stdout.match(/\|ADT\^\w+\^\w+\|/g)).toEqual(["|ADT^A03^ADT_A03|", "|ADT^A03^ADT_A03|"]);
  });

  const order = {
    resourceType: "ServiceRequest",
    id: "o",
    status: "active",
    intent: "order",
    code: { text: "CMP" },
    subject: { reference: "Patient/1" },
  };

  it.each([
    ["OML^O21", order, "NW"],
    ["ORM^O01", { ...order, status: "on-hold" }, "HD"],
    ["OMG^O19", { ...order, status: "revoked" }, "CA"],
  ])("--as %s tells an order as it stands", async (trigger, resource, control) => {
    const told = await run("translate", "--config", config, "--as", trigger, ...files, file("order.json", resource));
    expect(told.stdout).toContain(`\nORC|${control}|o^GEN|`);
    const changed = await run(
      ...["translate", "--config", config, "--as", trigger, "--before", file("before.json", order)],
      ...[...files, file("order.json", resource)],
    );
    expect(changed.stdout).toContain(`\nORC|${control === "NW" ? "XO" : control}|o^GEN|`);
  });

  it("--as ADT^A40 asks for the record that ended, and takes it from --before or from a link", async () => {
    const merge = (...more: readonly string[]) => run("translate", "--config", config, "--as", "ADT^A40", ...more);
    const alone = await merge(files[0] ?? "");
    expect([alone.status, alone.stdout]).toEqual([2, ""]);
    expect(alone.stderr).toContain("give the Patient that ended, or as it was, with --before, or link the two");
    const ended = { ...jane, id: "2", identifier: [{ value: "7009" }] };
    const known = await merge(files[0] ?? "", "--before", file("ended.json", ended));
    expect(known.stdout).toMatch(/\nMRG\|7009\^\^\^GEN/);
    const link = [{ other: { reference: "Patient/1" }, type: "replaced-by" }];
    const linked = await merge(files[0] ?? "", file("linked.json", { ...ended, active: false, link }));
    expect(linked.stdout.match(/^MSH/gm)?.length).toBe(1);
    expect(linked.stdout).toMatch(/\nMRG\|7009\^\^\^GEN/);
  });

  it.each([
    [["--version", "2.9"], "There is no version 2.9; there are: 2.3 "],
    [["--as", "ADT^A99"], "There is no message ADT^A99; there are: "],
    [["--as", "ADT^A24"], "ADT^A24 tells of two records: link the one to the other (Patient.link, seealso)"],
    [["--as", "ORU^R01"], "ORU^R01 is about DiagnosticReport or Observation, and the files hold none"],
  ])("%j is wrong usage", async (parameters, problem) => {
    const { status, stdout, stderr } = await run("translate", "--config", config, ...parameters, ...files);
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(problem);
  });

  it("--as names what cannot be rendered, without a value", async () => {
    const report = file("report.json", {
      resourceType: "DiagnosticReport",
      id: "r",
      status: "final",
      subject: { reference: "Patient/1" },
    });
    const { status, stderr } = await run("translate", "--config", config, "--as", "ORU^R01", files[0] ?? "", report);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Not sent: ORU\^R01 DiagnosticReport\/r .*\(ERR_UNRENDERABLE\) field=OBR-4/m);
  });
});
