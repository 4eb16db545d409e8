import { ce, id } from "../datatypes/coded.ts";
import { nm, unit } from "../datatypes/number.ts";
import { segment } from "../mapping.ts";
import { type IngredientContext, namedMedication } from "../order.ts";
import type { Scope } from "../scope.ts";
import { since } from "../versions.ts";
import { strengthOf } from "./dose.ts";

/** HL7 v2.5.1, 4.14.3: a part of a mixture, with its amount; a part without one makes the order impossible to tell. */
export const rxc = segment<IngredientContext>("RXC", {
  1: id({
    from: "Ingredient.isActive",
    compute: ({ Ingredient }) => [Ingredient.isActive === false ? "B" : "A"],
    required: true,
    rule: "B (base) for what is not active, else A (additive)",
  }),
  2: ce({
    from: ["Ingredient.itemCodeableConcept", "Ingredient.itemReference.display"],
    pick: namedMedication,
    required: true,
  }),
  3: nm({ from: "Ingredient.strength.numerator.value", required: true }),
  4: unit({ from: "Ingredient.strength.numerator", required: true }),
  5: nm({
    from: "Ingredient.itemReference",
    compute: (context, scope) => strengths(context, scope, "numerator").map(({ value }) => value),
    rule: "Where the part is a Medication of one substance, its strength",
  }),
  6: unit({
    from: "Ingredient.itemReference",
    compute: (context, scope) => strengths(context, scope, "numerator"),
    rule: "As RXC-5",
  }),
  8: since(
    "2.5",
    nm({
      from: "Ingredient.itemReference",
      compute: (context, scope) => strengths(context, scope, "denominator").map(({ value }) => value),
      rule: "What holds the strength of RXC-5",
    }),
  ),
  9: since(
    "2.5",
    unit({
      from: "Ingredient.itemReference",
      compute: (context, scope) => strengths(context, scope, "denominator"),
      rule: "As RXC-8",
    }),
  ),
});

function strengths(
  { Ingredient, Medication }: IngredientContext,
  scope: Scope,
  side: "numerator" | "denominator",
): readonly fhir4.Quantity[] {
  const part = scope.resolve<fhir4.Medication>(Ingredient.itemReference, Medication ?? {});
  return part?.resourceType === "Medication" ? strengthOf({ Medication: part }, side) : [];
}
