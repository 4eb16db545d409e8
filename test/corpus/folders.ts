import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { readFhirFiles } from "../../cli/fhir-files.ts";
import type { Resource } from "../../shared/fhir.ts";
import { parseMessages } from "../../shared/hl7/conformance/parse.ts";
import type { Message } from "../../shared/hl7/model.ts";

/**
 * Data that other projects published: FHIR and HL7 v2 that say the same, and answers of an Ignite tenant. It lies beside
 * the checkout and is no part of it.
 */
const corpus = resolve(import.meta.dirname, "../../../shared/corpus");

export const isThere = existsSync(corpus);

export const skipped = "Skipped the corpus: ../shared/corpus is not there";

/** Every file below a folder of the corpus with one of these endings, in order. */
export function filesIn(folder: string, ...endings: readonly string[]): readonly string[] {
  const root = join(corpus, folder);
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => endings.some((ending) => name.endsWith(ending)))
    .toSorted()
    .map((name) => join(root, name));
}

/** The same content as FHIR and as HL7 v2. */
export interface Pair {
  readonly name: string;
  /** In the order of the Bundle. */
  readonly resources: readonly Resource[];
  readonly expected: Message;
}

/**
 * FHIR files with the message of the same name, beside them or in a folder of their own. A file without content is kept
 * by some sources where a conversion gave nothing: it is no pair.
 */
export async function pairsIn(folder: string, ending: string, messageFolder = folder): Promise<readonly Pair[]> {
  const messages = filesIn(messageFolder, ".hl7", ".txt");
  const pairs: Pair[] = [];
  for (const file of filesIn(folder, ending)) {
    const name = basename(file).slice(0, -ending.length);
    const named = messages.filter((each) => basename(each).replace(/\.\w+$/, "") === name);
    const message = named.find((each) => dirname(each) === dirname(file)) ?? named[0];
    if (message === undefined || !readFileSync(file, "utf8").includes("{")) continue;
    const [expected] = readMessages(message);
    if (expected === undefined) continue;
    const resources = [...(await readFhirFiles([file], process.stdin)).values()];
    pairs.push({ name, resources, expected });
  }
  return pairs;
}

/** Some of the samples begin with a byte order mark. */
export function readMessages(file: string): readonly Message[] {
  return parseMessages(new TextDecoder().decode(readFileSync(file)));
}
