import { billedServices, plans, relationships } from "../catalogue.ts";
import { codeable, decimal, systems } from "../concepts.ts";
import { displayName } from "../population.ts";
import type { Account, Charge, Coverage, Relative } from "../records.ts";
import { type Chart, instant, patientReference, period, seconds } from "./context.ts";

const extensionUrl = (name: string) => `https://fhir-ehr.cerner.com/r4/StructureDefinition/${name}`;

export function coverageResource(chart: Chart, coverage: Coverage): fhir4.Coverage {
  const plan = plans[coverage.plan];
  return {
    resourceType: "Coverage",
    id: coverage.id,
    status: coverage.status,
    type: codeable(chart.tenant, plan?.kind ?? { display: "Self pay" }),
    subscriberId: coverage.memberNumber,
    beneficiary: patientReference(chart, coverage.person),
    relationship: {
      coding: [{ system: "http://terminology.hl7.org/CodeSystem/subscriber-relationship", code: "self" }],
      text: "Self",
    },
    ...period(coverage.start, coverage.end),
    payor: [{ display: plan?.payor ?? "" }],
    class: [
      {
        type: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/coverage-class", code: "plan" }] },
        value: plan?.name ?? "",
        name: plan?.name ?? "",
      },
    ],
    order: 1,
  };
}

/** Kin are known on the level of the person, unless for one encounter. */
export function relativeResource(chart: Chart, relative: Relative): fhir4.RelatedPerson {
  return {
    resourceType: "RelatedPerson",
    id: relative.id,
    extension: [{ valueCode: "Patient", url: extensionUrl("relationship-level") }],
    active: relative.active,
    patient: patientReference(chart, relative.person),
    relationship: [codeable(chart.tenant, relationships[relative.relationship] ?? { display: "Other" })],
    name: [
      { use: "official", text: displayName(relative.name), family: relative.name.family, given: relative.name.given },
    ],
    telecom: [{ system: "phone", value: relative.phone, use: "home" }],
    ...period(relative.start, relative.end),
  };
}

export function accountResource(chart: Chart, account: Account): fhir4.Account {
  return {
    resourceType: "Account",
    id: account.id,
    extension: [
      {
        valueMoney: { value: decimal(account.balance), currency: "USD" },
        url: extensionUrl("account-balance"),
      },
      { valueReference: { reference: `Encounter/${account.stay}` }, url: extensionUrl("associated-encounter") },
    ],
    identifier: [{ system: "urn:oid:2.16.840.1.113883.3.787.0.9", value: account.number }],
    status: account.status,
    type: {
      coding: [
        { system: "https://fhir.cerner.com/account-type", code: "financial-account", display: "Financial Account" },
      ],
      text: "Financial Account",
    },
    subject: [patientReference(chart, account.person)],
    servicePeriod: {
      start: instant(account.start),
      ...(account.end === undefined ? {} : { end: instant(account.end) }),
    },
    ...(account.combinedInto ? { partOf: { reference: `Account/${account.combinedInto}` } } : {}),
    guarantor: [{ party: { reference: `RelatedPerson/${account.person}-${account.person}` } }],
  };
}

export function chargeResource(chart: Chart, charge: Charge): fhir4.ChargeItem {
  return {
    resourceType: "ChargeItem",
    id: charge.id,
    ...(charge.replaces
      ? {
          extension: [
            {
              valueReference: { reference: `ChargeItem/${charge.replaces}` },
              url: extensionUrl("replacing"),
            },
          ],
        }
      : {}),
    status: charge.status,
    code: codeable(chart.tenant, billedServices[charge.service]?.concept ?? { display: "Unknown" }),
    subject: patientReference(chart, charge.person),
    context: { reference: `Encounter/${charge.stay}` },
    occurrenceDateTime: seconds(charge.occurredAt),
    quantity: { value: charge.quantity, system: systems.ucum, code: "{each}" },
    priceOverride: { value: decimal(charge.price), currency: "USD" },
    account: [{ reference: `Account/${charge.account}` }],
  };
}
