import { help, readArguments, type StartOptions, UsageError } from "./arguments.ts";
import { tellFailure } from "./errors.ts";
import { runSimulated } from "./simulated.ts";
import { runTenant } from "./tenant.ts";

/** `npm start`. Exit status: 0 good, 1 failed, 2 wrong usage. */
async function main(parameters: readonly string[]): Promise<number> {
  let options: StartOptions | "help";
  try {
    options = readArguments(parameters);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\nTry npm start -- --help\n`);
    return 2;
  }
  if (options === "help") {
    process.stdout.write(help);
    return 0;
  }
  const { config } = options;
  return config === undefined ? runSimulated(options) : runTenant({ ...options, config });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${tellFailure(error)}\n`);
  // Threads that had started already would keep the process alive.
  process.exit(1);
}
