import { readFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";
import type { Hl7Version } from "./contents.ts";
import { mappingVersion } from "./triggers.ts";

/**
 * The text of a module that holds only the given versions, and the one that all are made from, to stand in for
 * `hl7v2-dictionary/versions` in a bundle. Compressed, since versions are much alike: one takes 19 KB, each further one
 * 5 KB; it is unpacked when a version is first asked for.
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
  const held = [...new Set([mappingVersion, ...versions])];
  const texts = Object.fromEntries(held.map((version) => [version, textOf(version)]));
  const getters = held.map((version) => `  get "${version}"() { return JSON.parse(texts()["${version}"]); },`);
  return `import { brotliDecompressSync } from "node:zlib";
let unpacked;
const texts = () => {
  unpacked ??= JSON.parse(brotliDecompressSync(Buffer.from("${packed(texts)}", "base64")).toString());
  return unpacked;
};
export const versions = {
${getters.join("\n")}
};
`;
}

/** The JSON of a version, without the line ends that make its file readable. */
function textOf(version: Hl7Version): string {
  const file = new URL(`versions/${version}.generated.json`, import.meta.url);
  return JSON.stringify(JSON.parse(readFileSync(file, "utf8")));
}

function packed(texts: Readonly<Record<string, string>>): string {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
  return brotliCompressSync(JSON.stringify(texts), { params }).toString("base64");
}
