import * as v from "valibot";

const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A duration as people write it: `30s`, `5m`, `2h`, `1d`. Read as milliseconds. */
export const duration = v.pipe(
  v.string(),
  v.regex(/^\d+(\.\d+)?[smhd]$/, 'Write a number and a unit: "30s", "5m", "2h" or "1d"'),
  v.transform((text) => Number(text.slice(0, -1)) * units[text.slice(-1) as keyof typeof units]),
);
