import type { Random } from "../../random.ts";
import { panels, type Test, tests } from "../catalogue.ts";
import type { Kin, Measurement, Order, Report, Stay } from "../records.ts";
import { hourMs, minuteMs, type World } from "../world.ts";
import { type Happening, happening } from "./happening.ts";

/** From the order to the result and its correction. Millennium writes a report and its results some seconds apart. */
export const laboratoryHappenings: readonly Happening[] = [
  happening("order-placed", "stay", {
    candidates: (world) => world.live.stays.values().filter((stay) => stay.status === "in-progress"),
    play(world, stay) {
      const { order, report } = makeOrder(world, stay);
      startReport(world, report);
      return [order];
    },
  }),
  happening("order-revoked", "order", {
    candidates: (world) =>
      world.live.orders
        .values()
        .filter((order) => order.status === "active" && world.now - order.authoredAt < 6 * hourMs)
        .filter((order) => world.reports.get(order.report)?.results.length === 0),
    play(_world, order) {
      if (order.status !== "active" && order.status !== "on-hold") return undefined;
      order.status = "revoked";
      return [order];
    },
  }),
  happening("report-registered", "report", {
    play(world, report) {
      if (!isWanted(world, report) || report.results.length > 0) return undefined;
      report.issuedAt = world.now;
      return [report];
    },
  }),
  happening("report-preliminary", "report", {
    play(world, report) {
      if (!isWanted(world, report) || report.status !== "registered") return undefined;
      report.status = "preliminary";
      measure(world, report);
      world.after(world.minutes("untilReportFinal") * minuteMs, "report-final", report);
      return writeApart(world, report, resultsOf(world, report));
    },
  }),
  happening("report-final", "report", {
    play(world, report) {
      if (!isWanted(world, report) || report.status === "final") return undefined;
      report.status = "final";
      report.issuedAt = world.now;
      if (report.results.length === 0) measure(world, report);
      for (const result of resultsOf(world, report)) {
        result.status = "final";
        result.issuedAt = world.now;
      }
      const order = world.orders.get(report.order);
      if (order) world.after(apartMs(world), "order-completed", order);
      if (world.chance("reportIsCorrected"))
        world.after(world.minutes("untilReportCorrected") * minuteMs, "report-corrected", report);
      return writeApart(world, report, resultsOf(world, report));
    },
  }),
  happening("report-corrected", "report", {
    play(world, report) {
      if (report.status !== "final") return undefined;
      const result = world.random.pick(resultsOf(world, report));
      const test = tests[result.test];
      if (!test) return undefined;
      report.status = "corrected";
      report.issuedAt = world.now;
      result.status = "corrected";
      result.issuedAt = world.now;
      result.values = [otherDigits(world.random, test, result.values[0])];
      return writeApart(world, report, [result]);
    },
  }),
  happening("report-written", "report", { play: (_world, report) => [report] }),
  happening("results-written", "report", { play: (world, report) => resultsOf(world, report) }),
  happening("order-completed", "order", {
    play(_world, order) {
      if (order.status !== "active") return undefined;
      order.status = "completed";
      return [order];
    },
  }),
];

/** What the laboratories are asked for most. */
const usualPanels = [0, 0, 1, 2, 2, 3, 4, 5];

export function makeOrder(world: World, stay: Stay, among = usualPanels): { order: Order; report: Report } {
  const { random, now } = world;
  const panel = random.pick(among);
  const kept = { touchedAt: now, turn: 0, wording: 0, person: stay.person, stay: stay.id, panel };
  const report: Report = {
    ...kept,
    record: "report",
    id: world.id(),
    order: world.id(),
    status: "registered",
    collectedAt: now,
    issuedAt: now,
    accession: `26-${random.whole(100, 365)}-${String(random.whole(1, 99_999)).padStart(5, "0")}`,
    results: [],
  };
  const order: Order = {
    ...kept,
    record: "order",
    id: report.order,
    status: "active",
    priority: random.pick(["routine", "routine", "urgent", "stat"] as const),
    requester: random.pick(world.places.physicians),
    authoredAt: now,
    report: report.id,
  };
  world.orders.set(order.id, order);
  world.reports.set(report.id, report);
  return { order, report };
}

/** Sets going what comes of an order: when it is read, and by whom first. */
export function startReport(world: World, report: Report): void {
  const category = panels[report.panel]?.category;
  const wait = (name: keyof World["rates"]["minutes"]) => world.minutes(name) * minuteMs;
  if (category === "microbiology") world.after(wait("untilCultureRead"), "culture-read", report);
  else if (category === "radiology") {
    const first = world.chance("imagingIsRead") ? "imaging-read" : "imaging-signed";
    world.after(wait("untilImagingRead"), first, report);
  } else {
    if (world.chance("reportIsRegistered")) world.after(wait("untilReportRegistered"), "report-registered", report);
    const first = world.chance("reportIsPreliminary") ? "report-preliminary" : "report-final";
    world.after(wait("untilReportPreliminary"), first, report);
  }
}

/** Whether the laboratory has said that it has the specimen. */
export const isReported = (report: Report): boolean => report.issuedAt !== report.collectedAt;

/** Makes the report's results, preliminary. */
export function measure(world: World, report: Report): void {
  const { random, now } = world;
  for (const index of panels[report.panel]?.tests ?? []) {
    const test = tests[index];
    if (!test) continue;
    const result: Measurement = {
      record: "measurement",
      id: `L-${world.id()}`,
      touchedAt: now,
      turn: 0,
      wording: 0,
      person: report.person,
      stay: report.stay,
      status: "preliminary",
      kind: "laboratory",
      test: index,
      values: [digitsFor(random, test)],
      takenAt: report.collectedAt,
      issuedAt: now,
      performer: "1",
    };
    world.measurements.set(result.id, result);
    report.results.push(result.id);
  }
  report.issuedAt = now;
}

/** A value around the normal range, with all the decimals that the test has. */
export function digitsFor(random: Random, { low, high, decimals, ucum }: Test): string {
  const [from, to] = [Number(low), Number(high)];
  const margin = (to - from) * 0.35;
  const value = Math.max(0, random.between([from - margin, to + margin]));
  return (ucum === "%" ? Math.min(100, value) : value).toFixed(decimals);
}

export function otherDigits(random: Random, test: Test, than: string | undefined): string {
  const digits = digitsFor(random, test);
  return digits === than ? (Number(digits) + 10 ** -test.decimals).toFixed(test.decimals) : digits;
}

export function resultsOf(world: World, report: Report): Measurement[] {
  return report.results.flatMap((id) => world.measurements.get(id) ?? []);
}

/** Whether anyone still waits for it. */
export function isWanted(world: World, report: Report): boolean {
  return world.orders.get(report.order)?.status === "active";
}

function writeApart(world: World, report: Report, results: readonly Measurement[]): readonly Kin[] {
  const reportFirst = world.chance("reportIsWrittenFirst");
  world.after(apartMs(world), reportFirst ? "results-written" : "report-written", report);
  return reportFirst ? [report] : results;
}

function apartMs(world: World): number {
  return Math.round(world.random.between(world.rates.seconds.reportApart)) * 1000;
}
