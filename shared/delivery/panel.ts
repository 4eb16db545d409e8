import { keyOf } from "../fhir.ts";

const vitalSigns: fhir4.CodeableConcept = {
  coding: [
    {
      system: "http://loinc.org",
      code: "85353-1",
      display: "Vital signs, weight, height, head circumference, oxygen saturation and BMI panel",
    },
  ],
};

const minuteLength = "2026-03-02T06:00".length;

/** What Observations must have in common to be told as one panel. */
export function circumstancesOf(observation: fhir4.Observation): readonly string[] {
  const { encounter, subject, performer = [], status, effectiveDateTime, effectivePeriod, basedOn = [] } = observation;
  const time = effectiveDateTime ?? observation.effectiveInstant ?? effectivePeriod?.start;
  return [
    subject?.reference ?? "",
    encounter?.reference ?? "",
    // Without a time, nothing says that they belong together.
    time?.slice(0, minuteLength) ?? keyOf(observation),
    status,
    categoryOf(observation),
    ...performer.map(({ reference, display }) => reference ?? display ?? ""),
    ...basedOn.map(({ reference }) => reference ?? ""),
  ];
}

function categoryOf({ category }: fhir4.Observation): string {
  return category?.[0]?.coding?.[0]?.code ?? category?.[0]?.text ?? "";
}

/** A panel of Observations that have none. It is known by the first of them. */
export function panelOf(observations: readonly fhir4.Observation[]): fhir4.Observation {
  const [first, ...others] = observations.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  if (first === undefined) throw new RangeError("A panel has members");
  const {
    valueQuantity,
    valueCodeableConcept,
    valueString,
    component,
    note,
    interpretation,
    referenceRange,
    ...panel
  } = first;
  return {
    ...panel,
    id: `${first.id}.panel`,
    identifier: [{ value: first.id ?? "" }],
    code: categoryOf(first) === "vital-signs" ? vitalSigns : (first.category?.[0] ?? first.code),
    hasMember: [first, ...others].map((each) => ({ reference: keyOf(each) })),
  };
}
