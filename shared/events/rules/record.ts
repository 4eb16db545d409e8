import { noRecord, type RecordFacts, type RecordType, recordFacts, replacedBy } from "../facts/record.ts";
import type { EventOption } from "../options.ts";
import type { Around, Rule, RuleTable } from "../rule.ts";
import type { EventName } from "../vocabulary.ts";
import { cameFromAnother, isTakenFrom } from "./moved.ts";

/** The rows of a record that is added, changed and deleted, and of one that goes to another patient. */
function lifecycle<Subject extends string>(
  prefix: string,
  subject: `${Subject}.added` extends EventName ? Subject : never,
  { option, kind, early }: { option?: EventOption; kind?: RecordFacts["kind"]; early?: EventOption } = {},
) {
  const name = (happened: "added" | "changed" | "deleted") => `${subject}.${happened}` as EventName;
  const isOurs = (is: RecordFacts) => kind === undefined || is.kind === kind;
  const switches = option === undefined ? {} : { option };
  const added: Rule<RecordFacts> = {
    id: `${prefix}1`,
    event: name("added"),
    title: "Recorded",
    ...switches,
    isNew: true,
    when: (_was, is, told, { has }) =>
      isOurs(is) &&
      !told("record") &&
      (is.phase === "active" || (is.phase === "pending" && early !== undefined && has(early))),
  };
  const changed: Rule<RecordFacts> = {
    id: `${prefix}2`,
    event: name("changed"),
    title: "Changed",
    ...switches,
    when: (was, is, told, around) =>
      isOurs(is) &&
      told("record") &&
      (is.phase === "active" || is.phase === "pending") &&
      (was.content !== is.content || cameFromAnother(was, is, around)),
  };
  const deleted: Rule<RecordFacts> = {
    id: `${prefix}3`,
    event: name("deleted"),
    title: "Recorded in error, or not so any more",
    ...switches,
    when: (was, is, told) =>
      told("record") && (kind === undefined || was.kind === kind) && (is.phase === "void" || !isOurs(is)),
  };
  const taken: Rule<RecordFacts> = {
    id: `${prefix}4`,
    event: name("deleted"),
    title: "Another patient's: what was told under the one is wrong, and what follows is told anew",
    ...switches,
    isOfBefore: "in-error",
    when: (was, is, told, around) =>
      told("record") && (kind === undefined || was.kind === kind) && isTakenFrom(was, is, around),
  };
  return { taken, added, changed, deleted };
}

/** The rows of an entry of a master file. */
function masterFile(prefix: string, subject: "practitioner" | "location"): Rule<RecordFacts>[] {
  return [
    {
      id: `${prefix}1`,
      event: `${subject}.added`,
      title: "New",
      isNew: true,
      when: (_was, is, told, { isPast }) =>
        (is.phase === "active" || (isPast && is.phase === "resting")) && !told("record"),
    },
    {
      id: `${prefix}2`,
      event: `${subject}.deactivated`,
      title: "Out of use",
      when: (was, is, told) => was.phase === "active" && is.phase === "resting" && told("record"),
    },
    {
      id: `${prefix}3`,
      event: `${subject}.reactivated`,
      title: "In use again",
      when: (was, is, told) => was.phase === "resting" && is.phase === "active" && told("record"),
    },
    {
      id: `${prefix}4`,
      event: `${subject}.changed`,
      title: "Changed",
      when: (was, is, told) => is.phase === "active" && told("record") && was.content !== is.content,
    },
  ];
}

/** ChargeItem to DFT: a charge is never changed, but taken back and posted anew. */
const charge: Rule<RecordFacts>[] = [
  {
    id: "CH4",
    event: "charge.reversed",
    title: "Another patient's: what was told under the one is wrong, and what follows is told anew",
    isOfBefore: true,
    when: (was, is, told, around) => told("charge") && isTakenFrom(was, is, around),
  },
  {
    id: "CH1",
    event: "charge.reversed",
    title: "Taken back, or changed and so posted anew",
    when: (was, is, told) =>
      told("charge") && is.phase !== "pending" && (is.phase !== "active" || was.content !== is.content),
  },
  {
    id: "CH3",
    event: "charge.reversed",
    title: "Another charge takes its place",
    isNew: true,
    isOfOther: true,
    when: (_was, is, told, around) => is.phase === "active" && !told("charge") && replacedOf(is, around).length > 0,
    others: replacedOf,
  },
  {
    id: "CH2",
    event: "charge.posted",
    title: "To be charged",
    isNew: true,
    // One that gave its place to another stays taken back as long as the record lags behind.
    when: (was, is, told) => is.phase === "active" && !told("charge") && !(told("replaced") && was.phase === "active"),
  },
];

