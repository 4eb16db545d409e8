import type { Resource } from "../../fhir.ts";
import { patientIdOf } from "../../fhir.ts";
import type { MessageContext } from "../context.ts";
import { cx } from "../datatypes/identifier.ts";
import { xpn } from "../datatypes/name.ts";
import { segment } from "../mapping.ts";
import type { Scope } from "../scope.ts";
import { currentNames, internalNumber, patientIdentifiers } from "./pid.ts";
import { accountNumber, internalVisitNumber, numberOfAccount, visitNumber } from "./visit-number.ts";

/** What ended or was called otherwise: a person's record, an account, a visit. */
export interface MergeContext extends MessageContext {
  readonly MergedPatient: fhir4.Patient;
  readonly MergedEncounter?: fhir4.Encounter | undefined;
  readonly MergedAccount?: fhir4.Account | undefined;
}

/** What an event merges, moves or renumbers beside the numbers of the patient. */
const accountEvents: ReadonlySet<string> = new Set(["A06", "A07", "A41", "A42", "A44"]);
const visitEvents: ReadonlySet<string> = new Set(["A06", "A07", "A42", "A45", "A50"]);
/** The other record is of another person, or was taken for one. */
const nameEvents: ReadonlySet<string> = new Set(["A34", "A40", "A43", "A44", "A45"]);

/** HL7 v2.5.1, 3.4.9 */
export const mrg = segment<MergeContext>("MRG", {
  1: cx({
    from: "MergedPatient.identifier",
    pick: patientIdentifiers,
    repeats: true,
    required: true,
    otherwise: ({ MergedPatient }, scope) => internalNumber(MergedPatient, scope),
    rule: "All numbers of the record that ended, or that the patient had before",
  }),
  3: cx({
    from: ["MergedAccount.identifier", "MergedEncounter.identifier"],
    compute: priorAccount,
    rule: "The account that ended or moved (A06, A07, A41, A42, A44)",
  }),
  5: cx({
    from: "MergedEncounter.identifier",
    pick: (identifiers: readonly fhir4.Identifier[], { message }) =>
      visitEvents.has(message.triggerEvent) ? visitNumber(identifiers) : [],
    otherwise: ({ MergedEncounter, message }, scope) =>
      visitEvents.has(message.triggerEvent) ? internalVisitNumber(MergedEncounter, scope) : undefined,
    rule: "The visit that ended or moved, or its former number (A06, A07, A42, A45, A50)",
  }),
  7: xpn({
    from: "MergedPatient.name",
    pick: (names: readonly fhir4.HumanName[], context, scope) =>
      nameEvents.has(context.message.triggerEvent) ? currentNames(names, context, scope) : [],
    rule: "Where the record was another person's (A34, A40, A43, A44, A45)",
  }),
});

function priorAccount({ MergedAccount, MergedEncounter, message }: MergeContext, scope: Scope) {
  if (!accountEvents.has(message.triggerEvent)) return [];
  if (MergedAccount !== undefined) return numberOfAccount(MergedAccount);
  const { account = [], identifier = [] } = MergedEncounter ?? {};
  return accountNumber([...account, ...identifier], { Encounter: MergedEncounter }, scope);
}

/**
 * The record that ended (`event.step.merged`), else what the focus was before. Of an account or a visit, the patient is the
 * one whom it was about.
 */
export function merged(context: MessageContext, scope: Scope): readonly MergeContext[] {
  const { event } = context;
  const ended = [event.step?.merged, event.before].filter((each) => each !== undefined);
  const MergedEncounter = ended.find((each) => each.resourceType === "Encounter");
  const MergedAccount = ended.find((each) => each.resourceType === "Account");
  const patient = ended.find((each) => each.resourceType === "Patient");
  const MergedPatient = patient ?? patientBehind(MergedEncounter ?? MergedAccount, context, scope);
  return [{ ...context, MergedPatient, MergedEncounter, MergedAccount }];
}

function patientBehind(ended: Resource | undefined, { Patient }: MessageContext, scope: Scope): fhir4.Patient {
  if (ended === undefined) return { resourceType: "Patient" };
  const id = patientIdOf(ended);
  // Millennium takes the patient out of a visit that was combined.
  if (id === undefined || id === Patient.id) return Patient;
  const found = scope.resolve<fhir4.Patient>({ reference: `Patient/${id}` }, Patient);
  return found?.resourceType === "Patient" ? found : { resourceType: "Patient", id };
}

/** In a change of class, only where the visit got other numbers. */
export function renumbered(context: MessageContext, scope: Scope): readonly MergeContext[] {
  const { event, Encounter } = context;
  const { before } = event;
  if (before?.resourceType !== "Encounter" || Encounter === undefined) return [];
  return numbersOf(before, scope) === numbersOf(Encounter, scope) ? [] : merged(context, scope);
}

function numbersOf(encounter: fhir4.Encounter, scope: Scope): string {
  const { account = [], identifier = [] } = encounter;
  const numbers = [
    ...visitNumber(identifier),
    ...accountNumber([...account, ...identifier], { Encounter: encounter }, scope),
  ];
  return numbers.map(({ system, value }) => `${system}|${value}`).join(" ");
}
