import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { elsewhere, mappingPages, ownNames } from "../../docs/mapping-pages.ts";
import { mistakeIn } from "../../shared/config/fhirpath-mistakes.ts";
import { type Hl7Version, hl7Versions } from "../../shared/hl7/dictionary/contents.ts";
import { triggerFormOf } from "../../shared/hl7/dictionary/triggers.ts";
import { r4Model } from "../../shared/hl7/fhirpath-engine.ts";
import type { SegmentTable } from "../../shared/hl7/mapping.ts";
import { messages } from "../../shared/hl7/messages/index.ts";
import type { Part } from "../../shared/hl7/messages/message.ts";
import { composeMessage } from "../../shared/hl7/render.ts";
import { contextSlots, ownSlots } from "../../shared/hl7/slots.ts";
import { fixtureRequest, renderableTriggers } from "../interop/fixtures.ts";

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
    expect(oru).toContain("[SPM](SPM.md) Specimen [ ] (2.5 to 2.8)");
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

const paths = [
  ...new Map(messages.flatMap(({ parts }) => parts.flatMap(pathsIn)).map((path) => [path.text, path])).values(),
];

function pathsIn(part: Part): SegmentTable["rows"][number]["paths"] {
  return "group" in part ? part.parts.flatMap(pathsIn) : part.table.rows.flatMap((row) => row.paths);
}

test("an expression may start from whatever a mapping row starts from", () => {
  const roots = new Set(paths.map(({ root }) => root));
  expect([...roots].filter((root) => !contextSlots.has(root) && !ownSlots.has(root))).toEqual([]);
});

test("an expression may be whatever a mapping row is", () => {
  expect(paths.flatMap(({ text }) => mistakeIn(text) ?? [])).toEqual([]);
});

test("whatever a version says elsewhere is told with its places and versions", () => {
  const untold = hl7Versions.flatMap((version) =>
    renderableTriggers
      .filter((trigger) => triggerFormOf(trigger, version) !== undefined)
      .flatMap((trigger) => composeMessage(fixtureRequest(trigger, version)).message.segments)
      .flatMap(({ name, origins = new Map<number, string>() }) =>
        [...origins]
          .filter(
            ([position, origin]) =>
              /^[A-Z][A-Z0-9]{2}(-\d+)?$/.test(origin) && !isTold(version, origin, name, position),
          )
          .map(([position, origin]) => `${version}: ${origin} in ${name}-${position}`),
      ),
  );
  expect(untold).toEqual([]);
});

function isTold(version: Hl7Version, from: string, segment: string, position: number): boolean {
  const at = hl7Versions.indexOf(version);
  return elsewhere.some(
    (row) =>
      row.from === from &&
      hl7Versions.indexOf(row.first) <= at &&
      at <= hl7Versions.indexOf(row.last) &&
      row.to.some((to) => to === segment || to === `${segment}-${position}`),
  );
}

test("a name that is not FHIR's is explained, and none that is", () => {
  const { type2Parent } = r4Model() as { readonly type2Parent: Readonly<Record<string, string>> };
  const roots = new Set(paths.map(({ root }) => root));
  expect(Object.keys(ownNames).sort()).toEqual(
    [...roots].filter((root) => type2Parent[root] !== "DomainResource").sort(),
  );
});
