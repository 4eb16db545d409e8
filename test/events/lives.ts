import type { Resource } from "../../shared/fhir.ts";
import { at, person } from "../delivery/support/hospital.ts";

/** A version of a resource, written in a minute. */
export type Make = (minute: number) => Resource;

/** What can be seen of a kind of resource, in any order: hospitals take back everything. */
export interface Life {
  readonly states: readonly Make[];
  /** Whether nobody is to be told of a resource in this state, or is to be told that it has ended. */
  isOver(resource: Resource): boolean;
  /** Whether a message of HL7 v2 tells the mark of a version. */
  readonly isMarked: boolean;
  /** Whether a copy is held up to date with every word: of a charge, what became of it is not told. */
  readonly isCopied: boolean;
  /** What HL7 v2 tells apart; the others stand in the messages of the person and of the visit. */
  readonly hasMessages: boolean;
  /** Who comes along with every version. */
  readonly beside: readonly Resource[];
  /** Whether it may turn out to be another patient's: then the last message is about the one whose it is. */
  readonly mayMove?: boolean;
}

const others = ["34", "56"].map((id) =>
  person(0, { id, name: [{ family: "Other" }], identifier: [{ system: "urn:oid:1.2.3", value: `MRN-${id}` }] }),
);

const subject = { reference: "Patient/12" };
const visit = { reference: "Encounter/97845" };

/** Versions of the same state differ in this: it stands in the resource, and mostly in the message. */
const marks = ["Mark A", "Mark B"] as const;

/** What an HL7 receiver can tell two versions of a state by. */
export function markOf(resource: Resource): string | undefined {
  return /Mark [A-Z]/.exec(JSON.stringify(resource))?.[0];
}

interface LifeSettings {
  readonly over: readonly string[];
  readonly isMarked?: boolean;
  readonly isCopied?: boolean;
  readonly hasMessages?: boolean;
  readonly beside?: readonly Resource[];
}

/** Versions of one resource: `states` by their names, each with either mark. */
function life<State extends string>(
  resourceType: string,
  id: string,
  states: readonly State[],
  content: (state: State, mark: string) => object,
  { over, isMarked = true, isCopied = true, hasMessages = true, beside = [] }: LifeSettings,
): Life {
  const tags = new WeakMap<Resource, string>();
  const make = (state: State, mark: string) => (minute: number) => {
    const { meta, ...said } = content(state, mark) as { readonly meta?: fhir4.Meta };
    const isMerged = state.startsWith("merged");
    const version = { versionId: String(minute), ...(!isMerged && { lastUpdated: at(minute) }), ...meta };
    const resource = { resourceType, id, meta: version, ...said } as Resource;
    tags.set(resource, state);
    return resource;
  };
  return {
    states: states.flatMap((state) => marks.map((mark) => make(state, mark))),
    isOver: (resource) => over.includes(tags.get(resource) ?? ""),
    isMarked,
    isCopied,
    hasMessages,
    beside,
  };
}

/** The same, written for the one patient or for another. */
function ofEither(own: Life): Life {
  const origins = new WeakMap<Resource, Resource>();
  const written = (make: Make) => (minute: number) => {
    const origin = make(minute);
    const resource = JSON.parse(JSON.stringify(origin).replaceAll("Patient/12", "Patient/34")) as Resource;
    origins.set(resource, origin);
    return resource;
  };
  return {
    ...own,
    states: [...own.states, ...own.states.map(written)],
    isOver: (resource) => own.isOver(origins.get(resource) ?? resource),
    beside: others,
    mayMove: true,
  };
}

/** Two lives side by side, of which one may tell of the end of the other. */
function together(...lives: readonly Life[]): Life {
  return {
    states: lives.flatMap(({ states }) => states),
    isOver: (resource) => lives.some((each) => each.isOver(resource)),
    isMarked: lives.every((each) => each.isMarked),
    isCopied: lives.every((each) => each.isCopied),
    hasMessages: lives.every((each) => each.hasMessages),
    beside: lives.flatMap(({ beside }) => beside),
  };
}

const text = (mark: string) => ({ code: { text: mark } });
const inError = { verificationStatus: { coding: [{ code: "entered-in-error" }] } };

const order = (id: string, more: object = {}) =>
  life(
    "ServiceRequest",
    id,
    ["active", "on-hold", "revoked", "entered-in-error"],
    (status, mark) => ({ status, intent: "order", ...text(mark), subject, ...more }),
    { over: ["revoked", "entered-in-error"] },
  );

