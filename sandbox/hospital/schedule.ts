/** What is due, earliest first; what is due at the same time comes in the order in which it was put in. */
export interface Schedule<Item> {
  add(at: number, item: Item): void;
  /** Takes out the first item that is due by then. */
  next(until: number): { at: number; item: Item } | undefined;
}

export function createSchedule<Item>(): Schedule<Item> {
  const heap: { at: number; order: number; item: Item }[] = [];
  let added = 0;

  const before = (a: number, b: number): boolean => {
    const [one, other] = [heap[a], heap[b]];
    if (!one || !other) return false;
    return one.at === other.at ? one.order < other.order : one.at < other.at;
  };
  const swap = (a: number, b: number): void => {
    const [one, other] = [heap[a], heap[b]];
    if (one && other) [heap[a], heap[b]] = [other, one];
  };
  const rise = (index: number): void => {
    const parent = (index - 1) >> 1;
    if (index === 0 || !before(index, parent)) return;
    swap(index, parent);
    rise(parent);
  };
  const sink = (index: number): void => {
    const [left, right] = [index * 2 + 1, index * 2 + 2];
    const child = before(right, left) ? right : left;
    if (!before(child, index)) return;
    swap(child, index);
    sink(child);
  };

  return {
    add(at, item) {
      heap.push({ at, order: added++, item });
      rise(heap.length - 1);
    },
    next(until) {
      const first = heap[0];
      if (!first || first.at > until) return undefined;
      swap(0, heap.length - 1);
      heap.pop();
      sink(0);
      return { at: first.at, item: first.item };
    },
  };
}
