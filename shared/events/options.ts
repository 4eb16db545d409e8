/**
 * What a destination may ask to be told differently, by name: a row each. `isRefinement` marks those that only tell more
 * exactly what would be told anyway; webhooks always get these.
 */
export const eventOptions = {
  "planned-outpatients": {
    means: "Planned outpatient visits are told as pre-admissions (E2); otherwise appointments speak.",
  },
  arrivals: {
    means: "Patients who arrived and whose visit has not begun are told with A10 (E3, E4); otherwise with A04 or A05.",
  },
  "pending-admissions": {
    means: "Planned stays with a reserved bed are told with A14 and A27 (E1, E22); otherwise as pre-admissions.",
  },
  "pending-transfers": { means: "Planned moves are told with A15 and A26 (E14).", isRefinement: true },
  "pending-discharges": { means: "Planned ends of stays are told with A16 and A25 (E19).", isRefinement: true },
  "cancelled-leaves": {
    means: "A leave or a return that was undone is told with A52 or A53 (E17); otherwise as a return or a leave.",
    isRefinement: true,
  },
  "outpatient-tracking": {
    means:
      "Moves of outpatients and emergency patients are told with A10, or with A08 where encounter.tracked is not taken (E12); otherwise with A02.",
  },
  "doctor-changes": {
    means:
      "Changes of the attending doctor are told with A54 and A55, of consultants with A61 and A62 (E27, E28); otherwise with A08.",
    isRefinement: true,
  },
  "repeated-discharges": {
    means: "A discharge whose time or disposition was corrected is told with A03 again (E21); otherwise with A08.",
  },
  "no-outpatient-discharges": { means: "The end of outpatient and emergency visits is not told (E18)." },
  "plain-cancels": {
    means: "An ended visit that is cancelled is told with A11 alone, without A13 before it (E24, E25).",
  },
  "deleted-visits": { means: "Visits recorded in error are told with A23 (E25); otherwise with A11 or A38." },
  "linked-patients": {
    means: "Links between records that both stay in use are told with A24 and A37 (P7).",
    isRefinement: true,
  },
  "unmerged-patients": {
    means: "A merge that was undone is told with A37 (P6); otherwise the record is told as a new one, A28.",
    isRefinement: true,
  },
  "deleted-patients": {
    means: "Records that become inactive without being merged, or were made in error, are told with A29 (P10, P11).",
  },
  "proposed-appointments": { means: "Appointments that are asked for and not booked yet are told with S12 (AP2)." },
  "quiet-arrivals": {
    means: "Nothing is told of appointments when the patient arrives or when they are over (AP6, AP12, AP13).",
  },
  "rebooked-as-changed": {
    means: "A cancelled or missed appointment that is booked again is told with S14 (AP11); otherwise with S12.",
  },
  "appointment-resources": {
    means:
      "Services, people, places and things that come to an appointment, change or go are told with S18, S19, S20 and S21 (AP5); otherwise with S14.",
  },
  "replaced-as-rescheduled": {
    means:
      "A new appointment in the place of another is told as its move, with S13 (AP15); otherwise with S15 and S12.",
  },
  "blocked-times": {
    means: "Times in a schedule that cannot be booked are told with S23 and S24 (AP16).",
    isRefinement: true,
  },
  "scheduled-starts": {
    means: "An order whose time has come counts as begun, so that its end is told with DC and not with CA (O6).",
  },
  refills: {
    means: "A prescription that renews another one is told with RF (O15); otherwise with NW.",
  },
  "approved-refills": {
    means: "The same with AF, to a pharmacy that asks for renewals and waits for the answer (O15).",
  },
  "registered-results": { means: "Reports that have nothing to show yet are told (R1)." },
  "ongoing-administrations": {
    means: "Medicines are told while they are being given (M1); otherwise when that is over.",
  },
  "billing-diagnoses": {
    means:
      "Diagnoses and procedures are told with BAR^P12, those of a visit that changed together in one (D1, PR1); otherwise with the A08 of the visit.",
    isRefinement: true,
  },
  "deleted-accounts": { means: "Accounts opened in error are told with P02 (AC4); otherwise as closed, with P06." },
  "documents-without-content": {
    means: "Documents are announced without their content: T01 for T02 and so on (T1 to T8).",
  },
} as const satisfies Record<string, { means: string; isRefinement?: boolean }>;

export type EventOption = keyof typeof eventOptions;

export const eventOptionNames = Object.keys(eventOptions) as [EventOption, ...EventOption[]];

/** Those of a webhook, whatever it asks for besides. */
export const refinements: readonly EventOption[] = eventOptionNames.filter(
  (name) => "isRefinement" in eventOptions[name],
);
