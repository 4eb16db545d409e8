import { offer } from "../../local/realm/calls.ts";

offer({
  now: () => Date.now(),
  instant: (text: string) => new Date(text).toISOString(),
  isDate: () => new Date() instanceof Date && typeof Date() === "string",
  timerMs: async (delayMs: number) => {
    const startedAt = performance.now();
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    return performance.now() - startedAt;
  },
  config: async () => ((await import("#bridge-config")) as { default: unknown }).default,
  environment: () => ({ ...process.env }),
  fail: () => {
    process.stdout.write("first\nsec");
    process.stdout.write("ond\n");
    throw new RangeError("The probe failed");
  },
});
