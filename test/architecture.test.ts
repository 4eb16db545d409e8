import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

/** Who may lean on whom. The first row that matches a file decides; `may` lists folders or files of the project. */
const root = resolve(import.meta.dirname, "..");
const domain = ["changes", "events", "hl7", "mllp", "webhook", "delivery", "ignite", "roster"];
const rules: { of: RegExp; may: RegExp; why: string }[] = [
  { of: /^sandbox\//, may: /^sandbox\//, why: "the simulated hospital is the independent other side" },
  {
    of: /^census\/readers\//,
    may: /^census\/readers\//,
    why: "a receiver knows the standards and what it was sent, nothing of the bridge or of the hospital",
  },
  {
    of: /^census\/expected(-\w+)?\.ts$/,
    may: /^(sandbox\/hospital\/|census\/expected\.ts$)/,
    why: "what must be known comes from the truth alone",
  },
  { of: /^shared\/aws\//, may: /^shared\//, why: "adapters implement the ports of the domain rooms" },
  {
    of: /^shared\/config\//,
    may: /^shared\/(config\/|errors\.ts|hl7\/|fhir\.ts|events\/)/,
    why: "configuration knows no stage",
  },
  {
    of: /^shared\//,
    may: new RegExp(`^shared/(config/|${domain.map((room) => `${room}/`).join("|")}|[a-z0-9]+\\.ts$)`),
    why: "domain rooms know nothing of AWS",
  },
  { of: /^functions\//, may: /^(shared\/|bridge\.config\.ts$)/, why: "a handler calls shared code and nothing else" },
  {
    of: /^infra\//,
    may: /^(infra\/|shared\/config\/|shared\/errors\.ts$|shared\/aws\/environment\.ts$|shared\/hl7\/dictionary\/|bridge\.config\.ts$)/,
    why: "infra reads the configuration and the stage settings",
  },
  {
    of: /^bridge\.config\.ts$/,
    may: /^shared\/config\//,
    why: "the file that an engineer edits leans on the schema alone",
  },
];

/** Packages that only some rooms may load. */
const packageRules: { name: RegExp; allowedIn: RegExp; why: string }[] = [
  {
    name: /^@aws-sdk\/|^@aws-lambda-powertools\//,
    allowedIn: /^(shared\/aws\/|functions\/|local\/|test\/|bench\/)/,
    why: "only the adapters talk to AWS",
  },
  { name: /^(aws-cdk-lib|constructs|cdk-nag)/, allowedIn: /^(infra\/|test\/)/, why: "only infra defines resources" },
  {
    name: /^(fauxqs|dynalite)/,
    allowedIn: /^(local\/|test\/|bench\/)/,
    why: "nothing that is deployed knows of emulators",
  },
  { name: /^@middy\//, allowedIn: /^functions\//, why: "handlers alone are wrapped" },
];

const files = [
  "bridge.config.ts",
  ...["infra", "functions", "shared", "sandbox", "cli", "local", "census"].flatMap(sourcesIn),
];

function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
    .map((name) => join(folder, name).replaceAll("\\", "/"));
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [
    ...text.matchAll(/(?:^|\n)\s*(?:import|export)\s(?:[^"';]*?\sfrom\s)?["']([^"']+)["']|import\(["']([^"']+)["']\)/g),
  ].map((match) => match[1] ?? match[2] ?? "");
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith(".") || specifier.startsWith("#");
}

function targetOf(file: string, specifier: string): string {
  if (specifier === "#bridge-config") return "bridge.config.ts";
  return relative(root, resolve(root, dirname(file), specifier)).replaceAll("\\", "/");
}

test("the reader of imports finds them", () => {
  expect(importsOf("shared/config/bridge.ts")).toEqual([
    "valibot",
    "../errors.ts",
    "./check-hl7.ts",
    "./check-words.ts",
    "./schema.ts",
  ]);
});

test("each room leans only on the rooms that it may lean on", () => {
  const breaches = files.flatMap((file) => {
    const rule = rules.find((each) => each.of.test(file));
    return importsOf(file)
      .filter(isRelative)
      .map((specifier) => targetOf(file, specifier))
      .filter((target) => rule !== undefined && !rule.may.test(target))
      .map((target) => `${file} imports ${target}: ${rule?.why}`);
  });
  expect(breaches).toEqual([]);
});

test("packages are loaded only by the rooms that may load them", () => {
  const breaches = files.flatMap((file) =>
    importsOf(file)
      .filter((specifier) => !isRelative(specifier) && !isBuiltin(specifier))
      .flatMap((specifier) =>
        packageRules
          .filter((rule) => rule.name.test(specifier) && !rule.allowedIn.test(file))
          .map((rule) => `${file} imports ${specifier}: ${rule.why}`),
      ),
  );
  expect(breaches).toEqual([]);
});

function isBuiltin(specifier: string): boolean {
  return specifier.startsWith("node:") || builtinModules.includes(specifier);
}

test("nothing that is deployed asks where it runs", () => {
  const breaches = files
    // The endpoint variables of the AWS SDKs are an AWS convention (VPC endpoints use them too), kept in one place.
    .filter((file) => /^(functions|shared)\//.test(file) && file !== "shared/aws/clients.ts")
    .filter((file) =>
      /localhost:|LOCALSTACK|AWS_ENDPOINT_URL|IS_LOCAL|NODE_ENV/.test(readFileSync(join(root, file), "utf8")),
    );
  expect(breaches).toEqual([]);
});
