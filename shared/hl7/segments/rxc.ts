import { ce, id } from "../datatypes/coded.ts";
import { nm, unit } from "../datatypes/number.ts";
import { segment } from "../mapping.ts";
import { type IngredientContext, namedMedication } from "../order.ts";

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
});
