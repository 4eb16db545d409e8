import type { Entry, Store } from "../../hospital/store.ts";
import { first, listOf, type Query, referencesOf } from "../parameters.ts";
import { identifiersMatch, latest, ofPatient, type Search, type SearchRules, uncapped } from "../rule.ts";

/** Kin and money: nothing here can be asked for by when it was updated. */
export const financeRules: SearchRules = {
  Coverage: { oneOf: [["patient", "-encounter"]], find: findCoverages },
  RelatedPerson: {
    oneOf: [["patient", "identifier", "-encounter"]],
    needs: { "-relationship-level": ["patient", "identifier"] },
    check: relationshipProblem,
    find: findRelatives,
  },
  Account: { page: { usual: 10, most: uncapped }, check: accountProblem, find: findAccounts },
  ChargeItem: {
    oneOf: [["context", "account"]],
    page: { usual: 50, most: uncapped },
    check: chargeProblem,
    find: findCharges,
  },
};

/** Ids of the patients whom the encounters are about. */
function patientsOf(encounters: readonly string[], store: Store): string[] {
  return encounters.flatMap((id) => {
    const encounter = store.entry(`Encounter/${id}`);
    return encounter ? ((latest(encounter) as fhir4.Encounter).subject?.reference?.replace("Patient/", "") ?? []) : [];
  });
}

function findCoverages({ store, query, spans }: Search): Entry[] {
  if (query.has("patient")) return ofPatient("Coverage", { store, query, spans });
  const patients = patientsOf(referencesOf(query, "-encounter", "Encounter"), store);
  return patients.flatMap((patient) => [...store.referring("Coverage", `Patient/${patient}`)]);
}

const levels = ["https://fhir.cerner.com/relationship-level|Patient", "Patient", "Encounter", "All"];

function relationshipProblem(query: Query): string | undefined {
  if (query.has("_id") || query.has("-encounter")) return undefined;
  const level = first(query, "-relationship-level");
  if (level === undefined) return "-relationship-level must be provided with patient or identifier";
  const [, code = level] = level.split("|");
  return levels.includes(code) ? undefined : "-relationship-level is not a valid level";
}

/** All kin of the house are kin of the person: none stand for one encounter only. */
function findRelatives({ store, query, spans }: Search): Entry[] {
  if (query.has("-encounter")) return [];
  if (query.has("patient")) return ofPatient("RelatedPerson", { store, query, spans });
  return store
    .ofType("RelatedPerson")
    .filter((entry) => identifiersMatch((latest(entry) as fhir4.RelatedPerson).identifier, query));
}

/** The forms in which accounts can be asked for, and no others. */
const accountForms: readonly { names: readonly string[]; type: string }[] = [
  { names: ["-encounter"], type: "guarantor-balance" },
  { names: ["patient", "identifier"], type: "statement" },
  { names: ["-guarantor"], type: "financial-account" },
];

function accountProblem(query: Query): string | undefined {
  if (query.has("_id")) return undefined;
  const given = ["patient", "-encounter", "-guarantor", "identifier"].filter((name) => query.has(name));
  const form = accountForms.find(
    ({ names }) => names.length === given.length && names.every((name) => query.has(name)),
  );
  if (!form) return "only -encounter, -guarantor, or patient with identifier may be provided";
  return first(query, "type") === form.type ? undefined : `type must be ${form.type}`;
}

function findAccounts({ store, query }: Search): Entry[] {
  const guarantors = referencesOf(query, "-guarantor", "RelatedPerson");
  // The house sends no statements and keeps no balance for an encounter alone, and everybody there answers for themselves.
  return guarantors.flatMap((id) => {
    const [person, patient, ...more] = id.split("-");
    return patient === undefined || more.length > 0 ? [] : [...store.referring("Account", `Patient/${person}`)];
  });
}

function chargeProblem(query: Query): string | undefined {
  if (query.has("_id")) return listOf(query, "_id").length > 1 ? "_id must be a single id" : undefined;
  return first(query, "-status") === "billable"
    ? undefined
    : "-status=billable must be provided with context or account";
}

/** Only what can be billed is found: what was voided is just no longer there. */
function findCharges({ store, query }: Search): Entry[] {
  const contexts = referencesOf(query, "context", "Encounter");
  const accounts = referencesOf(query, "account", "Account");
  const patients = [
    ...patientsOf(contexts, store),
    ...accounts.flatMap((id) => {
      const account = store.entry(`Account/${id}`);
      return account ? ((latest(account) as fhir4.Account).subject?.[0]?.reference?.replace("Patient/", "") ?? []) : [];
    }),
  ];
  return [...new Set(patients)]
    .flatMap((patient) => [...store.referring("ChargeItem", `Patient/${patient}`)])
    .filter((entry) => {
      const { status, context, account } = latest(entry) as fhir4.ChargeItem;
      const isWanted =
        contexts.includes(context?.reference?.replace("Encounter/", "") ?? "") ||
        accounts.includes(account?.[0]?.reference?.replace("Account/", "") ?? "");
      return status === "billable" && isWanted;
    });
}
