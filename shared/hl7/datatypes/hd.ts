import type { HierarchicDesignator } from "../../config/schema.ts";
import { dataType } from "../mapping.ts";
import type { Repetition, Value } from "../model.ts";
import type { Scope } from "../scope.ts";
import { wellKnownAuthorities } from "../tables/authorities.ts";

/** 2.A.33 HD: namespace, universal id, its type. */
export function designator(hd: HierarchicDesignator): readonly Value[] {
  return [hd.namespaceId, hd.universalId, hd.universalId === undefined ? undefined : (hd.universalIdType ?? "L")];
}

export const hd = dataType<HierarchicDesignator>("HD", (value) => designator(value) as Repetition);

/**
 * The assigning authority of an identifier system: the configured one, a well-known one, or what the URI itself says.
 * Without a system it is the source's own; CX.4 of a patient is never empty.
 */
export function authorityOf(system: string | undefined, scope: Scope): HierarchicDesignator {
  if (system === undefined || system === "") return scope.settings.defaultAuthority;
  return (
    scope.settings.authorities.get(system) ??
    wellKnownAuthorities.get(system) ??
    scope.settings.authorities.get(withoutTrailingDot(system)) ??
    fromUri(system)
  );
}

/** Millennium writes some OIDs with a dot at the end. */
function withoutTrailingDot(system: string): string {
  return system.replace(/\.+$/, "");
}

function fromUri(system: string): HierarchicDesignator {
  if (system.startsWith("urn:oid:"))
    return { universalId: withoutTrailingDot(system.slice("urn:oid:".length)), universalIdType: "ISO" };
  if (system.startsWith("urn:uuid:")) return { universalId: system.slice("urn:uuid:".length), universalIdType: "UUID" };
  return { universalId: system, universalIdType: "URI" };
}
