import { parentPort, type Worker } from "node:worker_threads";

/** Functions that one thread offers to the thread that started it. Values cross by structured clone. */
// biome-ignore lint/suspicious/noExplicitAny: parameters of any function are taken
export type Operations = Record<string, (...parameters: any[]) => unknown>;

export type Remote<Offered extends Operations> = {
  [Name in keyof Offered]: (...parameters: Parameters<Offered[Name]>) => Promise<Awaited<ReturnType<Offered[Name]>>>;
};

interface Call {
  readonly call: number;
  readonly operation: string;
  readonly parameters: unknown[];
}
type Answer = { readonly call: number } & ({ readonly value: unknown } | { readonly error: unknown });
interface Note {
  readonly note: unknown;
}

/** Answers calls from the thread that started this one. */
export function offer(operations: Operations): void {
  parentPort?.on("message", async ({ call, operation, parameters }: Call) => {
    try {
      const value = await operations[operation]?.(...parameters);
      parentPort?.postMessage({ call, value } satisfies Answer);
    } catch (error) {
      parentPort?.postMessage({ call, error: cloneable(error) } satisfies Answer);
    }
  });
}

/** Tells the thread that started this one something that it did not ask for. */
export function notify(note: unknown): void {
  parentPort?.postMessage({ note } satisfies Note);
}

/** Structured clone keeps an error's message and stack but loses its own fields. */
function cloneable(error: unknown): unknown {
  return error instanceof Error ? { ...error, name: error.name, message: error.message, stack: error.stack } : error;
}

/** The functions that a thread offers. A call is refused when the thread ends before it answers. */
export function callable<Offered extends Operations>(thread: Worker, onNote?: (note: never) => void): Remote<Offered> {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let calls = 0;
  let ended: Error | undefined;
  const end = (error: Error) => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  thread.on("error", (error) => end(error instanceof Error ? error : new Error(String(error))));
  thread.on("exit", () => end(new Error("The thread has ended")));
  thread.on("message", (message: Answer | Note) => {
    if ("note" in message) return onNote?.(message.note as never);
    const pending = waiting.get(message.call);
    waiting.delete(message.call);
    if ("error" in message) pending?.reject(revived(message.error));
    else pending?.resolve(message.value);
  });
  const invoke = (operation: string, parameters: unknown[]) => {
    if (ended !== undefined) return Promise.reject(ended);
    const pending = Promise.withResolvers<unknown>();
    const call = ++calls;
    waiting.set(call, pending);
    thread.postMessage({ call, operation, parameters } satisfies Call);
    return pending.promise;
  };
  return new Proxy({} as Remote<Offered>, {
    get:
      (_target, operation) =>
      (...parameters: unknown[]) =>
        invoke(String(operation), parameters),
  });
}

function revived(error: unknown): unknown {
  if (typeof error !== "object" || error === null || !("message" in error)) return error;
  return Object.assign(new Error(String(error.message)), error);
}
