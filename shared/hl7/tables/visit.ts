import { codeMap, terminology } from "./code-map.ts";

export const encounterClass = codeMap({
  name: "encounterClass",
  table: "HL70004",
  systems: [`${terminology}/v3-ActCode`],
  codes: {
    EMER: "E",
    IMP: "I",
    ACUTE: "I",
    NONAC: "I",
    SS: "I",
    AMB: "O",
    OBSENC: "O",
    HH: "O",
    FLD: "O",
    VR: "O",
    PRENC: "P",
  },
  note: "The IG knows IMP, EMER, AMB and PRENC; the other classes are decided by where the patient sleeps.",
});

export const admissionType = codeMap({
  name: "admissionType",
  table: "HL70007",
  systems: [`${terminology}/v3-ActPriority`],
  codes: { EM: "E", S: "E", UR: "U", A: "U", EL: "C", R: "R" },
  note: "v3-ActPriority to HL70007, decided here.",
});

export const visitPriority = codeMap({
  name: "visitPriority",
  table: "HL70217",
  systems: [`${terminology}/v3-ActPriority`],
  codes: { EM: "1", S: "1", UR: "2", A: "2", EL: "3" },
  names: { "1": "Emergency", "2": "Urgent", "3": "Elective" },
  note: "v3-ActPriority to HL70217, decided here.",
});

export const admitSource = codeMap({
  name: "admitSource",
  table: "HL70023",
  systems: [`${terminology}/admit-source`],
  codes: {
    gp: "1",
    mp: "1",
    outp: "2",
    "hosp-trans": "4",
    nursing: "5",
    psych: "6",
    rehab: "6",
    emd: "7",
    other: "9",
    born: null,
  },
  note: "HL7 gives no map. Receivers that bill in the US want UB-04 point of origin: the value set of the destination.",
});

export const dischargeDisposition = codeMap({
  name: "dischargeDisposition",
  table: "HL70112",
  systems: [`${terminology}/discharge-disposition`],
  codes: {
    home: "01",
    "alt-home": "01",
    "other-hcf": "05",
    hosp: "50",
    long: "63",
    aadvice: "07",
    exp: "20",
    psy: "65",
    rehab: "62",
    snf: "03",
    oth: null,
  },
  note: "NUBC patient status; HL7 gives no map. 50, 62, 63, 65 are NUBC codes outside the suggested list.",
});

export const ambulatoryStatus = codeMap({
  name: "ambulatoryStatus",
  table: "HL70009",
  systems: [`${terminology}/encounter-special-arrangements`],
  codes: { wheel: "A2" },
  names: { A2: "Wheelchair/stretcher bound" },
  isOpen: true,
  note: "A wheelchair is told by HL70009; other arrangements are sent as they are.",
});

export const diagnosisUse = codeMap({
  name: "diagnosisUse",
  table: "HL70052",
  systems: [`${terminology}/diagnosis-role`],
  codes: { AD: "A", DD: "F", billing: "F", CC: "W", CM: "W", "pre-op": "W", "post-op": "W" },
  names: { A: "Admitting", F: "Final", W: "Working" },
  note: "IG for AD; the others decided here.",
});

/** Words of Millennium's diagnosis types (code set 17), and the code of HL70052 that says as much. First match wins. */
export const diagnosisUseWords: readonly (readonly [word: string, code: string])[] = [
  ["admit", "A"],
  ["discharge", "F"],
  ["final", "F"],
  ["billing", "F"],
  ["principal", "F"],
];

export const providerRole = codeMap({
  name: "providerRole",
  table: "HL70443",
  systems: [`${terminology}/v3-ParticipationType`],
  codes: { ATND: "AT", REF: "RP", CON: "CP", ADM: "AD", PCP: "PP", REFT: "RT" },
  names: {
    AT: "Attending",
    RP: "Referring Provider",
    CP: "Consulting Provider",
    AD: "Admitting",
    PP: "Primary Care Provider",
    RT: "Referred to Provider",
  },
  isOpen: true,
  note: "HL70443, a table of the site's own: other roles are sent as they are.",
});
