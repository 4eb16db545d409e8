export type Limit = <Result>(task: () => Promise<Result>) => Promise<Result>;

/** Runs tasks in the order in which they come, at most so many at a time. */
export function limitConcurrency(most: number): Limit {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      // The place passes on to who waits first, so nobody else can take it in between.
      if (next) next();
      else running -= 1;
    }
  };
}
