import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import { afterAll } from "vitest";
import { runProgram } from "../../cli/program.ts";
import type { BridgeInput } from "../../shared/config/schema.ts";

/** Makes files in a folder that lasts as long as the test file that asks for it, and gives back their paths. */
export function temporaryFiles(): (name: string, content: unknown) => string {
  const folder = mkdtempSync(join(tmpdir(), "ignite-bridge-cli-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  return (name, content) => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  };
}

const schema = resolve(import.meta.dirname, "../../shared/config/bridge.ts");

/** The text of a configuration with one source and these destinations. */
export function configuration(destinations: BridgeInput["destinations"]): string {
  const general: BridgeInput["sources"][string] = {
    baseUrl: "https://fhir.example.org/r4/t",
    credentials: { method: "client_secret_basic", secret: "x" },
    timeZone: "America/Chicago",
    facility: { namespaceId: "GEN" },
    patients: { ids: ["1"] },
  };
  const bridge = JSON.stringify({ sources: { general }, destinations });
  return `import { defineBridge } from ${JSON.stringify(schema)};\nexport default defineBridge(${bridge});\n`;
}

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line in this process. */
export async function run(parameters: readonly string[], input = ""): Promise<Outcome> {
  let stdout = "";
  let stderr = "";
  const status = await runProgram(parameters, {
    in: Readable.from([input]),
    out: { write: (text) => (stdout += text) },
    err: { write: (text) => (stderr += text) },
  });
  return { status, stdout, stderr };
}
