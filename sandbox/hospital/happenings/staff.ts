import { makeClinician } from "../places.ts";
import { makeFamilyName } from "../population.ts";
import type { Clinician, Place } from "../records.ts";
import { bedsTaken, type World } from "../world.ts";
import { type Happening, happening, newKept } from "./happening.ts";

/** The house itself changes: who works there, which beds and clinics there are. */
export const staffHappenings: readonly Happening[] = [
  happening("practitioner-renamed", "clinician", {
    candidates: working,
    play(world, clinician) {
      clinician.name = {
        ...clinician.name,
        family: `${makeFamilyName(world.random)}-${clinician.name.family}`.slice(0, 40),
      };
      return [clinician];
    },
  }),
  happening("practitioner-left", "clinician", {
    candidates: working,
    play(_world, clinician) {
      clinician.isInactive = true;
      return [clinician];
    },
  }),
  happening("practitioner-returned", "clinician", {
    candidates: (world) => world.places.clinicians.filter(({ isInactive }) => isInactive),
    play(_world, clinician) {
      delete clinician.isInactive;
      return [clinician];
    },
  }),
  {
    kind: "practitioner-joined",
    play(world) {
      const { places, random } = world;
      const clinician = makeClinician(random, () => world.id(), places.clinicians.length);
      places.clinicians.push(clinician);
      (clinician.qualification === "RN" ? places.nurses : places.physicians).push(clinician.id);
      return [clinician];
    },
  },
  happening("location-renamed", "place", {
    candidates: (world) => world.places.clinics,
    play(world, place) {
      const [first = ""] = place.name.split(" (");
      place.name = `${first} (${world.random.pick(["East", "West", "2nd floor"])} ${world.random.whole(1, 9)})`;
      place.path = `${place.path.slice(0, place.path.lastIndexOf(", "))}, ${place.name}`;
      return [place];
    },
  }),
  happening("location-closed", "place", {
    candidates: emptyBeds,
    play(_world, place) {
      place.isInactive = true;
      return [place];
    },
  }),
  happening("location-opened", "place", {
    candidates: (world) => world.places.wardBeds.filter(({ isInactive }) => isInactive),
    play(_world, place) {
      delete place.isInactive;
      return [place];
    },
  }),
  happening("location-added", "place", {
    candidates: (world) => world.places.all.filter(({ kind, path }) => kind === "room" && !path.includes("ED")),
    play(world, room) {
      const name = `X${world.random.whole(1, 99)}`;
      const bed: Place = {
        ...room,
        ...newKept(world),
        kind: "bed",
        name,
        path: `${room.path}, ${name}`,
        partOf: room.id,
      };
      world.places.all.push(bed);
      world.places.byId.set(bed.id, bed);
      world.places.wardBeds.push(bed);
      return [bed];
    },
  }),
];

/** The system account stays as it is. */
function working(world: World): Clinician[] {
  return world.places.clinicians.filter(({ id, isInactive }) => id !== "1" && !isInactive);
}

function emptyBeds(world: World): Place[] {
  const taken = new Set(bedsTaken(world));
  return world.places.wardBeds.filter(({ id, isInactive }) => !isInactive && !taken.has(id));
}
