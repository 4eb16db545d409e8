import type { Resource } from "../../../shared/fhir.ts";
import { nextMeta } from "../telling.ts";
import type { Example, Listener } from "./example.ts";

const subject = { reference: "Patient/12" };
const visit = { reference: "Encounter/97845" };
const note = (text: string) => ({ note: [{ text }] });
const coded = { code: { coding: [{ system: "http://hl7.org/fhir/sid/icd-10-cm", code: "J18.9" }] } };
const inError = { verificationStatus: { coding: [{ code: "entered-in-error " }] } };
const refuted = { verificationStatus: { coding: [{ code: "refuted" }] } };
const resolved = { clinicalStatus: { coding: [{ code: "resolved" }] } };
const narrative = { text: { status: "generated", div: "<div/>" } };
const rewritten = () => ({ meta: { ...nextMeta(), source: "#2" } });
const withOption = (...options: string[]): Listener => ({ settings: { options } });
const billing = withOption("billing-diagnoses");
const webhook: Listener = { format: "webhook" };

const vaccine = maker("Immunization", "M1", {
  patient: subject,
  vaccineCode: { text: "Influenza" },
  occurrenceDateTime: "2026-03-02",
});
const dose = maker("MedicationAdministration", "81", {
  subject,
  medicationCodeableConcept: { text: "Aspirin" },
  effectiveDateTime: "2026-03-02T07:00:00Z",
});
const procedure = maker("Procedure", "2751", {
  subject,
  encounter: visit,
  code: { text: "Chest X-ray" },
  performedDateTime: "2026-03-02",
});
const charge = maker("ChargeItem", "511", {
  subject,
  context: visit,
  code: { text: "Office visit" },
  occurrenceDateTime: "2026-03-02",
  quantity: { value: 1 },
});
const coverage = maker("Coverage", "1-2", { beneficiary: subject, payor: [{ display: "Blue Plan" }] });
const place = maker("Location", "A", { name: "Bed A" });
const condition = (kind: string, changes: object = {}) =>
  make("Condition", "48", {
    category: [{ coding: [{ code: kind }] }],
    subject,
    encounter: visit,
    ...coded,
    ...changes,
  });
const problem = (changes: object = {}) => condition("problem-list-item", changes);
const diagnosis = (changes: object = {}) => condition("encounter-diagnosis", changes);
const allergy = (changes: object = {}) => make("AllergyIntolerance", "S-1", { patient: subject, ...coded, ...changes });
const relative = (active: boolean, changes: object = {}) =>
  make("RelatedPerson", "3-4", {
    active,
    patient: subject,
    relationship: [{ text: "Spouse" }],
    name: [{ family: "Rivera" }],
    ...changes,
  });
const account = (status: string, changes: object = {}) =>
  make("Account", "F1", { status, subject: [subject], ...changes });
const clinician = (active: boolean, changes: object = {}) =>
  make("Practitioner", "7", { active, identifier: [{ value: "D7" }], name: [{ family: "Lee" }], ...changes });
const role = (active: boolean, changes: object = {}) =>
  make("PractitionerRole", "7-1", {
    active,
    practitioner: { reference: "Practitioner/7" },
    organization: { display: "General" },
    ...changes,
  });
/** As Millennium marks both a charge that was taken back and its credit. */
const offsetBy = (id: string) => ({
  extension: [
    {
      url: "https://fhir-ehr.cerner.com/r4/StructureDefinition/offset-by",
      valueReference: { reference: `ChargeItem/${id}` },
    },
  ],
});
const replacing = (id: string) => ({
  id: "512",
  extension: [
    {
      url: "https://fhir-ehr.cerner.com/r4/StructureDefinition/replacing",
      valueReference: { reference: `ChargeItem/${id}` },
    },
  ],
});
const bed = (id: string): Resource =>
  make("Encounter", "97845", {
    status: "in-progress",
    class: { code: "IMP" },
    subject,
    location: [{ location: { reference: `Location/${id}` } }],
  });

const other = { reference: "Patient/34" };
const theirs = { patient: other };
const ofOther = { subject: other };
/** The visit in which it was written goes along, and tells so. */
const visitMoves: Resource = make("Encounter", "97845", {
  status: "in-progress",
  class: { code: "IMP" },
  subject: other,
});
const merged: fhir4.Patient = {
  resourceType: "Patient",
  id: "12",
  active: false,
  link: [{ other, type: "replaced-by" }],
};
const theirVisit: Resource = { ...visitMoves, id: "97846" } as Resource;
const merge: Listener = { context: [merged] };

