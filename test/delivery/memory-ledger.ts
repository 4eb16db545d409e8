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
      const entry = move(head, "sending", { attempts: (known(head)?.attempts ?? 0) + 1 });
      return entry ? { send: true, attempt: entry.attempts, unsent: entry.unsent } : { send: false };
    },
    async acknowledged(head, acknowledgement) {
      move(head, "acknowledged", { acknowledgement, reason: undefined });
    },
    async retrying(head, { reason, acknowledgement, nextAttemptAt, counted }) {
      const unsent = (known(head)?.unsent ?? 0) + (counted ? 0 : 1);
      move(head, "retrying", { reason, acknowledgement, nextAttemptAt, unsent });
    },
    async parked(head, { reason, acknowledgement, workList = [] }) {
      move(head, "parked", { reason, acknowledgement, workList: [...(known(head)?.workList ?? []), ...workList] });
    },
    async get(delivery) {
      return entries.get(delivery);
    },
    async *list(destination, state) {
      yield* [...entries.values()].filter((entry) => entry.destination === destination && entry.state === state);
    },
  };
}