const document = (id: string, more: object = {}) =>
  life(
    "DocumentReference",
    id,
    ["preliminary", "final", "amended", "superseded", "entered-in-error"],
    (state, mark) => ({
      status: state === "superseded" || state === "entered-in-error" ? state : "current",
      docStatus: state === "superseded" ? "final" : state,
      type: { text: mark },
      subject,
      content: [{ attachment: { url: "https://fhir.example.org/Binary/1", title: mark } }],
      ...more,
    }),
    { over: ["superseded", "entered-in-error"] },
  );

const charge = (id: string, more: object = {}) =>
  life(
    "ChargeItem",
    id,
    ["billable", "billed", "not-billable", "entered-in-error"],
    (status, mark) => ({ status, subject, ...text(mark), occurrenceDateTime: at(0), quantity: { value: 1 }, ...more }),
    { over: ["not-billable", "entered-in-error"], isCopied: false },
  );

const replacing = (id: string) => ({
  extension: [
    {
      url: "https://fhir-ehr.cerner.com/r4/StructureDefinition/replacing",
      valueReference: { reference: `ChargeItem/${id}` },
    },
  ],
});

const diagnosis = (id: string) =>
  life(
    "Condition",
    id,
    ["active", "refuted", "entered-in-error"],
    (state, mark) => ({
      category: [{ coding: [{ code: "encounter-diagnosis" }] }],
      ...text(mark),
      subject,
      encounter: visit,
      ...(state !== "active" && { verificationStatus: { coding: [{ code: state }] } }),
    }),
    { over: ["refuted", "entered-in-error"] },
  );

const procedure = life(
  "Procedure",
  "2751",
  ["in-progress", "completed", "not-done", "entered-in-error"],
  (status, mark) => ({ status, ...text(mark), subject, encounter: visit, performedDateTime: at(0) }),
  { over: ["not-done", "entered-in-error"] },
);

/** What can be seen of a person, beside name and mark; a record that was merged away has neither. */
const personal = {
  known: {},
  dead: { deceasedDateTime: at(0) },
  restricted: { meta: { security: [{ code: "R" }] } },
  renumbered: { identifier: [{ type: { coding: [{ code: "MR" }] }, system: "urn:oid:1.2.3", value: "MRN-13" }] },
  inactive: { active: false },
  "entered-in-error": { meta: { tag: [{ code: "entered-in-error" }] } },
  "merged into one": { active: false, link: [{ other: { reference: "Patient/34" }, type: "replaced-by" }] },
  "merged into another": { active: false, link: [{ other: { reference: "Patient/56" }, type: "replaced-by" }] },
} as const satisfies Record<string, Partial<fhir4.Patient>>;

function personIn(state: keyof typeof personal, mark: string): object {
  const { identifier, birthDate, gender } = person(0);
  const whole = { active: true, identifier, birthDate, gender, name: [{ family: mark }] };
  return state.startsWith("merged") ? personal[state] : { ...whole, ...personal[state] };
}

