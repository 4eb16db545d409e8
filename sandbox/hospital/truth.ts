import type {
  Account,
  Administration,
  Allergy,
  Booking,
  Charge,
  Condition,
  Coverage,
  Document,
  Immunization,
  Measurement,
  Order,
  Prescription,
  Procedure,
  ReportStatus,
  Slot,
  StayClass,
  StayStatus,
} from "./records.ts";
import type { ResourceKey } from "./store.ts";

/**
 * How things stand at one instant, in plain words: what anyone who listened well must know. It is the truth as it is
 * written: of a report whose results come some seconds later, it has the results from when they are there to be read.
 */
export interface Truth {
  at: string;
  people: PersonTruth[];
  encounters: EncounterTruth[];
  appointments: AppointmentTruth[];
  orders: OrderTruth[];
  reports: ReportTruth[];
  /** Observations without a report. */
  vitals: ResultTruth[];
  documents: DocumentTruth[];
  immunizations: ImmunizationTruth[];
  prescriptions: PrescriptionTruth[];
  administrations: AdministrationTruth[];
  conditions: ConditionTruth[];
  procedures: ProcedureTruth[];
  allergies: AllergyTruth[];
  coverages: CoverageTruth[];
  relatives: RelativeTruth[];
  accounts: AccountTruth[];
  charges: ChargeTruth[];
  slots: SlotTruth[];
  practitioners: PractitionerTruth[];
  locations: LocationTruth[];
  merges: MergeTruth[];
}

/** What every one of them has. None is ever changed: a later truth has another in its place. */
export interface Told {
  readonly key: ResourceKey;
  /** Since when it stands like this: the time of the last version that said anything new. */
  readonly changedAt: string;
  /** Kept from the client's eyes: searches and reads pass it over although nothing was deleted. */
  readonly hidden?: true;
}

export interface PersonTruth extends Told {
  medicalRecordNumber: string;
  otherMedicalRecordNumber?: string;
  name: string;
  city: string;
  phone: string;
  active: boolean;
  confidential: boolean;
  deceasedAt?: string;
  seeAlso?: ResourceKey;
  /** The Patient that this one was merged into. */
  mergedInto?: ResourceKey;
}
export interface EncounterTruth extends Told {
  patient: ResourceKey;
  visitNumber: string;
  status: StayStatus;
  class: StayClass;
  service: string;
  reason: string;
  attending?: ResourceKey;
  consultants: ResourceKey[];
  /** Where the person lies now; absent when nowhere. */
  bed?: { location: ResourceKey; path: string; since: string };
  /** Where the person is to go next, or to come. */
  reservedBed?: ResourceKey;
  startedAt?: string;
  /** When the discharge is planned, while it has not happened. */
  dischargeExpectedAt?: string;
  dischargedAt?: string;
  disposition?: string;
  appointment?: ResourceKey;
  /** The Encounter that this one was combined into. */
  mergedInto?: ResourceKey;
}
export interface AppointmentTruth extends Told {
  patient: ResourceKey;
  status: Booking["status"];
  service: string;
  start: string;
  minutes: number;
  location: ResourceKey;
  practitioner: ResourceKey;
  replaces?: ResourceKey;
}
export interface OrderTruth extends Told {
  patient: ResourceKey;
  encounter: ResourceKey;
  code: string;
  category: "laboratory" | "radiology" | "microbiology";
  status: Order["status"];
  priority: Order["priority"];
  replaces?: ResourceKey;
  /** The order of which this is one instance. */
  parent?: ResourceKey;
}
export interface ReportTruth extends Told {
  patient: ResourceKey;
  encounter: ResourceKey;
  order: ResourceKey;
  code: string;
  category: OrderTruth["category"];
  status: ReportStatus;
  /** As they are written, which may be later than the report, or earlier. */
  results: ResultTruth[];
  /** The text of an imaging report. */
  text?: string;
}
export interface ResultTruth extends Told {
  patient: ResourceKey;
  code: string;
  status: Exclude<Measurement["status"], "missing">;
  /** The digits; two of them for a blood pressure; a word for what grew. */
  values: string[];
  unit: string;
  /** What grew, of which this tells the susceptibility. */
  parent?: ResourceKey;
}
export interface DocumentTruth extends Told {
  patient: ResourceKey;
  encounter: ResourceKey;
  type: string;
  status: Document["status"];
  docStatus: Document["docStatus"];
  contentType: Document["format"];
  /** What its Binary says, read as text. */
  text: string;
  author: ResourceKey;
  appends?: ResourceKey;
  replaces?: ResourceKey;
}
export interface ImmunizationTruth extends Told {
  patient: ResourceKey;
  vaccine: string;
  /** CVX. */
  code: string;
  status: Immunization["status"];
  lot: string;
  dose: string;
  givenAt: string;
}
export interface PrescriptionTruth extends Told {
  patient: ResourceKey;
  encounter: ResourceKey;
  drug: string;
  dose: string;
  status: Prescription["status"];
  prior?: ResourceKey;
}
export interface AdministrationTruth extends Told {
  patient: ResourceKey;
  prescription: ResourceKey;
  drug: string;
  dose: string;
  status: Administration["status"];
  startedAt: string;
  endedAt?: string;
}
export interface ConditionTruth extends Told {
  patient: ResourceKey;
  encounter?: ResourceKey;
  category: Condition["category"];
  code: string;
  clinicalStatus: Condition["clinical"];
  verificationStatus: Condition["verification"];
}
export interface ProcedureTruth extends Told {
  patient: ResourceKey;
  encounter: ResourceKey;
  code: string;
  status: Procedure["status"];
  performedAt: string;
}
export interface AllergyTruth extends Told {
  patient: ResourceKey;
  code: string;
  clinicalStatus: Allergy["clinical"];
  verificationStatus: Allergy["verification"];
  criticality: Allergy["criticality"];
}
export interface CoverageTruth extends Told {
  patient: ResourceKey;
  plan: string;
  memberNumber: string;
  status: Coverage["status"];
}
export interface RelativeTruth extends Told {
  patient: ResourceKey;
  name: string;
  relationship: string;
  phone: string;
  active: boolean;
  endedAt?: string;
}
export interface AccountTruth extends Told {
  patient: ResourceKey;
  encounter: ResourceKey;
  number: string;
  status: Account["status"];
  /** The Account in favour of which this one ended. */
  mergedInto?: ResourceKey;
}
export interface ChargeTruth extends Told {
  patient: ResourceKey;
  encounter: ResourceKey;
  code: string;
  status: Charge["status"];
  quantity: number;
  price: string;
  replaces?: ResourceKey;
}
export interface SlotTruth extends Told {
  location: ResourceKey;
  practitioner: ResourceKey;
  status: Slot["status"];
  start: string;
  minutes: number;
}
export interface PractitionerTruth extends Told {
  name: string;
  active: boolean;
}
export interface LocationTruth extends Told {
  name: string;
  active: boolean;
}
export interface MergeTruth {
  old: ResourceKey;
  survivor: ResourceKey;
  at: string;
  undoneAt?: string;
}
