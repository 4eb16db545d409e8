import type { MessageContext } from "../context.ts";
import { ce, codingsOf, is } from "../datatypes/coded.ts";
import { nm } from "../datatypes/number.ts";
import { xcn } from "../datatypes/provider.ts";
import { si, st } from "../datatypes/text.ts";
import { ts } from "../datatypes/time.ts";
import { segment } from "../mapping.ts";
import type { Scope } from "../scope.ts";
import { diagnosisUse } from "../tables/visit.ts";

export interface DiagnosisContext extends MessageContext {
  readonly Condition: fhir4.Condition;
  readonly Diagnosis: Partial<fhir4.EncounterDiagnosis>;
}

/** HL7 v2.5.1, 6.5.2; `Diagnosis` is the entry of Encounter.diagnosis. */
export const dg1 = segment<DiagnosisContext>("DG1", {
  1: si({ from: "setId", required: true }),
  3: ce({ from: "Condition.code" }),
  4: st({
    from: "Condition.code",
    pick: (codes: readonly fhir4.CodeableConcept[]) =>
      codes
        .filter((code) => code.text !== undefined && codingsOf(code).every(({ display }) => display !== code.text))
        .map(({ text }) => text),
    rule: "The text, where no coding says the same",
  }),
  5: ts({ from: ["Condition.onsetDateTime", "Condition.onsetPeriod.start", "Condition.recordedDate"] }),
  6: is({
    from: "Diagnosis.use",
    map: diagnosisUse,
    otherwise: "W",
    required: true,
    rule: "Working, unless it says more",
  }),
  15: nm({ from: "Diagnosis.rank" }),
  16: xcn({ from: ["Condition.asserter", "Condition.recorder"], repeats: true }),
});

/** The diagnoses of the visit, by rank; what turned out wrong is not among them. */
export function diagnoses(context: MessageContext, scope: Scope): readonly DiagnosisContext[] {
  const { Encounter } = context;
  if (Encounter === undefined) return [];
  return (Encounter.diagnosis ?? [])
    .flatMap((diagnosis) => {
      const condition = scope.resolve<fhir4.Condition>(diagnosis.condition, Encounter);
      return condition?.resourceType === "Condition" && !isWithdrawn(condition) ? [{ diagnosis, condition }] : [];
    })
    .toSorted((a, b) => (a.diagnosis.rank ?? unranked) - (b.diagnosis.rank ?? unranked))
    .map(({ diagnosis, condition }, index) => ({
      ...context,
      Condition: condition,
      Diagnosis: diagnosis,
      setId: index + 1,
    }));
}

const unranked = 1_000_000;
const withdrawn = new Set(["entered-in-error", "refuted"]);

function isWithdrawn({ verificationStatus }: fhir4.Condition): boolean {
  return codingsOf(verificationStatus ?? {}).some(({ code }) => withdrawn.has(code ?? ""));
}
