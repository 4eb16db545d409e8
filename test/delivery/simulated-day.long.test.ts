import { dayIsTold } from "./support/told-day.ts";

dayIsTold(
  ["minutes", "other"].flatMap((seed) => [
    { seed, hours: 2, everyMinutes: [1] },
    { seed: `${seed}, now and then`, hours: 4, everyMinutes: [7, 45] },
    { seed: `${seed}, hours`, hours: 6, everyMinutes: [120] },
  ]),
  600_000,
);
