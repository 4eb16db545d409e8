import { expect, onTestFinished, test, vi } from "vitest";
import { createDeliveryMetrics } from "../../shared/aws/metrics.ts";

function published(count: (metrics: ReturnType<typeof createDeliveryMetrics>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((chunk) => lines.push(String(chunk)) > 0);
  onTestFinished(() => void spy.mockRestore());
  const metrics = createDeliveryMetrics("deliver-mllp");
  count(metrics);
  metrics.publish();
  spy.mockRestore();
  return lines.map((line) => JSON.parse(line));
}

test("each destination has a line with its counts and latencies", () => {
  const lines = published((metrics) => {
    metrics.delivered("adt-engine", 1200);
    metrics.delivered("adt-engine", 800);
    metrics.retried("adt-engine");
    metrics.parked("care-app");
  });
  expect(lines).toMatchObject([
    { destination: "adt-engine", service: "deliver-mllp", Delivered: 2, Retried: 1, Parked: 0, Latency: [1200, 800] },
    { destination: "care-app", service: "deliver-mllp", Delivered: 0, Retried: 0, Parked: 1 },
  ]);
  expect(lines[0]).toHaveProperty("_aws.CloudWatchMetrics.0.Namespace", "IgniteBridge");
  expect(lines[0]).toHaveProperty("_aws.CloudWatchMetrics.0.Dimensions", [["service", "destination"]]);
});

test("what was published is not counted again", () => {
  const lines = published((metrics) => {
    metrics.delivered("adt-engine", 1);
    metrics.publish();
    metrics.delivered("adt-engine", 2);
  });
  expect(lines.map((line) => line["Delivered"])).toEqual([1, 1]);
});

test("nothing is written when nothing happened", () => {
  expect(published(() => undefined)).toEqual([]);
});

test("more deliveries than one line holds are still counted once", () => {
  const lines = published((metrics) => {
    for (let index = 0; index < 150; index++) metrics.delivered("adt-engine", index);
  });
  const latencies = lines.flatMap((line) => (line["Latency"] ?? []) as number[]);
  expect(latencies).toHaveLength(150);
  expect(lines.reduce((sum, line) => sum + Number(line["Delivered"] ?? 0), 0)).toBe(150);
});
