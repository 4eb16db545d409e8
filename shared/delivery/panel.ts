import { isVitalSign } from "../events/subjects.ts";
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

/** Millennium may tell of a vital sign that it is a procedure and a therapy too, and that first. */
function categoryOf(observation: fhir4.Observation): string {
  const [first] = observation.category ?? [];
  return isVitalSign(observation) ? "vital-signs" : (first?.coding?.[0]?.code ?? first?.text ?? "");
}

/** What is found out by one Observation, and holds for no other of the panel. */
const own = new Set(["component", "note", "interpretation", "referenceRange", "dataAbsentReason", "extension"]);

/** A panel of Observations that have none. It is known by the first of them. */
export function panelOf(observations: readonly fhir4.Observation[]): fhir4.Observation {
  const [first, ...others] = observations.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  if (first === undefined) throw new RangeError("A panel has members");
  const panel = Object.fromEntries(
    Object.entries(first).filter(([name]) => !own.has(name) && !name.startsWith("value")),
  ) as unknown as fhir4.Observation;
  return {
    ...panel,
    id: `${first.id}.panel`,
    identifier: [{ value: first.id ?? "" }],
    code: categoryOf(first) === "vital-signs" ? vitalSigns : (first.category?.[0] ?? first.code),
    hasMember: [first, ...others].map((each) => ({ reference: keyOf(each) })),
  };
}
