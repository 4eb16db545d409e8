import { conditions, procedures, remarks } from "../catalogue.ts";
import type { Condition, Id, Procedure, Stay } from "../records.ts";
import type { World } from "../world.ts";
import { type Happening, happening, inHouse, newKept, recent } from "./happening.ts";
import { another } from "./inpatient.ts";

type Category = Condition["category"];

/** Problems of a person, diagnoses of a stay, and what was done about them. */
export const problemHappenings: readonly Happening[] = [
  happening("problem-added", "stay", {
    candidates: inHouse,
    play: (world, stay) => [addCondition(world, stay, "problem-list-item")],
  }),
  happening("diagnosis-made", "stay", {
    candidates: inHouse,
    play: (world, stay) => [addCondition(world, stay, "encounter-diagnosis")],
  }),
  ...changes("problem", "problem-list-item"),
  ...changes("diagnosis", "encounter-diagnosis"),
  happening("procedure-performed", "stay", {
    candidates: inHouse,
    play: (world, stay) => [perform(world, stay)],
  }),
  happening("procedure-changed", "procedure", {
    candidates: performed,
    play(world, procedure) {
      procedure.note = another(world, [...remarks.keys()], procedure.note);
      return [procedure];
    },
  }),
  happening("procedure-entered-in-error", "procedure", {
    candidates: performed,
    play(_world, procedure) {
      procedure.status = "entered-in-error";
      return [procedure];
    },
  }),
];

function changes(name: "problem" | "diagnosis", category: Category): Happening[] {
  const candidates = (world: World) =>
    recent(
      world,
      world.conditions,
      (condition) =>
        condition.category === category &&
        condition.clinical === "active" &&
        condition.verification !== "entered-in-error",
    );
  return [
    happening(`${name}-changed`, "condition", {
      candidates,
      play(world, condition) {
        if (condition.verification === "provisional") condition.verification = "confirmed";
        else condition.note = another(world, [...remarks.keys()], condition.note);
        return [condition];
      },
    }),
    happening(`${name}-resolved`, "condition", {
      candidates,
      play(world, condition) {
        condition.clinical = world.random.chance(0.3) ? "inactive" : "resolved";
        condition.abatedAt = world.now;
        return [condition];
      },
    }),
    happening(`${name}-entered-in-error`, "condition", {
      candidates,
      play(_world, condition) {
        condition.verification = "entered-in-error";
        return [condition];
      },
    }),
  ];
}

export function addCondition(world: World, { id, person }: { id?: Id; person: Id }, category: Category): Condition {
  const { random, now } = world;
  const isProblem = category === "problem-list-item";
  const condition: Condition = {
    record: "condition",
    ...newKept(world, isProblem ? "p" : "d"),
    person,
    ...(isProblem || id === undefined ? {} : { stay: id }),
    category,
    condition: random.whole(0, conditions.length - 1),
    clinical: "active",
    verification: random.chance(0.3) ? "provisional" : "confirmed",
    onsetAt: now,
    recorder: random.pick(world.places.physicians),
  };
  world.conditions.set(condition.id, condition);
  return condition;
}

function performed(world: World): Iterable<Procedure> {
  return recent(world, world.procedures, ({ status }) => status === "completed");
}

function perform(world: World, stay: Stay): Procedure {
  const { random, now } = world;
  const procedure: Procedure = {
    record: "procedure",
    ...newKept(world),
    person: stay.person,
    stay: stay.id,
    procedure: random.whole(0, procedures.length - 1),
    status: "completed",
    performedAt: now,
    performer: random.pick(world.places.physicians),
  };
  world.procedures.set(procedure.id, procedure);
  return procedure;
}
