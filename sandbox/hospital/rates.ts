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
