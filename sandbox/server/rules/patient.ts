import type { Entry } from "../../hospital/store.ts";
import { first } from "../parameters.ts";
import {
  anyTwo,
  begins,
  identifiersMatch,
  latest,
  namesMatch,
  type Search,
  type SearchRules,
  uncapped,
  within,
} from "../rule.ts";

export const patientRules: SearchRules = {
  Patient: {
    needs: {
      given: ["family"],
      gender: ["identifier", "name", "family", "birthdate", "phone", "email", "address-postalcode"],
    },
    dates: { birthdate: anyTwo },
    page: { usual: 20, most: uncapped },
    matchesAtMost: 1000,
    find: findPatients,
  },
};

function findPatients({ store, query, spans }: Search): Entry[] {
  const digits = (text: string | undefined) => text?.replace(/\D/g, "");
  return store.ofType("Patient").filter((entry) => {
    const patient = latest(entry) as fhir4.Patient;
    const values = (system: string) =>
      (patient.telecom ?? []).filter((each) => each.system === system).map((each) => each.value);
    return (
      identifiersMatch(patient.identifier, query) &&
      namesMatch(patient.name, query) &&
      within(Date.parse(patient.birthDate ?? ""), spans.get("birthdate")) &&
      begins(values("phone"), digits(first(query, "phone"))) &&
      begins(values("email"), first(query, "email")) &&
      begins(
        (patient.address ?? []).map((each) => each.postalCode),
        first(query, "address-postalcode"),
      ) &&
      (!query.has("gender") || patient.gender === first(query, "gender"))
    );
  });
}
