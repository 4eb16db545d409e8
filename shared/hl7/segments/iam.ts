import { type Resource, referencedId } from "../../fhir.ts";
import { asWasKnown, hasCode, listOf, numbered, onsetText } from "../chart.ts";
import type { MessageContext } from "../context.ts";
import { type Coded, ce, cne } from "../datatypes/coded.ts";
import { ei } from "../datatypes/identifier.ts";
import { namePartsFromDisplay, personName } from "../datatypes/name.ts";
import { xcn } from "../datatypes/provider.ts";
import { si, st } from "../datatypes/text.ts";
import { dt, ts } from "../datatypes/time.ts";
import { millennium } from "../extensions.ts";
import { dataType, segment } from "../mapping.ts";
import type { Repetition } from "../model.ts";
import type { Scope } from "../scope.ts";
import { allergyStatus, allergyType } from "../tables/allergy.ts";
import { terminology } from "../tables/code-map.ts";
import { relationship } from "../tables/person.ts";
import { type AllergyContext, allergen, allergies, onsetDays } from "./al1.ts";
import { textOfConcept } from "./nte.ts";

/** HL70323 */
const actionNames: Readonly<Record<string, string>> = {
  A: "Add/Insert",
  D: "Delete",
  U: "Update",
};

/** 2.A.88 XPN of whoever a reference names. */
const reporter = dataType<fhir4.Reference>("XPN", (reference, scope, _row, owner): Repetition | undefined => {
  const found = scope.resolve(reference, owner) as { readonly name?: unknown } | undefined;
  const name = Array.isArray(found?.name) ? (found.name[0] as fhir4.HumanName | undefined) : undefined;
  if (name !== undefined) return personName(name, scope);
  if (typeof reference.display !== "string") return undefined;
  const { family, given, middle } = namePartsFromDisplay(reference.display);
  return [family, given, middle];
});

const self: fhir4.Coding = {
  system: `${terminology}/v2-0063`,
  code: "SEL",
  display: "Self",
};

function relationOf(asserter: fhir4.Reference, owner: object, scope: Scope): readonly Coded[] {
  const found = scope.resolve(asserter, owner);
  if (found?.resourceType === "RelatedPerson") return listOf(found.relationship);
  return referencedId(asserter.reference, "Patient") === undefined ? [] : [self];
}

const precision = `${millennium}/precision`;

/** `About 2021-09-20` */
function roughOnset(allergy: fhir4.AllergyIntolerance): string | undefined {
  const { onsetDateTime, _onsetDateTime } = allergy;
  const word = listOf(_onsetDateTime?.extension).find(({ url }) => url === precision)?.valueCodeableConcept;
  const text = word === undefined ? undefined : textOfConcept(word);
  return text === undefined || onsetDateTime === undefined ? undefined : `${text} ${onsetDateTime.slice(0, 10)}`;
}

/** HL7 v2.5.1, 3.4.7 */
export const iam = segment<AllergyContext>("IAM", {
  1: si({ from: "setId", required: true }),
  ...allergen,
  6: cne({
    from: ["event.before", "AllergyIntolerance.verificationStatus"],
    compute: (context) => [actionCoding(context)],
    required: true,
    rule: "A when new, D when taken back, else U (HL70323)",
  }),
  7: ei({
    from: ["AllergyIntolerance.identifier", "AllergyIntolerance.id"],
    compute: ({ AllergyIntolerance }) => instanceNumber(AllergyIntolerance),
    rule: "The identifier, else the id",
  }),
  9: ce({ from: "AllergyIntolerance.type", map: allergyType }),
  11: dt({ from: ["AllergyIntolerance.onsetDateTime", "AllergyIntolerance.onsetPeriod.start"], pick: onsetDays }),
  12: st({
    from: [
      "AllergyIntolerance.onsetString",
      "AllergyIntolerance.onsetAge",
      "AllergyIntolerance.onsetRange",
      `AllergyIntolerance._onsetDateTime.extension('${precision}').valueCodeableConcept`,
    ],
    compute: ({ AllergyIntolerance }) => [onsetText(AllergyIntolerance) ?? roughOnset(AllergyIntolerance)],
    rule: "The onset in words or as an age; how exact its day is, as Millennium says it",
  }),
  13: ts({ from: "AllergyIntolerance.recordedDate" }),
  14: reporter({
    from: ["AllergyIntolerance.asserter", "AllergyIntolerance.recorder"],
    pick: (persons: readonly fhir4.Reference[], { AllergyIntolerance: { asserter } }) =>
      persons.filter((person) => asserter === undefined || person === asserter),
    rule: "Who says so, else who recorded it",
  }),
  15: ce({
    from: "AllergyIntolerance.asserter",
    pick: (asserters: readonly fhir4.Reference[], { AllergyIntolerance }, scope) =>
      asserters.flatMap((asserter) => relationOf(asserter, AllergyIntolerance, scope)),
    map: relationship,
    rule: "Self, where the patient reported it, else what the person who did is to the patient",
  }),
  17: ce({
    from: ["AllergyIntolerance.verificationStatus", "AllergyIntolerance.clinicalStatus"],
    compute: ({ AllergyIntolerance }) => statusOf(AllergyIntolerance),
    map: allergyStatus,
    rule: "Entered in error and refuted first, then what is no longer active, then how sure it is",
  }),
  18: xcn({ from: "AllergyIntolerance.recorder" }),
  20: ts({ from: ["AllergyIntolerance.meta.lastUpdated", "AllergyIntolerance.recordedDate"], volatile: true }),
});

/** A, U or D, by what happened to the record; U where the event is about something else, of which this is a part. */
export function actionOf(
  { event }: MessageContext,
  resource: Resource & { readonly verificationStatus?: fhir4.CodeableConcept | undefined },
): "A" | "U" | "D" {
  const isDeleted = event.after === resource && event.type.endsWith(".deleted");
  if (isDeleted || hasCode(resource.verificationStatus, ["entered-in-error"])) return "D";
  return event.before === undefined && event.after === resource ? "A" : "U";
}

function actionCoding(context: AllergyContext): fhir4.Coding {
  const code = actionOf(context, context.AllergyIntolerance);
  return { system: `${terminology}/v2-0323`, code, display: actionNames[code] ?? code };
}

/** What names a record in all messages about it. Millennium's `ceuuid` changes with each version and so names nothing. */
export function instanceNumber(resource: {
  readonly id?: string | undefined;
  readonly identifier?: readonly fhir4.Identifier[] | undefined;
}): readonly fhir4.Identifier[] {
  const identifiers = Array.isArray(resource.identifier) ? resource.identifier : [];
  const own = identifiers.find(({ value, system, use }) => value && use !== "old" && !system?.endsWith("/ceuuid"));
  if (own !== undefined) return [own];
  return resource.id === undefined ? [] : [{ value: resource.id }];
}

function statusOf({ verificationStatus, clinicalStatus }: fhir4.AllergyIntolerance): readonly Coded[] {
  const codes = [verificationStatus, clinicalStatus].flatMap((status) =>
    (status?.coding ?? []).flatMap(({ code }) => code ?? []),
  );
  const found = Object.keys(allergyStatus.codes).find((code) => codes.includes(code));
  return found === undefined ? [] : [found];
}

/** The allergy that the event is about; where it is about something else, all that hold. */
export function changedAllergies(context: MessageContext): readonly AllergyContext[] {
  const { after } = context.event;
  if (after.resourceType === "AllergyIntolerance")
    return numbered(context, [{ AllergyIntolerance: asWasKnown(after, context.event) }]);
  return allergies(context);
}