export const immunizationExamples: readonly Example[] = [
  ["I1 given", [], vaccine("completed"), ["I1 immunization.added V04"]],
  ["I1 refused", [], vaccine("not-done"), ["I1 immunization.added V04"]],
  [
    "I1 given after all",
    [vaccine("completed"), vaccine("entered-in-error")],
    vaccine("completed"),
    ["I1 immunization.added V04"],
  ],
  ["I1 an error when first seen", [], vaccine("entered-in-error"), []],
  ["I2 another lot", [vaccine("completed")], vaccine("completed", { lotNumber: "7" }), ["I2 immunization.changed V04"]],
  ["I2 not given after all", [vaccine("completed")], vaccine("not-done"), ["I2 immunization.changed V04"]],
  ["I2 another narrative", [vaccine("completed")], vaccine("completed", narrative), []],
  ["I2 written anew", [vaccine("completed")], vaccine("completed", rewritten()), []],
  ["I3 an error", [vaccine("completed")], vaccine("entered-in-error"), ["I3 immunization.deleted V04"]],
  [
    "I3 an error once",
    [vaccine("completed"), vaccine("entered-in-error")],
    vaccine("entered-in-error", { lotNumber: "7" }),
    [],
  ],
  [
    "I4 another patient's",
    [vaccine("completed")],
    vaccine("completed", theirs),
    ["I4 immunization.deleted V04", "I1 immunization.added V04"],
  ],
  [
    "I4 another patient's, and an error there too",
    [vaccine("completed")],
    vaccine("entered-in-error", theirs),
    ["I4 immunization.deleted V04"],
  ],
  ["I4 the survivor's after a merge, which tells it", [vaccine("completed")], vaccine("completed", theirs), [], merge],
  [
    "I4 to who keeps copies",
    [vaccine("completed")],
    vaccine("completed", theirs),
    ["I2 immunization.changed V04"],
    webhook,
  ],
  [
    "I4 to who is told of no deletions",
    [vaccine("completed")],
    vaccine("completed", theirs),
    ["I2 immunization.changed V04"],
    { settings: { events: ["*", "!immunization.deleted"] } },
  ],
];

const early = withOption("ongoing-administrations");

export const administrationExamples: readonly Example[] = [
  ["M1 given", [], dose("completed"), ["M1 administration.added O17"]],
  ["M1 broken off", [dose("in-progress")], dose("stopped"), ["M1 administration.added O17"]],
  ["M1 being given", [], dose("in-progress"), ["M1 administration.added O17"], early],
  ["M1 being given, to who waits until it is over", [], dose("in-progress"), []],
  [
    "M2 another dose",
    [dose("completed")],
    dose("completed", { dosage: { text: "2 tablets" } }),
    ["M2 administration.changed O17"],
  ],
  [
    "M2 over, to who knows that it was being given",
    [dose("in-progress")],
    dose("completed"),
    ["M2 administration.changed O17"],
    early,
  ],
  ["M2 the same", [dose("completed")], dose("completed", narrative), []],
  ["M3 an error", [dose("completed")], dose("entered-in-error"), ["M3 administration.deleted O17"]],
  ["M3 an error before it was over", [dose("in-progress")], dose("entered-in-error"), []],
  [
    "M4 another patient's",
    [dose("completed")],
    dose("completed", ofOther),
    ["M4 administration.deleted O17", "M1 administration.added O17"],
  ],
  ["M4 another patient's before it was over", [dose("in-progress")], dose("in-progress", ofOther), []],
];

export const problemExamples: readonly Example[] = [
  ["PC1 a problem", [], problem(), ["PC1 problem.added PC1"]],
  ["PC1 of no category", [], make("Condition", "48", { subject, ...coded }), ["PC1 problem.added PC1"]],
  ["PC1 a diagnosis turns out to be one", [diagnosis()], problem(), ["PC1 problem.added PC1"]],
  ["PC1 a diagnosis of a visit", [], diagnosis(), []],
  ["PC2 resolved", [problem()], problem(resolved), ["PC2 problem.changed PC2"]],
  ["PC2 another word about it", [problem()], problem(note("Better")), ["PC2 problem.changed PC2"]],
  ["PC2 ruled out", [problem()], problem(refuted), ["PC2 problem.changed PC2"]],
  ["PC2 the same", [problem()], problem(narrative), []],
  ["PC3 an error", [problem()], problem(inError), ["PC3 problem.deleted PC3"]],
  ["PC3 no problem of the person but a diagnosis of a visit", [problem()], diagnosis(), ["PC3 problem.deleted PC3"]],
  ["PC3 an error when first seen", [], problem(inError), []],
  ["PC4 another patient's", [problem()], problem(ofOther), ["PC4 problem.deleted PC3", "PC1 problem.added PC1"]],
  [
    "PC4 another patient's, and a diagnosis there",
    [problem()],
    diagnosis(ofOther),
    ["PC4 problem.deleted PC3", "D1 diagnosis.added P12"],
    billing,
  ],
  ["PC4 the survivor's after a merge, which tells it", [problem()], problem(ofOther), [], merge],
];

