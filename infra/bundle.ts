import { rmSync } from "node:fs";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { build, type Metafile, type Plugin } from "esbuild";
import type { Bridge } from "../shared/config/schema.ts";
import { versionsModule } from "../shared/hl7/dictionary/bundle.ts";
import type { Hl7Version } from "../shared/hl7/dictionary/contents.ts";
import { stages } from "./stages.ts";

const root = resolve(import.meta.dirname, "..");

/** What the configuration decides about the code. */
export type BundleOptions = { configPath: string; hl7Versions: readonly Hl7Version[] };

export function hl7VersionsOf({ destinations }: Bridge): Hl7Version[] {
  const versions = Object.values(destinations).flatMap((destination) =>
    destination.format === "hl7v2" ? [destination.version] : [],
  );
  return [...new Set(versions)].toSorted();
}

export type Bundle = { entry: string; code: Uint8Array; sourceMap: Uint8Array; metafile: Metafile };

/** One function as the one file that Lambda runs, with the configuration built in. */
export async function bundleFunction(entry: string, options: BundleOptions): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: { index: resolve(root, entry) },
    // Nothing is written here; the place only makes the paths in the source map the same on every machine.
    outdir: join(root, "cdk.out/functions", basename(entry, ".ts")),
    write: false,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    outExtension: { ".js": ".mjs" },
    mainFields: ["module", "main"],
    minify: true,
    // Error names and structured logs keep the names of the source.
    keepNames: true,
    sourcemap: "linked",
    sourcesContent: false,
    legalComments: "none",
    metafile: true,
    logLevel: "silent",
    plugins: [configuration(options.configPath), dictionary(options.hl7Versions)],
  });
  const file = (suffix: string) => {
    const found = outputFiles.find(({ path }) => path.endsWith(suffix));
    if (!found) throw new TypeError(`esbuild gave no ${suffix} for ${entry}`);
    return found.contents;
  };
  return { entry, code: file(".mjs"), sourceMap: file(".mjs.map"), metafile };
}

/** Every function bundled into a directory of its own, by entry. The directories vanish with the process. */
export async function bundleFunctions(options: BundleOptions): Promise<Map<string, string>> {
  const parent = await mkdtemp(join(tmpdir(), "ignite-bridge-functions-"));
  process.once("exit", () => rmSync(parent, { recursive: true, force: true }));
  const entries = Object.values(stages).map(({ entry }) => entry);
  const directories = entries.map(async (entry): Promise<[string, string]> => {
    const { code, sourceMap } = await bundleFunction(entry, options);
    const directory = join(parent, basename(entry, ".ts"));
    await mkdir(directory);
    await writeFile(join(directory, "index.mjs"), code);
    await writeFile(join(directory, "index.mjs.map"), sourceMap);
    return [entry, directory];
  });
  return new Map(await Promise.all(directories));
}

/** The definitions of the versions that the destinations speak, in place of all versions. */
function dictionary(versions: readonly Hl7Version[]): Plugin {
  return {
    name: "hl7-dictionary",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^hl7v2-dictionary\/versions$/ }, ({ path }) => ({ path, namespace: "hl7-dictionary" }));
      onLoad({ filter: /^/, namespace: "hl7-dictionary" }, () => ({
        contents: versionsModule(versions),
        resolveDir: root,
      }));
    },
  };
}

function configuration(configPath: string): Plugin {
  return {
    name: "configuration",
    setup({ onResolve }) {
      onResolve({ filter: /^#bridge-config$/ }, () => ({ path: resolve(configPath) }));
    },
  };
}
