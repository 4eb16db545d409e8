import { isMerged, type Resource } from "../../fhir.ts";
import { isSameTime } from "../../instant.ts";
import type { EventStep } from "../event.ts";
import { type EncounterFacts, encounterFacts, noEncounter, placeOfBed } from "../facts/encounter.ts";
import { encounterPath, withStations } from "../path.ts";
import type { Around, Rule, RuleTable } from "../rule.ts";
import type { Statement } from "../vocabulary.ts";
import {
  areNewConsultants,
  isAhead,
  isCorrectedEnd,
  isInpatient,
  isMove,
  isNewAttending,
  isOfNote,
  isPresent,
  isRenumbered,
  isStay,
  isTakenBack,
  isUnderWay,
  isUndone,
  leavesBefore,
  leavesOf,
} from "./visit.ts";

/**
 * Encounter to ADT. In the order in which steps are told: registration and admission, class, movement, leave,
 * clinicians, discharge, cancel, content.
 */
const rules: readonly Rule<EncounterFacts>[] = [
  {
    id: "E30",
    event: "encounter.cancelled",
    title: "Another patient's, for who knows no move of visits: it ends with the one, and begins with the other",
    isOfBefore: true,
    when: (was, is, told, around) =>
      isOfAnother(was, is, around) && !around.hears("encounter.moved") && canBeginAnew(is, told, around),
  },
  {
    id: "E30",
    event: "encounter.pre-admission-cancelled",
    title:
      "Another patient's plan, for who knows no move of visits: it is called off for the one, and told of the other",
    isOfBefore: true,
    when: (was, is, told, around) =>
      is.phase === "planned" &&
      told("pre-admission") &&
      isOfAnother(was, is, around) &&
      !around.hears("encounter.moved") &&
      around.hears("encounter.pre-admission-cancelled"),
  },
  {
    id: "E30",
    event: "encounter.moved",
    title: "Belongs to another patient, who is not the survivor of a merge",
    when: (was, is, told, around) =>
      isOfAnother(was, is, around) && (told("visit") || told("pre-admission")) && around.hears("encounter.moved"),
  },
  {
    id: "E32",
    event: "encounter.merged",
    title: "Combined into another visit",
    when: (was, is, told) =>
      was.phase !== "merged" && is.phase === "merged" && (told("visit") || told("pre-admission") || told("arrival")),
  },
  {
    id: "E31",
    event: "encounter.cancelled",
    title: "Another visit number, for who knows no change of numbers: the visit ends, and begins under the new one",
    isOfBefore: true,
    // A visit that begins with these steps is told under the new number from the first.
    when: (was, is, told, around) =>
      isRenumbered(was, is) && !around.hears("encounter.renumbered") && canBeginAnew(is, told, around),
  },
  {
    id: "E31",
    event: "encounter.renumbered",
    title: "Another visit number, where no change of class says so",
    when: (was, is, told) =>
      isRenumbered(was, is) &&
      isOfNote(is) &&
      isInpatient(was) === isInpatient(is) &&
      (told("visit") || told("pre-admission")),
  },
  {
    id: "E35",
    event: "encounter.cancelled",
    title: "A visit that was told to have begun is only planned after all: it is taken back, and the plan told anew",
    isOfBefore: true,
    when: (_was, is, told) => is.phase === "planned" && (told("visit") || told("arrival")),
  },
  {
    id: "E1",
    event: "encounter.admission-pending",
    title: "A stay is planned and a bed reserved",
    option: "pending-admissions",
    when: (_was, is, told) =>
      is.phase === "planned" && isStay(is) && is.reserved !== undefined && !told("pending-admission") && !told("visit"),
  },
  {
    id: "E1",
    event: "encounter.pre-admitted",
    title: "A stay is planned",
    when: (_was, is, told) => is.phase === "planned" && isStay(is) && isNews(told),
  },
  {
    id: "E2",
    event: "encounter.pre-admitted",
    title: "An outpatient visit is planned",
    option: "planned-outpatients",
    when: (_was, is, told) => is.phase === "planned" && !isStay(is) && isNews(told),
  },
  {
    id: "E3",
    event: "encounter.arrived",
    title: "Arrived, and the visit has not begun",
    option: "arrivals",
    when: (_was, is, told) => is.phase === "arrived" && !isInpatient(is) && !told("arrival") && !told("visit"),
    occurredAt: (is) => is.admitTime,
  },
  {
    id: "E3",
    event: "encounter.registered",
    title: "An outpatient or emergency patient arrived",
    unless: "arrivals",
    when: (_was, is, told) => is.phase === "arrived" && !isInpatient(is) && !told("visit"),
    occurredAt: (is) => is.admitTime,
  },
  {
    id: "E4",
    event: "encounter.arrived",
    title: "An inpatient arrived, and the stay has not begun",
    option: "arrivals",
    when: (_was, is, told) =>
      is.phase === "arrived" && isInpatient(is) && is.admitTime === undefined && !told("arrival") && !told("visit"),
  },
  {
    id: "E4",
    event: "encounter.pre-admitted",
    title: "An inpatient arrived, and the stay has not begun",
    unless: "arrivals",
    when: (_was, is, told) => is.phase === "arrived" && isInpatient(is) && is.admitTime === undefined && isNews(told),
  },
  {
    id: "E4",
    event: "encounter.admitted",
    title: "An inpatient arrived, and the stay has begun",
    when: (_was, is, told) => is.phase === "arrived" && isInpatient(is) && is.admitTime !== undefined && !told("visit"),
    occurredAt: (is) => is.admitTime,
  },
  {
    id: "E5",
    event: "encounter.admitted",
    title: "A stay begins",
    when: (_was, is, told, { final }) => isUnderWay(is) && isInpatient(is) && !told("visit") && hasBegun(final),
    occurredAt: (is) => is.admitTime,
  },
  {
    id: "E6",
    event: "encounter.admitted",
    title: "An outpatient visit that was told to end begins anew, for who can be told of no registration",
    when: (_was, is, told, { hears, toldBefore }) =>
      isPresent(is) && !isInpatient(is) && toldBefore("visit") && !told("visit") && !hears("encounter.registered"),
    occurredAt: (is) => is.admitTime,
  },
  {
    id: "E6",
    event: "encounter.registered",
    title: "An outpatient or emergency visit begins",
    when: (was, is, told, { final }) =>
      isUnderWay(is) && !isInpatient(is) && was.phase !== "arrived" && !told("visit") && hasBegun(final),
    occurredAt: (is) => is.admitTime,
  },
  {
    id: "E7",
    event: "encounter.registered",
    title: "The visit of a patient who had arrived begins, and the arrival was not told as a visit",
    when: (was, is, told) => is.phase === "active" && !isInpatient(is) && was.phase === "arrived" && !told("visit"),
    occurredAt: (is) => is.admitTime,
  },
  {
    id: "E8",
    event: "encounter.became-inpatient",
    title: "An outpatient or emergency patient who waits becomes an inpatient",
    when: (was, is, told) =>
      was.phase === "arrived" && isPresent(is) && !isInpatient(was) && isInpatient(is) && told("visit"),
    occurredAt: (is) => is.classSince,
  },
  {
    id: "E9",
    event: "encounter.became-inpatient",
    title: "An outpatient or emergency patient becomes an inpatient",
    when: (was, is) => isUnderWay(was) && isPresent(is) && !isInpatient(was) && isInpatient(is),
    occurredAt: (is) => is.classSince,
  },
  {
    id: "E10",
    event: "encounter.became-outpatient",
    title: "An inpatient becomes an outpatient",
    when: (was, is) => isPresent(was) && isPresent(is) && isInpatient(was) && !isInpatient(is) && is.class !== "U",
    occurredAt: (is) => is.classSince,
  },
  {
    id: "E13",
    event: "encounter.transfer-cancelled",
    title: "Back in the bed before, and the move is not on record any more",
    when: (was, is, _told, { has }) =>
      isMove(was, is) && isTakenBack(was, is) && !(has("outpatient-tracking") && !isInpatient(is)),
  },
  {
    id: "E12",
    event: "encounter.tracked",
    title: "An outpatient or emergency patient in another place",
    option: "outpatient-tracking",
    when: (was, is) => isMove(was, is) && !isInpatient(is),
    occurredAt: (is) => is.bedSince,
  },
  {
    id: "E12",
    event: "encounter.transferred",
    title: "In another bed",
    when: (was, is, _told, { has }) =>
      isMove(was, is) && !isTakenBack(was, is) && !(has("outpatient-tracking") && !isInpatient(is)),
    occurredAt: (is) => is.bedSince,
  },
  {
    id: "E14",
    event: "encounter.pending-transfer-cancelled",
    title: "No bed waits any more",
    option: "pending-transfers",
    when: (_was, is, told, { isLast }) =>
      isLast && isPresent(is) && is.reserved === undefined && told("pending-transfer"),
  },
  {
    id: "E14",
    event: "encounter.transfer-pending",
    title: "Another bed waits",
    option: "pending-transfers",
    when: (was, is, told, { isLast }) =>
      isLast &&
      isPresent(is) &&
      is.reserved !== undefined &&
      is.reserved !== is.bed &&
      (was.reserved !== is.reserved || !told("pending-transfer")),
  },
  {
    id: "E17",
    event: "encounter.leave-cancelled",
    title: "Not on leave, and the history of the status knows of no leave",
    option: "cancelled-leaves",
    when: (was, is) =>
      was.phase === "leave" && is.phase === "active" && is.phases.length > 0 && leavesOf(is) <= leavesBefore(was),
  },
  {
    id: "E17",
    event: "encounter.return-cancelled",
    title: "On leave again, and the history of the status knows of no return",
    option: "cancelled-leaves",
    when: (was, is) => was.phase === "active" && is.phase === "leave" && leavesOf(was) > leavesOf(is),
  },
  {
    id: "E15",
    event: "encounter.leave-started",
    title: "On leave",
    // The leave of a visit that was told to end and to begin anew is told anew.
    when: (was, is, told, { toldBefore }) =>
      is.phase === "leave" && (was.phase !== "leave" || (toldBefore("leave") && !told("leave"))),
    occurredAt: (is) => is.phaseSince,
  },
  {
    id: "E16",
    event: "encounter.leave-ended",
    title: "Back from leave",
    when: (was, is) => was.phase === "leave" && is.phase === "active",
    occurredAt: (is) => is.phaseSince,
  },
  {
    id: "E20",
    event: "encounter.discharge-cancelled",
    title: "Not ended any more",
    when: (was, is, told, around) =>
      was.phase === "ended" && is.phase === "active" && told("discharge") && !isVoidedAtOnce(around),
  },
  {
    id: "E27",
    event: "encounter.attending-change-cancelled",
    title: "The attending doctor before again, and the one since is not on record any more",
    option: "doctor-changes",
    when: (was, is, _told, { isLast }) =>
      isLast && isNewAttending(was, is) && isUndone(was.attending, is.attending, was.attendingEver, is.attendingEver),
  },
  {
    id: "E27",
    event: "encounter.attending-changed",
    title: "Another attending doctor",
    option: "doctor-changes",
    when: (was, is, _told, { isLast }) => isLast && isNewAttending(was, is),
  },
  {
    id: "E28",
    event: "encounter.consultant-change-cancelled",
    title: "A consultant is not on record any more",
    option: "doctor-changes",
    when: (was, is, _told, { isLast }) =>
      isLast &&
      areNewConsultants(was, is) &&
      was.consultants.length > is.consultants.length &&
      was.consultants.some((each) => !is.consultants.includes(each) && !is.consultantsEver?.includes(each)),
  },
  {
    id: "E28",
    event: "encounter.consultants-changed",
    title: "Other consultants",
    option: "doctor-changes",
    when: (was, is, _told, { isLast }) => isLast && areNewConsultants(was, is),
  },
  {
    id: "E19",
    event: "encounter.discharge-pending",
    title: "The end of the stay is planned",
    option: "pending-discharges",
    when: (was, is, told, { isLast, recordedAt }) =>
      isLast &&
      isUnderWay(is) &&
      is.dischargeTime !== undefined &&
      (told("pending-discharge")
        ? !isSameTime(was.dischargeTime, is.dischargeTime)
        : isAhead(is.dischargeTime, recordedAt)),
  },
  {
    id: "E19",
    event: "encounter.pending-discharge-cancelled",
    title: "The end of the stay is not planned any more",
    option: "pending-discharges",
    when: (_was, is, told, { isLast }) =>
      isLast && isUnderWay(is) && is.dischargeTime === undefined && told("pending-discharge"),
  },
  {
    id: "E18",
    event: "encounter.discharged",
    title: "Ended",
    when: (was, is, _told, { has }) =>
      isUnderWay(was) && is.phase === "ended" && !(has("no-outpatient-discharges") && !isInpatient(is)),
    occurredAt: (is) => is.dischargeTime,
  },
  {
    id: "E21",
    event: "encounter.discharged",
    title: "The time or the disposition of the end was corrected",
    option: "repeated-discharges",
    when: (was, is, told) => isCorrectedEnd(was, is) && told("discharge"),
    occurredAt: (is) => is.dischargeTime,
  },
  {
    id: "E22",
    event: "encounter.pending-admission-cancelled",
    title: "A planned stay with a reserved bed was called off",
    when: (_was, is, told) => is.phase === "void" && told("pending-admission"),
  },
  {
    id: "E22",
    event: "encounter.pre-admission-cancelled",
    title: "A planned stay was called off",
    when: (_was, is, told) => is.phase === "void" && !is.inError && told("pre-admission"),
  },
  {
    id: "E23",
    event: "encounter.cancelled",
    title: "A visit was cancelled; the end of one that had ended is taken back before (E24)",
    when: (_was, is, told) => is.phase === "void" && !is.inError && (told("visit") || told("arrival")),
  },
  {
    id: "E25",
    event: "encounter.deleted",
    title: "Recorded in error",
    option: "deleted-visits",
    when: (_was, is, told) =>
      is.phase === "void" && is.inError && (told("visit") || told("pre-admission") || told("arrival")),
  },
  {
    id: "E25",
    event: "encounter.pre-admission-cancelled",
    title: "A planned stay was recorded in error",
    when: (_was, is, told) => is.phase === "void" && is.inError && told("pre-admission"),
  },
  {
    id: "E25",
    event: "encounter.cancelled",
    title: "A visit was recorded in error",
    when: (_was, is, told) => is.phase === "void" && is.inError && (told("visit") || told("arrival")),
  },
  {
    id: "E7",
    event: "encounter.updated",
    title: "The visit of a patient who had arrived begins",
    when: (was, is) => was.phase === "arrived" && is.phase === "active",
  },
  {
    id: "E11",
    event: "encounter.updated",
    title: "Another class on the same side of inpatient and outpatient",
    when: (was, is) => isPresent(was) && isPresent(is) && was.class !== is.class,
  },
  {
    id: "E21",
    event: "encounter.updated",
    title: "The time or the disposition of the end was corrected",
    when: isCorrectedEnd,
  },
];

