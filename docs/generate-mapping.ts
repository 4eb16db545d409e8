import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mappingPages } from "./mapping-pages.ts";

const folder = join(import.meta.dirname, "mapping");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
for (const [name, text] of mappingPages()) writeFileSync(join(folder, name), text);
