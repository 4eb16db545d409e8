import { callable } from "../realm/calls.ts";
import { createClock } from "../realm/clock.ts";
import { startThread } from "../realm/thread.ts";
import type { SynthesisOperations } from "./synthesis.ts";
import type { Template } from "./template.ts";

export interface Synthesizer {
  /** Works once. @throws ERR_CONFIG (as an error with that code) when the configuration cannot be used */
  synthesize(configPath: string, environment?: Record<string, string>): Promise<Template>;
}

/**
 * Loads the CDK in a thread of its own, at once: nothing takes longer to start, and with the thread goes all the memory
 * that it took.
 */
export function startSynthesizer(): Synthesizer {
  const thread = startThread({
    name: "synthesis",
    entry: new URL("./synthesis.ts", import.meta.url),
    clock: createClock({ beginsAt: Date.now(), speed: 1 }),
    environment: { ...process.env },
  });
  const { synthesize } = callable<SynthesisOperations>(thread);
  return {
    synthesize: async (configPath, environment = {}) => {
      try {
        return await synthesize(configPath, environment);
      } finally {
        await thread.terminate();
      }
    },
  };
}
