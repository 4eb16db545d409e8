import { morningIsTold } from "./support/poll-hospital.ts";

for (const seed of [11, 12]) morningIsTold({ seed, openRounds: 18, closedRounds: 6, timeoutMs: 600_000 });