/** What never was, or is only planned after all, is not told to have begun. */
function hasBegun({ phase }: EncounterFacts): boolean {
  return phase !== "void" && phase !== "planned";
}

/** Of another patient than before, and no merge has said so. */
function isOfAnother(was: EncounterFacts, is: EncounterFacts, around: Around<EncounterFacts>): boolean {
  const { patientKey } = was;
  if (patientKey === undefined || is.patientKey === undefined || patientKey === is.patientKey) return false;
  return standsAlone(patientKey, around);
}

/** Whether a visit that goes on can be told as one that ends and one that begins. */
function canBeginAnew(is: EncounterFacts, told: Told, { hears, toldBefore }: Around<EncounterFacts>): boolean {
  return (
    isPresent(is) &&
    told("visit") &&
    toldBefore("visit") &&
    hears("encounter.cancelled") &&
    (hears("encounter.admitted") || (hears("encounter.registered") && !isInpatient(is)))
  );
}

type Told = (statement: Statement) => boolean;

/** Nothing was told of the visit that stands. */
function isNews(told: Told): boolean {
  return !told("pre-admission") && !told("pending-admission") && !told("visit");
}

/** A patient whose record was not merged away: of one that was, the merge has told where the visits are. */
function standsAlone(patientKey: string, { lookup }: Around<EncounterFacts>): boolean {
  const patient = lookup(patientKey);
  return patient?.resourceType === "Patient" && !isMerged(patient);
}

