import { type Coded, cwe, id } from "../datatypes/coded.ts";
import { cx, eip, identifierType } from "../datatypes/identifier.ts";
import { cq } from "../datatypes/number.ts";
import { si, st } from "../datatypes/text.ts";
import { dr, ts } from "../datatypes/time.ts";
import { segment } from "../mapping.ts";
import type { SpecimenContext } from "../results.ts";
import type { Scope } from "../scope.ts";
import { specimenAvailability, specimenType } from "../tables/result.ts";
import { since } from "../versions.ts";

/** HL7 v2.5.1, 7.4.3 */
export const spm = segment<SpecimenContext>("SPM", {
  1: si({ from: "setId" }),
  2: eip({
    from: ["Specimen.identifier", "Specimen.accessionIdentifier"],
    compute: ({ Specimen }) => [specimenNumbers(Specimen)],
    rule: "The placer's by type (PLAC, PGN) or the first without one; the filler's by type (FILL, FGN) or the accession number",
  }),
  3: eip({
    from: "Specimen.parent",
    pick: (parents: readonly fhir4.Reference[], { Specimen }, scope) =>
      parents.flatMap((each) => {
        const parent = scope.resolve<fhir4.Specimen>(each, Specimen);
        return parent?.resourceType === "Specimen" ? [specimenNumbers(parent)] : [];
      }),
    repeats: true,
    rule: "As SPM-2 of the specimen that it was taken from",
  }),
  4: cwe({
    from: "Specimen.type",
    map: specimenType,
    required: true,
    otherwise: () => [undefined, "Unknown"],
  }),
  6: cwe({
    from: ["Specimen.container.additiveCodeableConcept", "Specimen.processing.additive"],
    compute: additives,
    repeats: true,
    rule: "What the container holds, and what was added in processing",
  }),
  7: cwe({ from: "Specimen.collection.method" }),
  8: cwe({ from: "Specimen.collection.bodySite" }),
  12: cq({ from: "Specimen.collection.quantity" }),
  14: st({ from: "Specimen.note.text", repeats: true }),
  17: dr({
    from: ["Specimen.collection.collectedPeriod", "Specimen.collection.collectedDateTime"],
    pick: (times: readonly (fhir4.Period | string)[]) =>
      times.map((time) => (typeof time === "string" ? { start: time } : time)),
  }),
  18: ts({ from: "Specimen.receivedTime" }),
  20: id({ from: "Specimen.status", map: specimenAvailability }),
  21: cwe({
    from: "Specimen.condition",
    pick: (conditions: readonly fhir4.CodeableConcept[], { Specimen }) =>
      Specimen.status === "unsatisfactory" ? conditions : [],
    repeats: true,
    rule: "Why it is unsatisfactory",
  }),
  24: cwe({ from: "Specimen.condition", repeats: true }),
  27: cwe({ from: "Specimen.container.type" }),
  30: since("2.7", cx({ from: "Specimen.accessionIdentifier" })),
  31: since(
    "2.7",
    cx({
      from: "Specimen.identifier",
      pick: (numbers: readonly fhir4.Identifier[], { Specimen }) => {
        const { placer, filler } = specimenNumbers(Specimen);
        return numbers.filter((each) => each !== placer && each !== filler);
      },
      repeats: true,
      rule: "What numbers it has beside those of SPM-2",
    }),
  ),
});

function additives({ Specimen }: SpecimenContext, scope: Scope): readonly Coded[] {
  const { container = [], processing = [] } = Specimen;
  const substances = [
    ...container.flatMap(({ additiveReference }) => additiveReference ?? []),
    ...processing.flatMap(({ additive }) => additive ?? []),
  ];
  return [
    ...container.flatMap(({ additiveCodeableConcept }) => additiveCodeableConcept ?? []),
    ...substances.flatMap((each): Coded => {
      const substance = scope.resolve<fhir4.Substance>(each, Specimen);
      return substance?.resourceType === "Substance" ? substance.code : { ...(each.display && { text: each.display }) };
    }),
  ];
}

function specimenNumbers({ identifier, accessionIdentifier }: fhir4.Specimen) {
  const identifiers = Array.isArray(identifier) ? identifier.filter((each) => each?.value !== undefined) : [];
  const typed = (...types: readonly string[]) => identifiers.find((each) => types.includes(identifierType(each) ?? ""));
  const filler = typed("FILL", "FGN") ?? accessionIdentifier;
  return { placer: typed("PLAC", "PGN") ?? identifiers.find((each) => each !== filler), filler };
}
