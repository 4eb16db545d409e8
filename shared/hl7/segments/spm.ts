import { cwe, id } from "../datatypes/coded.ts";
import { eip, identifierType } from "../datatypes/identifier.ts";
import { cq } from "../datatypes/number.ts";
import { si, st } from "../datatypes/text.ts";
import { dr, ts } from "../datatypes/time.ts";
import { segment } from "../mapping.ts";
import type { SpecimenContext } from "../results.ts";
import { specimenAvailability, specimenType } from "../tables/result.ts";

/** HL7 v2.5.1, 7.4.3 */
export const spm = segment<SpecimenContext>("SPM", {
  1: si({ from: "setId" }),
  2: eip({
    from: ["Specimen.identifier", "Specimen.accessionIdentifier"],
    compute: ({ Specimen }) => [specimenNumbers(Specimen)],
    rule: "The placer's by type (PLAC, PGN) or the first without one; the filler's by type (FILL, FGN) or the accession number",
  }),
  4: cwe({
    from: "Specimen.type",
    map: specimenType,
    required: true,
    otherwise: () => [undefined, "Unknown"],
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
  24: cwe({ from: "Specimen.condition", repeats: true }),
  27: cwe({ from: "Specimen.container.type" }),
});

function specimenNumbers({ identifier, accessionIdentifier }: fhir4.Specimen) {
  const identifiers = Array.isArray(identifier) ? identifier.filter((each) => each?.value !== undefined) : [];
  const typed = (...types: readonly string[]) => identifiers.find((each) => types.includes(identifierType(each) ?? ""));
  const filler = typed("FILL", "FGN") ?? accessionIdentifier;
  return { placer: typed("PLAC", "PGN") ?? identifiers.find((each) => each !== filler), filler };
}
