import type { Concept } from "../concepts.ts";
import { systems } from "../concepts.ts";
import type { StayClass, TeamMember } from "../records.ts";
import { own } from "./own.ts";

export const stayClasses: Record<StayClass, { display: string; type: Concept }> = {
  EMER: {
    display: "emergency",
    type: own(71, "309310", "Emergency", [systems.patientClass, "E", "Emergency"]),
  },
  IMP: {
    display: "inpatient encounter",
    type: own(71, "309308", "Inpatient", [systems.patientClass, "I", "Inpatient"]),
  },
  OBSENC: {
    display: "observation encounter",
    type: own(71, "309312", "Observation", [systems.patientClass, "O", "Outpatient"]),
  },
  AMB: {
    display: "ambulatory",
    type: own(71, "309309", "Outpatient", [systems.patientClass, "O", "Outpatient"]),
  },
  PRENC: {
    display: "pre-admission",
    type: own(71, "309311", "Preadmit", [systems.patientClass, "P", "Preadmit"]),
  },
};

export const priorities: Record<StayClass, Concept> = {
  EMER: own(3, "670839", "Emergency", ["http://terminology.hl7.org/CodeSystem/v3-ActPriority", "EM", "emergency"]),
  IMP: own(3, "670842", "Urgent", ["http://terminology.hl7.org/CodeSystem/v3-ActPriority", "UR", "urgent"]),
  OBSENC: own(3, "670842", "Urgent", ["http://terminology.hl7.org/CodeSystem/v3-ActPriority", "UR", "urgent"]),
  AMB: own(3, "670843", "Routine", ["http://terminology.hl7.org/CodeSystem/v3-ActPriority", "R", "routine"]),
  PRENC: own(3, "670840", "Elective", ["http://terminology.hl7.org/CodeSystem/v3-ActPriority", "EL", "elective"]),
};

export const services: readonly Concept[] = [
  own(34, "313012", "Medicine-General", [systems.snomed, "700232004", "General medical service (qualifier value)"]),
  own(34, "313007", "Cardiology", [systems.snomed, "708174004", "Interventional cardiology service (qualifier value)"]),
  own(34, "313018", "Surgery-General", [systems.snomed, "310156009", "General surgical service (qualifier value)"]),
  own(34, "313015", "Neurology", [systems.snomed, "310110001", "Neurology service (qualifier value)"]),
  own(34, "313021", "Observation & Short Stay"),
];

export const reasons: readonly string[] = [
  "Chest pain",
  "Shortness of breath",
  "Abdominal pain",
  "Fever & chills",
  "Fall at home",
  "Elective hip replacement",
  "Headache",
  "Cough > 3 weeks",
  "Follow-up visit",
  "Syncope",
  "Médication review",
  "Wound check",
];

export const admitSources: readonly Concept[] = [
  own(2, "4326381", "Self (Non-HC Facility Source of Origin)"),
  own(2, "309201", "Physician Referral", [
    "http://terminology.hl7.org/CodeSystem/admit-source",
    "gp",
    "General Practitioner referral",
  ]),
  own(2, "309203", "Emergency Room", [
    "http://terminology.hl7.org/CodeSystem/admit-source",
    "emd",
    "From accident/emergency department",
  ]),
];

const disposition = "http://terminology.hl7.org/CodeSystem/discharge-disposition";
export const dispositions: readonly Concept[] = [
  own(19, "312912", "Home or Self Care", [disposition, "home", "Home"]),
  own(19, "312918", "Skilled Nursing Facility", [disposition, "snf", "Skilled nursing facility"]),
  own(19, "312921", "Rehabilitation Facility", [disposition, "rehab", "Rehabilitation"]),
  own(19, "312925", "Left Against Medical Advice", [disposition, "aadvice", "Left against advice"]),
];

export const teamRoles: Record<TeamMember["role"], Concept> = {
  attending: own(333, "1119", "Attending Physician", [systems.participation, "ATND", "attender"]),
  admitting: own(333, "1116", "Admitting Physician", [systems.participation, "ADM", "admitter"]),
  consulting: own(333, "1121", "Consulting Physician", [systems.participation, "CON", "consultant"]),
  referring: own(333, "1126", "Referring Physician", [systems.participation, "REF", "referrer"]),
};

export const visitServices: readonly Concept[] = [
  own(14249, "667105", "Surgery", [systems.snomed, "394609007", "Surgery-general"]),
  own(14249, "24477854", "Cardiology Follow Up", [systems.snomed, "394579002", "Cardiology"]),
  own(14249, "24477880", "Office Visit Established", [systems.snomed, "408443003", "General medical practice"]),
  own(14249, "24477911", "CT Abdomen & Pelvis"),
];

export const cancelReasons: readonly Concept[] = [
  own(14229, "4410871", "Patient Request", [
    "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason",
    "pat",
    "Patient",
  ]),
  own(14229, "4410874", "Provider Unavailable", [
    "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason",
    "prov",
    "Provider",
  ]),
];

export const patientParticipant = own(14250, "4572", "Patient");
export const providerParticipant = own(14250, "4574", "Provider");

export const maritalStates = {
  single: own(38, "309239", "Single", ["http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "S", "Never Married"]),
  married: own(38, "309237", "Married", ["http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "M", "Married"]),
  divorced: own(38, "309235", "Divorced", ["http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "D", "Divorced"]),
  widowed: own(38, "309240", "Widowed", ["http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "W", "Widowed"]),
};

export const races: readonly [code: string, display: string][] = [
  ["2106-3", "White"],
  ["2054-5", "Black or African American"],
  ["2028-9", "Asian"],
  ["1002-5", "American Indian or Alaska Native"],
];

export const languages: readonly Concept[] = [
  own(36, "151", "English", ["urn:ietf:bcp:47", "en", "English"]),
  own(36, "312738", "Spanish", ["urn:ietf:bcp:47", "es", "Spanish"]),
  own(36, "312734", "Chinese", ["urn:ietf:bcp:47", "zh", "Chinese"]),
];

export const identifierTypes = {
  mrn: own(4, "10", "MRN", [systems.identifierType, "MR", "Medical record number"]),
  communityMrn: own(4, "2", "Community Medical Record Number", [systems.identifierType, "MR", "Medical record number"]),
  messaging: own(4, "670843", "Messaging"),
  visit: own(319, "1077", "FIN NBR", [systems.identifierType, "AN", "Account number"]),
};

export const emergencyContact = own(351, "1152", "Emergency Contact", [
  "http://terminology.hl7.org/CodeSystem/v2-0131",
  "C",
  "Emergency Contact",
]);
