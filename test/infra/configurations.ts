import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, vi } from "vitest";
import type { BridgeInput } from "../../shared/config/schema.ts";

const bridge = pathToFileURL(resolve(import.meta.dirname, "../../shared/config/bridge.ts")).href;

// Synthesis takes a second of CPU, which is long on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const directory = mkdtempSync(join(tmpdir(), "ignite-bridge-test-"));
afterAll(() => rmSync(directory, { recursive: true }));
let files = 0;

/** A configuration file for the length of one test file. */
export function configFile(body: string): string {
  files += 1;
  const path = join(directory, `${files}.config.ts`);
  writeFileSync(path, body);
  return path;
}

/** Where an app writes its assembly, for the length of one test file. */
export function assemblyDirectory(): string {
  return mkdtempSync(join(directory, "assembly-"));
}

export function configOf(input: BridgeInput): string {
  return configFile(
    `import { defineBridge } from ${JSON.stringify(bridge)};\nexport default defineBridge(${JSON.stringify(input)});\n`,
  );
}

export const source: BridgeInput["sources"][string] = {
  baseUrl: "https://fhir.example.org/r4/tenant",
  credentials: { method: "client_secret_basic", secret: "bridge/source" },
  timeZone: "America/Chicago",
  patients: { ids: ["1"] },
};

/** Two sources and every kind of destination that has its own infrastructure. */
export const everyKind: BridgeInput = {
  sources: {
    north: source,
    south: { ...source, credentials: { method: "private_key_jwt", secret: "bridge/south" } },
  },
  destinations: {
    ordered: { format: "hl7v2", link: { host: "engine.example.org", port: 6661 } },
    parallel: { format: "hl7v2", link: { host: "engine.example.org", port: 6662, order: "patient" } },
    private: { format: "hl7v2", link: { host: "10.1.2.3", port: 6663, vpc: true } },
    app: { format: "webhook", url: "https://app.example.org/hook", secret: "bridge/app" },
    partner: {
      format: "webhook",
      url: "https://partner.example.org/hook",
      secret: "arn:aws:secretsmanager:us-east-1:123456789012:secret:partner-AbCdEf",
    },
  },
};
