import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { PluginBuild } from "esbuild";
import { expressionNeeds } from "../shared/config/expressions.ts";
import type { Bridge } from "../shared/config/schema.ts";
import { BridgeError } from "../shared/errors.ts";

/**
 * The text of the module that stands for `#bridge-config` in a bundle: what was read and checked, as data. Functions are
 * no data, so a configuration that has some is loaded in the function once more, and they alone are taken from it.
 *
 * @throws ERR_CONFIG when there are functions and no file that they could come from
 */
export function configModule(bridge: Bridge, configPath: string | undefined): string {
  const data = JSON.stringify(bridge);
  const places = functionPlaces(bridge);
  if (places.length === 0) return `export default ${data};`;
  if (configPath === undefined) {
    const problem = "A configuration with functions has to come from a file";
    throw new BridgeError("ERR_CONFIG", { details: { path: places[0]?.join("."), problem } });
  }
  const assignments = places.map((place) => `bridge${access(place)} = written${access(place)};`);
  return `import written from ${JSON.stringify(resolve(configPath))};
const bridge = ${data};
${assignments.join("\n")}
export default bridge;
`;
}

type Key = string | number;

function functionPlaces(value: unknown, at: readonly Key[] = []): readonly (readonly Key[])[] {
  if (typeof value === "function") return [at];
  if (Array.isArray(value)) return value.flatMap((each, index) => functionPlaces(each, [...at, index]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => functionPlaces(each, [...at, key]));
}

function access(place: readonly Key[]): string {
  return place.map((key) => `[${JSON.stringify(key)}]`).join("");
}

/** What stands for `defineBridge` there: the configuration has been checked, and only its functions are wanted. */
const unchecked = "export const defineBridge = (input) => input;";

/**
 * Lets esbuild load a configuration for its functions: without the schema and all that checks it, and with the environment
 * that it was read in, as far as its text names it.
 */
export function readFunctionsFrom(configPath: string, { onLoad, onResolve }: PluginBuild): void {
  const file = resolve(configPath);
  onLoad({ filter: exactly(file) }, async () => {
    const text = await readFile(file, "utf8");
    return { contents: `${environmentFor(text)}${text}`, loader: "ts" };
  });
  onResolve({ filter: /shared\/config\/bridge\.ts$/ }, ({ importer }) =>
    importer === file ? { path: "define-bridge", namespace: "unchecked" } : undefined,
  );
  onLoad({ filter: /^/, namespace: "unchecked" }, () => ({ contents: unchecked }));
}

function exactly(file: string): RegExp {
  return new RegExp(`^${file.replace(/[^\w/-]/g, "\\$&")}$`);
}

function environmentFor(text: string): string {
  const words = new Set(text.match(/\w+/g));
  const named = Object.entries(process.env).filter(([name]) => words.has(name));
  if (named.length === 0) return "";
  const environment = JSON.stringify(Object.fromEntries(named));
  return `const process = Object.create(globalThis.process, { env: { value: ${environment} } });`;
}

/** The fhirpath package where an expression needs it, and its model of R4 likewise. */
export function fhirPathModule({ destinations }: Bridge): string {
  const needs = Object.values(destinations).flatMap(expressionNeeds);
  const engine = needs.some((need) => need.engine);
  const model = needs.some((need) => need.model);
  const lines = [
    engine ? 'import engine from "fhirpath";' : "const engine = undefined;",
    model ? 'import model from "fhirpath/fhir-context/r4";' : "const model = undefined;",
    "export const fhirPathEngine = () => engine;",
    "export const r4Model = () => model;",
  ];
  return lines.join("\n");
}
