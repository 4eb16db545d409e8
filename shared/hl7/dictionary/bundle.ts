import { fileURLToPath } from "node:url";
import type { Hl7Version } from "./contents.ts";
import { mappingVersion } from "./triggers.ts";

/**
 * The text of a module that holds only the given versions, and the one that all are made from, to stand in for `hl7v2-dictionary/versions` in a bundle, so
 * that a Lambda carries the versions of its destinations and no others (one takes about 75 KB, minified).
 *
 *     const versions: Plugin = {
 *       name: "hl7-versions",
 *       setup({ onResolve, onLoad }) {
 *         onResolve({ filter: /^hl7v2-dictionary\/versions$/ }, () => ({ path: "versions", namespace: "hl7" }));
 *         onLoad({ filter: /^/, namespace: "hl7" }, () => ({ contents: versionsModule(["2.5.1"]), resolveDir }));
 *       },
 *     };
 */
export function versionsModule(versions: readonly Hl7Version[]): string {
  const path = (version: Hl7Version) =>
    JSON.stringify(fileURLToPath(new URL(`versions/${version}.generated.json`, import.meta.url)));
  const held = [...new Set([mappingVersion, ...versions])];
  const imports = held.map((version, index) => `import v${index} from ${path(version)} with { type: "json" };`);
  const entries = held.map((version, index) => `  "${version}": v${index},`);
  return [...imports, "export const versions = {", ...entries, "};", ""].join("\n");
}
