import { writeFileSync } from "node:fs";
import { hl7Versions } from "./contents.ts";
import { buildVersion } from "./source.ts";

// Writes versions/*.generated.json anew: node shared/hl7/dictionary/generate.ts

for (const version of hl7Versions) {
  const file = new URL(`versions/${version}.generated.json`, import.meta.url);
  writeFileSync(file, `${JSON.stringify(buildVersion(version), undefined, 1)}\n`);
}
