/**
 * What the hospital itself knows, before any of it becomes FHIR. Happenings change these records; the files in
 * `resources/` say how Ignite would show them. All times are epoch milliseconds.
 */
import type {
  Account,
  Administration,
  Allergy,
  Charge,
  Condition,
  Coverage,
  Document,
  Immunization,
  Prescription,
  Procedure,
  Relative,
  Slot,
} from "./records/chart.ts";
import type { Id, Kept } from "./records/kept.ts";

export type * from "./records/chart.ts";
export type { Id, Kept } from "./records/kept.ts";

export interface Name {
  family: string;
  given: string[];
  suffix?: string;
}
export interface Address {
  line: string[];
  city: string;
  district?: string;
  state: string;
  postalCode: string;
}
export interface Dated<Value> {
  value: Value;
  start: number;
  end?: number;
}

export interface Person extends Kept {
  readonly record: "person";
  mrn: string;
  aliasId: number;
  communityMrn: string;
  name: Dated<Name>;
  formerNames: Dated<Name>[];
  gender: "female" | "male" | "other";
  birthDate: string;
  address: Dated<Address>;
  phones: { id: number; value: string; use: "home" | "mobile" | "work"; start: number }[];
  email?: string;
  maritalStatus: "single" | "married" | "divorced" | "widowed";
  race: number;
  hispanic: boolean;
  language: number;
  contact: Name;
  contactId: Id;
  generalPractitioner: Id;
  /** The record of the same person that this one was made beside by mistake. */
  duplicateOf?: Id;
  /** The record that took this one's place. */
  mergedInto?: Id;
  /** A number that another house gave. */
  otherMrn?: string;
  isInactive?: boolean;
  deceasedAt?: number;
  /** Kept from the eyes of most. */
  isConfidential?: boolean;
  /** Another record that may be of the same person. */
  seeAlso?: Id;
}

export type StayStatus =
  | "planned"
  | "arrived"
  | "triaged"
  | "in-progress"
  | "onleave"
  | "finished"
  | "cancelled"
  | "entered-in-error"
  /** Combined into another. */
  | "unknown";
export type StayClass = "EMER" | "IMP" | "OBSENC" | "AMB" | "PRENC";

export interface Move {
  location: Id;
  status: "planned" | "reserved" | "active" | "completed";
  start: number;
  end?: number;
}
export interface TeamMember {
  role: "attending" | "admitting" | "consulting" | "referring";
  practitioner: Id;
  start: number;
  end?: number;
}

/** An encounter. */
export interface Stay extends Kept {
  readonly record: "stay";
  person: Id;
  visitNumber: string;
  status: StayStatus;
  class: StayClass;
  service: number;
  reason: number;
  admitSource: number;
  /** Beds in the order in which they were taken; an undone transfer is not among them. */
  moves: Move[];
  team: TeamMember[];
  createdAt: number;
  startedAt?: number;
  endedAt?: number;
  disposition?: number;
  appointment?: Id;
  /** When the discharge is planned. */
  expectedEndAt?: number;
  /** The stay that took this one's place. */
  combinedInto?: Id;
  /** How it stood before it was cancelled or voided. */
  before?: { status: StayStatus; moves: Move[]; endedAt?: number };
}

export interface Booking extends Kept {
  readonly record: "booking";
  person: Id;
  status:
    | "proposed"
    | "pending"
    | "waitlist"
    | "booked"
    | "arrived"
    | "checked-in"
    | "fulfilled"
    | "cancelled"
    | "noshow"
    | "entered-in-error";
  service: number;
  startAt: number;
  minutes: number;
  location: Id;
  practitioner: Id;
  reason: number;
  comment?: string;
  cancelReason?: number;
  stay?: Id;
  /** The appointment that this one was booked in place of. */
  replaces?: Id;
  slot?: Id;
}

export interface Order extends Kept {
  readonly record: "order";
  person: Id;
  stay: Id;
  panel: number;
  status: "active" | "on-hold" | "completed" | "revoked" | "entered-in-error";
  priority: "routine" | "urgent" | "stat";
  requester: Id;
  authoredAt: number;
  report: Id;
  /** The order that this one takes the place of. */
  replaces?: Id;
  /** The order of which this is one instance. */
  parent?: Id;
}

export type ReportStatus =
  | "registered"
  | "partial"
  | "preliminary"
  | "final"
  | "corrected"
  | "amended"
  | "appended"
  | "cancelled"
  | "entered-in-error";

export interface Report extends Kept {
  readonly record: "report";
  person: Id;
  stay: Id;
  order: Id;
  panel: number;
  status: ReportStatus;
  collectedAt: number;
  issuedAt: number;
  accession: string;
  results: Id[];
  /** The dictated text of an imaging report. */
  paragraphs?: string[];
}

export interface Measurement extends Kept {
  readonly record: "measurement";
  person: Id;
  stay: Id;
  status: "preliminary" | "final" | "corrected" | "entered-in-error" | "missing";
  kind: "laboratory" | "vital" | "microbiology";
  /** Index in the catalogue of that kind. */
  test: number;
  /** The digits as the laboratory wrote them; for a blood pressure, systolic and diastolic. */
  values: string[];
  takenAt: number;
  issuedAt: number;
  performer: Id;
  /** What grew, of which the others tell the susceptibility. */
  parent?: Id;
  members?: Id[];
}

export interface Clinician extends Kept {
  readonly record: "clinician";
  name: Name;
  prefix?: string;
  nationalId: string;
  gender: "female" | "male";
  qualification: "MD" | "RN" | "DO";
  isInactive?: boolean;
}

/** The buildings, from the facility down to the bed. */
export type PlaceKind = "facility" | "building" | "unit" | "clinic" | "room" | "bed";

export interface Place extends Kept {
  readonly record: "place";
  kind: PlaceKind;
  name: string;
  /** The names from the facility down to here, as Encounter.location displays them. */
  path: string;
  partOf?: Id;
  /** The unit that a bed belongs to. */
  unit?: Id;
  organization: Id;
  isInactive?: boolean;
}

export type Kin =
  | Person
  | Stay
  | Booking
  | Order
  | Report
  | Measurement
  | Document
  | Immunization
  | Prescription
  | Administration
  | Condition
  | Procedure
  | Allergy
  | Coverage
  | Relative
  | Account
  | Charge
  | Slot
  | Clinician
  | Place;
/** A record that belongs to one person. */
export type Owned = Exclude<Kin, Person | Slot | Clinician | Place>;
export type RecordOf<Name extends Kin["record"]> = Extract<Kin, { record: Name }>;
