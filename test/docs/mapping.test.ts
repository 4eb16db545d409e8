import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { mappingPages } from "../../docs/mapping-pages.ts";
import { messages } from "../../shared/hl7/messages/index.ts";
import type { Part } from "../../shared/hl7/messages/message.ts";
import { contextSlots } from "../../shared/hl7/slots.ts";

const folder = resolve(import.meta.dirname, "../../docs/mapping");
const pages = mappingPages();

test("docs/mapping is what the tables say: after a change to them, run `npm run docs`", () => {
  expect(readdirSync(folder).sort()).toEqual([...pages.keys()].sort());
  const stale = [...pages].filter(([name, text]) => readFileSync(join(folder, name), "utf8") !== text);
  expect(stale.map(([name]) => name)).toEqual([]);
});

describe("a page", () => {
  test("of a segment has every field with its name, type, paths, rule and codes", () => {
    const pid = pages.get("PID.md");
    expect(pid).toContain("# PID Patient Identification");
    expect(pid).toMatch(
      /\| PID-5 \| Patient Name \| XPN, repeats \| required \| `Patient\.name` \| The official or else/,
    );
    expect(pid).toMatch(/\| PID-8 \|.*\[HL70001\]\(#hl70001-/);
    expect(pid).toContain("| `female` | `F` |");
  });

  test("of a message has its segments in order, its groups, and its form in every version", () => {
    const oru = pages.get("ORU_R01.md");
    expect(oru).toMatch(/- PATIENT_RESULT \{ \}\n {2}- PATIENT \{ \}\n {4}- \[PID\]\(PID\.md\)/);
    expect(oru).toContain("| 2.3 | ORU^R01^ORU_R01 |");
  });

  test("links only to pages and headings that exist", () => {
    for (const [name, text] of pages) {
      const headings = new Set(
        [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
          heading
            .toLowerCase()
            .replace(/[^\p{L}\p{N} -]/gu, "")
            .replaceAll(" ", "-"),
        ),
      );
      for (const [, target = ""] of text.matchAll(/\]\(([^)]+)\)/g))
        if (target.startsWith("#")) expect(headings, `${name} ${target}`).toContain(target.slice(1));
        else expect([...pages.keys()], `${name} ${target}`).toContain(target);
    }
  });
});

test("an expression may start from whatever a mapping row starts from", () => {
  const rootsIn = (part: Part): readonly string[] =>
    "group" in part
      ? part.parts.flatMap(rootsIn)
      : part.table.rows.flatMap(({ paths }) => paths.map(({ root }) => root));
  const roots = messages.flatMap(({ parts }) => parts.flatMap(rootsIn)).filter((root) => /^[A-Z]/.test(root));
  expect([...new Set(roots)].filter((root) => !contextSlots.has(root))).toEqual([]);
});
