import { isMerged, type Resource } from "../../fhir.ts";
import type { EventStep } from "../event.ts";
import { noPatient, type PatientFacts, patientFacts } from "../facts/patient.ts";
import type { Lookup } from "../lookup.ts";
import type { Around, Rule, RuleTable } from "../rule.ts";

/** Patient to ADT: identity before content. */
const rules: readonly Rule<PatientFacts>[] = [
  {
    id: "P5",
    event: "patient.added",
    title: "The record that goes on after a merge, of which nothing was told",
    isNew: true,
    when: (was, is, _told, around) => isEnded(was, is) && isUntold(is.survivor, around),
  },
  {
    id: "P5",
    event: "patient.merged",
    title: "Merged into another record",
    when: isEnded,
  },
  {
    id: "P6",
    event: "patient.unmerged",
    title: "A merge is undone",
    option: "unmerged-patients",
    when: (was, is, told, { final }) =>
      was.phase === "merged" && is.phase === "active" && (final.phase !== "merged" || told("merge")),
  },
  {
    id: "P1",
    event: "patient.added",
    title: "A new record, or one that was out of use",
    when: (_was, is, told, { final, isPast }) =>
      (is.phase === "active" || (isPast && is.phase === "inactive")) &&
      !told("person") &&
      (final.phase !== "merged" || told("merge")),
  },
  {
    id: "P3",
    event: "patient.identifier-changed",
    title: "Another medical record number in the place of the one before",
    when: (was, is, told) => is.phase === "active" && told("person") && replacedNumbers(was, is).length > 0,
  },
  {
    id: "P7",
    event: "patient.linked",
    title: "Linked to another record, and both stay in use",
    option: "linked-patients",
    when: (was, is) => is.phase === "active" && was.phase !== "none" && newLinks(was, is).length > 0,
  },
  {
    id: "P7",
    event: "patient.unlinked",
    title: "A link to another record is gone",
    option: "linked-patients",
    when: (was, is) => is.phase === "active" && newLinks(is, was).length > 0,
  },
  {
    id: "P10",
    event: "patient.deleted",
    title: "Out of use, and not merged",
    option: "deleted-patients",
    when: (was, is, told) => was.phase === "active" && is.phase === "inactive" && told("person"),
  },
  {
    id: "P11",
    event: "patient.deleted",
    title: "Recorded in error, or not there any more",
    option: "deleted-patients",
    when: (was, is, told) => was.phase !== "void" && is.phase === "void" && told("person"),
  },
  {
    id: "P9",
    event: "patient.updated",
    title: "Died, or did not after all",
    when: (was, is) => was.phase === "active" && is.phase === "active" && was.deceased !== is.deceased,
  },
];

function isEnded(was: PatientFacts, is: PatientFacts): boolean {
  return (was.phase === "active" || was.phase === "inactive") && is.phase === "merged";
}

/**
 * Between a merge and one into another record, the record stood for itself: the first was a mistake. Where its survivor
 * was itself merged into the other one, it was none.
 */
function path(was: PatientFacts, is: PatientFacts, lookup: Lookup): readonly PatientFacts[] {
  const isOther = was.phase === "merged" && is.phase === "merged" && was.survivor !== is.survivor;
  if (!isOther || isMerged(lookup(was.survivor))) return [was, is];
  const { survivor, ...alone } = was;
  return [was, { ...alone, phase: "active" }, is];
}

/** A record that is in use and that a receiver of new records has not heard of. */
function isUntold(key: string | undefined, { lookup, knows, hears }: Around<PatientFacts>): boolean {
  const record = lookup(key);
  if (key === undefined || record?.resourceType !== "Patient" || knows(key, "person")) return false;
  return hears("patient.added") && patientFacts(record).phase === "active";
}

/** The numbers that went while another one of the same system came. */
function replacedNumbers(was: PatientFacts, is: PatientFacts): readonly string[] {
  const [before, after] = [was.recordNumbers ?? [], is.recordNumbers ?? []];
  const came = new Set(after.filter((number) => !before.includes(number)).map(systemOf));
  return before.filter((number) => !after.includes(number) && came.has(systemOf(number)));
}

function systemOf(number: string): string {
  return number.slice(0, number.lastIndexOf("|"));
}

/** As the version before had them; one that had lost them is still known by what was told. */
function identifiersOf(numbers: readonly string[], before: Resource | undefined): fhir4.Identifier[] {
  const listed = asPatient(before).identifier ?? [];
  return numbers.map((number) => {
    const [system, value] = [systemOf(number), number.slice(number.lastIndexOf("|") + 1)];
    const known = listed.find((each) => each.value === value && (each.system ?? "") === system);
    return known ?? { type: recordNumberType, ...(system !== "" && { system }), value };
  });
}

const recordNumberType: fhir4.CodeableConcept = {
  coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "MR" }],
};

function asPatient(resource: Resource | undefined): fhir4.Patient {
  return resource?.resourceType === "Patient" ? resource : { resourceType: "Patient" };
}

/** A version without any number says nothing about numbers: those that were known stay. */
function withLastNumbers(is: PatientFacts, { recordNumbers }: PatientFacts): PatientFacts {
  return is.phase === "active" && is.recordNumbers?.length === 0 && recordNumbers !== undefined
    ? { ...is, recordNumbers }
    : is;
}

function newLinks(was: PatientFacts, is: PatientFacts): readonly string[] {
  return (is.links ?? []).filter((link) => !was.links?.includes(link));
}

/** Ignite empties a merged record of identifiers and name: the ones to end are those of the version before. */
function step(
  was: PatientFacts,
  is: PatientFacts,
  before: Resource | undefined,
  after: Resource,
  { lookup }: Around<PatientFacts>,
): EventStep {
  if (is.phase === "merged") return { merged: before ?? after };
  const replaced = replacedNumbers(was, is);
  if (replaced.length > 0)
    return { merged: { ...asPatient(before ?? after), identifier: identifiersOf(replaced, before) } };
  const other = was.phase === "merged" ? was.survivor : (newLinks(was, is)[0] ?? newLinks(is, was)[0]);
  if (other === undefined) return {};
  return { merged: lookup(other) ?? { resourceType: "Patient", id: other.split("/")[1] ?? "" } };
}

export const patientTable: RuleTable<PatientFacts> = {
  none: noPatient,
  facts: (resource, _lookup, _resources, was, recordNumber) =>
    withLastNumbers(patientFacts(resource as fhir4.Patient, recordNumber), was),
  rules,
  update: {
    rule: "P2",
    event: "patient.updated",
    title: "Something else changed",
    when: (is, told) => is.phase === "active" || (is.phase === "inactive" && told("person")),
    silentWhen: (is) => is.phase === "merged",
  },
  step,
  path,
  focus: (_event, is, after, lookup, before) => {
    if (is.phase === "merged") return lookup(is.survivor);
    if (!isMerged(after)) return after;
    return isMerged(before) ? undefined : before;
  },
};
