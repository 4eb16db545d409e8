import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Hl7Version } from "../../shared/hl7/dictionary/contents.ts";
import { type Case, interopCases, knownDifferences } from "./cases.ts";

// npm run test:interop: every message in every version, parsed strictly by HAPI HL7v2 (Java), and by the bridge's check.

/** What StrictParser.java says of a message. */
interface Verdict {
  readonly file: string;
  /** Whether HAPI has the structure in that version. */
  readonly known: boolean;
  readonly errors: readonly string[];
  /** The message as HAPI writes it. */
  readonly encoded: string;
}

const here = fileURLToPath(new URL(".", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "ignite-bridge-interop-"));
process.once("exit", () => rmSync(directory, { recursive: true, force: true }));

const missing = missingTool();
if (missing === undefined) process.exitCode = run();
else console.log(`Skipped the HAPI interoperability test: ${missing}`);

function missingTool(): string | undefined {
  const java = spawnSync("java", ["-version"], { encoding: "utf8" });
  const version = Number(/version "(\d+)/.exec(java.stderr ?? "")?.[1] ?? 0);
  if (version < 17) return "it needs Java 17 or later";
  if (spawnSync("mvn", ["--version"]).status !== 0) return "it needs Maven (mvn)";
  return undefined;
}

function run(): number {
  const cases = interopCases();
  const verdicts = judge(cases);
  let failed = 0;
  let unknown = 0;
  for (const [index, each] of cases.entries()) {
    const verdict = verdicts[index];
    const faults = [...ownFaults(each), ...foreignFaults(each, verdict)];
    if (verdict?.known === false) unknown += 1;
    if (faults.length === 0) continue;
    failed += 1;
    console.log(`${each.name}\n${faults.map((fault) => `    ${fault}`).join("\n")}`);
  }
  console.log(`${unknown} of the messages are of structures that HAPI has no model of in their version`);
  console.log(`${cases.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

function ownFaults({ findings }: Case): string[] {
  return findings
    .filter(({ severity }) => severity === "error")
    .map(({ rule, segment, field, component, detail }) => {
      const place = [field, component].filter((part) => part !== undefined).join(".");
      return `check: ${rule} ${segment}${place && `-${place}`}: ${detail}`;
    });
}

function foreignFaults({ er7, version }: Case, verdict: Verdict | undefined): string[] {
  if (verdict === undefined) return ["HAPI said nothing of it"];
  if (!verdict.known) return [];
  const faults = verdict.errors
    .filter(
      (error) => !knownDifferences.some(([pattern, versions]) => versions.includes(version) && pattern.test(error)),
    )
    .map((error) => `HAPI: ${error}`);
  const encoded = verdict.encoded.replace(`|P|${modelVersion(version)}|`, `|P|${version}|`);
  if (verdict.errors.length === 0 && encoded !== er7) faults.push("HAPI writes it otherwise than it was");
  return faults;
}

/** HAPI has no model of 2.7.1, which differs from 2.7 by corrections of the text. */
function modelVersion(version: Hl7Version): Hl7Version {
  return version === "2.7.1" ? "2.7" : version;
}

function judge(cases: readonly Case[]): readonly Verdict[] {
  const lines = cases.map(({ structure, er7, version }, index) => {
    const file = join(directory, `${index}.hl7`);
    writeFileSync(file, er7.replace(`|P|${version}|`, `|P|${modelVersion(version)}|`));
    return `${file}\t${structure}\n`;
  });
  const index = join(directory, "index.tsv");
  writeFileSync(index, lines.join(""));
  const classPath = join(directory, "classpath.txt");
  command("mvn", ["-q", "-B", "dependency:build-classpath", `-Dmdep.outputFile=${classPath}`]);
  const arguments_ = ["-cp", `@${classPath}`];
  const output = command("java", [...arguments_, "StrictParser.java", index]);
  return output
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

function command(name: string, parameters: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(name, parameters, { cwd: here, encoding: "utf8", maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`${name} failed: ${stderr.slice(-2_000)}${stdout.slice(-2_000)}`);
  return stdout;
}
