import { codeMap, terminology } from "./code-map.ts";

export const medicationRequestStatus = codeMap({
  name: "medicationRequestStatus",
  table: "HL70038",
  systems: ["http://hl7.org/fhir/CodeSystem/medicationrequest-status"],
  codes: {
    active: "IP",
    "on-hold": "HD",
    cancelled: "CA",
    stopped: "DC",
    completed: "CM",
    "entered-in-error": "CA",
    draft: null,
    unknown: null,
  },
  note: "Decided here: HL7 gives no map.",
});

export const immunizationStatus = /* @__PURE__ */ codeMap({
  name: "immunizationStatus",
  table: "HL70322",
  systems: ["http://hl7.org/fhir/event-status"],
  codes: { completed: "CP", "not-done": "RE", "entered-in-error": null },
  names: { CP: "Complete", RE: "Refused" },
  note: "Decided here: HL7 gives no map.",
});

export const medicationAdministrationStatus = codeMap({
  name: "medicationAdministrationStatus",
  table: "HL70322",
  systems: [`${terminology}/medication-admin-status`],
  codes: {
    completed: "CP",
    "not-done": "NA",
    stopped: "PA",
    "in-progress": null,
    "on-hold": null,
    unknown: null,
    "entered-in-error": null,
  },
  names: { CP: "Complete", NA: "Not Administered", PA: "Partially Administered" },
  note: "Decided here: HL7 gives no map.",
});

const substitution = {
  systems: ["boolean", `${terminology}/v3-substanceAdminSubstitution`],
  codes: { true: "G", false: "N", E: "G", EC: "G", BC: "G", G: "G", TE: "T", TB: "T", TG: "T", F: "T", N: "N" },
  names: {
    G: "Allow generic substitutions",
    N: "Substitutions are NOT authorized",
    T: "Allow therapeutic substitutions",
  },
};

export const substitutionAllowed = codeMap({
  name: "substitutionAllowed",
  table: "HL70161",
  ...substitution,
  note: "Decided here: HL7 gives no map.",
});

export const substitutionStatus = codeMap({
  name: "substitutionStatus",
  table: "HL70167",
  ...substitution,
  note: "Before anything is dispensed, what is allowed (G, N, T) is all that there is to say.",
});

export const route = codeMap({
  name: "route",
  table: "HL70162",
  systems: ["http://snomed.info/sct", `${terminology}/v3-RouteOfAdministration`],
  codes: {
    "26643006": "PO",
    "78421000": "IM",
    "47625008": "IV",
    "34206005": "SC",
    "372464004": "ID",
    "46713006": "NS",
    "37839007": "SL",
    "54471007": "B",
    "37161004": "PR",
    "16857009": "VG",
    "54485002": "OP",
    "10547007": "OT",
    "6064005": "TP",
    "45890007": "TD",
    "447694001": "IH",
    "127490009": "GTT",
    "127492001": "NG",
    "72607000": "IT",
    "404820008": "EP",
    "58100008": "IA",
    "38239002": "IP",
    "12130007": "IS",
    "90028008": "UR",
    "60213007": "OTH",
    "417255000": "OTH",
    "62226000": "IU",
    "372449004": "DT",
    "372459003": "IB",
    "372460008": "IC",
    "372468001": "IO",
    "372473007": "MM",
    "404815008": "MM",
    "418877009": "IS",
    IM: "IM",
    IDINJ: "ID",
    IVINJ: "IV",
    SQ: "SC",
    TRNSDERM: "TD",
    PO: "PO",
    NASINHL: "IN",
    NASINHLC: "IN",
    IPINHL: "IH",
  },
  names: {
    PO: "Oral",
    IM: "Intramuscular",
    IV: "Intravenous",
    SC: "Subcutaneous",
    ID: "Intradermal",
    NS: "Nasal",
    SL: "Sublingual",
    B: "Buccal",
    PR: "Rectal",
    VG: "Vaginal",
    OP: "Ophthalmic",
    OT: "Otic",
    TP: "Topical",
    TD: "Transdermal",
    IH: "Inhalation",
    GTT: "Gastrostomy Tube",
    NG: "Nasogastric",
    IT: "Intrathecal",
    EP: "Epidural",
    IA: "Intra-arterial",
    IP: "Intraperitoneal",
    IS: "Intrasynovial",
    UR: "Urethral",
    IU: "Intrauterine",
    DT: "Dental",
    IB: "Intrabursal",
    IC: "Intracardiac",
    IO: "Intraocular",
    MM: "Mucous Membrane",
    IN: "Intranasal",
    OTH: "Other/Miscellaneous",
  },
  note: "SNOMED CT and v3-RouteOfAdministration, decided here: HL7 gives no map.",
});

