import type { Range } from "../random.ts";

/**
 * How much of what happens. Counts are for a hospital of {@link Rates.referencePeople} people at `busy` 1, where all of
 * it together is some 300 visible happenings an hour: far busier than life, so that a minute of watching shows a day.
 */
export const defaultRates = {
  referencePeople: 80,

  /** Happenings that come by themselves, so many an hour. */
  perHour: {
    "emergency-arrival": 11,
    "pre-admission": 6,
    transfer: 22,
    leave: 5,
    discharge: 9,
    "admission-cancelled": 1.5,
    "attending-changed": 14,
    "consultant-changed": 10,
    "stay-detail-changed": 12,
    "stay-entered-in-error": 1.5,
    "appointment-booked": 22,
    "appointment-rescheduled": 9,
    "appointment-changed": 8,
    "appointment-cancelled": 6,
    "order-placed": 24,
    "order-revoked": 1.5,
    "vitals-charted": 36,
    "address-changed": 6,
    "phone-changed": 8,
    "name-changed": 2,
    "person-registered": 4,
    "records-merged": 2,
    "records-unmerged": 0.3,
    "version-bumped": 40,
    "arrays-reordered": 10,
    "narrative-changed": 10,

    // The rest of the chart, on a small scale.
    "document-written": 4,
    "document-amended": 0.5,
    "document-addended": 0.5,
    "document-replaced": 0.5,
    "document-superseded": 0.2,
    "document-entered-in-error": 0.2,
    "immunization-given": 1,
    "immunization-refused": 0.2,
    "immunization-changed": 0.2,
    "immunization-entered-in-error": 0.1,
    "medication-ordered": 4,
    "medication-changed": 1,
    "medication-held": 0.5,
    "medication-stopped": 0.5,
    "medication-completed": 0.5,
    "medication-cancelled": 0.2,
    "medication-entered-in-error": 0.1,
    "medication-replaced": 0.5,
    "medication-renewed": 0.3,
    "dose-stopped": 0.2,
    "dose-refused": 0.3,
    "dose-entered-in-error": 0.1,
    "problem-added": 1,
    "problem-changed": 0.5,
    "problem-resolved": 0.3,
    "problem-entered-in-error": 0.1,
    "diagnosis-made": 2,
    "diagnosis-changed": 0.5,
    "diagnosis-resolved": 0.3,
    "diagnosis-entered-in-error": 0.2,
    "procedure-performed": 1,
    "procedure-changed": 0.2,
    "procedure-entered-in-error": 0.1,
    "allergy-recorded": 0.5,
    "no-known-allergies": 0.5,
    "allergy-changed": 0.2,
    "allergy-inactivated": 0.1,
    "allergy-entered-in-error": 0.1,
    "coverage-added": 0.2,
    "coverage-changed": 0.3,
    "coverage-ended": 0.1,
    "account-opened": 2,
    "account-changed": 1,
    "account-closed": 0.3,
    "account-entered-in-error": 0.1,
    "charge-posted": 3,
    "charge-voided": 0.2,
    "charge-replaced": 0.2,
    "relative-added": 0.3,
    "relative-changed": 0.3,
    "relative-ended": 0.2,
    "slot-opened": 1,
    "slot-taken": 0.5,
    "slot-freed": 0.3,
    "slot-blocked": 0.2,
    "slot-unblocked": 0.2,

    // Rare enough that a day goes by without them: see month.ts.
    "inpatient-to-observation": 0,
    "observation-to-inpatient": 0,
    "emergency-to-observation": 0,
    "transfer-planned": 0,
    "discharge-planned": 0,
    "disposition-changed": 0,
    "discharge-time-corrected": 0,
    "service-changed": 0,
    "admission-time-corrected": 0,
    "visit-number-changed": 0,
    "stay-moved-to-other-patient": 0,
    "duplicate-stay": 0,
    "cancelled-after-discharge": 0,
    "cancelled-stay-revived": 0,
    "stay-error-undone": 0,
    "appointment-requested": 0,
    "visit-abandoned": 0,
    "appointment-entered-in-error": 0,
    "appointment-rebooked": 0,
    "arrived-after-all": 0,
    "appointment-moved-and-cancelled": 0,
    "appointment-replaced": 0,
    "order-changed": 0,
    "order-held": 0,
    "order-replaced": 0,
    "order-entered-in-error": 0,
    "order-discontinued": 0,
    "standing-order-placed": 0,
    "account-duplicated": 0,
    "report-entered-in-error": 0,
    "vital-entered-in-error": 0,
    "imaging-ordered": 0,
    "imaging-amended": 0,
    "culture-ordered": 0,
    "mrn-changed": 0,
    "other-mrn-given": 0,
    "gender-corrected": 0,
    "birth-date-corrected": 0,
    "language-changed": 0,
    "general-practitioner-changed": 0,
    "made-confidential": 0,
    "made-public": 0,
    "see-also-linked": 0,
    "see-also-removed": 0,
    deceased: 0,
    "patient-inactivated": 0,
    "practitioner-renamed": 0,
    "practitioner-left": 0,
    "practitioner-returned": 0,
    "practitioner-joined": 0,
    "location-renamed": 0,
    "location-closed": 0,
    "location-opened": 0,
    "location-added": 0,
    "record-hidden": 0,
  },

  /** How likely one thing is to follow from, or to be part of, another. */
  chance: {
    emergencyEndsInAdmission: 0.45,
    preAdmissionIsCancelled: 0.2,
    preAdmissionClass: 0.5,
    bedReservedBeforeAdmission: 0.4,
    transferIsUndone: 0.15,
    dischargeIsUndone: 0.08,
    appointmentIsMissed: 0.12,
    appointmentIsToday: 0.65,
    arrivalIsRecordedApart: 0.5,
    reportIsRegistered: 0.4,
    reportIsPreliminary: 0.7,
    reportIsCorrected: 0.12,
    reportIsWrittenFirst: 0.5,
    vitalIsCorrected: 0.04,
    vitalHasNoStatus: 0.01,
    newPersonIsDuplicate: 0.35,
    documentIsDrafted: 0.6,
    imagingIsRead: 0.7,
    somethingGrew: 0.6,
    cultureIsCorrected: 0.25,
    heldOrderIsRevoked: 0.3,
    requestIsDenied: 0.2,
    returnIsUndone: 0,
    plannedTransferIsDropped: 0.3,
    plannedDischargeIsDropped: 0.3,
    deathIsUndone: 0.4,
    /** A version whose `lastUpdated` is the start of a transaction that was committed only later. */
    commitIsLate: 0.05,
    /** Something touches a record that was touched a moment ago, so that one poll sees several changes at once. */
    hurry: 0.05,
  },

  minutes: {
    untilTriage: [2, 8],
    untilEmergencyBed: [2, 10],
    untilEmergencyDecision: [12, 50],
    untilPlannedAdmission: [8, 45],
    untilTransferUndone: [2, 12],
    untilLeaveReturn: [10, 40],
    untilDischargeUndone: [3, 15],
    /** How long a record rests between two happenings that nobody hurries. */
    rest: [4, 4],
    untilAppointmentToday: [20, 120],
    arrivalBeforeStart: [0, 12],
    untilCheckIn: [2, 6],
    missedAfterStart: [10, 20],
    visit: [10, 30],
    untilReportRegistered: [1, 4],
    untilReportPreliminary: [5, 12],
    untilReportFinal: [3, 12],
    untilReportCorrected: [8, 40],
    untilVitalCorrected: [3, 15],
    untilStatusFound: [10, 30],
    untilDocumentSigned: [10, 60],
    untilDose: [10, 40],
    infusion: [20, 60],
    untilOrderReleased: [10, 60],
    untilNextInstance: [20, 60],
    untilImagingRead: [10, 40],
    untilCultureRead: [30, 120],
    untilPlannedTransfer: [15, 60],
    untilReturnUndone: [3, 15],
    untilStaysCombined: [10, 60],
    untilAccountsCombined: [20, 120],
    untilConfirmed: [20, 120],
    untilDeathUndone: [60, 600],
    untilReactivated: [60, 600],
    untilShownAgain: [20, 90],
  },

  seconds: {
    /** Between a report and its observations. */
    reportApart: [2, 25],
    lateCommit: [1, 40],
  },

  /** What there is when the clock starts. */
  warm: {
    inpatients: 0.35,
    emergencies: 0.06,
    preAdmissions: 0.05,
    appointmentsToday: 0.45,
    appointmentsComing: 0.5,
    duplicates: 0.06,
    /** Of how many people there is more on record than visits and results. */
    charts: 1,
    daysAhead: 12,
  },
} satisfies RatesShape;

