import { organisms, panelsOf, susceptibilities } from "../catalogue.ts";
import type { Measurement, Report } from "../records.ts";
import { minuteMs, type World } from "../world.ts";
import { type Happening, happening, inHouse, newKept } from "./happening.ts";
import { digitsFor, isWanted, makeOrder, resultsOf, startReport } from "./laboratory.ts";

/** Cultures: for days nothing, then something grows, and what stops it is told below it. */
export const microbiologyHappenings: readonly Happening[] = [
  happening("culture-ordered", "stay", {
    candidates: inHouse,
    play(world, stay) {
      const { order, report } = makeOrder(world, stay, panelsOf("microbiology"));
      startReport(world, report);
      return [order];
    },
  }),
  happening("culture-read", "report", {
    play(world, report) {
      if (!isWanted(world, report) || report.status !== "registered") return undefined;
      report.status = "preliminary";
      report.issuedAt = world.now;
      const culture = add(world, report, { test: 0, values: [] });
      world.after(world.minutes("untilCultureRead") * minuteMs, "culture-final", report);
      return [report, culture];
    },
  }),
  happening("culture-final", "report", {
    play(world, report) {
      const [culture] = resultsOf(world, report);
      const order = world.orders.get(report.order);
      if (!isWanted(world, report) || report.status !== "preliminary" || !culture || !order) return undefined;
      report.status = "final";
      report.issuedAt = world.now;
      culture.status = "final";
      if (world.chance("somethingGrew")) grow(world, report, culture, world.random.whole(1, organisms.length - 1));
      if (world.chance("cultureIsCorrected"))
        world.after(world.minutes("untilReportCorrected") * minuteMs, "culture-corrected", report);
      world.after(minuteMs, "order-completed", order);
      return [report, ...resultsOf(world, report)];
    },
  }),
  happening("culture-corrected", "report", {
    play(world, report) {
      const [culture] = resultsOf(world, report);
      if (report.status !== "final" || !culture) return undefined;
      report.status = "corrected";
      report.issuedAt = world.now;
      culture.test = (culture.test % (organisms.length - 1)) + 1;
      culture.status = "corrected";
      culture.issuedAt = world.now;
      return [report, culture];
    },
  }),
];

function grow(world: World, report: Report, culture: Measurement, organism: number): void {
  culture.test = organism;
  culture.members = susceptibilities.map((test, index) => {
    const child = add(world, report, { test: index, values: [digitsFor(world.random, test)] });
    child.parent = culture.id;
    child.status = "final";
    return child.id;
  });
}

function add(world: World, report: Report, content: Pick<Measurement, "test" | "values">): Measurement {
  const measurement: Measurement = {
    record: "measurement",
    ...newKept(world, "L-"),
    person: report.person,
    stay: report.stay,
    status: "preliminary",
    kind: "microbiology",
    ...content,
    takenAt: report.collectedAt,
    issuedAt: world.now,
    performer: "1",
  };
  world.measurements.set(measurement.id, measurement);
  report.results.push(measurement.id);
  return measurement;
}
