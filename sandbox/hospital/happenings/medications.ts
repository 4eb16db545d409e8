import { drugs, frequencies } from "../catalogue.ts";
import type { Administration, Id, Prescription } from "../records.ts";
import { hourMs, minuteMs, type World } from "../world.ts";
import { type Happening, happening, inHouse, newKept, recent } from "./happening.ts";
import { another } from "./inpatient.ts";

/** A medicine ordered, held, changed, stopped, and each dose of it. */
export const medicationHappenings: readonly Happening[] = [
  happening("medication-ordered", "stay", {
    candidates: inHouse,
    play(world, stay) {
      const prescription = prescribe(world, stay.person, stay.id);
      world.after(world.minutes("untilDose") * minuteMs, "dose-started", prescription);
      return [prescription];
    },
  }),
  happening("medication-changed", "prescription", {
    candidates: active,
    play(world, prescription) {
      prescription.dose = another(world, drugs[prescription.drug]?.doses ?? [], prescription.dose);
      return [prescription];
    },
  }),
  happening("medication-held", "prescription", {
    candidates: active,
    play(world, prescription) {
      prescription.status = "on-hold";
      world.after(world.minutes("untilOrderReleased") * minuteMs, "medication-resumed", prescription);
      return [prescription];
    },
  }),
  happening("medication-resumed", "prescription", {
    play(_world, prescription) {
      if (prescription.status !== "on-hold") return undefined;
      prescription.status = "active";
      return [prescription];
    },
  }),
  ending("medication-stopped", "stopped"),
  ending("medication-completed", "completed"),
  ending("medication-cancelled", "cancelled"),
  ending("medication-entered-in-error", "entered-in-error"),
  happening("medication-replaced", "prescription", {
    candidates: active,
    play(world, prescription) {
      const next = prescribe(world, prescription.person, prescription.stay);
      next.prior = prescription.id;
      prescription.status = "stopped";
      return [next, prescription];
    },
  }),
  happening("medication-renewed", "prescription", {
    candidates: active,
    play(world, prescription) {
      const next = prescribe(world, prescription.person, prescription.stay);
      next.prior = prescription.id;
      next.drug = prescription.drug;
      next.dose = prescription.dose;
      prescription.status = "completed";
      return [prescription, next];
    },
  }),
  happening("dose-started", "prescription", {
    candidates: active,
    play(world, prescription) {
      if (prescription.status !== "active" || !isThere(world, prescription.stay)) return undefined;
      const administration = administer(world, prescription);
      // What is swallowed is done; what runs takes its time.
      if (drugs[prescription.drug]?.route.display === "IV") {
        administration.status = "in-progress";
        delete administration.endedAt;
        world.after(world.minutes("infusion") * minuteMs, "dose-completed", administration);
      }
      return [administration];
    },
  }),
  happening("dose-completed", "administration", {
    play(world, administration) {
      if (administration.status !== "in-progress") return undefined;
      administration.status = "completed";
      administration.endedAt = world.now;
      return [administration];
    },
  }),
  happening("dose-stopped", "administration", {
    candidates: (world) => recent(world, world.administrations, ({ status }) => status === "in-progress"),
    play(world, administration) {
      administration.status = "stopped";
      administration.endedAt = world.now;
      return [administration];
    },
  }),
  happening("dose-refused", "prescription", {
    candidates: active,
    play(world, prescription) {
      const administration = administer(world, prescription);
      administration.status = "not-done";
      return [administration];
    },
  }),
  happening("dose-entered-in-error", "administration", {
    candidates: (world) =>
      recent(
        world,
        world.administrations,
        ({ status, touchedAt }) => status === "completed" && world.now - touchedAt < 8 * hourMs,
      ),
    play(_world, administration) {
      administration.status = "entered-in-error";
      return [administration];
    },
  }),
];

function ending(
  kind: "medication-stopped" | "medication-completed" | "medication-cancelled" | "medication-entered-in-error",
  status: Prescription["status"],
): Happening {
  return happening(kind, "prescription", {
    candidates: active,
    play(_world, prescription) {
      prescription.status = status;
      return [prescription];
    },
  });
}

function active(world: World): Iterable<Prescription> {
  return recent(world, world.prescriptions, ({ status, stay }) => status === "active" && isThere(world, stay));
}

const isThere = (world: World, stay: Id) => world.stays.get(stay)?.status === "in-progress";

export function prescribe(world: World, person: Id, stay: Id): Prescription {
  const { random, now } = world;
  const drug = random.whole(0, drugs.length - 1);
  const prescription: Prescription = {
    record: "prescription",
    ...newKept(world),
    person,
    stay,
    drug,
    status: "active",
    dose: random.pick(drugs[drug]?.doses ?? ["1"]),
    frequency: random.whole(0, frequencies.length - 1),
    requester: random.pick(world.places.physicians),
    authoredAt: now,
  };
  world.prescriptions.set(prescription.id, prescription);
  return prescription;
}

function administer(world: World, prescription: Prescription): Administration {
  const { now, random } = world;
  const administration: Administration = {
    record: "administration",
    ...newKept(world),
    person: prescription.person,
    stay: prescription.stay,
    prescription: prescription.id,
    drug: prescription.drug,
    status: "completed",
    dose: prescription.dose,
    startedAt: now,
    endedAt: now,
    performer: random.pick(world.places.nurses),
  };
  world.administrations.set(administration.id, administration);
  return administration;
}
