#!/usr/bin/env node
// Plain JavaScript, since the Node.js that starts it may be too old to run TypeScript.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const oldestThatRunsTypeScript = 24;
const main = new URL("./main.ts", import.meta.url);

if (Number(process.versions.node.split(".")[0]) >= oldestThatRunsTypeScript) await import(main.href);
else runUnderPackagedNode();

function runUnderPackagedNode() {
  const platform = process.platform === "win32" ? "win" : process.platform;
  const program = process.platform === "win32" ? "node.exe" : "node";
  const packaged = new URL(`../node_modules/node-${platform}-${process.arch}/bin/${program}`, import.meta.url);
  if (!existsSync(packaged)) {
    console.error(
      `ignite-bridge needs Node.js ${oldestThatRunsTypeScript} or newer; this is ${process.version}. ` +
        "Run npm ci in its folder, which brings one along, or install it.",
    );
    process.exit(1);
  }
  const child = spawn(fileURLToPath(packaged), [fileURLToPath(main), ...process.argv.slice(2)], { stdio: "inherit" });
  // Ctrl-C reaches the child by itself; this process only waits for it to end.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal ?? "SIGTERM"] ?? 15);
  });
}
