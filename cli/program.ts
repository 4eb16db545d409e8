import { describeError } from "../shared/errors.ts";
import { commands } from "./commands.ts";
import type { Streams } from "./streams.ts";
import { UsageError } from "./usage-error.ts";

/**
 * `ignite-bridge <command>`. Data go to stdout, talk to stderr.
 *
 * @returns exit status: 0 good, 1 the input or the check failed, 2 wrong usage
 */
export async function runProgram(parameters: readonly string[], streams: Streams): Promise<number> {
  try {
    return await runCommand(parameters, streams);
  } catch (error) {
    streams.err.write(`${describeError(error)}\n`);
    return 1;
  }
}

async function runCommand([name, ...parameters]: readonly string[], streams: Streams): Promise<number> {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    const text = overview();
    if (name === undefined) streams.err.write(text);
    else streams.out.write(text);
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    streams.err.write(`There is no command ${name}.\n\n${overview()}`);
    return 2;
  }
  if (parameters.includes("--help") || parameters.includes("-h")) {
    streams.out.write(`${command.usage}\n`);
    return 0;
  }
  try {
    const { run } = await command.load();
    return await run(parameters, streams);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    streams.err.write(`${error.message}\n\n${command.usage}\n`);
    return 2;
  }
}

function overview(): string {
  const width = Math.max(...Object.keys(commands).map(({ length }) => length));
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `Usage: ignite-bridge <command> [options]\n\n${lines.join("\n")}\n\nignite-bridge <command> --help tells the options.\n`;
}
