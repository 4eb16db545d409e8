import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { App, type AppProps, type Environment } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import { CURRENTLY_RECOMMENDED_FLAGS } from "aws-cdk-lib/cx-api";
import type { Bridge } from "../shared/config/schema.ts";
import { BridgeStack } from "./bridge-stack.ts";
import { bundleFunctions } from "./bundle.ts";
import { refuseWhatDoesNotFit } from "./limits.ts";
import { loadConfig } from "./load-config.ts";
import type { CodeOf } from "./stage-function.ts";

/** A CloudFormation template, as far as the bridge reads one. */
export type Template = {
  Resources: Record<string, TemplateResource>;
  Outputs?: Record<string, { Value: unknown }>;
};
export type TemplateResource = {
  Type: string;
  Properties?: Record<string, unknown>;
  Metadata?: Record<string, unknown>;
};

export const stackName = "ignite-bridge";
export const defaultConfig = resolve(import.meta.dirname, "../bridge.config.ts");

export type BridgeOptions = {
  /** bridge.config.ts, unless another one is named. */
  configPath?: string | undefined;
  /** Code is needed for a deployment only: without it the template is the same but for the code. */
  bundle: boolean;
};

/** An app with the behaviour that CDK recommends for new ones, the same from `cdk` as from here. */
export function createApp(props: AppProps = {}): App {
  return new App({
    analyticsReporting: false,
    ...props,
    context: { ...CURRENTLY_RECOMMENDED_FLAGS, ...props.context },
  });
}

/**
 * Adds the stack of a configuration file to an app.
 *
 * @throws ERR_CONFIG when the configuration cannot be used
 */
export async function addBridge(app: App, { configPath = defaultConfig, bundle }: BridgeOptions): Promise<BridgeStack> {
  const bridge = await loadConfig(configPath);
  refuseWhatDoesNotFit(bridge);
  return new BridgeStack(app, "IgniteBridge", {
    stackName,
    bridge,
    codeOf: bundle ? await bundledCode(bridge, configPath) : () => Code.fromInline("export {};"),
    description: "Clinical events from Ignite FHIR APIs to HL7 v2 interfaces and webhooks",
    terminationProtection: true,
    ...(app.node.tryGetContext("vpc") !== undefined && { env: deployer() }),
  });
}

/**
 * The template that `cdk deploy` would send, for a configuration file.
 *
 * @throws ERR_CONFIG when the configuration cannot be used
 */
export async function synthesize(options: BridgeOptions): Promise<Template> {
  const outdir = mkdtempSync(join(tmpdir(), "ignite-bridge-"));
  try {
    // CDK's own look at a template takes seconds and can only warn; `cdk` takes it before it deploys.
    const app = createApp({ outdir, treeMetadata: false, builtinCloudFormationValidation: false });
    await addBridge(app, options);
    return app.synth().getStackByName(stackName).template;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** Whoever runs `cdk`: a network can be looked up in an account and a region that are known. */
function deployer(): Environment {
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;
  return { ...(account && { account }), ...(region && { region }) };
}

async function bundledCode(bridge: Bridge, configPath: string): Promise<CodeOf> {
  const directories = await bundleFunctions(bridge, configPath);
  return ({ entry }) => {
    const directory = directories.get(entry);
    if (directory === undefined) throw new TypeError(`There is no bundle of ${entry}`);
    return Code.fromAsset(directory);
  };
}
