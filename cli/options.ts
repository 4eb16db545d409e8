import { type ParseArgsConfig, parseArgs } from "node:util";
import { UsageError } from "./usage-error.ts";

/**
 * The options and files of a command.
 *
 * @throws UsageError on an option that the command does not have or that lacks its value
 */
export function readOptions<const Options extends NonNullable<ParseArgsConfig["options"]>>(
  parameters: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...parameters], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
