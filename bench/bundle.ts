import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { bundleFunction, esbuildOptions, sdkClientsOf } from "../infra/bundle.ts";
import { loadConfig } from "../infra/load-config.ts";
import { stages } from "../infra/stages.ts";
import { defaultConfig } from "../infra/synthesize.ts";

/**
 * Size and import time of each Lambda bundle, against a bundle that only imports the same SDK clients.
 * Budget: 600 KiB; 1.5 × the import time of the peer.
 */
const sizeBudgetKib = 600;
const importBudget = 1.5;
const rounds = 15;

/** Handlers may read these while they are imported. */
const environment = {
  PATH: process.env["PATH"],
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "bench",
  AWS_SECRET_ACCESS_KEY: "bench",
  ...Object.fromEntries(
    ["ROSTER_TABLE", "SNAPSHOTS_TABLE", "PUBLISHED_TABLE", "LEDGER_TABLE", "CLAIMS_BUCKET"].map((name) => [
      name,
      "bench",
    ]),
  ),
  POLLS_QUEUE_URL: "http://127.0.0.1/polls",
  CHANGES_QUEUE_URL: "http://127.0.0.1/changes",
  DELIVERY_QUEUE_URLS: "{}",
  PARKED_QUEUE_URLS: "{}",
};

const directory = mkdtempSync(join(tmpdir(), "ignite-bridge-bench-"));
try {
  const bridge = await loadConfig(defaultConfig);
  const rows = [];
  for (const { entry } of Object.values(stages)) {
    const name = basename(entry, ".ts");
    const bundle = await bundleFunction(entry, bridge);
    const clients = sdkClientsOf(bundle.metafile);
    const peer = await bundleClients(clients);
    const [ours, theirs] = alternating(write(name, bundle.code), write(`${name}-peer`, peer));
    const sizeKib = bundle.code.byteLength / 1024;
    const importRatio = ours / theirs;
    rows.push({
      function: name,
      KiB: Math.round(sizeKib),
      "size / peer": ratio(bundle.code.byteLength / peer.byteLength),
      "import / peer": ratio(importRatio),
      "in budget": sizeKib <= sizeBudgetKib && importRatio <= importBudget ? "yes" : "NO",
      "SDK clients": clients.map((client) => client.replace("@aws-sdk/client-", "")).join(" "),
    });
  }
  console.table(rows);
} finally {
  rmSync(directory, { recursive: true });
}

async function bundleClients(clients: readonly string[]): Promise<Uint8Array> {
  const imports = clients.map((client, index) => `import * as c${index} from ${JSON.stringify(client)};`);
  const uses = clients.map((_, index) => `Object.values(c${index}).find((value) => value.name?.endsWith("Client"))`);
  const contents = [...imports, `export const handler = async () => [${uses.join(", ")}];`].join("\n");
  const { outputFiles } = await build({
    ...esbuildOptions,
    stdin: { contents, resolveDir: import.meta.dirname, loader: "js" },
    sourcemap: false,
  });
  const [file] = outputFiles;
  if (!file) throw new TypeError("esbuild gave no peer");
  return file.contents;
}

function write(name: string, code: Uint8Array): string {
  const path = join(directory, `${name}.mjs`);
  writeFileSync(path, code);
  return path;
}

/** Medians in milliseconds; turn by turn, so that a slow moment of the machine meets both. */
function alternating(ours: string, theirs: string): [number, number] {
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    times[0].push(importMs(ours));
    times[1].push(importMs(theirs));
  }
  return [median(times[0]), median(times[1])];
}

function importMs(path: string): number {
  const script = `const start = performance.now(); await import(${JSON.stringify(path)}); console.log(performance.now() - start);`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
    encoding: "utf8",
    env: environment,
  });
  if (status !== 0) throw new Error(`${basename(path)} cannot be imported:\n${stderr}`);
  return Number(stdout);
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function ratio(value: number): string {
  return `${value.toFixed(2)} ×`;
}
