import type { Resource } from "../../../shared/fhir.ts";
import { nextMeta, visit } from "../telling.ts";
import type { Example, Listener } from "./example.ts";

const mr = { type: { coding: [{ code: "MR" }] } };
const number = (value: string, more: Partial<fhir4.Identifier> = {}): fhir4.Identifier => ({
  ...mr,
  system: "urn:oid:1.2.3",
  value,
  ...more,
});

function person(changes: Partial<fhir4.Patient> = {}): fhir4.Patient {
  return {
    resourceType: "Patient",
    id: "12",
    meta: nextMeta(),
    active: true,
    identifier: [number("1")],
    name: [{ family: "Rivera", given: ["Ana"] }],
    birthDate: "1961-04-09",
    ...changes,
  };
}

const numbered = (...identifier: fhir4.Identifier[]) => person({ identifier });
const moved = () => person({ address: [{ line: ["2 Elm St"], city: "Chicago" }] });
const linkedTo = (id: string, type: fhir4.PatientLink["type"]) => ({
  link: [{ other: { reference: `Patient/${id}` }, type }],
});

/** As Ignite answers for a combined record: no time, no name, a pointer to the survivor. */
function mergedInto(survivor: string): fhir4.Patient {
  const unknown = { resourceType: "Patient", id: "12", meta: { versionId: "9" }, active: false } as const;
  return { ...unknown, ...linkedTo(survivor, "replaced-by") };
}

const inError = (): fhir4.Patient => ({ ...person(), meta: { ...nextMeta(), tag: [{ code: "entered-in-error" }] } });
const inHouse = visit("in-progress");
const subject = { reference: "Patient/12" };

const allergy = (): fhir4.AllergyIntolerance => ({
  resourceType: "AllergyIntolerance",
  id: "S-1",
  meta: nextMeta(),
  patient: subject,
  code: { text: "Penicillin" },
  clinicalStatus: { coding: [{ code: "active" }] },
});
const coverage = (): fhir4.Coverage => ({
  resourceType: "Coverage",
  id: "a-1",
  meta: nextMeta(),
  status: "active",
  beneficiary: subject,
  subscriberId: "W1",
  payor: [{ display: "Payer" }],
});
const relative = (): fhir4.RelatedPerson => ({
  resourceType: "RelatedPerson",
  id: "a-b",
  meta: nextMeta(),
  active: true,
  patient: subject,
  name: [{ family: "Rivera" }],
});
const account = (status: fhir4.Account["status"], changes: Partial<fhir4.Account> = {}): fhir4.Account => ({
  resourceType: "Account",
  id: "F1",
  status,
  identifier: [{ value: "F1" }],
  subject: [subject],
  ...changes,
});

const other = person({ id: "34", identifier: [number("34")] });
const another = person({ id: "56", identifier: [number("56")] });
const withOther: Listener = { context: [other] };
const otherAccount = account("active", { id: "F2", identifier: [{ value: "F2" }] });
const having = (...options: string[]): Listener => ({ ...withOther, settings: { options } });
const taking = (...events: string[]): Listener => ({ settings: { events } });
const toldBy = (patientUpdateEvent: "A31" | "A08" | "both"): Listener => ({
  context: [inHouse],
  settings: { patientUpdateEvent },
});
const before: Resource[] = [person(), inHouse];

const updated = "P2 patient.updated A31";
const visitUpdated = "E29 encounter.updated A08";

