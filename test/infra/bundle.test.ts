import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bundle, bundleFunction, contentsOf, sdkClientsOf } from "../../infra/bundle.ts";
import { loadConfig } from "../../infra/load-config.ts";
import { stages } from "../../infra/stages.ts";
import { synthesize, type Template } from "../../infra/synthesize.ts";
import { ruleRows } from "../../shared/events/derive.ts";
import { eventTypes } from "../../shared/events/vocabulary.ts";
import { pid } from "../../shared/hl7/segments/pid.ts";
import { sch } from "../../shared/hl7/segments/sch.ts";
import { configOf, everyKind } from "./configurations.ts";

const directory = mkdtempSync(join(tmpdir(), "ignite-bridge-bundles-"));
afterAll(() => rmSync(directory, { recursive: true }));

const bundles = new Map<string, Bundle>();
let template: Template;

beforeAll(async () => {
  const configPath = configOf(everyKind);
  const bridge = await loadConfig(configPath);
  for (const { entry } of Object.values(stages))
    bundles.set(basename(entry, ".ts"), await bundleFunction(entry, bridge));
  template = await synthesize({ configPath, bundle: false });
});

function bundleOf(name: string): Bundle {
  const bundle = bundles.get(name);
  if (!bundle) throw new RangeError(`There is no bundle ${name}`);
  return bundle;
}

