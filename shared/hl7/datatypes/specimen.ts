import { dataType } from "../mapping.ts";
import type { Repetition, Value } from "../model.ts";
import { translate } from "../tables/code-map.ts";
import { specimenType } from "../tables/result.ts";
import { codedWithExceptions, codingPreference, codingsOf, type Preference } from "./coded.ts";

/** 2.A.64 SPS: type, comment, body site, method of collection; where a message has no SPM. */
export const sps = dataType<fhir4.Specimen>("SPS", ({ type, collection, note }, scope, row) => {
  const preference = codingPreference(scope, row.id);
  const found = type === undefined ? undefined : translate(codingsOf(type), specimenType);
  return [
    found ? [found.code, found.name, specimenType.table] : coded(type, preference),
    undefined,
    note?.[0]?.text,
    coded(collection?.bodySite, preference),
    undefined,
    coded(collection?.method, preference),
  ];
});

function coded(concept: fhir4.CodeableConcept | undefined, preference: Preference): readonly Value[] | undefined {
  const parts: Repetition | undefined = concept === undefined ? undefined : codedWithExceptions(concept, preference);
  return parts?.map((part): Value => (typeof part === "object" && part !== null ? part[0] : part));
}
