import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Bridge } from "../shared/config/schema.ts";
import { BridgeError } from "../shared/errors.ts";

/**
 * Reads the configuration that a file exports as its default.
 *
 * @throws ERR_CONFIG from `defineBridge` inside the file, or when there is no such file or it exports no configuration
 */
export async function loadConfig(path: string): Promise<Bridge> {
  const file = relative(process.cwd(), path);
  if (!existsSync(path))
    throw new BridgeError("ERR_CONFIG", { details: { path: file, problem: "There is no such file" } });
  const { default: bridge } = await importConfig(path).catch((cause: unknown) => {
    if (cause instanceof BridgeError) throw cause;
    const problem = `It cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new BridgeError("ERR_CONFIG", { details: { path: file, problem }, cause });
  });
  if (bridge?.sources === undefined || bridge.destinations === undefined)
    throw new BridgeError("ERR_CONFIG", {
      details: { path: file, problem: "Write `export default defineBridge({ sources, destinations })`" },
    });
  return bridge;
}

async function importConfig(path: string): Promise<{ default?: Bridge }> {
  return import(pathToFileURL(resolve(path)).href);
}
