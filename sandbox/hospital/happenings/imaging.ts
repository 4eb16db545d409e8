import { findings, panelsOf } from "../catalogue.ts";
import { minuteMs } from "../world.ts";
import { type Happening, happening, inHouse, recent } from "./happening.ts";
import { isWanted, makeOrder, startReport } from "./laboratory.ts";

/** Imaging: the report is a text, dictated, signed, and now and then put right. */
export const imagingHappenings: readonly Happening[] = [
  happening("imaging-ordered", "stay", {
    candidates: inHouse,
    play(world, stay) {
      const { order, report } = makeOrder(world, stay, panelsOf("radiology"));
      startReport(world, report);
      return [order];
    },
  }),
  happening("imaging-read", "report", {
    play(world, report) {
      if (!isWanted(world, report) || report.status !== "registered") return undefined;
      report.status = "preliminary";
      report.paragraphs = [world.random.pick(findings)];
      report.issuedAt = world.now;
      world.after(world.minutes("untilImagingRead") * minuteMs, "imaging-signed", report);
      return [report];
    },
  }),
  happening("imaging-signed", "report", {
    play(world, report) {
      const order = world.orders.get(report.order);
      if (!isWanted(world, report) || !order || report.status === "final") return undefined;
      report.status = "final";
      report.paragraphs = [...(report.paragraphs ?? []), world.random.pick(findings)];
      report.issuedAt = world.now;
      world.after(minuteMs, "order-completed", order);
      return [report];
    },
  }),
  happening("imaging-amended", "report", {
    candidates: (world) =>
      recent(world, world.reports, ({ status, paragraphs }) => status === "final" && paragraphs !== undefined),
    play(world, report) {
      report.status = world.random.pick(["amended", "corrected", "appended"] as const);
      report.paragraphs = [...(report.paragraphs ?? []), `Addendum: ${world.random.pick(findings)}`];
      report.issuedAt = world.now;
      return [report];
    },
  }),
];