/** One message voids the whole of a visit that had ended, for who takes it so. */
function isVoidedAtOnce({ final, has, hears }: Around<EncounterFacts>): boolean {
  if (final.phase !== "void") return false;
  return has("plain-cancels") || (final.inError && has("deleted-visits") && hears("encounter.deleted"));
}

function step(
  was: EncounterFacts,
  is: EncounterFacts,
  before: Resource | undefined,
  after: Resource,
  { final }: Around<EncounterFacts>,
): EventStep {
  if (final.phase === "merged") return { merged: before ?? after };
  const place = (bed: string | undefined) =>
    bed === undefined
      ? undefined
      : (placeOfBed(bed, asEncounter(after)) ?? placeOfBed(bed, asEncounter(before)) ?? placeNamed(bed));
  return { location: place(is.bed), priorLocation: was.bed === is.bed ? undefined : place(was.bed) };
}

/**
 * A version that names no place of a patient who is there says nothing new: they are where they were last. Nor does one
 * that names the same place without its reference, or with it at last.
 */
function withLastBed(is: EncounterFacts, was: EncounterFacts): EncounterFacts {
  if (is.bed === undefined && isPresent(is) && isPresent(was))
    return { ...is, bed: was.bed, bedName: was.bedName, bedSince: was.bedSince };
  const isOnlyNamed = is.bed === is.bedName || was.bed === was.bedName;
  return isOnlyNamed && is.bedName !== undefined && is.bedName === was.bedName ? { ...is, bed: was.bed } : is;
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
  facts: (resource, lookup, _resources, was) => withLastBed(encounterFacts(resource as fhir4.Encounter, lookup), was),
  rules,
  update: {
    rule: "E29",
    event: "encounter.updated",
    title: "Something else changed: reason, diagnoses, coverage, service, account",
    when: (is, told) => isPresent(is) || is.phase === "ended" || (is.phase === "planned" && told("pre-admission")),
    silentWhen: (is, told) =>
      is.phase === "merged" || (is.phase === "planned" && !isStay(is) && !told("pre-admission")),
    hasRest: (was, is) => was.rest !== is.rest,
  },
  path: encounterPath,
  snapshot: (is) => (is.phase === "ended" ? [is] : withStations([{ ...is, phase: "none" }, is])),
  ignores: (_was, is) => is.phase === "unknown",
  step,
  focus: (event, is, after, lookup) => (event === "encounter.merged" ? lookup(is.partOf) : after),
};
