import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deploysAndDelivers } from "./deploys-and-delivers.ts";
import { installEmulator, missingPython } from "./emulator.ts";

/** `npm run test:deploy`: bootstraps and deploys the real stack on an emulator, and sees messages arrive. */
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
const missing = missingPython();
if (missing !== undefined) {
  console.log(`Skipped: the deployment needs an AWS emulator that is written in Python, and ${missing}`);
} else {
  const directory = await mkdtemp(join(tmpdir(), "ignite-bridge-deploy-"));
  let passed = false;
  try {
    await deploysAndDelivers(installEmulator(), directory);
    passed = true;
  } finally {
    if (passed) await rm(directory, { recursive: true });
    else console.error(`What the emulator and its functions wrote is in ${directory}`);
    console.log(passed ? "1 passed, 0 failed" : "0 passed, 1 failed");
  }
}
