import { busyDaysAreTold } from "./support/poll-month.ts";

busyDaysAreTold({ seed: 3, openHours: 20, closedHours: 12, timeoutMs: 120_000 });
