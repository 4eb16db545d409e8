import { ce, id } from "../datatypes/coded.ts";
import { nm, unit } from "../datatypes/number.ts";
import { segment } from "../mapping.ts";
import { type IngredientContext, namedMedication } from "../order.ts";
import type { Scope } from "../scope.ts";

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
    compute: (context, scope) => strengths(context, scope).map(({ value }) => value),
    rule: "Where the part is a Medication of one substance, its strength",
  }),
  6: unit({ from: "Ingredient.itemReference", compute: strengths, rule: "As RXC-5" }),
});

function strengths({ Ingredient, Medication }: IngredientContext, scope: Scope): readonly fhir4.Quantity[] {
  const part = scope.resolve<fhir4.Medication>(Ingredient.itemReference, Medication ?? {});
  const [substance, ...others] = part?.resourceType === "Medication" ? (part.ingredient ?? []) : [];
  const numerator = others.length === 0 ? substance?.strength?.numerator : undefined;
  return numerator === undefined ? [] : [numerator];
}
