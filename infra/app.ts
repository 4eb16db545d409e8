import { resolve } from "node:path";
import { BridgeError, describeError } from "../shared/errors.ts";
import { addBridge, createApp } from "./synthesize.ts";

/** Run by `cdk`. `--context config=my.config.ts` takes another configuration file than bridge.config.ts. */
const app = createApp();
const config: unknown = app.node.tryGetContext("config");

try {
  await addBridge(app, { configPath: typeof config === "string" ? resolve(config) : undefined, bundle: true });
  app.synth();
} catch (error) {
  if (!(error instanceof BridgeError)) throw error;
  console.error(describeError(error));
  process.exitCode = 1;
}
