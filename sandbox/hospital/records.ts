/**
 * What the hospital itself knows, before any of it becomes FHIR. Happenings change these records; the files in
 * `resources/` say how Ignite would show them. All times are epoch milliseconds.
 */
export type Id = string;

interface Kept {
  readonly id: Id;
  /** When something last happened to it. */
  touchedAt: number;
  /** How far its arrays are turned: Millennium promises no order. */
  turn: number;
  /** Which wording its narrative has. */
  wording: number;
}

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
}

export type StayStatus =
  | "planned"
  | "arrived"
  | "triaged"
  | "in-progress"
  | "onleave"
  | "finished"
  | "cancelled"
  | "entered-in-error";
export type StayClass = "EMER" | "IMP" | "AMB" | "PRENC";

export interface Move {
  location: Id;
  status: "planned" | "active" | "completed";
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
}

export interface Booking extends Kept {
  readonly record: "booking";
  person: Id;
  status: "booked" | "arrived" | "checked-in" | "fulfilled" | "cancelled" | "noshow";
  service: number;
  startAt: number;
  minutes: number;
  location: Id;
  practitioner: Id;
  reason: number;
  comment?: string;
  cancelReason?: number;
  stay?: Id;
}

export interface Order extends Kept {
  readonly record: "order";
  person: Id;
  stay: Id;
  panel: number;
  status: "active" | "completed" | "revoked";
  priority: "routine" | "urgent" | "stat";
  requester: Id;
  authoredAt: number;
  report: Id;
}

export type ReportStatus = "registered" | "preliminary" | "final" | "corrected";

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
}

export interface Measurement extends Kept {
  readonly record: "measurement";
  person: Id;
  stay: Id;
  status: "preliminary" | "final" | "corrected" | "entered-in-error" | "missing";
  kind: "laboratory" | "vital";
  /** Index in the catalogue of that kind. */
  test: number;
  /** The digits as the laboratory wrote them; for a blood pressure, systolic and diastolic. */
  values: string[];
  takenAt: number;
  issuedAt: number;
  performer: Id;
}

export type Kin = Person | Stay | Booking | Order | Report | Measurement;
