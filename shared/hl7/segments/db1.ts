import { numbered } from "../chart.ts";
import type { MessageContext } from "../context.ts";
import { is, yesNo } from "../datatypes/coded.ts";
import { cx } from "../datatypes/identifier.ts";
import { si } from "../datatypes/text.ts";
import { standard } from "../extensions.ts";
import { segment } from "../mapping.ts";
import { patientIdentifiers } from "./pid.ts";

export const disability = `${standard}/patient-disability`;

/** HL7 v2.5.1, 3.4.11 */
export const db1 = segment<MessageContext>("DB1", {
  1: si({ from: "setId", required: true }),
  2: is({ from: "Patient", compute: () => ["PT"], rule: "PT: the patient is the disabled person (HL70334)" }),
  3: cx({ from: "Patient.identifier", pick: patientIdentifiers }),
  4: yesNo({ from: `Patient.extension('${disability}').valueCodeableConcept`, compute: () => [true] }),
});

/** One segment where the record tells of a disability; which one it is stands in PD1-6. */
export function disabilities(context: MessageContext): readonly MessageContext[] {
  const isDisabled = context.Patient.extension?.some(({ url }) => url === disability) ?? false;
  return isDisabled ? numbered(context, [{}]) : [];
}