export const vaccineRoute = codeMap({
  ...route,
  name: "vaccineRoute",
  codes: { ...route.codes, "46713006": "IN" },
  note: "As route; a vaccine for the nose is IN, which immunization registries take.",
});

/** The limbs that immunization registries know: upper arms, deltoid muscles, thighs, forearms. */
const sidesInSnomed: Readonly<Record<string, string>> = {
  "368208006": "LA",
  "72098002": "LA",
  "368209003": "RA",
  "16217701000119102": "LD",
  "16217661000119109": "RD",
  "61396006": "LT",
  "11207009": "RT",
  "66480008": "LLFA",
  "64262003": "RLFA",
};

export const administrationSite = codeMap({
  name: "administrationSite",
  table: "HL70163",
  systems: [`${terminology}/v3-ActSite`, "http://snomed.info/sct"],
  codes: {
    ...sidesInSnomed,
    ...Object.fromEntries(
      "BE OU BN BU CT LA LAC LACF LD LE LEJ OS LF LG LH LIJ LLAQ LLFA LMFA LN LPC LSC LT LUA LUAQ LUFA LVG LVL NB OD PA PERIN RA RAC RACF RD RE REJ RF RG RH RIJ RLAQ RLFA RMFA RN RPC RSC RT RUA RUAQ RUFA RVG RVL"
        .split(" ")
        .map((code) => [code, code]),
    ),
  },
  names: {
    LA: "Left Arm",
    RA: "Right Arm",
    LD: "Left Deltoid",
    RD: "Right Deltoid",
    LT: "Left Thigh",
    RT: "Right Thigh",
    LG: "Left Gluteus Medius",
    RG: "Right Gluteus Medius",
    LVL: "Left Vastus Lateralis",
    RVL: "Right Vastus Lateralis",
    LLFA: "Left Lower Forearm",
    RLFA: "Right Lower Forearm",
  },
  isOpen: true,
  note: "The same codes in v3-ActSite; SNOMED CT where registries have a code for the site, other sites are sent as they are.",
});

export const immunizationSource = codeMap({
  name: "immunizationSource",
  table: "NIP001",
  systems: ["boolean", "urn:oid:2.16.840.1.114222.4.5.274", `${terminology}/immunization-origin`],
  codes: { true: "00", false: "01", provider: "02", record: "03", recall: "04", school: "07", jurisdiction: "08" },
  names: {
    "00": "New immunization record",
    "01": "Historical information - source unspecified",
    "02": "Historical information - from other provider",
    "03": "Historical information - from parent's written record",
    "04": "Historical information - from parent's recall",
    "07": "Historical information - from school record",
    "08": "Historical information - from public agency",
  },
  note: "primarySource and reportOrigin to the codes of the CDC; 03 and 04 stand for whoever was asked.",
});

export const refusalReason = codeMap({
  name: "refusalReason",
  table: "NIP002",
  systems: [`${terminology}/v3-ActReason`, "http://snomed.info/sct"],
  codes: {
    PATOBJ: "03",
    PHILISOP: "03",
    VACEFF: "03",
    VACSAF: "03",
    RELIG: "01",
    OSTOCK: "02",
    IMMUNE: null,
    MEDPREC: null,
    "591000119102": "03",
    "105480006": "03",
    "397745006": null,
    "183932001": null,
  },
  names: { "00": "Parental decision", "01": "Religious exemption", "02": "Other", "03": "Patient decision" },
  note: "Why a vaccine was not given, in the codes of the CDC; immunity, precaution and contraindication are OBX.",
});
