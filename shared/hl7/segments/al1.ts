import { hasCode, inOrder, listOf, numbered, ofPatient } from "../chart.ts";
import type { MessageContext } from "../context.ts";
import { type Coded, ce, codingsOf } from "../datatypes/coded.ts";
import { si, st } from "../datatypes/text.ts";
import { dt } from "../datatypes/time.ts";
import { standard } from "../extensions.ts";
import { segment } from "../mapping.ts";
import type { Repetition } from "../model.ts";
import { allergyCategory, allergyCriticality, allergySeverity, noKnownAllergy } from "../tables/allergy.ts";
import { terminology } from "../tables/code-map.ts";
import { textOfConcept } from "./nte.ts";

export interface AllergyContext extends MessageContext {
  readonly AllergyIntolerance: fhir4.AllergyIntolerance;
}

const alternateCodes = `${standard}/alternate-codes`;

/** Rows that AL1 and IAM share, at the same positions. */
export const allergen = {
  2: ce<AllergyContext>({
    from: [
      `AllergyIntolerance._category.extension('${alternateCodes}').valueCodeableConcept`,
      "AllergyIntolerance.category",
    ],
    compute: ({ AllergyIntolerance }) => categoryOf(AllergyIntolerance),
    map: allergyCategory,
    otherwise: (): Repetition => ["MA", "Miscellaneous allergy", "HL70127"],
    rule: "A code of HL70127 where one came along, else the first of medication, food, environment; MA without one",
  }),
  3: ce<AllergyContext, Coded>({
    from: [
      "AllergyIntolerance.code",
      "AllergyIntolerance.reaction.substance",
      "AllergyIntolerance.reaction.description",
    ],
    pick: (names) => names.map((name) => (typeof name === "string" ? { text: name } : name)),
    required: true,
    rule: "The code, else the substance of a reaction, else what is told of a reaction",
  }),
  4: ce<AllergyContext>({
    from: ["AllergyIntolerance.reaction.severity", "AllergyIntolerance.criticality"],
    compute: ({ AllergyIntolerance }) => severityOf(AllergyIntolerance),
    map: {
      ...allergySeverity,
      systems: [...allergySeverity.systems, ...allergyCriticality.systems],
      codes: { ...allergySeverity.codes, ...allergyCriticality.codes },
      names: { ...allergySeverity.names, ...allergyCriticality.names },
    },
    rule: "The worst severity of the reactions, else the criticality",
  }),
  5: st<AllergyContext>({
    from: ["AllergyIntolerance.reaction.manifestation", "AllergyIntolerance.reaction.description"],
    compute: ({ AllergyIntolerance }) => listOf(AllergyIntolerance.reaction).flatMap(signsOf),
    repeats: true,
    rule: "One repetition for each manifestation; what is told of a reaction that names none",
  }),
};

function signsOf({ manifestation, description }: fhir4.AllergyIntoleranceReaction): readonly (string | undefined)[] {
  const signs = listOf(manifestation).map(textOfConcept);
  return signs.some((sign) => sign !== undefined) ? signs : [description];
}

const midnight = /T00:00:00(?:\.0+)?Z$/;

/** Millennium keeps the day of an onset as midnight UTC, which west of Greenwich is the day before. */
export function onsetDays(times: readonly string[], { AllergyIntolerance }: AllergyContext): readonly string[] {
  const { onsetDateTime } = AllergyIntolerance;
  return times.map((time) => (time === onsetDateTime && midnight.test(time) ? time.slice(0, 10) : time));
}

/** HL7 v2.5.1, 3.4.6 */
export const al1 = segment<AllergyContext>("AL1", {
  1: si({ from: "setId", required: true }),
  ...allergen,
  6: dt({
    from: [
      "AllergyIntolerance.onsetDateTime",
      "AllergyIntolerance.onsetPeriod.start",
      "AllergyIntolerance.recordedDate",
    ],
    pick: onsetDays,
    rule: "The day of the onset, else on which it was recorded",
  }),
});

const categories = ["medication", "food", "environment", "biologic"];

function categoryOf(allergy: fhir4.AllergyIntolerance): readonly Coded[] {
  const [none] = listOf(allergy.code?.coding).flatMap(({ code }) => noKnownAllergy.get(code ?? "") ?? []);
  if (none !== undefined) return [{ system: `${terminology}/v2-0127`, ...none }];
  const elements = listOf((allergy as { _category?: fhir4.Element[] })._category);
  const alternate = elements
    .flatMap((element) => listOf(element.extension))
    .find(({ url }) => url === alternateCodes)?.valueCodeableConcept;
  const own =
    alternate === undefined ? undefined : codingsOf(alternate).find(({ system }) => system?.endsWith("/v2-0127"));
  if (own !== undefined) return [own];
  const given: readonly string[] = listOf(allergy.category);
  const category = categories.find((each) => given.includes(each)) ?? given[0];
  return category === undefined ? [] : [category];
}

const severities = ["severe", "moderate", "mild"];

function severityOf({ reaction, criticality }: fhir4.AllergyIntolerance): readonly Coded[] {
  const worst = severities.find((severity) => listOf(reaction).some((each) => each.severity === severity));
  const found = worst ?? criticality;
  return found === undefined ? [] : [found];
}

const inactive: ReadonlySet<string> = new Set(["inactive", "resolved"]);
const withdrawn: ReadonlySet<string> = new Set(["entered-in-error", "refuted"]);

function isActive({ clinicalStatus, verificationStatus }: fhir4.AllergyIntolerance): boolean {
  return !hasCode(clinicalStatus, inactive) && !hasCode(verificationStatus, withdrawn);
}

function saysNone({ code }: fhir4.AllergyIntolerance): boolean {
  return listOf(code?.coding).some((coding) => noKnownAllergy.has(coding.code ?? ""));
}

/**
 * The allergies that hold. That none is known is told only where none is: a record may keep the statement after an allergy
 * was found.
 */
export function allergies(context: MessageContext): readonly AllergyContext[] {
  const active = ofPatient(context, "AllergyIntolerance").filter(isActive);
  const known = active.filter((allergy) => !saysNone(allergy));
  const told = inOrder(
    known.length > 0 ? known : active,
    ({ id }) => id,
    ({ recordedDate }) => recordedDate,
  );
  return numbered(
    context,
    told.map((AllergyIntolerance) => ({ AllergyIntolerance })),
  );
}
