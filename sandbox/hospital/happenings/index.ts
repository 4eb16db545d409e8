import { allergyHappenings } from "./allergies.ts";
import { appointmentChangeHappenings } from "./appointment-changes.ts";
import { appointmentHappenings } from "./appointments.ts";
import { documentHappenings } from "./documents.ts";
import { emergencyHappenings } from "./emergency.ts";
import { financeHappenings } from "./finance.ts";
import type { Happening } from "./happening.ts";
import { imagingHappenings } from "./imaging.ts";
import { immunizationHappenings } from "./immunizations.ts";
import { inpatientHappenings } from "./inpatient.ts";
import { laboratoryHappenings } from "./laboratory.ts";
import { medicationHappenings } from "./medications.ts";
import { microbiologyHappenings } from "./microbiology.ts";
import { orderChangeHappenings } from "./order-changes.ts";
import { peopleHappenings } from "./people.ts";
import { peopleChangeHappenings } from "./people-changes.ts";
import { problemHappenings } from "./problems.ts";
import { quirkHappenings } from "./quirks.ts";
import { relativeHappenings } from "./relatives.ts";
import { securityHappenings } from "./security.ts";
import { slotHappenings } from "./slots.ts";
import { staffHappenings } from "./staff.ts";
import { stayChangeHappenings } from "./stay-changes.ts";
import { stayMistakeHappenings } from "./stay-mistakes.ts";
import { vitalHappenings } from "./vitals.ts";

/** The table of all that can happen. */
export const happenings: readonly Happening[] = [
  ...emergencyHappenings,
  ...inpatientHappenings,
  ...stayChangeHappenings,
  ...stayMistakeHappenings,
  ...appointmentHappenings,
  ...appointmentChangeHappenings,
  ...laboratoryHappenings,
  ...orderChangeHappenings,
  ...imagingHappenings,
  ...microbiologyHappenings,
  ...vitalHappenings,
  ...documentHappenings,
  ...immunizationHappenings,
  ...medicationHappenings,
  ...problemHappenings,
  ...allergyHappenings,
  ...financeHappenings,
  ...relativeHappenings,
  ...peopleHappenings,
  ...peopleChangeHappenings,
  ...staffHappenings,
  ...slotHappenings,
  ...securityHappenings,
  ...quirkHappenings,
];
