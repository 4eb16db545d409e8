import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * `npm run bench [name...]`: runs every benchmark of this folder, or the named ones, one after the other, each in a
 * process of its own. They print ratios against a peer in the same run: absolute times mean nothing on a shared machine.
 */
const all = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".ts") && file !== "run.ts")
  .map((file) => file.slice(0, -".ts".length))
  .sort();
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(", ")}; there are: ${all.join(", ")}`);
  process.exit(2);
}

const failed = (wanted.length > 0 ? wanted : all).filter((name) => {
  console.log(`\n${name}`);
  return spawnSync(process.execPath, [join(import.meta.dirname, `${name}.ts`)], { stdio: "inherit" }).status !== 0;
});
if (failed.length > 0) {
  console.error(`\nFailed: ${failed.join(", ")}`);
  process.exit(1);
}
