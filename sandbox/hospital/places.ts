import type { Random } from "../random.ts";
import type { Concept } from "./concepts.ts";
import { systems } from "./concepts.ts";
import type { Clinician, Id, Place, PlaceKind } from "./records.ts";

export type { Clinician, Place, PlaceKind } from "./records.ts";

/** The buildings and the staff, as they are before the first person comes. */
export interface Organization {
  id: Id;
  name: string;
}

export interface Places {
  organizations: Organization[];
  all: Place[];
  byId: Map<Id, Place>;
  emergencyBeds: Place[];
  wardBeds: Place[];
  clinics: Place[];
  clinicians: Clinician[];
  physicians: Id[];
  nurses: Id[];
}

export const physicalTypes: Record<PlaceKind, Concept> = {
  facility: physicalType("783", "Facility(s)", "si", "Site"),
  building: physicalType("778", "Building(s)", "bu", "Building"),
  unit: physicalType("794", "Nurse Unit(s)", "wa", "Ward"),
  clinic: physicalType("772", "Ambulatory(s)", "wa", "Ward"),
  room: physicalType("801", "Room(s)", "ro", "Room"),
  bed: physicalType("776", "Bed(s)", "bd", "Bed"),
};

function physicalType(code: string, display: string, standard: string, standardDisplay: string): Concept {
  return {
    codeSet: 222,
    code,
    display,
    standard: [{ system: systems.physicalType, code: standard, display: standardDisplay }],
  };
}

const units = [
  { name: "ED", rooms: 14, beds: ["1"], first: 1 },
  { name: "3N", rooms: 10, beds: ["A", "B"], first: 301 },
  { name: "4N", rooms: 10, beds: ["A", "B"], first: 401 },
  { name: "5S", rooms: 10, beds: ["A", "B"], first: 501 },
  { name: "ICU", rooms: 8, beds: ["1"], first: 1 },
];
const clinicNames = ["Cardiology Clinic", "Family Medicine", "Imaging", "Day Surgery"];

/** `scale` widens every unit, so that larger hospitals find beds. */
export function buildPlaces(random: Random, id: () => string, scale: number): Places {
  const hospital = { id: id(), name: "Prairie General Hospital" };
  const clinic = { id: id(), name: "Prairie Clinics & Imaging" };
  const all: Place[] = [];
  const build = (kind: PlaceKind, name: string, parent?: Place, unit?: Place): Place => {
    const place: Place = {
      record: "place",
      ...untouched(id()),
      kind,
      name,
      path: parent ? `${parent.path}, ${name}` : name,
      organization: parent?.organization ?? hospital.id,
      ...(parent ? { partOf: parent.id } : {}),
      ...(unit ? { unit: unit.id } : {}),
    };
    all.push(place);
    return place;
  };

  const main = build("building", "Main", build("facility", "Prairie General"));
  const bedsOf = new Map<string, Place[]>();
  for (const { name, rooms, beds, first } of units) {
    const unit = build("unit", name, main);
    const built = Array.from({ length: Math.ceil(rooms * scale) }, (_, index) => {
      const room = build("room", String(first + index).padStart(2, "0"), unit, unit);
      return beds.map((bed) => build("bed", bed, room, unit));
    });
    bedsOf.set(name, built.flat());
  }
  const clinicFacility: Place = { ...build("facility", "Prairie Clinics"), organization: clinic.id };
  all[all.length - 1] = clinicFacility;
  const clinicBuilding = build("building", "East", clinicFacility);
  const clinics = clinicNames.map((name) => build("clinic", name, clinicBuilding));

  const clinicians = [
    structuredClone(systemAccount),
    ...Array.from({ length: 24 }, (_, index) => makeClinician(random, id, index)),
  ];
  return {
    organizations: [hospital, clinic],
    all,
    byId: new Map(all.map((place) => [place.id, place])),
    emergencyBeds: bedsOf.get("ED") ?? [],
    wardBeds: [...bedsOf].filter(([name]) => name !== "ED").flatMap(([, beds]) => beds),
    clinics,
    clinicians,
    physicians: clinicians.slice(1).flatMap((each) => (each.qualification === "RN" ? [] : [each.id])),
    nurses: clinicians.flatMap((each) => (each.qualification === "RN" ? [each.id] : [])),
  };
}

const untouched = (id: Id) => ({ id, touchedAt: 0, turn: 0, wording: 0 });

const systemAccount: Clinician = {
  record: "clinician",
  ...untouched("1"),
  name: { family: "SYSTEM", given: ["SYSTEM"] },
  nationalId: "",
  gender: "female",
  qualification: "MD",
};

const clinicianFamilies = [
  "Adeyemi",
  "Björk",
  "Chandra",
  "Dvořák",
  "Eriksen",
  "Fitz-Hugh",
  "Grünwald",
  "Hassan",
  "Ito",
  "O'Neill",
];
const clinicianGivens = ["Alma", "Boris", "Clara", "Dmitri", "Esra", "Félix", "Grace", "Hugo"];

export function makeClinician(random: Random, id: () => string, index: number): Clinician {
  const qualification = index % 4 === 3 ? "RN" : index % 7 === 6 ? "DO" : "MD";
  return {
    record: "clinician",
    ...untouched(id()),
    name: {
      family: random.pick(clinicianFamilies),
      given: [random.pick(clinicianGivens)],
      ...(qualification === "RN" ? {} : { suffix: qualification === "DO" ? "D.O." : "M.D." }),
    },
    ...(qualification === "RN" ? {} : { prefix: "Dr." }),
    nationalId: String(random.whole(1_000_000_000, 1_999_999_999)),
    gender: random.pick(["female", "male"] as const),
    qualification,
  };
}
