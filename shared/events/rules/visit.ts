import { instantOf, isSameTime } from "../../instant.ts";
import type { EncounterFacts } from "../facts/encounter.ts";

/** What the rules of visits ask of facts. */

export function isRenumbered(was: EncounterFacts, is: EncounterFacts): boolean {
  return was.visitKey !== "" && was.visitKey !== is.visitKey;
}

/** Neither void nor merged nor unknown. */
export function isOfNote(facts: EncounterFacts): boolean {
  return isPresent(facts) || facts.phase === "planned" || facts.phase === "ended";
}

/** The leaves that the history of the status tells. */
export function leavesOf({ phases }: EncounterFacts): number {
  return phases.filter((each) => each.startsWith("leave@")).length;
}

/** The same without the one that goes on. */
export function leavesBefore(facts: EncounterFacts): number {
  return leavesOf(facts) - (facts.phases.at(-1)?.startsWith("leave@") ? 1 : 0);
}

export function isNewAttending(was: EncounterFacts, is: EncounterFacts): boolean {
  return isPresent(was) && isPresent(is) && is.attending !== undefined && was.attending !== is.attending;
}

export function areNewConsultants(was: EncounterFacts, is: EncounterFacts): boolean {
  return isPresent(was) && isPresent(is) && was.consultants.join() !== is.consultants.join();
}

export function isUndone(
  was: string | undefined,
  is: string | undefined,
  ever: readonly string[] = [],
  everNow: readonly string[] = [],
): boolean {
  return was !== undefined && is !== undefined && ever.includes(is) && !everNow.includes(was);
}

export function isCorrectedEnd(was: EncounterFacts, is: EncounterFacts): boolean {
  const isOther = !isSameTime(was.dischargeTime, is.dischargeTime) || was.disposition !== is.disposition;
  return was.phase === "ended" && is.phase === "ended" && isOther;
}

export function isAhead(time: string, recordedAt: string): boolean {
  const [planned, written] = [instantOf(time), instantOf(recordedAt)];
  return planned === undefined || written === undefined || planned > written;
}

export function isInpatient(facts: EncounterFacts): boolean {
  return facts.class === "I";
}

/** Planned stays are told as pre-admissions; of planned outpatient visits the appointment speaks. */
export function isStay(facts: EncounterFacts): boolean {
  return isInpatient(facts) || facts.class === "P";
}

export function isUnderWay(facts: EncounterFacts): boolean {
  return facts.phase === "active" || facts.phase === "leave";
}

export function isPresent(facts: EncounterFacts): boolean {
  return facts.phase === "arrived" || isUnderWay(facts);
}

/** The first place after none is content, not a move. */
export function isMove(was: EncounterFacts, is: EncounterFacts): boolean {
  const moved = was.bed !== undefined && is.bed !== undefined && was.bed !== is.bed;
  return was.phase === "active" && is.phase === "active" && moved;
}

/** The move to the bed before is not on record any more. */
export function isTakenBack(was: EncounterFacts, is: EncounterFacts): boolean {
  return wasThere(was, is.bed) && !wasThere(is, was.bed);
}

function wasThere(facts: EncounterFacts, bed: string | undefined): boolean {
  return facts.beds.some((each) => each.startsWith(`${bed}@`));
}
