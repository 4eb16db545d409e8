import { busyDaysAreTold } from "./support/poll-month.ts";

busyDaysAreTold({ seed: 3, openHours: 36, closedHours: 24, timeoutMs: 600_000 });
busyDaysAreTold({ seed: 4, openHours: 72, closedHours: 24, timeoutMs: 900_000 });
