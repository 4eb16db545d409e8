import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
export const region = "us-east-1";
const account = "000000000000";

export type Deployment = {
  /** What `cdk deploy` prints. */
  printed: string;
  outputs: Record<string, string>;
};

export type Cdk = { bootstrap(): Promise<void>; deploy(): Promise<Deployment> };

/** The real `cdk`, that can reach nothing but the emulator: no credentials, profiles or proxies of the machine. */
export function cdkAgainst(endpoint: string, configPath: string, directory: string): Cdk {
  const environment = {
    PATH: `${resolve(process.execPath, "..")}:${process.env["PATH"]}`,
    HOME: directory,
    TMPDIR: directory,
    CI: "true",
    NO_COLOR: "1",
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_EC2_METADATA_DISABLED: "true",
    CDK_DISABLE_CLI_TELEMETRY: "true",
  };
  const common = ["--context", `config=${configPath}`, "--output", join(directory, "cdk.out")];
  const run = (options: string[]) => runCdk([...options, ...common], environment);
  return {
    bootstrap: async () => {
      await run(["bootstrap", `aws://${account}/${region}`]);
    },
    deploy: async () => {
      const file = join(directory, "outputs.json");
      const printed = await run(["deploy", "--require-approval", "never", "--outputs-file", file]);
      const outputs: Record<string, Record<string, string>> = JSON.parse(await readFile(file, "utf8"));
      return { printed, outputs: outputs["ignite-bridge"] ?? {} };
    },
  };
}

async function runCdk(options: string[], env: NodeJS.ProcessEnv): Promise<string> {
  const cdk = spawn(process.execPath, [join(root, "node_modules/aws-cdk/bin/cdk"), ...options], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: Buffer[] = [];
  for (const stream of [cdk.stdout, cdk.stderr]) stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise((closed) => cdk.once("close", closed));
  const printed = Buffer.concat(chunks).toString();
  if (code !== 0) throw new Error(`cdk ${options[0]} ended with exit code ${code}:\n${printed}`);
  return printed;
}
