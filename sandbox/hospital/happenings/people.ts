import { makeAddress, makeDuplicate, makeFamilyName, makePerson, makePhone } from "../population.ts";
import type { Person } from "../records.ts";
import { openStayOf, type World } from "../world.ts";
import { book, chooseTime } from "./appointments.ts";
import { handOver, recordsOf } from "./hand-over.ts";
import { type Happening, happening } from "./happening.ts";

/** People move, marry and turn out to be one another. */
export const peopleHappenings: readonly Happening[] = [
  happening("address-changed", "person", {
    candidates: present,
    play(world, person) {
      person.address = { value: makeAddress(world.random), start: world.now };
      return [person];
    },
  }),
  happening("phone-changed", "person", {
    candidates: present,
    play(world, person) {
      const [, ...others] = person.phones;
      person.phones = [makePhone(world.random, Number(world.id()), "mobile", world.now), ...others];
      return [person];
    },
  }),
  happening("name-changed", "person", {
    candidates: present,
    play(world, person) {
      person.formerNames = [{ ...person.name, end: world.now }, ...person.formerNames];
      const family = makeFamilyName(world.random);
      person.name = {
        value: { ...person.name.value, family: family === person.name.value.family ? `${family}-Ash` : family },
        start: world.now,
      };
      return [person];
    },
  }),
  {
    // Nobody outside has the new id: it is found by the appointment.
    kind: "person-registered",
    play(world) {
      const person = registerPerson(world);
      return [person, book(world, person, chooseTime(world))];
    },
  },
  happening("records-merged", "person", {
    candidates: (world) => present(world).filter((person) => survivorFor(world, person) !== undefined),
    play(world, old) {
      const survivor = survivorFor(world, old);
      if (!survivor) return undefined;
      const moved = recordsOf(world, old.id);
      old.mergedInto = survivor.id;
      world.merges.push({ old: old.id, survivor: survivor.id, at: world.now, moved });
      return [old, ...handOver(world, moved, survivor.id)];
    },
  }),
  happening("records-unmerged", "person", {
    candidates: (world) => world.people.values().filter((person) => person.mergedInto),
    play(world, old) {
      const merge = world.merges.findLast((each) => each.old === old.id && each.undoneAt === undefined);
      if (!merge) return undefined;
      merge.undoneAt = world.now;
      delete old.mergedInto;
      // They have been told apart: nobody merges these two again.
      delete old.duplicateOf;
      const stays = new Set(merge.moved.map((record) => record.id));
      const since = recordsOf(world, merge.survivor).filter(
        (record) => "stay" in record && stays.has(record.stay ?? ""),
      );
      return [old, ...handOver(world, [...new Set([...merge.moved, ...since])], old.id)];
    },
  }),
];

export function present(world: World): Person[] {
  return world.people
    .values()
    .filter((person) => !person.mergedInto)
    .toArray();
}

/** Those who can still come. */
export function living(world: World): Person[] {
  return present(world).filter((person) => !person.deceasedAt && !person.isInactive);
}

function registerPerson(world: World): Person {
  const { random, now } = world;
  const id = () => world.id();
  const original = world.chance("newPersonIsDuplicate")
    ? random.anyOf(present(world).filter((person) => !person.duplicateOf))
    : undefined;
  const person = original
    ? makeDuplicate({ of: original, random, id, now })
    : { ...makePerson({ random, id, now, ordinal: world.people.size, practitioners: world.places.physicians }) };
  person.touchedAt = now;
  world.people.set(person.id, person);
  return person;
}

/** Whom the record is a copy of, while neither of the two is somewhere in the house under both numbers. */
function survivorFor(world: World, person: Person): Person | undefined {
  const original = world.people.get(person.duplicateOf ?? "");
  if (!original || original.mergedInto) return undefined;
  return openStayOf(world, person.id) && openStayOf(world, original.id) ? undefined : original;
}
