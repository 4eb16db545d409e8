import { dataType } from "../mapping.ts";
import type { Repetition, Value } from "../model.ts";
import type { Scope } from "../scope.ts";
import { translate } from "../tables/code-map.ts";
import { specimenType } from "../tables/result.ts";
import { isFrom } from "../versions.ts";
import { codedElement, codedWithExceptions, codingPreference, codingsOf } from "./coded.ts";

/** 2.A.64 SPS: type, additive, comment, body site, method of collection; where a message has no SPM. */
export const sps = dataType<fhir4.Specimen>("SPS", ({ type, collection, container, note }, scope, row) => {
  const found = type === undefined ? undefined : translate(codingsOf(type), specimenType);
  const coded = (concept: fhir4.CodeableConcept | undefined) => asSubcomponents(concept, scope, row.id);
  const additive = container?.find(({ additiveCodeableConcept }) => additiveCodeableConcept)?.additiveCodeableConcept;
  return [
    found ? [found.code, found.name, specimenType.table] : coded(type),
    coded(additive),
    note?.[0]?.text,
    coded(collection?.bodySite),
    undefined,
    coded(collection?.method),
  ];
});

function asSubcomponents(
  concept: fhir4.CodeableConcept | undefined,
  scope: Scope,
  field: string,
): readonly Value[] | undefined {
  if (concept === undefined) return undefined;
  // Until 2.4 the components are CE.
  const encode = isFrom("2.5", scope) ? codedWithExceptions : codedElement;
  const parts: Repetition | undefined = encode(concept, codingPreference(scope, field));
  return parts?.map((part): Value => (typeof part === "object" && part !== null ? part[0] : part));
}
