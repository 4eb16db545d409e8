import type { Change, ChangeSet } from "../changes/change.ts";
import { keyOf, type Patient, patientIdOf, type Resource, type ResourceKey, referencedId } from "../fhir.ts";
import { instantOf } from "../instant.ts";
import { hasRules } from "./derive.ts";
import { begunBy } from "./facts/order.ts";
import { kindOf } from "./facts/record.ts";
import { spokenFor } from "./facts/report.ts";
import { type Lookup, lookupIn } from "./lookup.ts";

/** A resource to speak about: one that changed, or the report that speaks for observations that changed. */
export interface SubjectOfChange {
  readonly key: ResourceKey;
  readonly before?: Resource | undefined;
  readonly after: Resource;
  readonly initial: boolean;
  /** Whether it changed itself, or a part that it speaks for. */
  readonly isChanged: boolean;
  /** Changed resources that messages about it tell, or that show something about it. */
  readonly touchedBy: readonly Resource[];
  /** Everything that came along, as of now and as of before. */
  readonly now: readonly Resource[];
  readonly then: readonly Resource[];
  readonly lookup: Lookup;
  readonly lookupBefore: Lookup;
}

/**
 * What a change set is about, in its order. Observations that a report or a panel at hand names are told by it, once for
 * all of them, in the place of the last one.
 */
export function subjectsOf({ patient, changes, context }: ChangeSet): readonly SubjectOfChange[] {
  const now = [
    ...new Map([...context, ...changes.map(({ after }) => after)].map((each) => [keyOf(each), each])).values(),
  ];
  const changed = new Map<ResourceKey, Change>(changes.map((change) => [keyOf(change.after), change]));
  const then = now.flatMap((resource) => {
    const change = changed.get(keyOf(resource));
    return change === undefined ? [resource] : (change.before ?? []);
  });
  const speakers = speakersOf(now);
  const groups = new Map<ResourceKey, Group>();
  const add = (key: ResourceKey, change: Change, isTouch: boolean) => {
    const { own, touches } = groups.get(key) ?? { own: [], touches: [] };
    // Taken out and put in again: what comes last decides the place, unless it is only touched by it.
    if (!isTouch || own.length === 0) groups.delete(key);
    groups.set(key, isTouch ? { own, touches: [...touches, change] } : { own: [...own, change], touches });
  };
  const lookup = lookupIn(now);
  const lookupBefore = lookupIn(then);
  const isAtHand = (key: ResourceKey) => {
    const resource = lookup(key);
    return resource !== undefined && [undefined, patient].includes(patientIdOf(resource));
  };
  for (const change of changes) {
    const key = keyOf(change.after);
    if (change.hasLeft) {
      for (const touched of touchedBy(change.before ?? change.after, now))
        if (isAtHand(touched)) add(touched, change, true);
      continue;
    }
    const speaker = speakers.get(key);
    add(speaker ?? key, change, false);
    // What showed it before is told without it.
    const showing = [change.before ?? change.after, change.after].flatMap((each) => touchedBy(each, now));
    for (const touched of new Set(showing)) if (touched !== speaker && isAtHand(touched)) add(touched, change, true);
  }
  return [...groups].flatMap(([key, { own, touches }]) => {
    const after = lookup(key);
    if (after === undefined || !hasRules(after.resourceType)) return [];
    return [
      {
        key,
        before: lookupBefore(key),
        after,
        // What was there before stays so when news of something else touches it.
        initial: (own.length > 0 ? own : touches).every((change) => change.initial),
        isChanged: own.length > 0,
        touchedBy: touches.map((change) => change.after),
        now,
        then,
        lookup,
        lookupBefore,
      },
    ];
  });
}

interface Group {
  readonly own: readonly Change[];
  readonly touches: readonly Change[];
}

/**
 * The resources at hand whose messages tell of the changed one: allergies, coverages and relatives stand in those of the
 * person and of the visits under way, diagnoses and procedures in those of their visit, a role in those of the clinician. A
 * report or a dose shows that its order has been begun.
 */
function touchedBy(after: Resource, now: readonly Resource[]): readonly ResourceKey[] {
  const patient = patientIdOf(after);
  const visits = () =>
    now.filter((each) => isUnderWay(each) && patientIdOf(each) === patient && patient !== undefined).map(keyOf);
  switch (after.resourceType) {
    case "Patient":
      return visits();
    case "AllergyIntolerance":
    case "Coverage":
    case "RelatedPerson":
      return patient === undefined ? [] : [`Patient/${patient}`, ...visits()];
    case "Condition":
      return kindOf(after) === "diagnosis" ? visitOf(after.encounter) : [];
    case "Procedure":
      return visitOf(after.encounter);
    case "Observation":
      return isVitalSign(after) ? visitOf(after.encounter) : [];
    case "PractitionerRole":
      return keysOf("Practitioner", after.practitioner);
    case "DiagnosticReport":
    case "MedicationAdministration":
      return begunBy(after) as ResourceKey[];
    default:
      return [];
  }
}

function visitOf(reference: fhir4.Reference | undefined): ResourceKey[] {
  return keysOf("Encounter", reference);
}

function keysOf(resourceType: string, reference: fhir4.Reference | undefined): ResourceKey[] {
  const id = referencedId(reference?.reference, resourceType);
  return id === undefined ? [] : [`${resourceType}/${id}`];
}

function isUnderWay(resource: Resource): boolean {
  return (
    resource.resourceType === "Encounter" && ["arrived", "triaged", "in-progress", "onleave"].includes(resource.status)
  );
}

export function isVitalSign({ category }: fhir4.Observation): boolean {
  return category?.some(({ coding }) => coding?.some(({ code }) => code === "vital-signs")) === true;
}

/**
 * The same, spoken about with a newer version of the patient where that is known. Two polls that run side by side, of a
 * patient and of a schedule that the patient is on, may send in another order than they have read in.
 */
export function withPatient(
  subjects: readonly SubjectOfChange[],
  patient: Patient | undefined,
): readonly SubjectOfChange[] {
  if (patient === undefined) return subjects;
  const key = keyOf(patient);
  return subjects.map((subject) => {
    if (!isNewer(patient, subject.lookup(key))) return subject;
    const now = [...subject.now.filter((each) => keyOf(each) !== key), patient];
    return { ...subject, now, lookup: lookupIn(now) };
  });
}

function isNewer(patient: Patient, known: Resource | undefined): boolean {
  const [time, knownTime] = [instantOf(patient.meta?.lastUpdated), instantOf(known?.meta?.lastUpdated)];
  return time !== undefined && knownTime !== undefined && time > knownTime;
}

/** Who speaks for an observation: its report, else its panel. */
function speakersOf(resources: readonly Resource[]): ReadonlyMap<string, ResourceKey> {
  const speakers = new Map<string, ResourceKey>();
  for (const type of ["Observation", "DiagnosticReport"])
    for (const resource of resources)
      if (resource.resourceType === type) for (const part of spokenFor(resource)) speakers.set(part, keyOf(resource));
  return new Map([...speakers].map(([part, speaker]) => [part, speakers.get(speaker) ?? speaker]));
}
