import { organisms, susceptibilities, type Test, tests, vitals } from "../catalogue.ts";
import { type Concept, codeable, decimal, systems } from "../concepts.ts";
import type { Measurement } from "../records.ts";
import { type Chart, eventIdentifier, instant, performerFunction } from "./context.ts";

export function observationResource(chart: Chart, measurement: Measurement, at: number): fhir4.Observation {
  const laboratory = measurement.kind !== "vital";
  const eventIds = measurement.id.split("-").slice(1);
  return {
    resourceType: "Observation",
    id: measurement.id,
    identifier: eventIds.map((eventId) => eventIdentifier(chart, eventId, at)),
    // A record without status is never shown; the store keeps it suppressed.
    status: measurement.status === "missing" ? "unknown" : measurement.status,
    category: [
      {
        coding: [
          {
            system: "http://terminology.hl7.org/CodeSystem/observation-category",
            code: laboratory ? "laboratory" : "vital-signs",
            display: laboratory ? "Laboratory" : "Vital Signs",
            ...(laboratory ? { userSelected: false } : {}),
          },
        ],
        text: laboratory ? "Laboratory" : "Vital Signs",
      },
    ],
    code: codeable(chart.tenant, conceptOf(measurement)),
    subject: { reference: `Patient/${measurement.person}` },
    encounter: { reference: `Encounter/${measurement.stay}` },
    effectiveDateTime: instant(measurement.takenAt),
    issued: instant(measurement.issuedAt),
    performer: [
      {
        extension: [
          performerFunction("LA", "legal authenticator"),
          ...(laboratory ? [performerFunction("PPRF", "primary performer")] : []),
        ],
        reference: `Practitioner/${measurement.performer}`,
      },
    ],
    ...contentOf(chart, measurement),
  };
}

function conceptOf({ kind, test, parent }: Measurement): Concept {
  if (kind === "vital" && vitals[test]?.second) return bloodPressure;
  if (kind === "microbiology" && parent === undefined) return culture;
  return { laboratory: tests, vital: vitals, microbiology: susceptibilities }[kind][test]?.concept ?? culture;
}

/** The value, and what stands beside it. */
function contentOf(chart: Chart, measurement: Measurement): Partial<fhir4.Observation> {
  const { kind, test, parent, members = [], values } = measurement;
  const [digits = "0", secondDigits = "0"] = values;
  if (kind === "vital") {
    const vital = vitals[test];
    if (vital?.second)
      return { component: [component(chart, vital, digits), component(chart, vital.second, secondDigits)] };
    return vital ? { valueQuantity: quantity(vital, digits) } : {};
  }
  if (kind === "laboratory") {
    const made = tests[test];
    return made ? { valueQuantity: quantity(made, digits), ...laboratoryDetail(made, digits) } : {};
  }
  if (parent === undefined)
    return {
      valueCodeableConcept: codeable(chart.tenant, organisms[test] ?? { display: "" }),
      ...(members.length > 0 ? { hasMember: members.map((id) => ({ reference: `Observation/${id}` })) } : {}),
    };
  const antibiotic = susceptibilities[test];
  return {
    ...(antibiotic
      ? { valueQuantity: quantity(antibiotic, digits), interpretation: susceptibility(antibiotic, digits) }
      : {}),
    derivedFrom: [{ reference: `Observation/${parent}` }],
  };
}

const culture: Concept = {
  codeSet: 72,
  code: "2700911",
  display: "Culture",
  standard: [{ system: systems.loinc, code: "600-7", display: "Bacteria identified in Blood by Culture" }],
};

const bloodPressure: Concept = {
  display: "Blood pressure",
  standard: [{ system: systems.loinc, code: "85354-9", display: "Blood pressure panel with all children optional" }],
};

function component(chart: Chart, test: Test, digits: string): fhir4.ObservationComponent {
  return { code: codeable(chart.tenant, test.concept), valueQuantity: quantity(test, digits) };
}

function quantity({ unit, ucum }: Test, digits: string): fhir4.Quantity {
  return { value: decimal(digits), unit, system: systems.ucum, code: ucum };
}

function laboratoryDetail(test: Test, digits: string): Pick<fhir4.Observation, "interpretation" | "referenceRange"> {
  const [code, display]: [string, string] =
    Number(digits) > Number(test.high)
      ? ["H", "High"]
      : Number(digits) < Number(test.low)
        ? ["L", "Low"]
        : ["N", "Normal"];
  return {
    interpretation: [interpretation(code, display)],
    referenceRange: [
      {
        low: quantity(test, test.low),
        high: quantity(test, test.high),
        type: {
          coding: [
            {
              system: "http://terminology.hl7.org/CodeSystem/referencerange-meaning",
              code: "normal",
              display: "Normal Range",
            },
          ],
          text: "Normal Range",
        },
      },
    ],
  };
}

function susceptibility({ high }: Test, digits: string): fhir4.CodeableConcept[] {
  return [Number(digits) >= Number(high) ? interpretation("R", "Resistant") : interpretation("S", "Susceptible")];
}

function interpretation(code: string, display: string): fhir4.CodeableConcept {
  return {
    coding: [
      {
        system: "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
        code,
        display,
        userSelected: false,
      },
    ],
    text: display,
  };
}
