import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { defineBridge } from "../../shared/config/bridge.ts";

const text = readFileSync(resolve(import.meta.dirname, "../../docs/overlays.md"), "utf8");
const examples = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ""]) => code);

/** An example as the settings of a destination; the file that one of them names is not there. */
function settingsIn(code: string): object {
  const conceptMap = '{ resourceType: "ConceptMap", group: [] }';
  return new Function(`return {${code.replace(/new URL\([^)]*\)/, conceptMap)}};`)() as object;
}

describe("the examples of docs/overlays.md are configurations", () => {
  test.each(examples)("%s", (code) => {
    const link = { host: "h", port: 1 };
    const { destinations } = defineBridge({
      sources: {},
      destinations: { lab: { format: "hl7v2", link, ...settingsIn(code) } as never },
    });
    expect(destinations["lab"]).toMatchObject({ format: "hl7v2" });
  });

  test("there are some", () => {
    expect(examples.length).toBeGreaterThan(3);
  });
});
