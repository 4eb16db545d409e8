import { hasCode, listOf, reasonsOf } from "../chart.ts";
import { xad } from "../datatypes/address.ts";
import { type Coded, ce, codingsOf, id } from "../datatypes/coded.ts";
import { pl } from "../datatypes/location.ts";
import { nm, numeric, unit } from "../datatypes/number.ts";
import { la2 } from "../datatypes/performer.ts";
import { refersTo, xcn } from "../datatypes/provider.ts";
import { st, textOf } from "../datatypes/text.ts";
import { ts } from "../datatypes/time.ts";
import { segment } from "../mapping.ts";
import { namedMedication } from "../order.ts";
import type { Scope } from "../scope.ts";
import { translate } from "../tables/code-map.ts";
import { immunizationSource, medicationAdministrationStatus, refusalReason } from "../tables/medication.ts";
import { since, until } from "../versions.ts";
import { organizationCode, rateOf, strengthRows } from "./dose.ts";
import { type AdministrationContext, type ImmunizationContext, immunizationPerformers } from "./orc.ts";
import { currentLocation } from "./pv1.ts";

/** RXA-6 where nobody knows how much. HL7 v2.5.1, 4.14.7.6. */
const unknownAmount = "999";

/** A note, which ends in a line of its own in Millennium. */
function inWordsAlone(written: unknown): fhir4.CodeableConcept {
  return { text: (textOf(written) ?? "").trimEnd() };
}

/** HL70323: what becomes of the record that the receiver has. */
function actionOf({ event }: Pick<ImmunizationContext, "event">, status: string | undefined): readonly string[] {
  if (status === "entered-in-error" || event.type.endsWith(".deleted")) return ["D"];
  return [event.type.endsWith(".changed") ? "U" : "A"];
}

const strength = strengthRows<AdministrationContext>();

