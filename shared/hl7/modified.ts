import { BridgeError } from "../errors.ts";
import type { Resource } from "../fhir.ts";
import type { Scope } from "./scope.ts";

/**
 * Whether a resource says itself that it cannot be read by its elements alone: rules of somebody's own, or an extension
 * that changes the meaning of what it stands in. The rows know neither.
 */
function modifierIn(resource: Resource): string | undefined {
  const { implicitRules, modifierExtension } = resource as fhir4.DomainResource;
  if (implicitRules !== undefined) return "implicitRules";
  return Array.isArray(modifierExtension) && modifierExtension.length > 0 ? "modifierExtension" : undefined;
}

/** @throws ERR_UNRENDERABLE when what the message is about may mean something else than it says */
export function mustBePlain(focus: Resource): void {
  const element = modifierIn(focus);
  if (element === undefined) return;
  const problem = "It may change what the resource means, and the bridge does not know how";
  throw new BridgeError("ERR_UNRENDERABLE", {
    details: { field: "MSH-9", path: `${focus.resourceType}.${element}`, problem },
  });
}

export function isPlain(resource: Resource): boolean {
  return modifierIn(resource) === undefined;
}

/** What else may mean something else is left out, and is a work item. */
export function reportModified(resources: readonly Resource[], scope: Scope): void {
  for (const each of resources) {
    const element = modifierIn(each);
    if (element !== undefined)
      scope.report({ severity: "error", reason: "modified-meaning", path: `${each.resourceType}.${element}` });
  }
}