export const diagnosisExamples: readonly Example[] = [
  ["D1 a diagnosis", [], diagnosis(), ["D1 diagnosis.added P12"], billing],
  ["D1 to who is not asked about bills: the visit tells it", [], diagnosis(), []],
  ["D1 the visit tells it", [bed("A")], diagnosis(), ["E29 encounter.updated A08"]],
  ["D1 a problem of the person", [], problem(), ["PC1 problem.added PC1"], billing],
  ["D2 another word about it", [diagnosis()], diagnosis(note("Left")), ["D2 diagnosis.changed P12"], billing],
  ["D2 the same", [diagnosis()], diagnosis(narrative), [], billing],
  ["D3 an error", [diagnosis()], diagnosis(inError), ["D3 diagnosis.deleted P12"], billing],
  [
    "D3 a problem of the person after all",
    [diagnosis()],
    problem(),
    ["D3 diagnosis.deleted P12", "PC1 problem.added PC1"],
    billing,
  ],
  ["D3 ruled out", [diagnosis()], diagnosis(refuted), ["D3 diagnosis.deleted P12"], billing],
  ["D3 an error when first seen", [], diagnosis(inError), [], billing],
  [
    "D4 another patient's",
    [diagnosis()],
    diagnosis(ofOther),
    ["D4 diagnosis.deleted P12", "D1 diagnosis.added P12"],
    billing,
  ],
  ["D4 in a visit that goes along and tells it", [bed("A"), diagnosis(), visitMoves], diagnosis(ofOther), [], billing],
  [
    "D4 in a visit that goes along, to who is not told of that",
    [bed("A"), diagnosis(), visitMoves],
    diagnosis(ofOther),
    ["D4 diagnosis.deleted P12", "D1 diagnosis.added P12"],
    { settings: { options: ["billing-diagnoses"], events: ["diagnosis.*"] } },
  ],
  [
    "D4 another patient's, and in a visit of theirs",
    [bed("A"), theirVisit, diagnosis()],
    diagnosis({ ...ofOther, encounter: { reference: "Encounter/97846" } }),
    ["D4 diagnosis.deleted P12", "D1 diagnosis.added P12"],
    billing,
  ],
];

export const procedureExamples: readonly Example[] = [
  ["PR1 done", [], procedure("completed"), ["PR1 procedure.added P12"], billing],
  ["PR1 by webhook", [], procedure("completed"), ["PR1 procedure.added P12"], webhook],
  ["PR1 to who is not asked about bills: the visit tells it", [], procedure("completed"), []],
  ["PR1 the visit tells it", [bed("A")], procedure("completed"), ["E29 encounter.updated A08"]],
  ["PR1 being prepared", [], procedure("preparation"), [], billing],
  ["PR2 over", [procedure("in-progress")], procedure("completed"), ["PR2 procedure.changed P12"], billing],
  ["PR2 the same", [procedure("completed")], procedure("completed", narrative), [], billing],
  ["PR3 an error", [procedure("completed")], procedure("entered-in-error"), ["PR3 procedure.deleted P12"], billing],
  ["PR3 not done after all", [procedure("completed")], procedure("not-done"), ["PR3 procedure.deleted P12"], billing],
  ["PR3 not done when first seen", [], procedure("not-done"), [], billing],
  [
    "PR4 another patient's",
    [procedure("completed")],
    procedure("completed", ofOther),
    ["PR4 procedure.deleted P12", "PR1 procedure.added P12"],
    billing,
  ],
  [
    "PR4 the survivor's after a merge, which tells it",
    [procedure("completed")],
    procedure("completed", ofOther),
    [],
    { ...merge, ...billing },
  ],
];

export const allergyExamples: readonly Example[] = [
  ["AL1 an allergy", [], allergy(), ["AL1 allergy.added A60"]],
  ["AL1 an error when first seen", [], allergy(inError), []],
  ["AL2 dangerous", [allergy()], allergy({ criticality: "high" }), ["AL2 allergy.changed A60"]],
  ["AL2 the same", [allergy()], allergy(narrative), []],
  ["AL3 an error", [allergy()], allergy(inError), ["AL3 allergy.deleted A60"]],
  ["AL3 an error once", [allergy(), allergy(inError)], allergy({ ...inError, criticality: "high" }), []],
  ["AL4 another patient's", [allergy()], allergy(theirs), ["AL4 allergy.deleted A60", "AL1 allergy.added A60"]],
  ["AL4 an error, told before it went", [allergy(), allergy(inError)], allergy({ ...inError, ...theirs }), []],
];

