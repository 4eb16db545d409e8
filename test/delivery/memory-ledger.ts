import type { WorkItem } from "../../shared/delivery/delivery.ts";
import type { DeliveryHead, DeliveryState, Ledger, LedgerEntry } from "../../shared/delivery/ledger.ts";

/** The ledger in memory, for tests of what is written to it; test/aws/ledger.test.ts holds the real one to the same. */
export function createMemoryLedger(): Ledger {
  const entries = new Map<string, LedgerEntry>();

  function move(head: DeliveryHead, state: DeliveryState, change: Partial<LedgerEntry> = {}): LedgerEntry | undefined {
    const { id, destination, source, patient, event, trigger, focus, recordedAt, createdAt } = head;
    const before = entries.get(id);
    if (before?.state === "acknowledged") return undefined;
    const entry: LedgerEntry = {
      attempts: 0,
      unsent: 0,
      workList: [],
      ...before,
      ...{ id, destination, source, patient, event, trigger, focus, recordedAt, createdAt },
      state,
      updatedAt: new Date().toISOString(),
      ...change,
    };
    entries.set(id, entry);
    return entry;
  }
  const known = (head: DeliveryHead) => entries.get(head.id);

  return {
    async open(head, workList: readonly WorkItem[] = []) {
      if (known(head) === undefined) move(head, "queued", { workList });
    },
    async begin(head) {
      const { state, attempts = 0, unsent = 0 } = entries.get(head.id) ?? {};
      return state === "acknowledged" ? { send: false } : { send: true, attempt: attempts + 1, unsent };
    },
    async acknowledged(head, { acknowledgement, attempt }) {
      move(head, "acknowledged", { acknowledgement, attempts: attempt, reason: undefined, nextAttemptAt: undefined });
    },
    async retrying(head, { reason, acknowledgement, nextAttemptAt, attempt, counted }) {
      const unsent = (known(head)?.unsent ?? 0) + (counted ? 0 : 1);
      move(head, "retrying", { reason, acknowledgement, nextAttemptAt, attempts: attempt, unsent });
    },
    async parked(head, { reason, acknowledgement, attempt, workList = [] }) {
      const attempts = attempt ?? known(head)?.attempts ?? 0;
      const all = [...(known(head)?.workList ?? []), ...workList];
      move(head, "parked", { reason, acknowledgement, attempts, nextAttemptAt: undefined, workList: all });
    },
    async get(delivery) {
      return entries.get(delivery);
    },
    async *list(destination, state) {
      yield* [...entries.values()].filter((entry) => entry.destination === destination && entry.state === state);
    },
  };
}
