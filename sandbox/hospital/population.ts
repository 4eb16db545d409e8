import type { Random } from "../random.ts";
import type { Address, Name, Person } from "./records.ts";

/** Made-up people. Any likeness is chance. */
// biome-ignore format: a list of names reads best in rows
const familyNames = [
  "Okafor", "Lindqvist", "O'Brien", "D'Angelo", "García Márquez", "Núñez", "Müller", "Søndergaard", "Šimůnek", "Nguyen",
  "Ferreira da Costa", "Van der Berg", "Katz-Meyer", "Łukasiewicz", "Brandt", "Hollis", "Abernathy", "Castellano",
  "Whitfield", "Rasmussen", "Petrov", "Achebe", "Delacroix", "Öztürk", "Hawthorne", "Iyer", "Blackwood", "Quispe",
];
const givenNames = {
  female: [
    "Ana",
    "Brigitte",
    "Chidinma",
    "Dolores",
    "Eleni",
    "Françoise",
    "Greta",
    "Hiroko",
    "Inés",
    "Josephine",
    "Zoë",
  ],
  male: ["Anders", "Bartholomew", "Cyril", "Diego", "Émile", "Farid", "Gunnar", "Håkon", "Ivan", "Jerome", "Óscar"],
};
const middleNames = ["Marie", "Lee", "J.", "Rose", "Thomas", "K."];
const suffixes = ["Jr.", "Sr.", "III"];
/** Names that a careless interface loses: other scripts, and the very characters that HL7 v2 delimits with. */
const rareNames: readonly Name[] = [
  { family: "王", given: ["小明"] },
  { family: "العلي", given: ["فاطمة"] },
  { family: "Sunshine", given: ["Bea🌻"] },
  { family: "Smith & Jones", given: ["Pat"] },
  { family: "Test^Caret", given: ["Robin"] },
  { family: "佐藤", given: ["はなこ"] },
  { family: "O’Leary~Pipe|e", given: ["Sam\\ir"] },
];
const rareNameEvery = 11;

const streets = [
  "Fruit Street",
  "Maple Ave",
  "Rue de l'Église",
  "N. 3rd St",
  "Old Mill Rd",
  "Harbor & Dock St",
  "Via Appia",
];
const towns: readonly Omit<Address, "line">[] = [
  { city: "Springfield", district: "Sangamon", state: "IL", postalCode: "62701" },
  { city: "Kansas City", district: "Jackson", state: "MO", postalCode: "64116" },
  { city: "St. Paul", state: "MN", postalCode: "55101" },
  { city: "Cañon City", district: "Fremont", state: "CO", postalCode: "81212" },
];

const dayMs = 86_400_000;

/** One new person; the ordinal decides who has a rare name, so that every hospital has a few. */
export function makePerson(options: {
  random: Random;
  id: () => string;
  ordinal: number;
  now: number;
  practitioners: readonly string[];
}): Person {
  const { random, id, ordinal, now, practitioners } = options;
  const gender = random.chance(0.03) ? "other" : random.chance(0.5) ? "female" : "male";
  const since = now - Math.floor(random.between([20, 4000])) * dayMs;
  const number = () => Number(id());
  return {
    record: "person",
    id: id(),
    touchedAt: since,
    turn: 0,
    wording: 0,
    mrn: String(1_000_000 + number()),
    aliasId: number(),
    communityMrn: String(600_000_000 + number()),
    name: { value: nameFor(random, gender, ordinal), start: since },
    formerNames: [],
    gender,
    birthDate: new Date(now - Math.floor(random.between([200, 33_000])) * dayMs).toISOString().slice(0, 10),
    address: { value: makeAddress(random), start: since },
    phones: [makePhone(random, number(), "home", since), makePhone(random, number(), "mobile", since)],
    ...(random.chance(0.6) ? { email: `person${ordinal}@example.org` } : {}),
    maritalStatus: random.pick(["single", "married", "married", "divorced", "widowed"] as const),
    race: random.whole(0, 3),
    hispanic: random.chance(0.2),
    language: random.pick([0, 0, 0, 0, 1, 2]),
    contact: nameFor(random, random.pick(["female", "male"] as const), ordinal + 1),
    contactId: id(),
    generalPractitioner: random.pick(practitioners),
  };
}

/** The same person written down a second time, a little differently, as a hurried clerk would. */
export function makeDuplicate(options: { of: Person; random: Random; id: () => string; now: number }): Person {
  const { of, random, id, now } = options;
  const number = () => Number(id());
  const value: Name = { ...of.name.value, given: of.name.value.given.slice(0, 1) };
  const { email: _, ...rest } = of;
  return {
    ...rest,
    id: id(),
    touchedAt: now,
    mrn: String(1_000_000 + number()),
    aliasId: number(),
    communityMrn: String(600_000_000 + number()),
    name: { value, start: now },
    formerNames: [],
    address: { value: random.chance(0.5) ? of.address.value : makeAddress(random), start: now },
    phones: [makePhone(random, number(), "mobile", now)],
    contactId: id(),
    duplicateOf: of.id,
  };
}

function nameFor(random: Random, gender: Person["gender"], ordinal: number): Name {
  const rare =
    ordinal % rareNameEvery === rareNameEvery - 1
      ? rareNames[Math.floor(ordinal / rareNameEvery) % rareNames.length]
      : undefined;
  const pool = gender === "other" ? random.pick(["female", "male"] as const) : gender;
  const name: Name = {
    family: random.pick(familyNames),
    given: [random.pick(givenNames[pool]), ...(random.chance(0.4) ? [random.pick(middleNames)] : [])],
    ...(random.chance(0.06) ? { suffix: random.pick(suffixes) } : {}),
  };
  return rare ? { ...rare } : name;
}

export function makeName(random: Random): Name {
  return nameFor(random, random.pick(["female", "male"] as const), 0);
}

export function makeFamilyName(random: Random): string {
  return random.pick(familyNames);
}

export function makeAddress(random: Random): Address {
  const line = [`${random.whole(1, 9999)} ${random.pick(streets)}`];
  if (random.chance(0.3)) line.push(random.pick(["Apt 4", "Unit ^2", "c/o Rossi & Figli", "Rte 9 | Box 4\\B"]));
  return { line, ...random.pick(towns) };
}

export function makePhone(
  random: Random,
  id: number,
  use: "home" | "mobile" | "work",
  start: number,
): Person["phones"][number] {
  return { id, value: `${random.whole(201, 989)}555${String(random.whole(0, 9999)).padStart(4, "0")}`, use, start };
}

/** A name as Millennium displays it: `LAST, First Middle`. */
export function displayName(name: Name): string {
  return `${name.family}${name.suffix ? ` ${name.suffix}` : ""}, ${name.given.join(" ")}`;
}
