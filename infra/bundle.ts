import { rmSync } from "node:fs";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { build, type Metafile, type Plugin } from "esbuild";
import { stages } from "./stages.ts";

const root = resolve(import.meta.dirname, "..");

export type Bundle = { entry: string; code: Uint8Array; sourceMap: Uint8Array; metafile: Metafile };

/** One function as the one file that Lambda runs, with the configuration built in. */
export async function bundleFunction(entry: string, configPath: string): Promise<Bundle> {
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
    plugins: [configuration(configPath)],
  });
  const file = (suffix: string) => {
    const found = outputFiles.find(({ path }) => path.endsWith(suffix));
    if (!found) throw new TypeError(`esbuild gave no ${suffix} for ${entry}`);
    return found.contents;
  };
  return { entry, code: file(".mjs"), sourceMap: file(".mjs.map"), metafile };
}

/** Every function bundled into a directory of its own, by entry. The directories vanish with the process. */
export async function bundleFunctions(configPath: string): Promise<Map<string, string>> {
  const parent = await mkdtemp(join(tmpdir(), "ignite-bridge-functions-"));
  process.once("exit", () => rmSync(parent, { recursive: true, force: true }));
  const entries = Object.values(stages).map(({ entry }) => entry);
  const directories = entries.map(async (entry): Promise<[string, string]> => {
    const { code, sourceMap } = await bundleFunction(entry, configPath);
    const directory = join(parent, basename(entry, ".ts"));
    await mkdir(directory);
    await writeFile(join(directory, "index.mjs"), code);
    await writeFile(join(directory, "index.mjs.map"), sourceMap);
    return [entry, directory];
  });
  return new Map(await Promise.all(directories));
}

function configuration(configPath: string): Plugin {
  return {
    name: "configuration",
    setup({ onResolve }) {
      onResolve({ filter: /^#bridge-config$/ }, () => ({ path: resolve(configPath) }));
    },
  };
}
