import { describeError } from "../shared/errors.ts";
import { commands } from "./commands.ts";
import { UsageError } from "./usage-error.ts";

/**
 * `ignite-bridge <command>`. Data go to stdout, talk to stderr.
 *
 * @returns exit status: 0 good, 1 the input or the check failed, 2 wrong usage
 */
async function main([name, ...parameters]: readonly string[]): Promise<number> {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    const text = overview();
    if (name === undefined) process.stderr.write(text);
    else process.stdout.write(text);
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    process.stderr.write(`There is no command ${name}.\n\n${overview()}`);
    return 2;
  }
  if (parameters.includes("--help") || parameters.includes("-h")) {
    process.stdout.write(`${command.usage}\n`);
    return 0;
  }
  try {
    const { run } = await command.load();
    return await run(parameters);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${command.usage}\n`);
    return 2;
  }
}

function overview(): string {
  const width = Math.max(...Object.keys(commands).map(({ length }) => length));
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `Usage: ignite-bridge <command> [options]\n\n${lines.join("\n")}\n\nignite-bridge <command> --help tells the options.\n`;
}

// A pipe that its reader has closed (`| head`) ends the output, not the program with an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
}
