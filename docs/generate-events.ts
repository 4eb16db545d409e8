import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventPages } from "./events-pages.ts";

const folder = join(import.meta.dirname, "events");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
for (const [name, text] of eventPages()) writeFileSync(join(folder, name), text);
