import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { bundleFunction, contentsOf } from "../../infra/bundle.ts";
import { configModule } from "../../infra/config-module.ts";
import { loadConfig } from "../../infra/load-config.ts";
import { configFile, configOf, source } from "./configurations.ts";

const schema = pathToFileURL(resolve(import.meta.dirname, "../../shared/config/bridge.ts")).pathname;
const directory = mkdtempSync(join(tmpdir(), "ignite-bridge-config-"));
afterAll(() => rmSync(directory, { recursive: true }));

const hl7 = (more = "") => `{ format: "hl7v2", link: { host: "engine", port: 6661 }, ${more} }`;
const configWith = (destinations: string, head = "") =>
  configFile(`import { defineBridge } from ${JSON.stringify(schema)};
${head}
export default defineBridge({ sources: { north: ${JSON.stringify(source)} }, destinations: ${destinations} });
`);

/** Runs a configuration as a function finds it. */
async function inBundle(configPath: string, expression: string, environment: Record<string, string> = {}) {
  const bridge = await loadConfig(configPath);
  const entry = join(directory, "entry.ts");
  writeFileSync(entry, `import bridge from "#bridge-config";\nconsole.log(JSON.stringify(${expression}));\n`);
  const { code, metafile } = await bundleFunction(entry, bridge, configPath);
  const file = join(directory, "entry.mjs");
  writeFileSync(file, code);
  const { stdout, stderr } = spawnSync(process.execPath, [file], { encoding: "utf8", env: environment });
  return { stdout: stdout.trim(), stderr, contents: contentsOf(metafile) };
}

describe("a configuration in a bundle", () => {
  test("is data, with its defaults, where it holds no functions", async () => {
    const { stdout, contents } = await inBundle(configWith(`{ lab: ${hl7()} }`), "bridge.destinations.lab.version");
    expect(stdout).toBe('"2.5.1"');
    expect(contents.filter((path) => path.includes("shared/config"))).toEqual([]);
  });

  test("keeps its functions, and what was checked around them", async () => {
    const config = configWith(
      `{ lab: ${hl7(`overlays: { "ZPI-1": [{ compute: ({ Patient }) => shout(Patient.id) }] }, segments: []`)} }`,
      "const shout = (text) => text.toUpperCase();",
    );
    const { stdout, stderr, contents } = await inBundle(
      config,
      '[bridge.destinations.lab.overlays["ZPI-1"][0].compute({ Patient: { id: "abc" } }), bridge.destinations.lab.link.acknowledgementTimeout]',
    );
    expect(stderr).toBe("");
    expect(stdout).toBe('["ABC",30000]');
    expect(contents.filter((path) => /node_modules|shared\//.test(path))).toEqual([]);
  });

  test("with functions reads the environment that it was checked in", async () => {
    process.env["TEST_PREFIX"] = "north";
    try {
      const config = configWith(
        `{ lab: ${hl7(`overlays: { "ZPI-1": { compute: () => prefix.toUpperCase() } }`)} }`,
        "const { TEST_PREFIX: prefix } = process.env;",
      );
      const { stdout } = await inBundle(config, 'bridge.destinations.lab.overlays["ZPI-1"].compute()');
      expect(stdout).toBe('"NORTH"');
    } finally {
      delete process.env["TEST_PREFIX"];
    }
  });

  test("with functions needs its file", async () => {
    const bridge = await loadConfig(configWith(`{ lab: ${hl7("edit: (message) => message")} }`));
    expect(() => configModule(bridge, undefined)).toThrow(
      expect.objectContaining({
        code: "ERR_CONFIG",
        details: expect.objectContaining({ path: "destinations.lab.edit" }),
      }),
    );
  });
});

describe("the fhirpath package", () => {
  const overlay = (fhirPath: string) =>
    configOf({
      sources: { north: source },
      destinations: {
        lab: { format: "hl7v2", link: { host: "engine", port: 6661 }, overlays: { "ZPI-1": { fhirPath } } },
      },
    });
  const packagesIn = async (config: string) => {
    const { metafile, code } = await bundleFunction("functions/route.ts", await loadConfig(config), config);
    const contents = contentsOf(metafile);
    return {
      engine: contents.some((path) => path.includes("node_modules/fhirpath/")),
      model: contents.some((path) => path.includes("fhirpath/fhir-context/r4")),
      kilobytes: Math.round(code.byteLength / 1024),
    };
  };

  test("stays out of a bundle that walks members alone", async () => {
    expect(await packagesIn(overlay("Patient.name.family"))).toMatchObject({ engine: false, model: false });
  });

  test("comes along where an expression needs it, its model only where a type has to be known", async () => {
    expect(await packagesIn(overlay("Patient.name.where(use = 'official').family"))).toMatchObject({
      engine: true,
      model: false,
    });
    expect(await packagesIn(overlay("Observation.value.ofType(Quantity).unit"))).toMatchObject({
      engine: true,
      model: true,
    });
  });
});