/** Reference table of Patient to ADT, row by row. */
export const patientExamples: readonly Example[] = [
  ["P1 a new record", [], person(), ["P1 patient.added A28"]],
  ["P1 in use again", [person({ active: false })], person(), ["P1 patient.added A28"]],
  ["P1 not for who does not take A28: the first visit tells", [], person(), [], taking("encounter.*")],
  ["P1 not for a record that is out of use", [], person({ active: false }), []],

  ["P2 another address", [person()], moved(), [updated]],
  ["P2 during a stay, as asked for", before, moved(), [updated], toldBy("A31")],
  ["P2 with the A08 of the visit", before, moved(), [visitUpdated], toldBy("A08")],
  ["P2 with both", before, moved(), [updated, visitUpdated], toldBy("both")],
  [
    "P2 with A08 for who takes no A31",
    before,
    moved(),
    [visitUpdated],
    { context: [inHouse], ...taking("encounter.*") },
  ],
  ["P2 not for a new version of the same", [person()], person(), []],
  ["P2 not for names and numbers in another order", [twoNames()], twoNames(true), []],

  ["P3 another number", [person()], numbered(number("2")), ["P3 patient.identifier-changed A47"]],
  [
    "P3 the former one stays listed, with its end",
    [person()],
    numbered(number("1", { period: { end: "2026-01-01" } }), number("2")),
    ["P3 patient.identifier-changed A47"],
  ],
  [
    "P3 a number of the system that the source names",
    [numbered({ system: "urn:oid:9", value: "1" })],
    numbered({ system: "urn:oid:9", value: "2" }),
    ["P3 patient.identifier-changed A47"],
    { source: { medicalRecordNumber: { system: "urn:oid:9" } } },
  ],
  [
    "P3 a number of the type that the destination names",
    [numbered(number("1", { type: { coding: [{ code: "PI" }] } }))],
    numbered(number("2", { type: { coding: [{ code: "PI" }] } })),
    ["P3 patient.identifier-changed A47"],
    { settings: { medicalRecordNumber: { type: "PI" } } },
  ],
  [
    "P3 after a version that had lost the number",
    [person(), numbered()],
    numbered(number("2")),
    ["P3 patient.identifier-changed A47"],
  ],
  [
    "P3 with A40, or with A46",
    [person()],
    numbered(number("2")),
    ["P3 patient.identifier-changed A40"],
    { settings: { triggers: { "patient.identifier-changed": "ADT^A40" } } },
  ],
  [
    "P3 as A31, for who does not take A47",
    [person()],
    numbered(number("2")),
    ["P3 patient.updated A31"],
    taking("*", "!patient.identifier-changed"),
  ],
  [
    "P3 not for a number of another system than the one that is named",
    [person()],
    numbered(number("2")),
    [updated],
    { source: { medicalRecordNumber: { system: "urn:oid:9" } } },
  ],
  [
    "P3 not for a number whose end is still to come",
    [person()],
    numbered(number("1", { period: { end: "2099-12-31" } })),
    [updated],
  ],

  ["P3 not when the number is lost", [person()], numbered(), [updated]],
  [
    "P4 a second number: as content",
    [person()],
    numbered(number("1"), number("9", { system: "urn:oid:9" })),
    [updated],
  ],
  [
    "P4 not for one that has ended",
    [person()],
    numbered(number("1"), number("0", { period: { end: "2020-01-01" } })),
    [],
  ],

  ["P5 merged into another record", [person()], mergedInto("34"), ["P5 patient.merged A40"], withOther],
  [
    "P5 into one of which nothing was told: that one first",
    [person()],
    mergedInto("34"),
    ["P5 patient.added A28", "P5 patient.merged A40"],
    { ...withOther, settings: { initialLoad: "snapshot" } },
  ],
  [
    "P5 with A34, for who knows no A40",
    [person()],
    mergedInto("34"),
    ["P5 patient.merged A34"],
    { ...withOther, settings: { triggers: { "patient.merged": "ADT^A34" } } },
  ],
  ["P5 not when it was merged before it was known", [], mergedInto("34"), [], withOther],
  ["P5 not again", [person(), mergedInto("34")], { ...mergedInto("34"), name: [{ text: "unknown" }] }, [], withOther],

  [
    "P6 a merge is undone",
    [person(), mergedInto("34")],
    person(),
    ["P6 patient.unmerged A37"],
    having("unmerged-patients"),
  ],
  ["P6 otherwise as a new record", [person(), mergedInto("34")], person(), ["P1 patient.added A28"], withOther],

  [
    "P6 merged into the wrong record, and then into the right one",
    [person(), mergedInto("34")],
    mergedInto("56"),
    ["P6 patient.unmerged A37", "P5 patient.merged A40"],
    { context: [other, another], settings: { options: ["unmerged-patients"] } },
  ],
  [
    "P6 the same, to who knows no unmerge",
    [person(), mergedInto("34")],
    mergedInto("56"),
    ["P1 patient.added A28", "P5 patient.merged A40"],
    { context: [other, another] },
  ],
  [
    "P6 the same, by webhook",
    [person(), mergedInto("34")],
    mergedInto("56"),
    ["P6 patient.unmerged A37", "P5 patient.merged A40"],
    { context: [other, another], format: "webhook" },
  ],
  [
    "P5 merged elsewhere, of which the first was not told",
    [mergedInto("34")],
    mergedInto("56"),
    ["P5 patient.merged A40"],
    { context: [other, another] },
  ],
  [
    "P6 not where the survivor was merged itself",
    [person(), mergedInto("34")],
    mergedInto("56"),
    [],
    { context: [{ ...other, active: false, ...linkedTo("56", "replaced-by") }, another] },
  ],

  [
    "P7 linked, and both stay in use",
    [person()],
    person(linkedTo("34", "seealso")),
    ["P7 patient.linked A24"],
    having("linked-patients"),
  ],
  [
    "P7 not linked any more",
    [person(linkedTo("34", "seealso"))],
    person(),
    ["P7 patient.unlinked A37"],
    having("linked-patients"),
  ],
  ["P7 not where nobody asks for it", [person()], person(linkedTo("34", "seealso")), [], withOther],

  [
    "P8 an account of another patient",
    [account("active")],
    account("active", { subject: [{ reference: "Patient/34" }] }),
    ["P8 account.moved A44"],
    withOther,
  ],
  [
    "P8 an account combined with another",
    [account("active")],
    account("inactive", { partOf: { reference: "Account/F2" } }),
    ["P8 account.merged A41"],
    { context: [otherAccount] },
  ],
  [
    "P8 as closed, for who does not take A41",
    [account("active")],
    account("inactive", { partOf: { reference: "Account/F2" } }),
    ["P8 account.closed P06"],
    { context: [otherAccount], ...taking("*", "!account.merged") },
  ],
  ["P8 not when it is closed", [account("active")], account("inactive"), ["AC3 account.closed P06"]],
  [
    "P8 not when it only is a part of another",
    [account("active")],
    account("active", { partOf: { reference: "Account/F2" } }),
    ["AC2 account.changed P05"],
    { context: [otherAccount] },
  ],

  ["P9 died", [person()], person({ deceasedDateTime: "2026-03-02" }), ["P9 patient.updated A31"]],
  ["P9 did not after all", [person({ deceasedBoolean: true })], person(), ["P9 patient.updated A31"]],
  [
    "P9 no discharge by itself",
    before,
    person({ deceasedBoolean: true }),
    ["P9 patient.updated A31"],
    { context: [inHouse] },
  ],
  ["P9 not for whom nobody said is dead", [person()], person({ deceasedBoolean: false }), [updated]],

  ["P10 out of use", [person()], person({ active: false }), ["P10 patient.deleted A29"], having("deleted-patients")],
  ["P10 never of itself", [person()], person({ active: false }), []],
  ["P10 not when it was merged", [person()], mergedInto("34"), ["P5 patient.merged A40"], having("deleted-patients")],

  ["P11 recorded in error", [person()], inError(), ["P11 patient.deleted A29"], having("deleted-patients")],
  ["P11 never of itself", [person()], inError(), []],

  ["P12 an allergy", [person()], allergy(), ["AL1 allergy.added A60"]],
  ["P12 as A31, for who does not take A60", [person()], allergy(), [updated], taking("*", "!allergy.*")],
  [
    "P12 as the A08 of the visit",
    before,
    allergy(),
    [visitUpdated],
    { context: [inHouse], settings: { patientUpdateEvent: "A08", events: ["*", "!allergy.*"] } },
  ],
  ["P12 not for a new version of the same", [person(), allergy()], allergy(), []],

  ["P13 a coverage, where a visit is under way", before, coverage(), [visitUpdated], toldBy("A08")],
  ["P13 a relative", [person()], relative(), [updated]],
  ["P13 not for a new version of the same", [person(), relative()], relative(), []],

  [
    "P14 another general practitioner",
    [person()],
    person({ generalPractitioner: [{ reference: "Practitioner/7", display: "LEE, DANA" }] }),
    [updated],
  ],
  [
    "P14 another language",
    [person()],
    person({ communication: [{ language: { coding: [{ system: "urn:ietf:bcp:47", code: "es" }] }, preferred: true }] }),
    [updated],
  ],
  ["P14 not for what no message tells", [person()], person({ photo: [{ url: "https://fhir.example.org/p" }] }), []],

  ["P15 who may see it", [person()], { ...person(), meta: { ...nextMeta(), security: [restricted()] } }, [updated]],
  ["P15 not for a tag", [person()], { ...person(), meta: { ...nextMeta(), tag: [{ code: "checked" }] } }, []],

  [
    "P16 another name and a merge at once: the merge",
    [person()],
    { ...mergedInto("34"), name: [{ family: "Unknown" }], gender: "unknown" },
    ["P5 patient.merged A40"],
    withOther,
  ],
];

function restricted(): fhir4.Coding {
  return { system: "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", code: "R" };
}

function twoNames(isTurned = false): fhir4.Patient {
  const name: fhir4.HumanName[] = [
    { use: "official", family: "Rivera", given: ["Ana"] },
    { use: "maiden", family: "Soto", given: ["Ana"] },
  ];
  const identifier = [number("1"), number("9", { system: "urn:oid:9" })];
  return person(isTurned ? { name: name.toReversed(), identifier: identifier.toReversed() } : { name, identifier });
}
