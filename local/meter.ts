import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import type { SQSRecord } from "aws-lambda";
import { createBucket } from "../shared/aws/bucket.ts";
import { createClaims } from "../shared/aws/claims.ts";
import { createLedger } from "../shared/aws/ledger.ts";
import type { Ledger, LedgerEntry } from "../shared/delivery/ledger.ts";
import type { Endpoints } from "./aws/emulator.ts";
import { credentials } from "./aws/provision.ts";
import type { Status } from "./console/console.ts";
import type { BatchOutcome } from "./lambda/eventSource.ts";
import { countEvents } from "./report.ts";
import type { Deployment, EventSource } from "./template/deployment.ts";
import { region } from "./template/template.ts";

/** What the run counts, from the traffic of the queues and the rows of the tables. */
export interface Meter {
  onBatch(eventSource: EventSource, outcome: BatchOutcome): Promise<void>;
  status(): Status;
  /** Every delivery that was ever entered. */
  deliveries(): Promise<LedgerEntry[]>;
  /** The targets that are watched. */
  roster(): Promise<RosterRow[]>;
  close(): void;
}

export interface RosterRow {
  readonly source: string;
  /** `patient/<id>` or `schedule/<id>` */
  readonly target: string;
  /** Start of the last poll that succeeded (epoch ms). */
  readonly polledAt: number | undefined;
  /** Whatever was last updated before was there before the bridge began to watch (epoch ms). */
  readonly since: number | undefined;
}

/** @param onDelivery is told how each attempt ended */
export function createMeter(
  { deployment, endpoints }: { deployment: Deployment; endpoints: Endpoints },
  onDelivery: (entry: LedgerEntry) => void,
): Meter {
  const dynamodb = new DynamoDBClient({ region, credentials, endpoint: endpoints.dynamodb });
  const variable = (name: string) =>
    deployment.functions.map(({ environment }) => environment[name]).find((value) => value !== undefined) ?? "";
  const claims = createClaims(
    createBucket({ bucket: variable("CLAIMS_BUCKET"), region, credentials, endpoint: endpoints.s3 }),
  );
  const ledger: Ledger = createLedger(dynamodb, variable("LEDGER_TABLE"));
  const entries = new Map(deployment.functions.map(({ name, entry }) => [name, entry]));

  let [polls, changes] = [0, 0];
  const seen = new Map<string, LedgerEntry>();
  const count = (wanted: LedgerEntry["state"]) => [...seen.values()].filter(({ state }) => state === wanted).length;

  const countChanges = async ({ body }: SQSRecord) => {
    const message = JSON.parse(body) as { value: ChangeCount } | { claim: string };
    const value: ChangeCount = "claim" in message ? JSON.parse(await claims.read(message.claim)) : message.value;
    changes += value.changes.length;
  };
  const noteDelivery = async ({ body }: SQSRecord) => {
    const { id } = JSON.parse(body) as { id: string };
    const entry = await ledger.get(id);
    if (entry === undefined) return;
    seen.set(id, entry);
    onDelivery(entry);
  };

  const handlers: Record<string, (outcome: BatchOutcome) => unknown> = {
    "functions/poll.ts": ({ succeeded }) => {
      polls += succeeded.length;
    },
    "functions/route.ts": ({ succeeded }) => Promise.all(succeeded.map(countChanges)),
    "functions/deliver-mllp.ts": ({ succeeded, failed }) => Promise.all([...succeeded, ...failed].map(noteDelivery)),
    "functions/deliver-webhook.ts": ({ succeeded, failed }) => Promise.all([...succeeded, ...failed].map(noteDelivery)),
  };

  const scan = async <Row>(table: string, read: (item: Record<string, { S?: string; N?: string }>) => Row) => {
    const rows: Row[] = [];
    for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName: table }))
      rows.push(...Items.map((item) => read(item as Record<string, { S?: string; N?: string }>)));
    return rows;
  };

  return {
    onBatch: async ({ functionName }, outcome) => {
      await handlers[entries.get(functionName) ?? ""]?.(outcome);
    },
    status: () => ({
      polls,
      changes,
      events: countEvents([...seen.values()]),
      delivered: count("acknowledged"),
      retrying: count("retrying"),
      parked: count("parked"),
    }),
    deliveries: async () => {
      const ids = await scan(variable("LEDGER_TABLE"), (item) => item["delivery"]?.S ?? "");
      const found = await Promise.all(ids.map((id) => ledger.get(id)));
      return found.filter((entry) => entry !== undefined);
    },
    roster: async () => {
      const rows = await scan(variable("ROSTER_TABLE"), (item) => ({
        source: item["source"]?.S ?? "",
        target: item["target"]?.S ?? "",
        polledAt: item["polledAt"]?.N === undefined ? undefined : Number(item["polledAt"].N),
        since: item["since"]?.N === undefined ? undefined : Number(item["since"].N),
      }));
      return rows.filter(({ target }) => target.includes("/"));
    },
    close: () => {
      dynamodb.destroy();
    },
  };
}

interface ChangeCount {
  readonly changes: readonly unknown[];
}