interface RatesShape {
  referencePeople: number;
  perHour: Record<string, number>;
  chance: Record<string, number>;
  minutes: Record<string, Range>;
  seconds: Record<string, Range>;
  warm: Record<string, number>;
}

export interface Rates {
  readonly referencePeople: number;
  readonly perHour: { readonly [Kind in keyof typeof defaultRates.perHour]: number };
  readonly chance: { readonly [Name in keyof typeof defaultRates.chance]: number };
  readonly minutes: { readonly [Name in keyof typeof defaultRates.minutes]: Range };
  readonly seconds: { readonly [Name in keyof typeof defaultRates.seconds]: Range };
  readonly warm: { readonly [Name in keyof typeof defaultRates.warm]: number };
}

/** What a caller may say instead of the defaults, entry by entry. */
export type RateChanges = { [Table in Exclude<keyof Rates, "referencePeople">]?: Partial<Rates[Table]> };

export function ratesWith(changes: RateChanges): Rates {
  const { referencePeople, perHour, chance, minutes, seconds, warm } = defaultRates as unknown as Rates;
  return {
    referencePeople,
    perHour: { ...perHour, ...changes.perHour },
    chance: { ...chance, ...changes.chance },
    minutes: { ...minutes, ...changes.minutes },
    seconds: { ...seconds, ...changes.seconds },
    warm: { ...warm, ...changes.warm },
  };
}
