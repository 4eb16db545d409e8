import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { synthesize } from "../../infra/synthesize.ts";
import type { BridgeInput } from "../../shared/config/schema.ts";
import { configFile, configOf, source } from "./configurations.ts";

const webhook = (url = "https://app.example.org/hook") => ({ format: "webhook" as const, url, secret: "bridge/app" });
const bridge = (destinations: BridgeInput["destinations"]) => configOf({ sources: { north: source }, destinations });
const link = (settings: object) => ({ format: "hl7v2" as const, link: { host: "engine", port: 6661, ...settings } });

/** What `cdk` runs, with the context as `cdk` passes it on. */
async function runApp(config: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const app = spawn(process.execPath, [resolve(import.meta.dirname, "../../infra/app.ts")], {
    env: { ...process.env, CDK_CONTEXT_JSON: JSON.stringify({ config }) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, code] = await Promise.all([
    app.stdout.toArray().then((chunks) => Buffer.concat(chunks).toString()),
    app.stderr.toArray().then((chunks) => Buffer.concat(chunks).toString()),
    new Promise<number | null>((done) => app.once("close", done)),
  ]);
  return { code, stdout, stderr };
}

test("a mistake ends cdk in one line that says where and what", async () => {
  const { code, stdout, stderr } = await runApp(bridge({ app: webhook("http://app.example.org/hook") }));
  expect(code).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toBe(
    "The bridge configuration is not valid (ERR_CONFIG) path=destinations.app.url problem=Use https (http is taken for loopback only)\n",
  );
});

test("a file that is not there ends cdk in one line that names it", async () => {
  const { code, stderr } = await runApp("absent.config.ts");
  expect(code).toBe(1);
  expect(stderr).toBe(
    "The bridge configuration is not valid (ERR_CONFIG) path=absent.config.ts problem=There is no such file\n",
  );
});

test.each([
  [
    "a file that exports no configuration",
    () => configFile("export const bridge = {};"),
    { path: expect.stringMatching(/\.config\.ts$/), problem: expect.stringContaining("export default defineBridge") },
  ],
  [
    "a file that is not TypeScript",
    () => configFile("export default defineBridge({"),
    { path: expect.stringMatching(/\.config\.ts$/), problem: expect.stringContaining("It cannot be loaded: ") },
  ],
  [
    "an acknowledgement that the function cannot wait for",
    () => bridge({ lab: link({ acknowledgementTimeout: "5m" }) }),
    {
      path: "destinations.lab.link.acknowledgementTimeout",
      problem: "One attempt may wait 110 s in all, connecting included, but this asks for 310 s",
    },
  ],
  [
    "two acknowledgements that the function cannot wait for",
    () => bridge({ lab: { ...link({ applicationAcknowledgementTimeout: "2m" }), applicationAcknowledgment: "AL" } }),
    {
      path: "destinations.lab.link.acknowledgementTimeout",
      problem: "One attempt may wait 110 s in all, connecting included, but this asks for 160 s",
    },
  ],
  [
    "a webhook answer that the function cannot wait for",
    () => bridge({ app: { ...webhook(), timeout: "2m" } }),
    { path: "destinations.app.timeout", problem: expect.stringContaining("50 s in all") },
  ],
  [
    "a destination named like the parked queue of another",
    () => bridge({ app: webhook(), "app-parked": webhook() }),
    { path: "destinations.app-parked", problem: "The parked queue of app has this name already" },
  ],
  [
    "more destinations than one deployment holds",
    () => bridge(Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`app-${index}`, webhook()]))),
    { path: "destinations", problem: expect.stringContaining("60 destinations") },
  ],
])("refuses %s", async (_, config, details) => {
  await expect(synthesize({ configPath: config(), bundle: false })).rejects.toMatchObject({
    code: "ERR_CONFIG",
    details,
  });
});

test("takes ten links and ten webhooks", async () => {
  const links = Array.from({ length: 10 }, (_, index) => [`engine-${index}`, link({})]);
  const webhooks = Array.from({ length: 10 }, (_, index) => [`app-${index}`, webhook()]);
  const configPath = bridge(Object.fromEntries([...links, ...webhooks]));
  const { Resources } = await synthesize({ configPath, bundle: false });
  const mappings = Object.values(Resources).filter(({ Type }) => Type === "AWS::Lambda::EventSourceMapping");
  expect(mappings).toHaveLength(22);
});

test("the configuration that comes with the project can be deployed", async () => {
  const { Resources } = await synthesize({ bundle: false });
  expect(Object.values(Resources).filter(({ Type }) => Type === "AWS::Lambda::Function")).toHaveLength(5);
});
