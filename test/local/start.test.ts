import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { silence } from "../../local/console/console.ts";
import { simulate } from "../../local/simulated.ts";

test("a short day goes through the whole bridge, and everything that happened is told in order", {
  timeout: 300_000,
}, async () => {
  const { settled, report, verdicts } = await simulate(
    { seed: "test", speed: 120, faults: true, forMs: 4_000, people: 10, busy: 6 },
    silence,
  );
  expect(verdicts).toEqual({ hl7: { lost: [], outOfOrder: [] }, webhook: { lost: [], outOfOrder: [] } });
  expect(settled).toBe(true);
  expect(report.patients).toBeGreaterThanOrEqual(10);
  expect(Object.keys(report.deliveries)).toEqual(["adt-engine", "care-app"]);
  for (const { acknowledged, parked } of Object.values(report.deliveries)) {
    expect(acknowledged).toBeGreaterThan(0);
    expect(parked).toBe(0);
  }
  expect(report.events).toBeGreaterThan(0);
  expect(report.polls).toBeGreaterThan(0);
  expect(report.requests).toBeGreaterThan(report.patients);
  expect(report.latencyMs.p99).toBeGreaterThanOrEqual(report.latencyMs.p50);
});

describe("npm start", () => {
  const start = (...parameters: string[]) =>
    spawnSync(process.execPath, [fileURLToPath(new URL("../../local/start.ts", import.meta.url)), ...parameters], {
      encoding: "utf8",
    });

  test("helps", () => {
    const { status, stdout } = start("--help");
    expect(status).toBe(0);
    expect(stdout).toContain("on the hospital's clock");
  });

  test("ends with 2 on wrong usage", () => {
    const { status, stdout, stderr } = start("--speed", "fast");
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("--speed fast: write a number");
  });

  test("ends with 1 and one line when there is no such configuration", () => {
    const { status, stderr } = start("--config", "absent.config.ts");
    expect(status).toBe(1);
    expect(stderr).toMatch(/^The bridge configuration is not valid \(ERR_CONFIG\) path=absent\.config\.ts .+\n$/);
  });

  test("ends with 1 and one line when a secret is missing", () => {
    const { status, stderr } = start("--config", fileURLToPath(new URL("../../bridge.config.ts", import.meta.url)));
    expect(status).toBe(1);
    expect(stderr).toMatch(/^A secret is missing .+ secret=ignite-bridge\/general .*SECRET_IGNITE_BRIDGE_GENERAL.*\n$/);
  });
});