/** HL7 v2.5.1, 4.14.7, of a medication. */
export const rxaOfAdministration = segment<AdministrationContext>("RXA", {
  1: nm({ from: "MedicationAdministration", compute: () => ["0"], required: true, rule: "0: no RXG goes before" }),
  2: nm({ from: "MedicationAdministration", compute: () => ["1"], required: true, rule: "1" }),
  3: ts({
    from: ["MedicationAdministration.effectiveDateTime", "MedicationAdministration.effectivePeriod.start"],
    required: true,
  }),
  4: ts({
    from: [
      "MedicationAdministration.effectivePeriod.end",
      "MedicationAdministration.effectiveDateTime",
      "MedicationAdministration.effectivePeriod.start",
    ],
    required: true,
    rule: "The end, else the start",
  }),
  5: ce({
    from: [
      "MedicationAdministration.medicationCodeableConcept",
      "Medication.code",
      "MedicationAdministration.medicationReference.display",
    ],
    pick: namedMedication,
    required: true,
  }),
  6: nm({
    from: "MedicationAdministration.dosage.dose.value",
    pick: ifGiven,
    otherwise: unknownAmount,
    required: true,
    rule: "999 where the dose is not known or none was given",
  }),
  7: unit({ from: "MedicationAdministration.dosage.dose", pick: ifGiven }),
  8: ce({ from: "Medication.form" }),
  9: ce({
    from: ["MedicationAdministration.note.text", "MedicationAdministration.dosage.text"],
    pick: (texts: readonly string[]) => texts.map(inWordsAlone),
    repeats: true,
  }),
  10: xcn({
    from: "MedicationAdministration.performer.actor",
    compute: ({ MedicationAdministration }) => givers(listOf(MedicationAdministration.performer)),
    repeats: true,
    rule: "Who gave it, and not who verified or witnessed that, where both are told",
  }),
  11: until(
    "2.7.1",
    la2({
      from: "Encounter.location",
      pick: (places: readonly fhir4.EncounterLocation[], _context, scope) => placesAt(places, scope),
      rule: "Where the patient is",
    }),
  ),
  12: st({
    from: ["MedicationAdministration.dosage.rateRatio", "MedicationAdministration.dosage.rateQuantity"],
    compute: ({ MedicationAdministration }) => rateText(MedicationAdministration.dosage),
    rule: "The rate with its unit, else the time that the amount was given per (H1)",
  }),
  13: strength.amount,
  14: strength.unit,
  15: st({ from: "Medication.batch.lotNumber" }),
  16: ts({ from: "Medication.batch.expirationDate" }),
  17: ce({
    from: "Medication.manufacturer",
    pick: (references: readonly fhir4.Reference[], { Medication }, scope) =>
      references.map((each) => organizationCode(each, Medication ?? {}, scope)),
  }),
  18: ce({
    from: "MedicationAdministration.statusReason",
    pick: (reasons: readonly fhir4.CodeableConcept[], { MedicationAdministration }) =>
      MedicationAdministration.status === "not-done" ? reasons : [],
    repeats: true,
    rule: "Why it was not given",
  }),
  19: ce({
    from: ["MedicationAdministration.reasonCode", "MedicationAdministration.reasonReference"],
    compute: ({ MedicationAdministration }, scope) => reasonsOf(MedicationAdministration, scope),
    repeats: true,
  }),
  20: id({
    from: "MedicationAdministration.status",
    compute: ({ MedicationAdministration, event }) => statusesOf(MedicationAdministration, event.before),
    map: medicationAdministrationStatus,
    rule: "Of a record in error, what it was before",
  }),
  21: id({
    from: "event.type",
    compute: (context) => actionOf(context, context.MedicationAdministration.status),
    rule: "D for a record in error, U for one that changed, else A",
    volatile: true,
  }),
  22: ts({
    from: ["MedicationAdministration.meta.lastUpdated", "event.recordedAt"],
    rule: "When this version was written",
    volatile: true,
  }),
  23: strength.volume,
  24: strength.volumeUnit,
  27: since(
    "2.8",
    pl({
      from: "Encounter.location",
      pick: (places: readonly fhir4.EncounterLocation[], _context, scope) => placesAt(places, scope),
      rule: "As RXA-11, which 2.8 has no more",
    }),
  ),
});

function ifGiven<Amount>(
  amounts: readonly Amount[],
  { MedicationAdministration }: AdministrationContext,
): readonly Amount[] {
  return MedicationAdministration.status === "not-done" ? [] : amounts;
}

const onlookers: ReadonlySet<string> = new Set(["verifier", "witness"]);

function givers(performers: readonly fhir4.MedicationAdministrationPerformer[]): readonly fhir4.Reference[] {
  const persons = performers.filter(({ actor }) => refersTo(actor, "Practitioner", "PractitionerRole"));
  const giving = persons.filter((each) => !hasCode(each.function, onlookers));
  return (giving.length > 0 ? giving : persons).map(({ actor }) => actor);
}

function placesAt(places: readonly fhir4.EncounterLocation[], scope: Scope): readonly fhir4.Reference[] {
  const place = currentLocation(places, scope)?.location;
  return place === undefined ? [] : [place];
}

function rateText(dosage: fhir4.MedicationAdministrationDosage | undefined): readonly string[] {
  const { amount, unit: units, per } = rateOf(dosage as fhir4.DosageDoseAndRate | undefined);
  const [value] = amount;
  if (value === undefined) return [];
  const unitText = units[0]?.code ?? units[0]?.unit;
  const text = [value, unitText].filter(Boolean).join(" ");
  return [per[0] === undefined ? text : `${text}/${per[0]}`];
}

/** RXA-20 has no code for an error: the record that was told keeps its state. */
function statusesOf(
  resource: fhir4.MedicationAdministration | fhir4.Immunization,
  before: object | undefined,
): readonly Coded[] {
  if (resource.status !== "entered-in-error") return [resource.status];
  const { status } = (before ?? {}) as { readonly status?: string };
  return [status === undefined || status === "entered-in-error" ? "completed" : status];
}

