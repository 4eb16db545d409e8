import { type Resource, referencedId } from "../fhir.ts";
import { hasCode, listOf } from "./chart.ts";
import type { MessageContext } from "./context.ts";

/** The records of who did what with the resource that the message is about. */
export function provenances({ event, resources }: MessageContext): readonly fhir4.Provenance[] {
  const { after } = event;
  return resources.filter((each): each is fhir4.Provenance => isProvenance(each) && isAbout(each, after));
}

function isProvenance(resource: Resource): resource is fhir4.Provenance {
  return resource.resourceType === "Provenance";
}

/** A target may name one version of the resource. */
function isAbout({ target }: fhir4.Provenance, { resourceType, id, meta }: Resource): boolean {
  return listOf(target).some(({ reference }) => {
    const [about, version] = reference?.split("/_history/") ?? [];
    const isVersion = version === undefined || meta?.versionId === undefined || version === meta.versionId;
    return isVersion && id !== undefined && referencedId(about, resourceType) === id;
  });
}

/** Who acted in one of these roles (provenance-participant-type), the earlier ones first; persons only. */
export function agents(context: MessageContext, ...types: readonly string[]): readonly fhir4.Reference[] {
  const all = provenances(context).flatMap(({ agent }) => listOf(agent));
  const named = types.flatMap((code) => all.filter(({ type }) => hasCode(type, [code])));
  return named
    .map(({ who }) => who)
    .filter((who) => who !== undefined && !/^(?:Device|Organization)\//.test(who.reference ?? ""));
}
