import { morningIsTold } from "./support/poll-hospital.ts";

morningIsTold({ seed: 11, openRounds: 8, closedRounds: 4, timeoutMs: 120_000 });
