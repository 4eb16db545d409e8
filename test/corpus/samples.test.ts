import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { validate } from "../../cli/validate.ts";
import { encodeMessage, standardDelimiters } from "../../shared/hl7/encode.ts";
import type { Message } from "../../shared/hl7/model.ts";
import { filesIn, isThere, readMessages, skipped } from "./folders.ts";

if (!isThere) console.log(skipped);

const files = ["element-pairs", "reportstream", "fhir-converter", "v2-to-fhir-samples/messages"]
  .flatMap((folder) => filesIn(`v2/${folder}`, ".hl7", ".txt"))
  .map((file) => [basename(file), file] as const);

/** A message as its segments, without what says nothing: empty parts at the end of a segment, field or component. */
function normalised(text: string): readonly string[] {
  return text
    .split(/[\r\n]+/)
    .map((line) => line.replaceAll("\v", "").replaceAll("\x1c", ""))
    .filter((line) => line.trim() !== "")
    .map((line) => line.replace(/[|^&~]+$/, "").replace(/[\^&]+(?=[|~^]|$)/g, ""));
}

function delimitersOf({ segments: [header] }: Message) {
  const [component, repetition, mark, subcomponent, truncation] = String(header?.fields[2]?.[0]?.[0] ?? "^~\\&");
  return {
    ...standardDelimiters,
    ...(component !== undefined && { component }),
    ...(repetition !== undefined && { repetition }),
    ...(mark !== undefined && { escape: mark }),
    ...(subcomponent !== undefined && { subcomponent }),
    ...(truncation !== undefined && { truncation }),
  };
}

describe.runIf(isThere)("messages of other projects", () => {
  it.each(files)("%s is read and written back as it was", (_name, file) => {
    const messages = readMessages(file);
    expect(messages.length).toBeGreaterThan(0);
    const written = messages.map((message) => encodeMessage(message, delimitersOf(message))).join("");
    const [expected, actual] = [new TextDecoder().decode(readFileSync(file)), written].map(normalised);
    expect(actual).toEqual(expected);
  });

  it.each(files)("validate has something to say of %s, and an exit code", async (_name, file) => {
    const [out, err] = [new PassThrough(), new PassThrough()];
    const code = await validate([file, "--json"], { in: new PassThrough(), out, err });
    expect([0, 1]).toContain(code);
    const results = JSON.parse(String(out.read())) as { findings: { detail: string }[] }[];
    expect(results.length).toBe(readMessages(file).length);
    expect(code).toBe(
      results.some(({ findings }) => findings.some((each) => "severity" in each && each.severity === "error")) ? 1 : 0,
    );
  });
});