export const coverageExamples: readonly Example[] = [
  ["CO1 insured", [], coverage("active"), ["CO1 coverage.added"], webhook],
  ["CO1 to HL7 the person tells it", [], coverage("active"), ["P2 patient.updated A31"]],
  ["CO1 not in force yet", [], coverage("draft"), [], webhook],
  [
    "CO2 another plan",
    [coverage("active")],
    coverage("active", { type: { text: "HMO" } }),
    ["CO2 coverage.changed"],
    webhook,
  ],
  ["CO2 the same", [coverage("active")], coverage("active", narrative), [], webhook],
  ["CO3 not in force any more", [coverage("active")], coverage("cancelled"), ["CO3 coverage.deleted"], webhook],
  ["CO3 an error when first seen", [], coverage("entered-in-error"), [], webhook],
  [
    "CO2 another patient's",
    [coverage("active")],
    coverage("active", { beneficiary: other }),
    ["CO2 coverage.changed"],
    webhook,
  ],
];

export const relativeExamples: readonly Example[] = [
  ["RP1 a spouse", [], relative(true), ["RP1 relative.added"], webhook],
  ["RP1 to HL7 the person tells it", [], relative(true), ["P2 patient.updated A31"]],
  ["RP1 not any more when first seen", [], relative(false), [], webhook],
  [
    "RP2 another number",
    [relative(true)],
    relative(true, { telecom: [{ value: "555-0199" }] }),
    ["RP2 relative.changed"],
    webhook,
  ],
  ["RP2 the same", [relative(true)], relative(true, narrative), [], webhook],
  ["RP3 not any more", [relative(true)], relative(false), ["RP3 relative.deleted"], webhook],
  ["RP3 not any more, once", [relative(true), relative(false)], relative(false, { gender: "male" }), [], webhook],
];

export const chargeExamples: readonly Example[] = [
  ["CH2 to be charged", [], charge("billable"), ["CH2 charge.posted P03"]],
  ["CH2 billed when first seen", [], charge("billed"), ["CH2 charge.posted P03"]],
  ["CH2 not to be charged yet", [], charge("planned"), []],
  ["CH2 not to be charged", [], charge("not-billable"), []],
  ["CH2 billed: no news of the charge", [charge("billable")], charge("billed"), []],
  ["CH1 an error", [charge("billable")], charge("entered-in-error"), ["CH1 charge.reversed P03"]],
  ["CH1 not to be charged after all", [charge("billed")], charge("aborted"), ["CH1 charge.reversed P03"]],
  [
    "CH1 changed, which is taken back and posted anew",
    [charge("billable")],
    charge("billable", { quantity: { value: 2 } }),
    ["CH1 charge.reversed P03", "CH2 charge.posted P03"],
  ],
  [
    "CH1 offset by a credit, though billable",
    [charge("billable")],
    charge("billable", offsetBy("512")),
    ["CH1 charge.reversed P03"],
  ],
  ["CH1 the credit itself", [], charge("billable", offsetBy("510")), []],
  ["CH1 nobody had heard of it", [], charge("entered-in-error"), []],
  ["CH1 taken back once", [charge("billable"), charge("entered-in-error")], charge("entered-in-error", note("-")), []],
  [
    "CH3 another one takes its place",
    [charge("billable")],
    charge("billable", replacing("511")),
    ["CH3 charge.reversed P03", "CH2 charge.posted P03"],
  ],
  ["CH3 the one before is not known", [], charge("billable", replacing("510")), ["CH2 charge.posted P03"]],
  [
    "CH3 the one before ends later",
    [charge("billable"), charge("billable", replacing("511"))],
    charge("not-billable"),
    [],
  ],
  [
    "CH3 the one before lags behind",
    [charge("billable"), charge("billable", replacing("511"))],
    charge("billable", note("-")),
    [],
  ],
  [
    "CH4 another patient's",
    [charge("billable")],
    charge("billable", ofOther),
    ["CH4 charge.reversed P03", "CH2 charge.posted P03"],
  ],
  [
    "CH4 another patient's, and not to be charged there",
    [charge("billable")],
    charge("not-billable", ofOther),
    ["CH4 charge.reversed P03"],
  ],
  ["CH4 the survivor's after a merge, which tells it", [charge("billable")], charge("billable", ofOther), [], merge],
];

