import type { Kin, Order, Report } from "../records.ts";
import { hourMs, minuteMs, type World } from "../world.ts";
import { type Happening, happening, inHouse, recent } from "./happening.ts";
import { another } from "./inpatient.ts";
import { isReported, makeOrder, resultsOf, startReport } from "./laboratory.ts";

/** What is rarer with orders and results: held, changed, replaced, repeated, taken back. */
export const orderChangeHappenings: readonly Happening[] = [
  happening("order-changed", "order", {
    candidates: unstarted,
    play(world, order) {
      order.priority = another(world, ["routine", "urgent", "stat"] as const, order.priority);
      return [order];
    },
  }),
  happening("order-held", "order", {
    candidates: unstarted,
    play(world, order) {
      order.status = "on-hold";
      const ending = world.chance("heldOrderIsRevoked") ? "order-revoked" : "order-released";
      world.after(world.minutes("untilOrderReleased") * minuteMs, ending, order);
      return [order];
    },
  }),
  happening("order-released", "order", {
    play(world, order) {
      const report = world.reports.get(order.report);
      if (order.status !== "on-hold" || !report) return undefined;
      order.status = "active";
      startReport(world, report);
      return [order];
    },
  }),
  happening("order-replaced", "order", {
    candidates: unstarted,
    play(world, order) {
      const stay = world.stays.get(order.stay);
      if (!stay) return undefined;
      const next = makeOrder(world, stay);
      next.order.replaces = order.id;
      order.status = "revoked";
      startReport(world, next.report);
      return [next.order, order];
    },
  }),
  happening("order-entered-in-error", "order", {
    candidates: unstarted,
    play(_world, order) {
      order.status = "entered-in-error";
      return [order];
    },
  }),
  /** Discontinued once it was begun: the laboratory cancels what it had. */
  happening("order-discontinued", "order", {
    candidates: (world) =>
      world.live.orders.values().filter((order) => {
        const report = world.reports.get(order.report);
        return order.status === "active" && report?.status === "registered" && isReported(report);
      }),
    play(world, order) {
      const report = world.reports.get(order.report);
      order.status = "revoked";
      if (!report) return [order];
      report.status = "cancelled";
      report.issuedAt = world.now;
      return [order, report];
    },
  }),
  happening("standing-order-placed", "stay", {
    candidates: inHouse,
    play(world, stay) {
      const { order } = makeOrder(world, stay);
      // The parent is only the plan: each instance has a report of its own.
      world.standing.set(order.id, world.random.whole(2, 4));
      world.after(world.minutes("untilNextInstance") * minuteMs, "order-instance-added", order);
      return [order];
    },
  }),
  happening("order-instance-added", "order", {
    play(world, order) {
      const stay = world.stays.get(order.stay);
      const left = world.standing.get(order.id) ?? 0;
      if (order.status !== "active" || stay?.status !== "in-progress" || left < 1) {
        if (order.status === "active") world.after(minuteMs, "order-completed", order);
        return undefined;
      }
      world.standing.set(order.id, left - 1);
      const instance = makeOrder(world, stay, [order.panel]);
      instance.order.parent = order.id;
      startReport(world, instance.report);
      world.after(world.minutes("untilNextInstance") * minuteMs, "order-instance-added", order);
      return [instance.order];
    },
  }),
  happening("report-entered-in-error", "report", {
    candidates: (world) =>
      recent(world, world.reports, ({ status, touchedAt }) => status === "final" && world.now - touchedAt < 8 * hourMs),
    play(world, report): readonly Kin[] {
      report.status = "entered-in-error";
      const results = resultsOf(world, report);
      for (const result of results) result.status = "entered-in-error";
      return [report, ...results];
    },
  }),
  happening("vital-entered-in-error", "measurement", {
    candidates: (world) => world.live.vitals.filter(({ status }) => status === "final"),
    play(_world, vital) {
      vital.status = "entered-in-error";
      return [vital];
    },
  }),
];

function unstarted(world: World): Iterable<Order> {
  return world.live.orders.values().filter((order) => {
    const report: Report | undefined = world.reports.get(order.report);
    const isFresh = world.now - order.authoredAt < 6 * hourMs && !world.standing.has(order.id);
    return order.status === "active" && report?.status === "registered" && isFresh;
  });
}
