import { describe, expect, test } from "vitest";
import type { Resource } from "../../shared/fhir.ts";
import { nextMeta, tellAll, tellLast } from "./telling.ts";

type Row = [row: string, before: Resource[], after: Resource, told: string[]];

const subject = { reference: "Patient/12" };
const inError = { verificationStatus: { coding: [{ code: "entered-in-error " }] } };

const condition = (kind: string, more: object = {}) =>
  make("Condition", { category: [{ coding: [{ code: kind }] }], subject, ...more });
const allergy = (more: object = {}) => make("AllergyIntolerance", { patient: subject, ...more });
const immunization = (status: string, more: object = {}) => make("Immunization", { status, patient: subject, ...more });
const dose = (status: string, more: object = {}) => make("MedicationAdministration", { status, subject, ...more });
const charge = (status: string, more: object = {}) => make("ChargeItem", { status, subject, ...more });
const account = (status: string, more: object = {}) => make("Account", { status, subject: [subject], ...more });
const practitioner = (active: boolean, more: object = {}) => make("Practitioner", { active, ...more });
const place = (status: string, more: object = {}) => make("Location", { status, ...more });

const rows: Row[] = [
  ["a vaccine is given", [], immunization("completed"), ["I1 immunization.added V04"]],
  ["a vaccine is refused", [], immunization("not-done"), ["I1 immunization.added V04"]],
  [
    "its lot is corrected",
    [immunization("completed")],
    immunization("completed", { lotNumber: "7" }),
    ["I2 immunization.changed V04"],
  ],
  ["it was an error", [immunization("completed")], immunization("entered-in-error"), ["I3 immunization.deleted V04"]],
  ["an error that nobody had heard of", [], immunization("entered-in-error"), []],
  ["a medicine is given", [], dose("completed"), ["M1 administration.added O17"]],
  ["a medicine is being given", [], dose("in-progress"), []],
  ["and is stopped", [dose("in-progress")], dose("stopped"), ["M1 administration.added O17"]],
  ["it was an error", [dose("completed")], dose("entered-in-error"), ["M3 administration.deleted O17"]],
  ["a problem", [], condition("problem-list-item"), ["PC1 problem.added PC1"]],
  [
    "a problem is resolved",
    [condition("problem-list-item")],
    condition("problem-list-item", { clinicalStatus: { coding: [{ code: "resolved" }] } }),
    ["PC2 problem.changed PC2"],
  ],
  [
    "a problem was an error",
    [condition("problem-list-item")],
    condition("problem-list-item", inError),
    ["PC3 problem.deleted PC3"],
  ],
  ["a diagnosis: the visit tells it", [], condition("encounter-diagnosis"), []],
  ["an allergy", [], allergy(), ["AL1 allergy.added A60"]],
  ["an allergy is sure", [allergy()], allergy({ criticality: "high" }), ["AL2 allergy.changed A60"]],
  ["an allergy was an error", [allergy()], allergy(inError), ["AL3 allergy.deleted A60"]],
  ["a charge", [], charge("billable"), ["CH2 charge.posted P03"]],
  ["not a charge yet", [], charge("planned"), []],
  [
    "a charge is changed: taken back and posted anew",
    [charge("billable")],
    charge("billable", { quantity: { value: 2 } }),
    ["CH1 charge.reversed P03", "CH2 charge.posted P03"],
  ],
  ["a charge was an error", [charge("billable")], charge("entered-in-error"), ["CH1 charge.reversed P03"]],
  ["an account", [], account("active"), ["AC1 account.opened P01"]],
  ["an account changes", [account("active")], account("active", { name: "Self pay" }), ["AC2 account.changed P05"]],
  ["an account ends", [account("active")], account("inactive"), ["AC3 account.closed P06"]],
  [
    "an account is somebody else's",
    [account("active")],
    account("active", { subject: [{ reference: "Patient/34" }] }),
    ["P8 account.moved A44", "AC2 account.changed P05"],
  ],
  ["a clinician", [], practitioner(true), ["PA1 practitioner.added M02"]],
  ["a clinician leaves", [practitioner(true)], practitioner(false), ["PA2 practitioner.deactivated M02"]],
  [
    "a clinician comes back",
    [practitioner(true), practitioner(false)],
    practitioner(true),
    ["PA3 practitioner.reactivated M02"],
  ],
  [
    "a clinician marries",
    [practitioner(true)],
    practitioner(true, { name: [{ family: "Lee" }] }),
    ["PA4 practitioner.changed M02"],
  ],
  ["a place", [], place("active"), ["LO1 location.added M05"]],
  ["a place closes", [place("active")], place("inactive"), ["LO2 location.deactivated M05"]],
  ["a coverage: person and visits tell it", [], make("Coverage", { status: "active", beneficiary: subject }), []],
];

