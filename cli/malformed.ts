import type { Resource } from "../shared/fhir.ts";

/**
 * The FHIRPaths of the elements for which a resource cannot be read: built up element by element, those that make it
 * unreadable.
 *
 * @param isReadable tries a resource out
 */
export function malformedPaths(resource: Resource, isReadable: (resource: Resource) => boolean): readonly string[] {
  if (isReadable(resource)) return [];
  const { resourceType, id, ...elements } = resource;
  const paths: string[] = [];
  let readable = { resourceType, id } as Resource;
  for (const [element, value] of Object.entries(elements)) {
    const withElement = (content: unknown) => ({ ...readable, [element]: content }) as Resource;
    if (isReadable(withElement(value))) readable = withElement(value);
    else paths.push(`${resourceType}.${element}${firstWrong(value, (entry) => isReadable(withElement([entry])))}`);
  }
  return paths.length === 0 ? [resourceType] : paths;
}

function firstWrong(value: unknown, isRight: (entry: unknown) => boolean): string {
  const index = Array.isArray(value) ? value.findIndex((entry) => !isRight(entry)) : -1;
  return index < 0 ? "" : `[${index}]`;
}
