import type { Entry } from "../../hospital/store.ts";
import { first, listOf, matchesToken } from "../parameters.ts";
import { holds, identifiersMatch, latest, namesMatch, type Search, type SearchRules, uncapped } from "../rule.ts";

export const referenceRules: SearchRules = {
  Location: {
    needs: {
      "address-city": ["address-state", "address-postalcode"],
      name: ["-physicalType", "type", "address", "identifier"],
      organization: ["-physicalType", "type", "address", "identifier"],
    },
    page: { usual: 100, most: 100 },
    find: findLocations,
  },
  Practitioner: {
    needs: { given: ["family"] },
    page: { usual: 50, most: uncapped },
    check: (query) => ((first(query, "name") ?? "  ").length < 2 ? "name must have at least 2 characters" : undefined),
    find: findPractitioners,
  },
  Organization: { page: { usual: 100, most: uncapped }, find: findOrganizations },
};

function findLocations({ store, query }: Search): Entry[] {
  const types = [...listOf(query, "-physicalType"), ...listOf(query, "type")];
  return store.ofType("Location").filter((entry) => {
    const location = latest(entry) as fhir4.Location;
    return (
      (types.length === 0 || matchesToken(types, location.physicalType?.coding ?? [])) &&
      holds(location.name, first(query, "name")) &&
      holds(location.address?.text, first(query, "address")) &&
      holds(location.address?.city, first(query, "address-city")) &&
      holds(location.address?.state, first(query, "address-state")) &&
      holds(location.address?.postalCode, first(query, "address-postalcode")) &&
      holds(location.managingOrganization?.reference, first(query, "organization")) &&
      identifiersMatch(location.identifier, query)
    );
  });
}

function findPractitioners({ store, query }: Search): Entry[] {
  return store.ofType("Practitioner").filter((entry) => {
    const practitioner = latest(entry) as fhir4.Practitioner;
    const active = first(query, "active");
    return (
      namesMatch(practitioner.name, query) &&
      identifiersMatch(practitioner.identifier, query) &&
      (active === undefined || String(practitioner.active) === active)
    );
  });
}

function findOrganizations({ store, query }: Search): Entry[] {
  return store.ofType("Organization").filter((entry) => {
    const organization = latest(entry) as fhir4.Organization;
    const types = (organization.type ?? []).flatMap((concept) => concept.coding ?? []);
    return (
      holds(organization.name, first(query, "name")) &&
      holds(organization.address?.[0]?.line?.join(" "), first(query, "address")) &&
      identifiersMatch(organization.identifier, query) &&
      (!query.has("type") || matchesToken(listOf(query, "type"), types))
    );
  });
}
