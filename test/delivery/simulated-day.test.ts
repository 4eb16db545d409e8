import { dayIsTold } from "./support/told-day.ts";

dayIsTold(
  [
    { seed: "minutes", hours: 0.5, everyMinutes: [1] },
    { seed: "now and then", hours: 1, everyMinutes: [7, 20] },
    { seed: "hours", hours: 2, everyMinutes: [120] },
  ],
  120_000,
);
