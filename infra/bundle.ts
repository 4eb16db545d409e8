import { rmSync } from "node:fs";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";
import type { Bridge } from "../shared/config/schema.ts";
import { versionsModule } from "../shared/hl7/dictionary/bundle.ts";
import type { Hl7Version } from "../shared/hl7/dictionary/contents.ts";
import { configModule, fhirPathModule, readFunctionsFrom } from "./config-module.ts";
import { stages } from "./stages.ts";

const root = resolve(import.meta.dirname, "..");
const bridgeModule = resolve(root, "shared/config/bridge.ts");

export type Bundle = { entry: string; code: Uint8Array; sourceMap: Uint8Array; metafile: Metafile };

export const esbuildOptions = {
  absWorkingDir: root,
  // Nothing is written here; the place only makes the paths in the source map the same on every machine.
  outdir: join(root, "cdk.out/function"),
  write: false,
  bundle: true,
  platform: "node",
  target: "node24",
  format: "esm",
  outExtension: { ".js": ".mjs" },
  mainFields: ["module", "main"],
  minify: true,
  sourcemap: "linked",
  sourcesContent: false,
  legalComments: "none",
  metafile: true,
  logLevel: "silent",
} as const satisfies BuildOptions;

/**
 * One function as the one file that Lambda runs, with the configuration built in.
 *
 * @param configPath the file that the configuration came from; needed only where it holds functions
 */
export async function bundleFunction(entry: string, bridge: Bridge, configPath?: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    ...esbuildOptions,
    entryPoints: { index: resolve(root, entry) },
    plugins: [standIns(bridge, configPath), withoutWords],
  });
  const file = (suffix: string) => {
    const found = outputFiles.find(({ path }) => path.endsWith(suffix));
    if (!found) throw new TypeError(`esbuild gave no ${suffix} for ${entry}`);
    return found.contents;
  };
  return { entry, code: file(".mjs"), sourceMap: file(".mjs.map"), metafile };
}

/** The source files that a bundle holds anything of, from the root of the project. */
export function contentsOf({ outputs }: Metafile): string[] {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
}