/** Those that the receiver knows of the charges whose place it takes. */
function replacedOf({ replaces = [] }: RecordFacts, { knows }: Around<RecordFacts>): readonly string[] {
  return replaces.filter((key) => knows(key, "charge"));
}

const account: Rule<RecordFacts>[] = [
  {
    id: "P8",
    event: "account.moved",
    title: "Belongs to another patient, who is not the survivor of a merge",
    when: (was, is, told, around) => told("account") && cameFromAnother(was, is, around),
  },
  {
    id: "P8",
    event: "account.merged",
    title: "Combined with another account",
    when: (_was, is, told) => is.survivor !== undefined && told("account"),
  },
  {
    id: "AC1",
    event: "account.opened",
    title: "Opened",
    isNew: true,
    when: (_was, is, told) => is.phase === "active" && !told("account"),
  },
  {
    id: "AC2",
    event: "account.changed",
    title: "Changed",
    when: (was, is, told) => is.phase === "active" && told("account") && was.content !== is.content,
  },
  {
    id: "AC4",
    event: "account.deleted",
    title: "Opened in error",
    option: "deleted-accounts",
    when: (_was, is, told) => is.phase === "void" && (told("account") || told("closed-account")),
  },
  {
    id: "AC3",
    event: "account.closed",
    title: "Closed",
    when: (_was, is, told, { isPast }) =>
      (is.phase === "resting" && (told("account") || isPast)) || (is.phase === "void" && told("account")),
  },
];

const slot: Rule<RecordFacts>[] = [
  {
    id: "AP16",
    event: "slot.blocked",
    title: "Cannot be booked",
    option: "blocked-times",
    when: (_was, is, told) => is.phase === "active" && !told("block"),
  },
  {
    id: "AP16",
    event: "slot.unblocked",
    title: "Can be booked again",
    option: "blocked-times",
    when: (_was, is, told) => is.phase !== "active" && told("block"),
  },
];

const problem = lifecycle("PC", "problem", { kind: "problem" });
const diagnosis = lifecycle("D", "diagnosis", { kind: "diagnosis", option: "billing-diagnoses" });

function inOrder({ taken, added, changed, deleted }: ReturnType<typeof lifecycle>): readonly Rule<RecordFacts>[] {
  return [taken, added, changed, deleted];
}

/** HL7 tells them in the messages of the person, and so whom they do not belong to any more. */
function withoutMessage(prefix: string, subject: "coverage" | "relative"): readonly Rule<RecordFacts>[] {
  return inOrder(lifecycle(prefix, subject)).slice(1);
}

const rules: Readonly<Record<RecordType, readonly Rule<RecordFacts>[]>> = {
  Immunization: inOrder(lifecycle("I", "immunization")),
  MedicationAdministration: inOrder(lifecycle("M", "administration", { early: "ongoing-administrations" })),
  // What turns out to be of the other kind ends as the one and begins as the other.
  Condition: [
    ...[problem.taken, problem.deleted, diagnosis.taken, diagnosis.deleted],
    ...[problem.added, problem.changed, diagnosis.added, diagnosis.changed],
  ],
  Procedure: inOrder(lifecycle("PR", "procedure", { option: "billing-diagnoses" })),
  AllergyIntolerance: inOrder(lifecycle("AL", "allergy")),
  Coverage: withoutMessage("CO", "coverage"),
  RelatedPerson: withoutMessage("RP", "relative"),
  ChargeItem: charge,
  Account: account,
  Practitioner: masterFile("PA", "practitioner"),
  Location: masterFile("LO", "location"),
  Slot: slot,
};

/** The merge of two accounts is about the one that goes on. */
const survivingAccount: Pick<RuleTable<RecordFacts>, "step" | "focus"> = {
  step: (_was, _is, before, after, { final }) => (final.survivor === undefined ? {} : { merged: before ?? after }),
  focus: (event, is, after, lookup) => (event === "account.merged" ? lookup(is.survivor) : after),
};

export function recordTable(of: RecordType): RuleTable<RecordFacts> {
  return {
    none: noRecord(of),
    facts: (resource, _lookup, resources) => recordFacts(resource, resources),
    rules: rules[of],
    ...(of === "Account" && survivingAccount),
    ...(of === "ChargeItem" && { behind: (resource) => replacedBy(resource as fhir4.ChargeItem) }),
  };
}
