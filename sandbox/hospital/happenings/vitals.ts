import { vitals } from "../catalogue.ts";
import type { Measurement, Stay } from "../records.ts";
import { minuteMs, type World } from "../world.ts";
import { type Happening, happening } from "./happening.ts";
import { digitsFor, otherDigits } from "./laboratory.ts";

/** Vital signs: observations without a report. */
export const vitalHappenings: readonly Happening[] = [
  happening("vitals-charted", "stay", {
    candidates: (world) => world.live.stays.values().filter((stay) => stay.status === "in-progress"),
    play(world, stay) {
      const first = world.random.whole(0, vitals.length - 1);
      const charted = Array.from({ length: world.random.whole(1, 3) }, (_, offset) =>
        chart(world, stay, (first + offset) % vitals.length),
      );
      for (const vital of charted) {
        if (world.chance("vitalHasNoStatus")) {
          vital.status = "missing";
          world.after(world.minutes("untilStatusFound") * minuteMs, "vital-status-found", vital);
        } else if (world.chance("vitalIsCorrected"))
          world.after(world.minutes("untilVitalCorrected") * minuteMs, "vital-corrected", vital);
      }
      return charted;
    },
  }),
  happening("vital-corrected", "measurement", {
    play(world, vital) {
      const test = vitals[vital.test];
      if (vital.status !== "final" || !test) return undefined;
      const [first, ...others] = vital.values;
      vital.values = [otherDigits(world.random, test, first), ...others];
      vital.status = "corrected";
      return [vital];
    },
  }),
  happening("vital-status-found", "measurement", {
    play(_world, vital) {
      if (vital.status !== "missing") return undefined;
      vital.status = "final";
      return [vital];
    },
  }),
];

function chart(world: World, stay: Stay, index: number): Measurement {
  const { random, now } = world;
  const vital = vitals[index];
  if (!vital) throw new RangeError("No such vital sign");
  const values = [digitsFor(random, vital), ...(vital.second ? [digitsFor(random, vital.second)] : [])];
  const measurement: Measurement = {
    record: "measurement",
    id: vital.second ? `BP-${world.id()}-${world.id()}` : `VS-${world.id()}`,
    touchedAt: now,
    turn: 0,
    wording: 0,
    person: stay.person,
    stay: stay.id,
    status: "final",
    kind: "vital",
    test: index,
    values,
    takenAt: now - random.whole(0, 10) * minuteMs,
    issuedAt: now,
    performer: random.pick(world.places.nurses),
  };
  world.measurements.set(measurement.id, measurement);
  return measurement;
}