describe("an HL7 receiver of everything is told", () => {
  for (const [row, before, after, told] of rows) test(row, () => expect(tellLast([...before, after])).toEqual(told));
});

test.each([
  ["Coverage", { status: "active", beneficiary: subject }, "CO1 coverage.added"],
  ["RelatedPerson", { active: true, patient: subject }, "RP1 relative.added"],
  ["Procedure", { status: "completed", subject }, "PR1 procedure.added P12"],
] as const)("a webhook subscriber hears of %s", (type, content, told) =>
  expect(tellLast([make(type, content)], { format: "webhook" })).toEqual([told]),
);

test("the first that is told of a record says that it is new, whatever it was before", () => {
  const [event] = tellAll([dose("in-progress"), dose("completed")])[1] ?? [];
  expect(event?.before).toBeUndefined();
});

describe("documents", () => {
  const draft = () => document("preliminary");
  const follows = (code: string) => ({ relatesTo: [{ code, target: { reference: "DocumentReference/60" } }] });
  const other = (more: object) => make("DocumentReference", { status: "current", content: [], ...more }, "62");
  const documents: [...Row, context?: Resource[]][] = [
    ["a document", [], document("final"), ["T5 document.added T02"]],
    ["without content", [], document("final", { content: [{ attachment: {} }] }), ["T5 document.added T01"]],
    ["being written", [], draft(), ["T1 document.preliminary T02"]],
    ["written on", [draft()], document("preliminary", { description: "More" }), ["T1 document.preliminary T02"]],
    ["signed", [draft()], document("final"), ["T4 document.finalized T04"]],
    ["another content", [document("final")], document("amended", { description: "More" }), ["T6 document.changed T08"]],
    ["an addendum", [], document("final", follows("appends")), ["T3 document.addended T06"]],
    ["in the place of another one", [], document("final", follows("replaces")), ["T2 document.replaced T10"]],
    ["out of date", [document("final")], document("final", { status: "superseded" }), ["T7 document.superseded T03"]],
    [
      "out of date, as its successor says",
      [document("final")],
      document("final", { status: "superseded" }),
      [],
      [other({ relatesTo: [{ code: "replaces", target: { reference: "DocumentReference/61" } }] })],
    ],
    ["an error", [document("final")], document("final", { status: "entered-in-error" }), ["T8 document.cancelled T11"]],
    ["an error that nobody had heard of", [], document("final", { status: "entered-in-error" }), []],
  ];
  for (const [row, before, after, told, context = []] of documents)
    test(row, () => expect(tellLast([...before, after], { context })).toEqual(told));

  test("a receiver that does not take what is preliminary is told when it is final", () => {
    const events = ["*", "!document.preliminary"];
    expect(tellLast([draft()], { events })).toEqual([]);
    expect(tellLast([draft(), document("final")], { events })).toEqual(["T5 document.added T02"]);
  });
});

function document(docStatus: string, more: object = {}): Resource {
  const content = [{ attachment: { url: "https://fhir.example.org/Binary/1" } }];
  return make("DocumentReference", { status: "current", docStatus, content, ...more }, "61");
}

function make(resourceType: string, content: object, id = "1"): Resource {
  return { resourceType, id, meta: nextMeta(), ...content } as Resource;
}
