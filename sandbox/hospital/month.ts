import type { HospitalOptions } from "../hospital.ts";
import type { Rates } from "./rates.ts";

/** Happenings in a day of a house of eighty people, where a month is to be lived through and not watched. */
const perDay: Partial<Rates["perHour"]> = {
  "emergency-arrival": 5,
  "pre-admission": 3,
  transfer: 5,
  leave: 1.5,
  discharge: 6,
  "admission-cancelled": 0.5,
  "attending-changed": 3,
  "consultant-changed": 2,
  "stay-detail-changed": 3,
  "stay-entered-in-error": 0.5,
  "appointment-booked": 7,
  "appointment-rescheduled": 2,
  "appointment-changed": 2,
  "appointment-cancelled": 1.5,
  "order-placed": 8,
  "order-revoked": 1,
  "vitals-charted": 8,
  "address-changed": 1,
  "phone-changed": 1,
  "name-changed": 0.5,
  "person-registered": 0.7,
  "records-merged": 0.5,
  "records-unmerged": 0.2,
  "version-bumped": 6,
  "arrays-reordered": 3,
  "narrative-changed": 3,
};

/** Options for a month with everything in it: some two hundred happenings a day, by day more than by night. */
export const wholeMonth = {
  rates: {
    perHour: Object.fromEntries(Object.entries(perDay).map(([kind, count]) => [kind, count / 24])),
  },
} satisfies Partial<HospitalOptions>;