const vaccineSystems = [
  "http://hl7.org/fhir/sid/cvx",
  "urn:oid:2.16.840.1.113883.12.292",
  "http://hl7.org/fhir/sid/ndc",
];

/** HL7 v2.5.1, 4.14.7, of a vaccination, as the implementation guide of the CDC (release 1.5) has it. */
export const rxaOfImmunization = segment<ImmunizationContext>("RXA", {
  1: nm({ from: "Immunization", compute: () => ["0"], required: true, rule: "0: no RXG goes before" }),
  2: nm({ from: "Immunization", compute: () => ["1"], required: true, rule: "1" }),
  3: ts({
    from: ["Immunization.occurrenceDateTime", "Immunization.occurrenceString"],
    pick: datesOf,
    required: true,
    rule: "A text only where it is a date",
  }),
  4: ts({
    from: ["Immunization.occurrenceDateTime", "Immunization.occurrenceString"],
    pick: datesOf,
    required: true,
    rule: "As RXA-3",
  }),
  5: ce({
    from: "Immunization.vaccineCode",
    pick: (codes: readonly fhir4.CodeableConcept[]) => codes.map(vaccineFirst).filter((code) => code !== undefined),
    required: true,
    otherwise: ({ Immunization: { status, vaccineCode } }) => {
      if (status === "not-done") return ["998", "No vaccine administered", "CVX"];
      return codingsOf(vaccineCode).length > 0 ? ["999", "unknown", "CVX"] : undefined;
    },
    rule: "CVX before NDC before others; of what is said to be unknown, 998 where no vaccine was given, else 999",
  }),
  6: nm({
    from: "Immunization.doseQuantity.value",
    pick: (values: readonly unknown[], { Immunization }) => (hasDose(Immunization) ? values : []),
    otherwise: unknownAmount,
    required: true,
    rule: "999 where the dose is not known (Millennium has 0 of an unknown unit then) or none was given",
  }),
  7: unit({
    from: "Immunization.doseQuantity",
    pick: (doses: readonly fhir4.Quantity[], { Immunization }) => (hasDose(Immunization) ? doses : []),
  }),
  9: ce({
    from: ["Immunization.reportOrigin", "Immunization.primarySource", "Immunization.note.text"],
    compute: ({ Immunization: { status, reportOrigin, primarySource, note } }) => {
      const notes = listOf(note).map(({ text }) => inWordsAlone(text));
      if (status === "not-done") return notes;
      const isCoded =
        reportOrigin !== undefined && translate(codingsOf(reportOrigin), immunizationSource) !== undefined;
      // A registry wants a code first, and whose words it was behind that.
      const source = isCoded || primarySource === undefined ? [] : [String(primarySource)];
      return [...source, ...(reportOrigin === undefined ? [] : [reportOrigin]), ...notes];
    },
    repeats: true,
    map: immunizationSource,
    rule: "Given here (00) or history, which is not said of what was not given; then the notes",
  }),
  10: xcn({
    from: "Immunization.performer",
    pick: immunizationPerformers("AP", undefined),
    repeats: true,
    rule: "Who gave it (AP)",
  }),
  11: until("2.7.1", la2({ from: "Immunization.location" })),
  15: st({ from: "Immunization.lotNumber" }),
  16: ts({ from: "Immunization.expirationDate" }),
  17: ce({
    from: "Immunization.manufacturer",
    pick: (references: readonly fhir4.Reference[], { Immunization }, scope) =>
      references.map((each) => organizationCode(each, Immunization, scope)),
    rule: "The MVX code where it is the identifier of the manufacturer, else its name",
  }),
  18: ce({
    from: "Immunization.statusReason",
    pick: (reasons: readonly fhir4.CodeableConcept[], { Immunization }) =>
      Immunization.status === "not-done" ? reasons : [],
    map: refusalReason,
    rule: "Why it was refused; immunity and precaution are OBX",
  }),
  19: ce({
    from: ["Immunization.reasonCode", "Immunization.reasonReference"],
    compute: ({ Immunization }, scope) => reasonsOf(Immunization, scope),
    repeats: true,
  }),
  20: id({
    from: "Immunization.status",
    compute: ({ Immunization, event }) => completionOf(Immunization, event.before),
    rule: "CP given, or PA where that was too little; RE refused; NA not given for another reason; of a record in error, what it was before",
  }),
  21: id({
    from: "event.type",
    compute: (context) => actionOf(context, context.Immunization.status),
    rule: "D for a record in error, U for one that changed, else A",
    volatile: true,
  }),
  22: ts({ from: ["Immunization.recorded", "Immunization.meta.lastUpdated"], volatile: true }),
  27: since("2.8", pl({ from: "Immunization.location", rule: "As RXA-11, which 2.8 has no more" })),
  28: since(
    "2.8",
    xad({
      from: "Immunization.location",
      pick: (places: readonly fhir4.Reference[], { Immunization }, scope) =>
        places.flatMap((each) => {
          const place = scope.resolve<fhir4.Location>(each, Immunization);
          return place?.resourceType === "Location" ? (place.address ?? []) : [];
        }),
      rule: "As RXA-11",
    }),
  ),
});

