import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const root = resolve(import.meta.dirname, "../..");
const requirements = join(import.meta.dirname, "requirements.txt");

export type Emulator = { endpoint: string; stop(): Promise<void> };

/** Whether there is a Python that can make virtual environments, or why not. */
export function missingPython(): string | undefined {
  const python = spawnSync("python3", ["-c", "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))"]);
  if (python.error) return "there is no python3";
  return python.status === 0 ? undefined : "python3 is older than 3.10 or has no venv module";
}

/** Installs the emulator into a virtual environment of the project's own cache, once for each pinned set. */
export function installEmulator(): string {
  const pinned = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 12);
  const environment = join(root, "node_modules/.cache", `aws-emulator-${pinned}`);
  const python = join(environment, "bin/python");
  if (!existsSync(join(environment, "bin/ministack"))) {
    run("python3", ["-m", "venv", environment]);
    run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", requirements]);
  }
  return python;
}

function run(command: string, options: string[]): void {
  const { status, stderr, stdout } = spawnSync(command, options, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${options.join(" ")} failed:\n${stdout}${stderr}`);
}

/** Starts the emulator on a free loopback port; its Lambda functions run in the Node that runs this. */
export async function startEmulator(python: string, directory: string): Promise<Emulator> {
  const port = await freePort();
  const log = openSync(join(directory, "emulator.log"), "w");
  const emulator = spawn(python, ["-m", "ministack"], {
    cwd: directory,
    // A group of its own, so that the functions it started end with it.
    detached: true,
    stdio: ["ignore", log, log],
    env: {
      PATH: `${resolve(process.execPath, "..")}:${process.env["PATH"]}`,
      HOME: directory,
      TMPDIR: directory,
      BIND_HOST: "127.0.0.1",
      MINISTACK_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      LAMBDA_EXECUTOR: "local",
      IOT_MTLS_ENABLED: "0",
      SFTP_ENABLED: "0",
    },
  });
  // Nothing outlives an interrupted run either.
  process.once("exit", () => emulator.pid !== undefined && signalGroup(emulator.pid, "SIGKILL"));
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = () => stopGroup(emulator);
  try {
    await answering(`${endpoint}/_ministack/health`, emulator);
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, stop };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === "string") throw new TypeError("A TCP server has no port");
  return address.port;
}

async function answering(url: string, emulator: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 120; attempt += 1) {
    if (emulator.exitCode !== null) throw new Error(`The emulator ended with exit code ${emulator.exitCode}`);
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(500);
  }
  throw new Error("The emulator does not answer");
}

async function stopGroup(leader: ChildProcess): Promise<void> {
  if (leader.pid === undefined) return;
  const ended = new Promise((resolve) => leader.once("exit", resolve));
  signalGroup(leader.pid, "SIGTERM");
  if (leader.exitCode === null && leader.signalCode === null) await Promise.race([ended, sleep(5_000)]);
  signalGroup(leader.pid, "SIGKILL");
}

/** Says nothing when the whole group has ended already. */
function signalGroup(leaderId: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leaderId, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
