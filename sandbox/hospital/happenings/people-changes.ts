import { languages } from "../catalogue.ts";
import type { Person } from "../records.ts";
import { minuteMs, openStayOf, type World } from "../world.ts";
import { type Happening, happening } from "./happening.ts";
import { another } from "./inpatient.ts";
import { present } from "./people.ts";

/** What is rarer in a person's record: numbers, links, life and death, who may see it. */
export const peopleChangeHappenings: readonly Happening[] = [
  change("mrn-changed", {
    play(world, person) {
      person.mrn = String(1_000_000 + Number(world.id()));
    },
  }),
  change("other-mrn-given", {
    applies: (person) => person.otherMrn === undefined,
    play(world, person) {
      person.otherMrn = `C${world.id()}`;
    },
  }),
  change("gender-corrected", {
    play(world, person) {
      person.gender = another(world, ["female", "male", "other"] as const, person.gender);
    },
  }),
  change("birth-date-corrected", {
    play(world, person) {
      const day = String(world.random.whole(1, 28)).padStart(2, "0");
      person.birthDate = `${person.birthDate.slice(0, 8)}${day === person.birthDate.slice(8) ? "29" : day}`;
      if (person.birthDate.endsWith("-02-29")) person.birthDate = person.birthDate.replace("-29", "-15");
    },
  }),
  change("language-changed", {
    play(world, person) {
      person.language = another(world, [...languages.keys()], person.language);
    },
  }),
  change("general-practitioner-changed", {
    play(world, person) {
      person.generalPractitioner = another(world, world.places.physicians, person.generalPractitioner);
    },
  }),
  change("made-confidential", {
    applies: (person) => !person.isConfidential,
    play(_world, person) {
      person.isConfidential = true;
    },
  }),
  change("made-public", {
    applies: (person) => person.isConfidential === true,
    play(_world, person) {
      delete person.isConfidential;
    },
  }),
  happening("see-also-linked", "person", {
    candidates: (world) => present(world).filter((person) => !person.seeAlso),
    play(world, person) {
      const other = world.random.anyOf(present(world).filter((each) => each !== person));
      if (!other) return undefined;
      person.seeAlso = other.id;
      return [person];
    },
  }),
  change("see-also-removed", {
    applies: (person) => person.seeAlso !== undefined,
    play(_world, person) {
      delete person.seeAlso;
    },
  }),
  happening("deceased", "person", {
    candidates: away,
    play(world, person) {
      person.deceasedAt = world.now - world.random.whole(10, 600) * minuteMs;
      if (world.chance("deathIsUndone"))
        world.after(world.minutes("untilDeathUndone") * minuteMs, "deceased-undone", person);
      return [person];
    },
  }),
  happening("deceased-undone", "person", {
    play(_world, person) {
      if (person.deceasedAt === undefined || person.mergedInto) return undefined;
      delete person.deceasedAt;
      return [person];
    },
  }),
  happening("patient-inactivated", "person", {
    candidates: away,
    play(world, person) {
      person.isInactive = true;
      world.after(world.minutes("untilReactivated") * minuteMs, "patient-reactivated", person);
      return [person];
    },
  }),
  happening("patient-reactivated", "person", {
    play(_world, person) {
      if (!person.isInactive || person.mergedInto) return undefined;
      delete person.isInactive;
      return [person];
    },
  }),
];

function change(
  kind: Happening["kind"],
  rule: { applies?(person: Person): boolean; play(world: World, person: Person): void },
): Happening {
  return happening(kind, "person", {
    candidates: (world) => present(world).filter((person) => rule.applies?.(person) ?? true),
    play(world, person) {
      rule.play(world, person);
      return [person];
    },
  });
}

/** Nowhere in the house, and expected on no day. */
function away(world: World): Person[] {
  const expected = new Set(world.live.bookings.values().map(({ person }) => person));
  return present(world).filter(
    (person) => !person.deceasedAt && !person.isInactive && !openStayOf(world, person.id) && !expected.has(person.id),
  );
}
