import { type MessageContext, wrongKind } from "./context.ts";
import { codedElement, codedIn } from "./datatypes/coded.ts";
import { numeric } from "./datatypes/number.ts";
import { timestampOf } from "./datatypes/time.ts";
import { type ObservedValue, observation } from "./datatypes/varies.ts";
import type { ResultContext } from "./results.ts";
import type { Scope } from "./scope.ts";
import type { ImmunizationContext } from "./segments/orc.ts";
import { isContraindicated } from "./segments/rxa.ts";

export function immunizations(context: MessageContext): readonly ImmunizationContext[] {
  const { after } = context.event;
  if (after.resourceType !== "Immunization") throw wrongKind(after.resourceType);
  return [{ ...context, Immunization: after }];
}

/** RXR says how and where it was given; what was not given has neither. */
export function givenRoutes(context: ImmunizationContext): readonly ImmunizationContext[] {
  const { status, route, site } = context.Immunization;
  return status === "not-done" || (route === undefined && site === undefined) ? [] : [context];
}

/** LOINC codes by which registries know what goes with a vaccination. */
const codes = {
  eligibility: ["64994-7", "Vaccine funding program eligibility category"],
  funding: ["30963-3", "Vaccine funding source"],
  statement: ["69764-9", "Document type"],
  statementPublished: ["29768-9", "Date vaccine information statement published"],
  statementPresented: ["29769-7", "Date vaccine information statement presented"],
  dose: ["30973-2", "Dose number in series"],
  doses: ["59782-3", "Number of doses in primary immunization series"],
  contraindication: ["30945-0", "Vaccination contraindication and precaution"],
  reaction: ["31044-1", "Immunization reaction"],
} as const;

interface Detail {
  readonly code: keyof typeof codes;
  readonly value: ObservedValue | undefined;
  /** OBX-4: details of the same thing have the same one. */
  readonly group: string;
  readonly method?: fhir4.CodeableConcept;
  /** When it was found, where not on vaccination. */
  readonly time?: string | undefined;
}

/** Eligibility holds for one vaccination and not for the visit. */
const perImmunization: fhir4.CodeableConcept = {
  coding: [
    {
      system: "urn:oid:2.16.840.1.114222.4.5.274",
      code: "VXC40",
      display: "Eligibility captured at the immunization level",
    },
  ],
};

/**
 * What goes with a vaccination, as OBX: eligibility, funding, information statements, dose numbers, contraindication and
 * reactions.
 */
export function immunizationDetails(context: ImmunizationContext, scope: Scope): readonly ResultContext[] {
  const { Immunization } = context;
  const details = detailsOf(Immunization, scope).filter(({ value }) => value !== undefined);
  return details.map(({ code, value, group, method, time: found = Immunization.occurrenceDateTime }, index) => {
    const [loinc, display] = codes[code];
    const Observation: fhir4.Observation = {
      resourceType: "Observation",
      status: "final",
      code: { coding: [{ system: "http://loinc.org", code: loinc, display }] },
      ...(found !== undefined && { effectiveDateTime: found }),
      ...(method !== undefined && { method }),
    };
    return { ...context, Observation, Result: Observation, value, subId: group, setId: index + 1 };
  });
}

function detailsOf(immunization: fhir4.Immunization, scope: Scope): readonly Detail[] {
  const { programEligibility, fundingSource, statusReason, education, protocolApplied } = immunization;
  let group = 0;
  const next = () => `${++group}`;
  const details: Detail[] = [];
  for (const eligibility of programEligibility ?? [])
    details.push({ code: "eligibility", value: coded(eligibility, scope), group: next(), method: perImmunization });
  if (fundingSource !== undefined) details.push({ code: "funding", value: coded(fundingSource, scope), group: next() });
  for (const statement of education ?? []) details.push(...statementDetails(statement, next(), scope));
  for (const {
    doseNumberPositiveInt,
    doseNumberString,
    seriesDosesPositiveInt,
    seriesDosesString,
  } of protocolApplied ?? []) {
    const shared = next();
    details.push({ code: "dose", value: count(doseNumberPositiveInt, doseNumberString), group: shared });
    details.push({ code: "doses", value: count(seriesDosesPositiveInt, seriesDosesString), group: shared });
  }
  if (statusReason !== undefined && isContraindicated(immunization))
    details.push({ code: "contraindication", value: coded(statusReason, scope), group: next() });
  for (const { date, detail } of immunization.reaction ?? []) {
    const found = scope.resolve<fhir4.Observation>(detail, immunization);
    const concept = found?.resourceType === "Observation" ? (found.valueCodeableConcept ?? found.code) : undefined;
    const reaction = concept ?? (detail?.display === undefined ? undefined : { text: detail.display });
    if (reaction !== undefined)
      details.push({ code: "reaction", value: coded(reaction, scope), group: next(), time: date });
  }
  return details;
}

/** Vaccine information statements by their GDTI (cdcgs1vis), which has digits alone. */
const statementTypes = "urn:oid:2.16.840.1.114222.4.5.307";
const statementNumber = /^\d{20,}$/;

function statementDetails(
  { documentType, publicationDate, presentationDate }: fhir4.ImmunizationEducation,
  group: string,
  scope: Scope,
): readonly Detail[] {
  const isNumber = statementNumber.test(documentType ?? "");
  const type =
    documentType === undefined
      ? undefined
      : coded(isNumber ? { coding: [{ system: statementTypes, code: documentType }] } : { text: documentType }, scope);
  return [
    { code: "statement", value: type, group },
    { code: "statementPublished", value: time(publicationDate, scope), group },
    { code: "statementPresented", value: time(presentationDate, scope), group },
  ];
}

/** CE and not CWE: registries take the types that the guide of the CDC names. */
function coded(concept: fhir4.CodeableConcept, scope: Scope): ObservedValue | undefined {
  const element = codedIn(observation, codedElement, concept, scope);
  return element === undefined ? undefined : { type: "CE", repetitions: [element] };
}

function time(text: string | undefined, scope: Scope): ObservedValue | undefined {
  const told = timestampOf(text, scope);
  return told === undefined ? undefined : { type: told.length === 8 ? "DT" : "TS", repetitions: [[told]] };
}

function count(number: unknown, text: string | undefined): ObservedValue | undefined {
  const digits = numeric(number) ?? (text === undefined ? undefined : numeric(text));
  if (digits !== undefined) return { type: "NM", repetitions: [[digits]] };
  return text === undefined ? undefined : { type: "ST", repetitions: [[text]] };
}
