import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { commands } from "../cli/commands.ts";
import { defineBridge } from "../shared/config/bridge.ts";
import type { BridgeInput } from "../shared/config/schema.ts";
import { describeError } from "../shared/errors.ts";
import { check } from "../shared/hl7/conformance/check.ts";
import { parseMessages } from "../shared/hl7/conformance/parse.ts";

const root = resolve(import.meta.dirname, "..");
const readme = readFileSync(join(root, "README.md"), "utf8");

/** Every capture of a pattern, once. */
function found(pattern: RegExp): string[] {
  return [...new Set([...readme.matchAll(pattern)].map(([, capture = ""]) => capture))];
}

describe("what the README shows", () => {
  test.each(found(/npm run ([\w:]+)/g))("npm run %s is a script", (script) => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(scripts).toHaveProperty([script]);
  });

  test.each(found(/npx ignite-bridge (\w+)/g))("ignite-bridge %s is a command", (command) => {
    expect(Object.keys(commands)).toContain(command);
  });

  test.each(found(/\]\((?!https?:)([^)#]+)\)/g))("%s is there", (path) => {
    expect(existsSync(join(root, path))).toBe(true);
  });

  test("the message is good HL7 v2.5.1", () => {
    const [block = ""] = /^MSH[\s\S]*?(?=^```)/m.exec(readme) ?? [];
    const messages = parseMessages(block);
    expect(messages).toHaveLength(1);
    expect(messages.flatMap((message) => check(message, "2.5.1"))).toEqual([]);
  });

  test("the mistake in a configuration is answered so", () => {
    const link = { host: "127.0.0.1", port: "6661" };
    const mistaken = { sources: {}, destinations: { lab: { format: "hl7v2", link } } } as unknown as BridgeInput;
    const [answer = ""] = /^The bridge configuration is not valid.*$/m.exec(readme) ?? [];
    expect(() => defineBridge(mistaken)).toThrow(expect.toSatisfy((error) => describeError(error) === answer));
  });
});
