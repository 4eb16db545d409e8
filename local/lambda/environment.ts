import { callable, type Remote } from "../realm/calls.ts";
import type { RealmClock } from "../realm/clock.ts";
import { startThread } from "../realm/thread.ts";
import type { LambdaFunction } from "../template/deployment.ts";
import type { FunctionOperations } from "./thread.ts";

export interface FunctionHost {
  readonly name: string;
  /** The first execution environment has loaded the handler, or could not. */
  readonly warm: Promise<void>;
  /** Runs the handler with the event, as soon as an execution environment is free. */
  invoke(event: unknown): Promise<unknown>;
  /** Invocations that are running or waiting. */
  pending(): number;
  close(): Promise<void>;
}

export interface FunctionHostOptions {
  readonly lambda: LambdaFunction;
  /** Folder that the function's entry is relative to. */
  readonly root: URL;
  readonly clock: RealmClock;
  readonly configUrl: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The most execution environments, each a thread with one invocation at a time. */
  readonly maximumEnvironments: number;
  readonly onLine: (line: string, functionName: string) => void;
}

interface ExecutionEnvironment {
  /** The handler is loaded: time begins to count only then, as on Lambda. */
  readonly warm: Promise<void>;
  readonly operations: Remote<FunctionOperations>;
  terminate(): Promise<unknown>;
  busy: boolean;
}

/**
 * Hosts a Lambda function: execution environments are started when they are needed, kept warm, take one invocation at a
 * time and are thrown away after a timeout. Timeouts pass on the wall's clock, as network deadlines in the function do.
 */
export function hostFunction(options: FunctionHostOptions): FunctionHost {
  const { lambda } = options;
  const environments = new Set<ExecutionEnvironment>();
  const queue: (() => void)[] = [];
  let pending = 0;

  const start = (): ExecutionEnvironment => {
    const thread = startThread({
      name: lambda.name,
      entry: new URL("./thread.ts", import.meta.url),
      clock: options.clock,
      configUrl: options.configUrl,
      environment: functionEnvironment(options),
      data: { ...lambda, entry: new URL(lambda.entry, options.root).href },
      onLine: options.onLine,
    });
    const operations = callable<FunctionOperations>(thread);
    const warm = operations.warm();
    // Whoever waits for it hears of a failure; for a warm start nobody may.
    warm.catch(() => undefined);
    const environment: ExecutionEnvironment = {
      warm,
      operations,
      terminate: () => thread.terminate(),
      busy: false,
    };
    for (const end of ["error", "exit"]) thread.on(end, () => environments.delete(environment));
    environments.add(environment);
    return environment;
  };

  const idle = () => [...environments].find(({ busy }) => !busy);
  const acquire = async (): Promise<ExecutionEnvironment> => {
    for (;;) {
      const free = idle() ?? (environments.size < options.maximumEnvironments ? start() : undefined);
      if (free !== undefined) {
        free.busy = true;
        return free;
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      queue.push(resolve);
      await promise;
    }
  };

  // The first environment is warm before the first event comes: a start on the wall's clock is long on a fast one.
  const { warm } = start();

  return {
    name: lambda.name,
    warm,
    invoke: async (event) => {
      pending += 1;
      const environment = await acquire();
      try {
        return await withTimeout(environment, lambda, event);
      } finally {
        environment.busy = false;
        pending -= 1;
        queue.shift()?.();
      }
    },
    pending: () => pending,
    close: async () => {
      await Promise.all([...environments].map((each) => each.terminate()));
    },
  };
}

async function withTimeout(environment: ExecutionEnvironment, { timeoutMs }: LambdaFunction, event: unknown) {
  await environment.warm;
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    environment.terminate();
  }, timeoutMs);
  try {
    return await environment.operations.invoke(event);
  } catch (error) {
    throw timedOut ? new Error(`Task timed out after ${timeoutMs / 1_000} s`) : error;
  } finally {
    clearTimeout(timer);
  }
}

/** What the Lambda runtime puts in the environment, so far as the SDK and Powertools read it. */
function functionEnvironment({ lambda, environment }: FunctionHostOptions): Record<string, string> {
  return {
    ...environment,
    ...lambda.environment,
    TZ: ":UTC",
    AWS_LAMBDA_FUNCTION_NAME: lambda.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(lambda.memoryMb),
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
  };
}
