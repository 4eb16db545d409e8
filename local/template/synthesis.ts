import { synthesize } from "../../infra/synthesize.ts";
import { offer } from "../realm/calls.ts";

const operations = {
  /** The template of a configuration that reads those variables. */
  synthesize: (configPath: string, environment: Record<string, string>) => {
    Object.assign(process.env, environment);
    return synthesize({ configPath, bundle: false });
  },
};
export type SynthesisOperations = typeof operations;

offer(operations);
