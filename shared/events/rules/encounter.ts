import type { Resource } from "../../fhir.ts";
import type { EventStep } from "../event.ts";
import { type EncounterFacts, encounterFacts, noEncounter, placeOfBed } from "../facts/encounter.ts";
import { encounterPath, withStations } from "../path.ts";
import type { Rule, RuleTable } from "../rule.ts";

/**
 * Encounter to ADT. In the order in which steps are told: registration and admission, class, movement, leave,
 * clinicians, discharge, cancel, content.
 */
const rules: readonly Rule<EncounterFacts>[] = [
  {
    id: "E1",
    event: "encounter.pre-admitted",
    when: (_was, is, told) => is.phase === "planned" && isStay(is) && !told("pre-admission") && !told("visit"),
  },
  {
    id: "E3",
    event: "encounter.registered",
    when: (_was, is, told) => is.phase === "arrived" && !isInpatient(is) && !told("visit"),
    occurredAt: (is) => is.admitTime,
  },
  {
    id: "E4",
    event: "encounter.pre-admitted",
    when: (_was, is, told) =>
      is.phase === "arrived" &&
      isInpatient(is) &&
      is.admitTime === undefined &&
      !told("pre-admission") &&
      !told("visit"),
  },
  {
    id: "E4",
    event: "encounter.admitted",
    when: (_was, is, told) => is.phase === "arrived" && isInpatient(is) && is.admitTime !== undefined && !told("visit"),
    occurredAt: (is) => is.admitTime,
  },
  {
    id: "E5",
    event: "encounter.admitted",
    when: (_was, is, told) => is.phase === "active" && isInpatient(is) && !told("visit"),
    occurredAt: (is) => is.admitTime,
  },
  {
    id: "E6",
    event: "encounter.registered",
    when: (was, is, told) => is.phase === "active" && !isInpatient(is) && was.phase !== "arrived" && !told("visit"),
    occurredAt: (is) => is.admitTime,
  },
  {
    id: "E7",
    event: "encounter.registered",
    when: (was, is, told) => is.phase === "active" && !isInpatient(is) && was.phase === "arrived" && !told("visit"),
    occurredAt: (is) => is.admitTime,
  },
  {
    id: "E8",
    event: "encounter.became-inpatient",
    when: (was, is) => was.phase === "arrived" && isPresent(is) && !isInpatient(was) && isInpatient(is),
  },
  {
    id: "E9",
    event: "encounter.became-inpatient",
    when: (was, is) => isUnderWay(was) && isPresent(is) && !isInpatient(was) && isInpatient(is),
  },
  {
    id: "E10",
    event: "encounter.became-outpatient",
    when: (was, is) => isPresent(was) && isPresent(is) && isInpatient(was) && !isInpatient(is) && is.class !== "U",
  },
  {
    id: "E13",
    event: "encounter.transfer-cancelled",
    when: (was, is) => isMove(was, is) && wasThere(was, is.bed) && !wasThere(is, was.bed),
  },
  {
    id: "E12",
    event: "encounter.transferred",
    when: (was, is) => isMove(was, is) && !(wasThere(was, is.bed) && !wasThere(is, was.bed)),
    occurredAt: (is) => is.bedSince,
  },
  {
    id: "E15",
    event: "encounter.leave-started",
    when: (was, is) => was.phase !== "leave" && is.phase === "leave",
  },
  {
    id: "E16",
    event: "encounter.leave-ended",
    when: (was, is) => was.phase === "leave" && is.phase === "active",
  },
  {
    id: "E20",
    event: "encounter.discharge-cancelled",
    when: (was, is, told) => was.phase === "ended" && is.phase === "active" && told("discharge"),
  },
  {
    id: "E18",
    event: "encounter.discharged",
    when: (was, is) => isUnderWay(was) && is.phase === "ended",
    occurredAt: (is) => is.dischargeTime,
  },
  {
    id: "E22",
    event: "encounter.pre-admission-cancelled",
    when: (_was, is, told) => is.phase === "void" && !is.inError && told("pre-admission"),
  },
  {
    id: "E23",
    event: "encounter.cancelled",
    when: (_was, is, told) => is.phase === "void" && !is.inError && told("visit"),
  },
  {
    id: "E25",
    event: "encounter.pre-admission-cancelled",
    when: (_was, is, told) => is.phase === "void" && is.inError && told("pre-admission"),
  },
  {
    id: "E25",
    event: "encounter.cancelled",
    when: (_was, is, told) => is.phase === "void" && is.inError && told("visit"),
  },
  {
    id: "E7",
    event: "encounter.updated",
    when: (was, is) => was.phase === "arrived" && is.phase === "active",
  },
  {
    id: "E11",
    event: "encounter.updated",
    when: (was, is) => isPresent(was) && isPresent(is) && was.class !== is.class,
  },
  {
    id: "E21",
    event: "encounter.updated",
    when: (was, is) =>
      was.phase === "ended" &&
      is.phase === "ended" &&
      (was.dischargeTime !== is.dischargeTime || was.disposition !== is.disposition),
  },
];

function isInpatient(facts: EncounterFacts): boolean {
  return facts.class === "I";
}

/** Planned stays are told as pre-admissions; of planned outpatient visits the appointment speaks. */
function isStay(facts: EncounterFacts): boolean {
  return isInpatient(facts) || facts.class === "P";
}

function isUnderWay(facts: EncounterFacts): boolean {
  return facts.phase === "active" || facts.phase === "leave";
}

function isPresent(facts: EncounterFacts): boolean {
  return facts.phase === "arrived" || isUnderWay(facts);
}

/** The first place after none is content, not a move. */
function isMove(was: EncounterFacts, is: EncounterFacts): boolean {
  const moved = was.bed !== undefined && is.bed !== undefined && was.bed !== is.bed;
  return was.phase === "active" && is.phase === "active" && moved;
}

function wasThere(facts: EncounterFacts, bed: string | undefined): boolean {
  return facts.beds.some((each) => each.startsWith(`${bed}@`));
}

function step(was: EncounterFacts, is: EncounterFacts, before: Resource | undefined, after: Resource): EventStep {
  const place = (bed: string | undefined) =>
    bed === undefined
      ? undefined
      : (placeOfBed(bed, asEncounter(after)) ?? placeOfBed(bed, asEncounter(before)) ?? placeNamed(bed));
  return { location: place(is.bed), priorLocation: was.bed === is.bed ? undefined : place(was.bed) };
}

function asEncounter(resource: Resource | undefined): fhir4.Encounter | undefined {
  return resource?.resourceType === "Encounter" ? resource : undefined;
}

/** The entry was removed from both versions at hand; its name is still known from what was told. */
function placeNamed(bed: string): fhir4.EncounterLocation {
  return { location: bed.startsWith("Location/") ? { reference: bed } : { display: bed } };
}

export const encounterTable: RuleTable<EncounterFacts> = {
  none: noEncounter,
  facts: (resource, lookup) => encounterFacts(resource as fhir4.Encounter, lookup),
  rules,
  update: {
    rule: "E29",
    event: "encounter.updated",
    when: (is, told) => isPresent(is) || is.phase === "ended" || (is.phase === "planned" && told("pre-admission")),
    silentWhen: (is) => is.phase === "merged" || (is.phase === "planned" && !isStay(is)),
  },
  path: encounterPath,
  snapshot: (is) => (is.phase === "ended" ? [is] : withStations([{ ...is, phase: "none" }, is])),
  ignores: (_was, is) => is.phase === "unknown",
  step,
};
