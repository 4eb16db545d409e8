import { hasCode, ofPatient } from "../chart.ts";
import type { MessageContext } from "../context.ts";
import { type Coded, ce, codingsOf, yesNo } from "../datatypes/coded.ts";
import { pl } from "../datatypes/location.ts";
import { xcn } from "../datatypes/provider.ts";
import { segment } from "../mapping.ts";
import { translate } from "../tables/code-map.ts";
import { dischargeDisposition } from "../tables/visit.ts";
import { whereabouts } from "./pv1.ts";

/** LOINC */
const causeOfDeath = ["69453-9"];
const autopsyPerformed = ["85699-7"];

/** HL7 v2.5.1, 3.4.12; `Observation` is what was found about the death. */
export const pda = segment<MessageContext>("PDA", {
  1: ce({
    from: "Observation.valueCodeableConcept",
    compute: (context): readonly Coded[] =>
      findings(context, causeOfDeath).flatMap(({ valueCodeableConcept, valueString }) =>
        valueString === undefined ? (valueCodeableConcept ?? []) : { text: valueString },
      ),
    repeats: true,
    rule: "The cause of death (LOINC 69453-9)",
  }),
  2: pl({
    from: "Encounter.location",
    compute: ({ Encounter }, scope) => (diedHere(Encounter) ? whereabouts(Encounter, scope) : []),
    rule: "Where the patient was last, if they left the visit by death",
  }),
  5: xcn({
    from: "Observation.performer",
    compute: (context) => findings(context, causeOfDeath).flatMap(({ performer }) => performer ?? []),
    rule: "Who named the cause",
  }),
  6: yesNo({
    from: "Observation.value[x]",
    compute: (context) =>
      findings(context, autopsyPerformed).map(
        ({ valueBoolean, valueCodeableConcept }) => valueBoolean ?? hasCode(valueCodeableConcept, ["Y", "373066001"]),
      ),
    rule: "Whether there was an autopsy (LOINC 85699-7)",
  }),
});

const untold: ReadonlySet<string> = new Set(["cancelled", "entered-in-error"]);

function findings(context: MessageContext, codes: readonly string[]): readonly fhir4.Observation[] {
  return ofPatient(context, "Observation").filter(({ status, code }) => !untold.has(status) && hasCode(code, codes));
}

function diedHere(encounter: fhir4.Encounter | undefined): encounter is fhir4.Encounter {
  const disposition = encounter?.hospitalization?.dischargeDisposition;
  return disposition !== undefined && translate(codingsOf(disposition), dischargeDisposition)?.code === "20";
}

/** Of one who has died. */
export function deaths(context: MessageContext): readonly MessageContext[] {
  const { deceasedBoolean, deceasedDateTime } = context.Patient;
  return deceasedBoolean === true || deceasedDateTime !== undefined ? [context] : [];
}
