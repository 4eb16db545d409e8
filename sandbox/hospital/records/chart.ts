import type { Id, Kept } from "./kept.ts";

/** What is written about a person beside visits, appointments, orders and results. */
interface Charted extends Kept {
  person: Id;
}

export interface Document extends Charted {
  readonly record: "document";
  stay: Id;
  /** Index in the catalogue of document types. */
  type: number;
  status: "current" | "superseded" | "entered-in-error";
  docStatus: "preliminary" | "final" | "amended" | "entered-in-error";
  format: DocumentFormat;
  /** What it says, as it stands. */
  paragraphs: string[];
  author: Id;
  authenticator?: Id;
  writtenAt: number;
  /** When its text was last changed. */
  editedAt: number;
  /** The document that it adds to or takes the place of. */
  follows?: { how: "appends" | "replaces"; document: Id };
}
export type DocumentFormat = "text/plain" | "text/rtf" | "application/pdf" | "text/html";

export interface Immunization extends Charted {
  readonly record: "immunization";
  stay: Id;
  vaccine: number;
  status: "completed" | "not-done" | "entered-in-error";
  lot: string;
  site: number;
  /** Digits, in millilitres. */
  dose: string;
  givenAt: number;
  performer: Id;
  /** Why it was not given. */
  reason?: number;
}

export interface Prescription extends Charted {
  readonly record: "prescription";
  stay: Id;
  drug: number;
  status: "active" | "on-hold" | "stopped" | "completed" | "cancelled" | "entered-in-error";
  /** Digits, in the drug's unit. */
  dose: string;
  frequency: number;
  requester: Id;
  authoredAt: number;
  /** The prescription that this one renews or takes the place of. */
  prior?: Id;
}

export interface Administration extends Charted {
  readonly record: "administration";
  stay: Id;
  prescription: Id;
  drug: number;
  status: "in-progress" | "completed" | "stopped" | "not-done" | "entered-in-error";
  dose: string;
  startedAt: number;
  endedAt?: number;
  performer: Id;
}

export interface Condition extends Charted {
  readonly record: "condition";
  /** Absent on the problem list, which belongs to the person. */
  stay?: Id;
  category: "encounter-diagnosis" | "problem-list-item";
  condition: number;
  clinical: "active" | "inactive" | "resolved";
  verification: "confirmed" | "provisional" | "entered-in-error";
  note?: number;
  onsetAt: number;
  abatedAt?: number;
  recorder: Id;
}

export interface Procedure extends Charted {
  readonly record: "procedure";
  stay: Id;
  procedure: number;
  status: "completed" | "entered-in-error";
  performedAt: number;
  performer: Id;
  note?: number;
}

export interface Allergy extends Charted {
  readonly record: "allergy";
  /** Index in the catalogue of substances, of which the first is that there are no known allergies. */
  substance: number;
  clinical: "active" | "inactive" | "resolved";
  verification: "confirmed" | "unconfirmed" | "entered-in-error";
  criticality: "low" | "high" | "unable-to-assess";
  reaction: number;
  recordedAt: number;
  recorder: Id;
}

export interface Coverage extends Charted {
  readonly record: "coverage";
  plan: number;
  status: "active" | "cancelled" | "entered-in-error";
  memberNumber: string;
  start: number;
  end?: number;
}

export interface Relative extends Charted {
  readonly record: "relative";
  name: { family: string; given: string[]; suffix?: string };
  relationship: number;
  phone: string;
  active: boolean;
  start: number;
  end?: number;
}

export interface Account extends Charted {
  readonly record: "account";
  stay: Id;
  number: string;
  status: "active" | "inactive" | "entered-in-error";
  start: number;
  end?: number;
  /** Digits, in dollars. */
  balance: string;
  /** The account in favour of which this one ended. */
  combinedInto?: Id;
}

export interface Charge extends Charted {
  readonly record: "charge";
  stay: Id;
  account: Id;
  service: number;
  status: "billable" | "not-billable" | "entered-in-error";
  quantity: number;
  /** Digits, in dollars. */
  price: string;
  occurredAt: number;
  /** The charge that this one corrects. */
  replaces?: Id;
}

/** A stretch of a clinic's day that can be booked. It is nobody's. */
export interface Slot extends Kept {
  readonly record: "slot";
  clinic: Id;
  practitioner: Id;
  service: number;
  status: "free" | "busy" | "busy-unavailable";
  startAt: number;
  minutes: number;
}