const ownLives: Readonly<Record<string, Life>> = {
  "a person": life("Patient", "12", Object.keys(personal) as (keyof typeof personal)[], personIn, {
    over: ["inactive", "entered-in-error", "merged into one", "merged into another"],
    beside: others,
  }),
  "an order": order("31"),
  "an order and the one that takes its place": together(
    order("31"),
    order("32", { replaces: [{ reference: "ServiceRequest/31" }] }),
  ),
  "an order and a part of it": together(
    order("31"),
    order("33", { intent: "instance-order", basedOn: [{ reference: "ServiceRequest/31" }] }),
  ),
  "an order and its report": together(
    order("31"),
    life(
      "DiagnosticReport",
      "701",
      ["final", "amended", "cancelled", "entered-in-error"],
      (status, conclusion) => ({
        status,
        code: { text: "Panel" },
        subject,
        conclusion,
        basedOn: [{ reference: "ServiceRequest/31" }],
      }),
      { over: ["cancelled", "entered-in-error"] },
    ),
  ),
  "a prescription": life(
    "MedicationRequest",
    "51",
    ["active", "on-hold", "stopped", "cancelled", "entered-in-error"],
    (status, mark) => ({ status, intent: "order", medicationCodeableConcept: { text: mark }, subject }),
    { over: ["stopped", "cancelled", "entered-in-error"] },
  ),
  "a document": document("61"),
  "an addendum": document("63", {
    relatesTo: [{ code: "appends", target: { reference: "DocumentReference/60" } }],
  }),
  "a document and the one that takes its place": together(
    document("61"),
    document("62", { relatesTo: [{ code: "replaces", target: { reference: "DocumentReference/61" } }] }),
  ),
  "a result without a report": life(
    "Observation",
    "VS-1",
    // Whether what was final is preliminary again is told nobody: that is below, with the reports.
    ["final", "corrected", "cancelled", "entered-in-error"],
    (status, mark) => ({
      status,
      category: [{ coding: [{ code: "vital-signs" }] }],
      code: { text: "Pulse" },
      subject,
      effectiveDateTime: at(0),
      valueString: mark,
    }),
    { over: ["cancelled", "entered-in-error"] },
  ),
  "an appointment": life(
    "Appointment",
    "4817",
    ["booked", "arrived", "cancelled", "entered-in-error"],
    (status, mark) => ({
      status,
      start: at(2880),
      end: at(2910),
      comment: mark,
      participant: [{ actor: subject, status: "accepted" }],
    }),
    { over: ["cancelled", "entered-in-error"], isMarked: false },
  ),
  "a vaccination": life(
    "Immunization",
    "M1",
    ["completed", "not-done", "entered-in-error"],
    (status, mark) => ({ status, vaccineCode: { text: mark }, patient: subject, occurrenceDateTime: at(0) }),
    { over: ["entered-in-error"] },
  ),
  "a dose": life(
    "MedicationAdministration",
    "81",
    ["completed", "stopped", "not-done", "entered-in-error"],
    (status, mark) => ({ status, medicationCodeableConcept: { text: mark }, subject, effectiveDateTime: at(0) }),
    { over: ["entered-in-error"] },
  ),
  "a problem": life(
    "Condition",
    "48",
    ["active", "resolved", "entered-in-error"],
    (state, mark) => ({
      category: [{ coding: [{ code: "problem-list-item" }] }],
      clinicalStatus: { coding: [{ code: state }] },
      ...text(mark),
      subject,
      ...(state === "entered-in-error" && inError),
    }),
    { over: ["entered-in-error"] },
  ),
  "a diagnosis": diagnosis("d47"),
  "the diagnoses and a procedure of a visit": together(diagnosis("d47"), diagnosis("d48"), procedure),
  "a condition that is a problem or a diagnosis": life(
    "Condition",
    "49",
    ["problem-list-item", "encounter-diagnosis", "entered-in-error"],
    (state, mark) => ({
      category: [{ coding: [{ code: state }] }],
      ...text(mark),
      subject,
      encounter: visit,
      ...(state === "entered-in-error" && inError),
    }),
    { over: ["entered-in-error"] },
  ),
  "a procedure": procedure,
  "an allergy": life(
    "AllergyIntolerance",
    "S-1",
    ["active", "inactive", "entered-in-error"],
    (state, mark) => ({
      clinicalStatus: { coding: [{ code: state }] },
      ...text(mark),
      patient: subject,
      ...(state === "entered-in-error" && inError),
    }),
    { over: ["entered-in-error"] },
  ),
  "a coverage": life(
    "Coverage",
    "1-2",
    ["active", "cancelled", "entered-in-error"],
    (status, mark) => ({ status, beneficiary: subject, payor: [{ display: "Plan" }], type: { text: mark } }),
    { over: ["cancelled", "entered-in-error"], hasMessages: false },
  ),
  "a relative": life(
    "RelatedPerson",
    "3-4",
    ["here", "gone"],
    (state, mark) => ({ active: state === "here", patient: subject, name: [{ family: mark }] }),
    { over: ["gone"], hasMessages: false },
  ),
  "a charge": charge("511"),
  "a charge and the one that takes its place": together(charge("511"), charge("512", replacing("511"))),
  "an account": life(
    "Account",
    "F1",
    ["active", "inactive", "entered-in-error"],
    (status, name) => ({ status, name, subject: [subject] }),
    { over: ["inactive", "entered-in-error"], isMarked: false },
  ),
  "a clinician": life(
    "Practitioner",
    "7",
    ["here", "gone"],
    (state, mark) => ({ active: state === "here", identifier: [{ value: "D7" }], name: [{ family: mark }] }),
    { over: ["gone"] },
  ),
  "a place": life("Location", "A", ["active", "suspended", "inactive"], (status, name) => ({ status, name }), {
    over: ["suspended", "inactive"],
  }),
};

/** Of these, a message says what becomes of them by itself. */
const movable: readonly string[] = [
  "an order",
  "a prescription",
  "a document",
  "a result without a report",
  "an appointment",
  "a vaccination",
  "a dose",
  "a problem",
  "a diagnosis",
  "a procedure",
  "an allergy",
  "a charge",
];

export const lives: Readonly<Record<string, Life>> = {
  ...ownLives,
  ...Object.fromEntries(
    movable.flatMap((name) => {
      const own = ownLives[name];
      return own === undefined ? [] : [[`${name} of one patient or another`, ofEither(own)]];
    }),
  ),
};
