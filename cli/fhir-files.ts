import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { BridgeError } from "../shared/errors.ts";
import { keyOf, type Resource, type ResourceKey } from "../shared/fhir.ts";
import { parseJson } from "../shared/json.ts";
import { whyUnreadable } from "./unreadable.ts";

/**
 * The resources of FHIR JSON files, by key. Bundles of any kind are opened, one inside another too; OperationOutcomes
 * and entries without a resource say nothing about a patient. Of a resource that is there twice the newest stays.
 *
 * @param files paths; `-` is the input. One resource, Bundle or list of them, or NDJSON: one of them in each line
 * @param origins is filled with the file that each resource comes from
 * @throws ERR_FHIR_JSON with `file`, `problem` and what to do
 */
export async function readFhirFiles(
  files: readonly string[],
  input: NodeJS.ReadableStream,
  origins?: Map<Resource, string>,
): Promise<ReadonlyMap<ResourceKey, Resource>> {
  const byKey = new Map<ResourceKey, Resource>();
  for (const file of files)
    for (const resource of await read(file, input)) {
      const key = keyOf(resource);
      const known = byKey.get(key);
      if (known === undefined || !isOlder(resource, known)) byKey.set(key, resource);
      origins?.set(resource, nameOf(file));
    }
  return byKey;
}

async function read(file: string, input: NodeJS.ReadableStream): Promise<readonly Resource[]> {
  let content: string;
  try {
    content = file === "-" ? await text(input) : await readFile(file, "utf8");
  } catch (cause) {
    throw unreadable(file, `It cannot be read: ${whyUnreadable(cause)}`, cause);
  }
  if (content.trim() === "") throw unreadable(file, "It is empty: give a FHIR resource or a Bundle");
  const json = content.replace(/^\uFEFF/, "");
  const lines = linesOf(json);
  if (lines.length < 2) return resourcesOf(parsed(json, file, ""), file);
  return lines.flatMap(({ text: line, number }) => resourcesOf(parsed(line, file, `Line ${number}`), file));
}

/** The lines of NDJSON: the first of them is an object of its own, so each has to be. */
function linesOf(content: string): readonly { readonly text: string; readonly number: number }[] {
  const lines = content
    .split(/\r?\n/)
    .map((line, index) => ({ text: line.trim(), number: index + 1 }))
    .filter((line) => line.text !== "");
  return /^\{.*\}$/.test(lines[0]?.text ?? "") ? lines : [];
}

function parsed(json: string, file: string, at: string): unknown {
  try {
    return parseJson(json);
  } catch (cause) {
    // The parser's own message quotes the text, which may be a patient's.
    throw unreadable(file, `${at || "It"} is not JSON: give one FHIR resource or Bundle in JSON`, cause);
  }
}

function unreadable(file: string, problem: string, cause?: unknown): BridgeError {
  return new BridgeError("ERR_FHIR_JSON", {
    details: { file: nameOf(file), problem },
    cause,
  });
}

function nameOf(file: string): string {
  return file === "-" ? "standard input" : file;
}

function isOlder(resource: Resource, known: Resource): boolean {
  const [time, knownTime] = [resource, known].map(({ meta }) => Date.parse(meta?.lastUpdated ?? ""));
  return time !== undefined && knownTime !== undefined && time < knownTime;
}

function resourcesOf(value: unknown, file: string, at = ""): Resource[] {
  if (Array.isArray(value)) return value.flatMap((each, index) => resourcesOf(each, file, `[${index}]`));
  const resource = value as Partial<Resource> | null;
  if (typeof resource?.resourceType !== "string")
    throw unreadable(file, `${at === "" ? "It" : at} has no resourceType: give FHIR resources or Bundles`);
  if (resource.resourceType === "Bundle") return entriesOf(resource as fhir4.Bundle, file, at);
  if (resource.resourceType === "OperationOutcome") return [];
  if (typeof resource.id !== "string" || resource.id === "")
    throw unreadable(file, `${at || resource.resourceType} has no id: ids tell resources apart, so give it one`);
  return [resource as Resource];
}

function entriesOf(bundle: fhir4.Bundle, file: string, at: string): Resource[] {
  const { entry: entries = [] } = bundle;
  if (!Array.isArray(entries)) throw unreadable(file, `${at}Bundle.entry is not a list: give a Bundle of FHIR R4`);
  const local = new Map<string, string>();
  const resources = (entries as (fhir4.BundleEntry | null)[]).flatMap((entry, index) => {
    const { resource, fullUrl } = entry ?? {};
    if (resource === undefined || resource === null) return [];
    const identified = withId(resource as Resource, fullUrl);
    if (fullUrl?.startsWith("urn:")) local.set(fullUrl, keyOf(identified));
    return resourcesOf(identified, file, `${at}Bundle.entry[${index}]`);
  });
  return local.size === 0 ? resources : resources.map((resource) => withReferences(resource, local) as Resource);
}

/** In a message or a transaction, resources may have no id yet and be known by the URN of their entry. */
function withId(resource: Resource, fullUrl: string | undefined): Resource {
  if (resource.id !== undefined || !fullUrl?.startsWith("urn:")) return resource;
  return { ...resource, id: fullUrl.split(":").at(-1) ?? "" };
}

function withReferences(node: unknown, local: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(node)) return node.map((each) => withReferences(each, local));
  if (typeof node !== "object" || node === null || JSON.isRawJSON(node)) return node;
  return Object.fromEntries(
    Object.entries(node).map(([name, value]) => [
      name,
      name === "reference" && typeof value === "string" ? (local.get(value) ?? value) : withReferences(value, local),
    ]),
  );
}