/** The rooms that a function must not carry, each named by who has a use for it. */
const rooms: [room: RegExp, users: string[]][] = [
  [/^shared\/ignite\//, ["poll"]],
  [/^shared\/changes\/(?!change\.ts)/, ["poll", "route"]],
  [/^shared\/(hl7|events)\/|node_modules\/hl7v2\//, ["route"]],
  [/^shared\/mllp\//, ["deliver-mllp"]],
  [/^shared\/webhook\/(sender|post|signing|address-guard)|node_modules\/ipaddr\.js/, ["deliver-webhook"]],
  [/node_modules\/jose\//, ["poll"]],
  [/submodules\/event-streams\//, []],
  [/node_modules\/(fhirpath|iconv-lite|hl7v2-dictionary-full|aws-cdk-lib|fauxqs|dynalite)\//, []],
  [/^(local|sandbox|infra|cli|test)\//, []],
];

const clients: Record<string, string[]> = {
  plan: ["dynamodb", "sqs"],
  poll: ["dynamodb", "secrets-manager", "sqs"],
  route: ["dynamodb", "sqs"],
  "deliver-mllp": ["dynamodb", "sqs"],
  "deliver-webhook": ["dynamodb", "secrets-manager", "sqs"],
};

/** The variables that the code of a function asks `readEnvironment` for. */
function variablesIn({ metafile }: Bundle): string[] {
  const sources = contentsOf(metafile).filter((path) => /^(functions|shared)\//.test(path));
  const texts = sources.map((path) => readFileSync(join(import.meta.dirname, "../..", path), "utf8"));
  const asked = texts.flatMap((text) =>
    [...text.matchAll(/readEnvironment\(\[([^\]]+)\]/g)].map(([, names = ""]) => names),
  );
  return asked.flatMap((names) => [...names.matchAll(/"(\w+)"/g)].map(([, variable = ""]) => variable));
}

type FunctionProperties = {
  Environment: { Variables: Record<string, unknown> };
  Role: { "Fn::GetAtt": [string, string] };
};
type PolicyProperties = {
  Roles: { Ref: string }[];
  PolicyDocument: { Statement: { Action: string | string[] }[] };
};

/** The functions of the template that run a source. */
function functionsOf(name: string): FunctionProperties[] {
  return Object.values(template.Resources)
    .filter(({ Metadata }) => Metadata?.["ignite-bridge:entry"] === `functions/${name}.ts`)
    .map(({ Properties }) => Properties as FunctionProperties);
}

/** What SQS itself is used with by the event source, and what comes with reading a secret. */
const withoutCode = /^sqs:(?!SendMessage)|^secretsmanager:DescribeSecret$/;

/** Part of the client, for endpoint discovery, which is not used. */
const ownUse = /^dynamodb:DescribeEndpoints$/;

/** What the one adapter that makes its calls without an SDK client may ask for. */
const bucketCalls = { path: "shared/aws/bucket.ts", calls: ["s3:GetObject", "s3:PutObject"] };

/** Comes along with an adapter of which a function uses another method: nothing that the function may do. */
const neverCalled: Record<string, string[]> = {
  plan: [],
  poll: ["dynamodb:DeleteItem", "s3:GetObject"],
  route: ["dynamodb:GetItem", "dynamodb:Query"],
  "deliver-mllp": ["dynamodb:PutItem", "dynamodb:Query", "s3:PutObject"],
  "deliver-webhook": ["dynamodb:PutItem", "dynamodb:Query", "s3:PutObject"],
};

function permissionsOf({ Role }: FunctionProperties): string[] {
  const actions = Object.values(template.Resources)
    .filter(({ Type }) => Type === "AWS::IAM::Policy")
    .map(({ Properties }) => Properties as PolicyProperties)
    .filter(({ Roles }) => Roles.some(({ Ref }) => Ref === Role["Fn::GetAtt"][0]))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement.flatMap(({ Action }) => Action));
  const calls = actions.filter(
    (action) => /^(dynamodb|sqs|s3|secretsmanager):/.test(action) && !withoutCode.test(action),
  );
  return [...new Set(calls)].sort();
}

/** The calls of AWS that a bundle holds, as IAM names them. */
function callsOf({ metafile }: Bundle): string[] {
  const calls = contentsOf(metafile).flatMap((path) => {
    if (path === bucketCalls.path) return bucketCalls.calls;
    const [, client = "", command = ""] = /client-([a-z0-9-]+)\/dist-es\/commands\/(\w+)Command\.js$/.exec(path) ?? [];
    return command === ""
      ? []
      : [`${client.replaceAll("-", "")}:${command.replace(/^SendMessageBatch$/, "SendMessage")}`];
  });
  return [...new Set(calls)].filter((call) => !withoutCode.test(call) && !ownUse.test(call)).sort();
}

describe.each(Object.keys(clients))("%s", (name) => {
  test("is 600 KiB at the most, with a source map", () => {
    const { code, sourceMap } = bundleOf(name);
    expect(code.byteLength).toBeLessThanOrEqual(600 * 1024);
    expect(Buffer.from(code).toString()).toMatch(/\/\/# sourceMappingURL=index\.mjs\.map\s*$/);
    expect(JSON.parse(Buffer.from(sourceMap).toString()).sources).toContain(`../../functions/${name}.ts`);
  });

  test("has the SDK clients that it calls, and no others", () => {
    const found = sdkClientsOf(bundleOf(name).metafile).map((client) => client.replace("@aws-sdk/client-", ""));
    expect(found).toEqual(clients[name]);
  });

  test("carries nothing of the rooms of others", () => {
    const contents = contentsOf(bundleOf(name).metafile);
    for (const [room, users] of rooms)
      if (!users.includes(name))
        expect(
          contents.filter((path) => room.test(path)),
          String(room),
        ).toEqual([]);
  });

  test("holds the configuration that was chosen, and names no machine", () => {
    const text = Buffer.from(bundleOf(name).code).toString();
    expect(text).not.toContain("GENMRN");
    expect(text).not.toContain(process.cwd());
  });

  test("gets the variables that its source reads, and no others of the bridge", () => {
    for (const { Environment } of functionsOf(name))
      expect(Object.keys(Environment.Variables).sort()).toEqual(
        ["NODE_OPTIONS", ...variablesIn(bundleOf(name))].sort(),
      );
  });

  test("may make the calls that its code makes, and no others", () => {
    const calls = callsOf(bundleOf(name)).filter((call) => !neverCalled[name]?.includes(call));
    expect(functionsOf(name)).not.toEqual([]);
    for (const properties of functionsOf(name)) expect(permissionsOf(properties)).toEqual(calls);
  });

  test("starts in plain Node with nothing but its variables, and exports a handler", () => {
    const file = join(directory, `${name}.mjs`);
    writeFileSync(file, bundleOf(name).code);
    const variables = variablesIn(bundleOf(name)).map((variable) => [variable, variable.endsWith("URLS") ? "{}" : "a"]);
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ["--input-type=module", "--eval", `console.log(typeof (await import(${JSON.stringify(file)})).handler);`],
      { encoding: "utf8", env: { AWS_REGION: "us-east-1", ...Object.fromEntries(variables) } },
    );
    expect({ stdout, stderr }).toEqual({ stdout: "function\n", stderr: "" });
  });
});

test("what tables say for people stays behind, and all else of them comes along", () => {
  const code = Buffer.from(bundleOf("route").code).toString();
  const words = [
    ...ruleRows().map(({ title }) => title),
    ...Object.values(eventTypes).map(({ means }) => means),
    ...[...pid.rows, ...sch.rows].map(({ rule = "" }) => rule),
  ];
  expect(words.filter((each) => each.length > 30 && code.includes(each))).toEqual([]);
  expect(Object.keys(eventTypes).filter((name) => !code.includes(`"${name}"`))).toEqual([]);
  expect([code.includes("Cape Town"), code.includes('"af-south-1"')]).toEqual([false, true]);
});