/** Codes that say why there is no code. */
const absences = /\/(?:data-absent-reason|v3-NullFlavor)$/;

/** Millennium gives 0 of an unknown unit where nobody has written down how much. */
function hasDose({ status, doseQuantity }: fhir4.Immunization): boolean {
  if (status === "not-done") return false;
  const { value, unit, code } = doseQuantity ?? {};
  return Number(numeric(value) ?? 0) !== 0 || (unit !== undefined && !/unknown/i.test(`${unit} ${code}`));
}

/** What people write in place of a date says nothing to a registry. */
function datesOf(texts: readonly string[]): readonly string[] {
  return texts.filter((text) => /^\d{4}(?:-\d{2}){0,2}(?:T|$)/.test(text));
}

function vaccineFirst(code: fhir4.CodeableConcept): fhir4.CodeableConcept | undefined {
  const all = codingsOf(code);
  const codings = all.filter(({ system }) => system === undefined || !absences.test(system));
  if (codings.length === 0 && all.length > 0) return undefined;
  const rank = ({ system }: fhir4.Coding) => {
    const index = vaccineSystems.indexOf(system ?? "");
    return index < 0 ? vaccineSystems.length : index;
  };
  return codings.length === 0 && code.text === undefined
    ? undefined
    : { ...code, coding: codings.toSorted((a, b) => rank(a) - rank(b)) };
}

/** HL70322 */
function completionOf(immunization: fhir4.Immunization, before: object | undefined): readonly string[] {
  const [status] = statusesOf(immunization, before);
  if (status !== "not-done") return [immunization.isSubpotent === true ? "PA" : "CP"];
  const reason = immunization.statusReason;
  if (reason === undefined) return ["NA"];
  const refusal = translate(codingsOf(reason), refusalReason);
  const isRefused = refusal === undefined ? inWords(reason) : refusal !== null && refusal.code !== "02";
  return [isRefused ? "RE" : "NA"];
}

/** A hospital's own code says it in its name: `Patient Refuses`, `Parent declined`. */
function inWords(reason: fhir4.CodeableConcept): boolean {
  return [reason.text, ...codingsOf(reason).map(({ display }) => display)].some((words) => refused.test(words ?? ""));
}

const refused = /refus|declin/i;

/** Whether a vaccine was not given because it must not be. */
export function isContraindicated({ status, statusReason }: fhir4.Immunization): boolean {
  return status === "not-done" && translate(codingsOf(statusReason ?? {}), refusalReason) === null;
}