const survivors = { subject: [other] };

export const accountExamples: readonly Example[] = [
  ["AC1 opened", [], account("active"), ["AC1 account.opened P01"]],
  ["AC1 opened again", [account("active"), account("inactive")], account("active"), ["AC1 account.opened P01"]],
  ["AC1 closed when first seen", [], account("inactive"), []],
  ["AC2 another name", [account("active")], account("active", { name: "Self pay" }), ["AC2 account.changed P05"]],
  ["AC2 the same", [account("active")], account("active", narrative), []],
  [
    "AC2 the survivor's after a merge, which tells it",
    [account("active")],
    account("active", survivors),
    [],
    { context: [merged] },
  ],
  [
    "AC2 the survivor's, to who keeps copies",
    [account("active")],
    account("active", survivors),
    ["P8 account.moved A44"],
    { context: [merged], format: "webhook" },
  ],
  ["AC3 closed", [account("active")], account("inactive"), ["AC3 account.closed P06"]],
  [
    "AC3 an error, to who does not take deletions",
    [account("active")],
    account("entered-in-error"),
    ["AC3 account.closed P06"],
  ],
  ["AC3 closed once", [account("active"), account("inactive")], account("inactive", { name: "Self pay" }), []],
  [
    "AC4 an error",
    [account("active")],
    account("entered-in-error"),
    ["AC4 account.deleted P02"],
    withOption("deleted-accounts"),
  ],
  [
    "AC4 closed before",
    [account("active"), account("inactive")],
    account("entered-in-error"),
    ["AC4 account.deleted P02"],
    withOption("deleted-accounts"),
  ],
  ["AC4 nobody had heard of it", [], account("entered-in-error"), [], withOption("deleted-accounts")],
];

export const practitionerExamples: readonly Example[] = [
  ["PA1 new", [], clinician(true), ["PA1 practitioner.added M02"]],
  ["PA1 gone when first seen", [], clinician(false), []],
  ["PA2 gone", [clinician(true)], clinician(false), ["PA2 practitioner.deactivated M02"]],
  ["PA2 gone once", [clinician(true), clinician(false)], clinician(false, { gender: "female" }), []],
  ["PA3 back", [clinician(true), clinician(false)], clinician(true), ["PA3 practitioner.reactivated M02"]],
  ["PA3 here all the time", [clinician(true)], clinician(true), []],
  [
    "PA4 another name",
    [clinician(true)],
    clinician(true, { name: [{ family: "Cho" }] }),
    ["PA4 practitioner.changed M02"],
  ],
  ["PA4 the same", [clinician(true)], clinician(true, narrative), []],
  ["PA4 a role", [clinician(true)], role(true), ["PA4 practitioner.changed M02"]],
  [
    "PA4 another specialty in a role",
    [clinician(true), role(true)],
    role(true, { specialty: [{ text: "Cardiology" }] }),
    ["PA4 practitioner.changed M02"],
  ],
  ["PA4 a role that ended", [clinician(true), role(true)], role(false), ["PA4 practitioner.changed M02"]],
  [
    "PA4 the role of somebody else",
    [clinician(true)],
    role(true, { practitioner: { reference: "Practitioner/8" } }),
    [],
  ],
  ["PA4 the role of somebody who is gone", [clinician(false)], role(true), []],
];

export const locationExamples: readonly Example[] = [
  ["LO1 new", [], place("active"), ["LO1 location.added M05"]],
  ["LO1 closed when first seen", [], place("inactive"), []],
  ["LO2 closed", [place("active")], place("inactive"), ["LO2 location.deactivated M05"]],
  ["LO2 closed for a while", [place("active")], place("suspended"), ["LO2 location.deactivated M05"]],
  ["LO2 closed once", [place("active"), place("suspended")], place("inactive"), []],
  ["LO3 open again", [place("active"), place("inactive")], place("active"), ["LO3 location.reactivated M05"]],
  ["LO3 open all the time", [place("active")], place("active"), []],
  ["LO4 another name", [place("active")], place("active", { name: "Bed 1" }), ["LO4 location.changed M05"]],
  ["LO4 the same", [place("active")], place("active", narrative), []],
];

function maker(resourceType: string, id: string, content: object) {
  return (status: string, changes: object = {}) => make(resourceType, id, { status, ...content, ...changes });
}

function make(resourceType: string, id: string, content: object): Resource {
  return { resourceType, id, meta: nextMeta(), ...content } as Resource;
}
