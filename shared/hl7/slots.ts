/**
 * What the contexts of messages hold, and so what an expression in a configuration may start from: the resources of the
 * message, and what a repeating segment is about (`Result` in OBX, `Payor` in IN1). A test holds it against the tables.
 */
export const contextSlots: ReadonlySet<string> = new Set(
  "Account AllergyIntolerance Appointment CarePlan ChargeItem Condition Coverage Diagnosis DiagnosticReport DocumentReference Dosage Dose Encounter Goal Guarantor Immunization Ingredient Key Language Location Medication MedicationAdministration MedicationRequest MergedAccount MergedEncounter MergedPatient NextOfKin Note Observation OrderControl Parent Participant Patient Payor Practitioner PractitionerRole Procedure Provenance RelatedPerson Report Result Role Service ServiceRequest Slot Specimen Subscriber Timing".split(
    " ",
  ),
);

/** The slots of the bridge itself, beside those of resources. */
export const ownSlots: ReadonlySet<string> = new Set(
  "focus resources event eventTime message setId subId item conjunction source destination".split(" "),
);
