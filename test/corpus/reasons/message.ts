import { encounters, kin, knowsKin } from "../facts.ts";
import { fromFhir, oneOf, type Reason } from "./reason.ts";

/** Whole segments, the sender, visits. */
export const ofMessages: readonly Reason[] = [
  // Whole segments
  { place: /^ORC$/, kind: "added", reason: "ORC tells the order of a result, which is optional in ORU^R01" },
  { place: /^(?:PID|SPM)$/, kind: "added", reason: "PID is required, and a specimen that the report names is told" },
  { place: /^ROL$/, kind: "added", reason: "PV1-52 is withdrawn in 2.7: the other caregivers of the visit are ROL" },
  {
    place: /^NK1$/,
    kind: "added",
    when: (_difference, { resources }) => kin(resources).length > 0,
    reason: "Somebody with a name of their own, or with none, is another person than the entry of the patient's record",
  },
  {
    place: /^NK1$/,
    kind: "left out",
    when: (_difference, { resources }) => !knowsKin(resources),
    reason: "FHIR has nothing to say of the person: what the sample has is an extension",
  },
  // The sender
  {
    place: /^MSH-4\.[123]$/,
    kind: "otherwise",
    when: fromFhir,
    reason: "Who sends is the configuration's: the sender of the sample is another one than the sender that FHIR names",
  },
  {
    place: /^MSH-4\.3$/,
    kind: "otherwise",
    when: oneOf("ISO", "CLIA"),
    reason: "Who sends is the configuration's: the sender of the sample is another one than the sender that FHIR names",
  },
  { place: /^MSH-4\.3$/, kind: "added", when: oneOf("ISO"), reason: "A universal id has a type: an OID is ISO" },
  {
    place: /^MSH-22\.[68]/,
    kind: "left out",
    reason: "The authority and the facility of the responsible organization stand in extensions",
  },
  // Visits
  {
    place: /^EVN-/,
    kind: "left out",
    when: ({ expected }, { resources }) => encounters(resources).length > 0 && expected !== "",
    reason: "EVN is about the event and its sender: only the audit (Provenance) of the sample has it",
  },
  {
    place: /^PV1-(?:[36]\.(?:1\.[23]|[236])|4[23]\.[2367])$/,
    kind: "left out",
    when: (_difference, { resources }) => encounters(resources).some(({ location }) => location !== undefined),
    reason:
      "The Encounter names the floor, and not the room and bed that lie in it, nor a building that it does not lie in",
  },
  {
    place: /^PV1-51\.1$/,
    kind: "added",
    when: oneOf("V"),
    reason: "V: the data are those of the visit",
  },
  {
    place: /^PV1-37\.1\.[23]$|^PV1-39\./,
    kind: "left out",
    reason: "PV1-37 is the code of the destination, and the servicing facility (PV1-39) has no place in FHIR",
  },
  {
    place: /^PV1-52\./,
    kind: "left out",
    when: ({ expected }, { says, isNamespace }) => says(expected) || isNamespace(expected),
    reason: "PV1-52 is withdrawn in 2.7: the other caregivers of the visit are ROL",
  },
  {
    place: /^PV1-52\.9/,
    kind: "left out",
    reason: "PV1-52 is withdrawn in 2.7: the other caregivers of the visit are ROL",
  },
  {
    place: /^PID-34\./,
    kind: "added",
    when: fromFhir,
    reason: "The organization that keeps the record is its facility",
  },
  {
    place: /^PID-34\.[23]$/,
    kind: "added",
    when: oneOf("CLIA", "ISO", "2.16.840.1.113883.4.7"),
    reason: "The organization that keeps the record is its facility",
  },
];
