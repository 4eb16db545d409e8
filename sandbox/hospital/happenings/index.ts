import { appointmentHappenings } from "./appointments.ts";
import { emergencyHappenings } from "./emergency.ts";
import type { Happening } from "./happening.ts";
import { inpatientHappenings } from "./inpatient.ts";
import { laboratoryHappenings } from "./laboratory.ts";
import { peopleHappenings } from "./people.ts";
import { quirkHappenings } from "./quirks.ts";
import { vitalHappenings } from "./vitals.ts";

/** The table of all that can happen. */
export const happenings: readonly Happening[] = [
  ...emergencyHappenings,
  ...inpatientHappenings,
  ...appointmentHappenings,
  ...laboratoryHappenings,
  ...vitalHappenings,
  ...peopleHappenings,
  ...quirkHappenings,
];
