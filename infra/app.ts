import { resolve } from "node:path";
import { App } from "aws-cdk-lib";
import { BridgeError, describeError } from "../shared/errors.ts";
import { bridgeApp } from "./synthesize.ts";

/** Run by `cdk`. `--context config=my.config.ts` takes another configuration file than bridge.config.ts. */
const config: unknown = new App().node.tryGetContext("config");

try {
  const app = await bridgeApp({ configPath: typeof config === "string" ? resolve(config) : undefined, bundle: true });
  app.synth();
} catch (error) {
  if (!(error instanceof BridgeError)) throw error;
  console.error(describeError(error));
  process.exitCode = 1;
}
