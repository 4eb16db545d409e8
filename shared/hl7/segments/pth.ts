import { referencedId } from "../../fhir.ts";
import { inOrder, listOf, numbered, ofPatient } from "../chart.ts";
import { type Coded, ce, codeOrText, codingsOf } from "../datatypes/coded.ts";
import { ei } from "../datatypes/identifier.ts";
import { textOf } from "../datatypes/text.ts";
import { ts } from "../datatypes/time.ts";
import { segment } from "../mapping.ts";
import { instanceNumber } from "./iam.ts";
import { asProblemAction, type ProblemContext } from "./prb.ts";

export interface PathwayContext extends ProblemContext {
  readonly CarePlan: fhir4.CarePlan;
}

/** HL7 v2.5.1, 12.4.3; `CarePlan` addresses the problem. */
export const pth = segment<PathwayContext>("PTH", {
  1: asProblemAction,
  2: ce({
    from: ["CarePlan.title", "CarePlan.instantiatesCanonical", "CarePlan.category"],
    compute: ({ CarePlan }) => pathwayOf(CarePlan),
    required: true,
    rule: "The plan that it follows, with its title; else its category",
  }),
  3: ei({
    from: ["CarePlan.identifier", "CarePlan.id"],
    compute: ({ CarePlan }) => instanceNumber(CarePlan),
    required: true,
  }),
  4: ts({ from: ["CarePlan.created", "CarePlan.period.start", "event.recordedAt"], required: true }),
  5: ce({
    from: "CarePlan.status",
    pick: (statuses: readonly string[]): readonly Coded[] =>
      statuses.map((code) => ({ system: "http://hl7.org/fhir/request-status", code, display: code })),
  }),
});

function pathwayOf({ title, instantiatesCanonical, category }: fhir4.CarePlan): readonly Coded[] {
  const [followed] = listOf(instantiatesCanonical);
  const code = followed?.split("|")[0]?.split("/").at(-1);
  const text = textOf(title);
  if (code !== undefined || text !== undefined) return [codeOrText(code, text)];
  return listOf(category).filter((each) => codingsOf(each).length > 0 || textOf(each.text) !== undefined);
}

/** The plans of care for the problem. */
export function pathways(context: ProblemContext): readonly PathwayContext[] {
  const plans = ofPatient(context, "CarePlan").filter(
    ({ status, addresses }) =>
      status !== "entered-in-error" &&
      listOf(addresses).some(({ reference }) => referencedId(reference, "Condition") === context.Condition.id),
  );
  return numbered(
    context,
    inOrder(plans, ({ id: planId }) => planId).map((CarePlan) => ({ CarePlan })),
  );
}
