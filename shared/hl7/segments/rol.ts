import { inOrder, listOf, numbered } from "../chart.ts";
import type { MessageContext } from "../context.ts";
import { type Coded, ce, codingsOf, id } from "../datatypes/coded.ts";
import { ei } from "../datatypes/identifier.ts";
import { xcn } from "../datatypes/provider.ts";
import { hasEnded, ts } from "../datatypes/time.ts";
import { segment } from "../mapping.ts";
import type { Scope } from "../scope.ts";
import { providerRole } from "../tables/visit.ts";

/** Somebody's part in a visit or a problem. */
export interface Role {
  /** HL70287 */
  readonly action: "AD" | "UP" | "DE" | "UC";
  readonly role: Coded;
  readonly person: fhir4.Reference;
  readonly period?: fhir4.Period | undefined;
  /** Of the resource that names the person. */
  readonly contained?: readonly fhir4.FhirResource[] | undefined;
}

export interface RoleContext extends MessageContext {
  readonly Role: Role;
}

/** HL7 v2.5.1, 15.4.7; `Role` is an entry of Encounter.participant, or the asserter or recorder of a Condition. */
export const rol = segment<RoleContext>("ROL", {
  1: ei({
    from: "Role.person.reference",
    pick: (references: readonly string[]) =>
      references.map((reference) => ({ value: reference.split("/").at(-1) ?? "" })),
    rule: "The id of the person",
  }),
  2: id({ from: "Role.action", required: true, rule: "AD, UP, DE; UC where nothing changed" }),
  3: ce({ from: "Role.role", map: providerRole, required: true }),
  4: xcn({ from: "Role.person", repeats: true, required: true }),
  5: ts({ from: "Role.period.start" }),
  6: ts({ from: "Role.period.end" }),
});

const toldRoles: ReadonlySet<string> = new Set(["ATND", "REF", "CON", "ADM", "REFT"]);

function roleCode({ type }: fhir4.EncounterParticipant): string | undefined {
  return listOf(type)
    .flatMap(codingsOf)
    .find(({ code }) => toldRoles.has(code ?? ""))?.code;
}

function personKey({ individual }: fhir4.EncounterParticipant): string {
  return individual?.reference ?? individual?.display ?? "";
}

function roleOf(
  participant: fhir4.EncounterParticipant,
  encounter: fhir4.Encounter,
  code: string,
  action: Role["action"],
): readonly { readonly Role: Role }[] {
  const { individual, period } = participant;
  if (individual === undefined) return [];
  return [{ Role: { action, role: code, person: individual, period, contained: encounter.contained } }];
}

/** The clinicians of the visit, where the destination wants them as ROL too. */
export function visitRoles(context: MessageContext, scope: Scope): readonly RoleContext[] {
  const { Encounter, destination } = context;
  if (Encounter === undefined || destination.visit?.roles !== true) return [];
  const roles = listOf(Encounter.participant).flatMap((participant) => {
    const code = roleCode(participant);
    return code === undefined || hasEnded(participant.period, scope) ? [] : roleOf(participant, Encounter, code, "UC");
  });
  return numbered(
    context,
    inOrder(
      roles,
      ({ Role }) => Role.person.reference,
      ({ Role }) => Role.role as string,
    ),
  );
}

/**
 * What changed among those who have a role: who is new is added, whose time ended is updated with its end, and who is no
 * longer listed at all was never it.
 */
export function changedRoles(code: string) {
  return (context: MessageContext, scope: Scope): readonly RoleContext[] => {
    const { Encounter, event } = context;
    if (Encounter === undefined) return [];
    const { before } = event;
    const was = before?.resourceType === "Encounter" ? inRole(before, code) : [];
    const is = inRole(Encounter, code);
    const wasCurrent = new Set(was.filter(({ period }) => !hasEnded(period, scope)).map(personKey));
    const listed = new Set(is.map(personKey));
    const ended = is.filter((each) => hasEnded(each.period, scope) && wasCurrent.has(personKey(each)));
    const current = is.filter(({ period }) => !hasEnded(period, scope));
    const gone = was.filter((each) => wasCurrent.has(personKey(each)) && !listed.has(personKey(each)));
    return numbered(context, [
      ...gone.flatMap((each) => roleOf(each, before as fhir4.Encounter, code, "DE")),
      ...ended.flatMap((each) => roleOf(each, Encounter, code, "UP")),
      ...current.flatMap((each) => roleOf(each, Encounter, code, wasCurrent.has(personKey(each)) ? "UC" : "AD")),
    ]);
  };
}

function inRole(encounter: fhir4.Encounter, code: string): readonly fhir4.EncounterParticipant[] {
  return inOrder(
    listOf(encounter.participant).filter((each) => roleCode(each) === code),
    personKey,
    ({ period }) => period?.start,
  );
}