export function sdkClientsOf(metafile: Metafile): string[] {
  const clients = contentsOf(metafile).map((path) => /node_modules\/(@aws-sdk\/client-[^/]+)\//.exec(path)?.[1]);
  return [...new Set(clients)].filter((client) => client !== undefined).toSorted();
}

/** Every function bundled into a directory of its own, by entry. The directories vanish with the process. */
export async function bundleFunctions(bridge: Bridge, configPath: string): Promise<Map<string, string>> {
  const parent = await mkdtemp(join(tmpdir(), "ignite-bridge-functions-"));
  process.once("exit", () => rmSync(parent, { recursive: true, force: true }));
  const directories = Object.values(stages).map(async ({ entry }): Promise<[string, string]> => {
    const { code, sourceMap } = await bundleFunction(entry, bridge, configPath);
    const directory = join(parent, basename(entry, ".ts"));
    await mkdir(directory);
    await writeFile(join(directory, "index.mjs"), code);
    await writeFile(join(directory, "index.mjs.map"), sourceMap);
    return [entry, directory];
  });
  return new Map(await Promise.all(directories));
}

/**
 * Modules that stand in for others. The configuration is read here and not in the function, so that what was checked is
 * what runs, also where its file asks the environment. Of the HL7 versions only those that are spoken come along.
 */
function standIns(bridge: Bridge, configPath: string | undefined): Plugin {
  const modules: Record<string, string> = {
    "#bridge-config": configModule(bridge, configPath),
    "#fhirpath": fhirPathModule(bridge),
    "hl7v2-dictionary/versions": versionsModule(hl7VersionsOf(bridge)),
    "iconv-lite": textDecoding,
    "mnemonist/lru-cache": endpointCache,
    "@aws-sdk/credential-provider-node": environmentCredentials,
    "@smithy/core/event-streams": noEventStreams,
  };
  const names = new RegExp(`^(${Object.keys(modules).join("|")})$`);
  return {
    name: "stand-ins",
    setup(build) {
      const { onResolve, onLoad } = build;
      // The configuration was checked when it was read: what checks it stays behind.
      onResolve({ filter: /^\.\/(schema|check-\w+)\.ts$/ }, ({ path, importer }) =>
        importer === bridgeModule ? { path, namespace: "unchecked-config" } : undefined,
      );
      onLoad({ filter: /^/, namespace: "unchecked-config" }, () => ({ contents: "module.exports = {};" }));
      if (configPath !== undefined) readFunctionsFrom(configPath, build);
      onResolve({ filter: names }, ({ path }) => ({ path, namespace: "stand-in" }));
      onLoad({ filter: names, namespace: "stand-in" }, ({ path }) => ({
        contents: modules[path] ?? "",
        resolveDir: root,
      }));
    },
  };
}

/**
 * What rows of the tables say for people, in pages and on the command line, stays behind: it is a twentieth of a bundle.
 * The names of those properties mean nothing else in these files.
 */
const withoutWords: Plugin = {
  name: "without-words",
  setup({ onLoad }) {
    const words = {
      events: /\b(?:means|title):\s*"(?:[^"\\]|\\.)*",?/g,
      hl7: /\b(?:rule|note):\s*"(?:[^"\\]|\\.)*",?/g,
    };
    const tables =
      /[\\/]shared[\\/](events|hl7)[\\/](?:vocabulary|options|rules[\\/][\w-]+|segments[\\/][\w-]+|tables[\\/][\w-]+)\.ts$/;
    onLoad({ filter: tables }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace(
        words[tables.exec(path)?.[1] === "events" ? "events" : "hl7"],
        "",
      ),
      loader: "ts",
    }));
    // What the AWS SDK calls its regions, which no one reads there: nearly 2 KiB.
    onLoad({ filter: /[\\/]@aws-sdk[\\/]core[\\/].*[\\/]partitions\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace(/"description":\s*"[^"]*"/g, ""),
      loader: "js",
    }));
    // What works out SHA-256 where the platform cannot, which Node.js always can: 3 KiB.
    onLoad({ filter: /[\\/]@smithy[\\/]core[\\/].*[\\/]Sha256Js\.js$/ }, () => ({
      contents: "export const Sha256Js = undefined;",
    }));
    // Of what its package says of itself, a client tells its version: all else is 2 KiB of each.
    onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[\w-]+[\\/]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, "utf8")) as { readonly version: string };
      return { contents: JSON.stringify({ version }), loader: "json" };
    });
  },
};

/** hl7v2 reads bytes with iconv-lite, whose tables are 480 KiB; Node knows the same character sets by itself. */
const textDecoding = `export default {
  getDecoder: (label) => new TextDecoder(label),
  decode: (bytes, label) => new TextDecoder(label).decode(bytes),
};`;

/**
 * The DynamoDB client keeps the endpoints of services that are looked up in a cache of another package, 7 KiB with all that
 * it needs. The tables of one account are one endpoint, so it never holds more than that.
 */
const endpointCache = `export default class extends Map {
  constructor() { super(); }
  peek(key) { return this.get(key); }
}`;

/** Lambda gives credentials through the environment; the other places where the SDK looks for them are 90 KiB. */
const environmentCredentials = `import { fromEnv } from "@aws-sdk/credential-provider-env";
export const defaultProvider = () => fromEnv();`;

/** Operations that answer with a stream of events; neither SQS nor DynamoDB nor Secrets Manager has one. */
const noEventStreams = `export const eventStreamSerdeProvider = undefined;
export class EventStreamSerde {
  constructor() { throw new TypeError("Event streams are not part of this bundle"); }
}`;

function hl7VersionsOf({ destinations }: Bridge): Hl7Version[] {
  const versions = Object.values(destinations).flatMap((destination) =>
    destination.format === "hl7v2" ? [destination.version] : [],
  );
  return [...new Set(versions)].toSorted();
}
