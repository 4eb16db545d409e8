import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { WorkItem } from "../delivery/delivery.ts";
import type { DeliveryHead, DeliveryState, Ledger, LedgerEntry, TroubledState } from "../delivery/ledger.ts";

/** A repeat can come for as long as its message may lie in a queue, and then a person may still ask what became of it. */
const keepAcknowledgedDays = 90;

/**
 * The ledger in DynamoDB: partition key `delivery`, index `byState` on `destinationState` and `updatedAt`, TTL
 * `expiresAt`. Only what was acknowledged expires. Every write is one conditional write of one item. The index holds
 * only what somebody may have to do something about: what goes well is written twice, and to the table alone.
 */
export function createLedger(client: DynamoDBClient, tableName: string): Ledger {
  /** Writes a state unless the delivery was acknowledged before. */
  async function move(head: DeliveryHead, state: DeliveryState, change: Change = {}) {
    const set = { ...stateAttributes(head, state), ...change.set };
    const remove = [...(change.remove ?? []), ...(isTroubled(state) ? [] : ["destinationState"])];
    const names = [...Object.keys(set), ...remove, ...Object.keys(change.add ?? {})];
    try {
      await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: { delivery: { S: head.id } },
          UpdateExpression: [
            clause("SET", Object.keys(set), (name) => `#${name} = :${name}`),
            clause("REMOVE", remove, (name) => `#${name}`),
            clause("ADD", Object.keys(change.add ?? {}), (name) => `#${name} :${name}`),
          ].join(" "),
          ConditionExpression: "attribute_not_exists(delivery) OR #state <> :acknowledged",
          ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
          ExpressionAttributeValues: {
            ...Object.fromEntries(
              Object.entries({ ...set, ...change.add }).map(([name, value]) => [`:${name}`, value]),
            ),
            ":acknowledged": { S: "acknowledged" },
          },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  async function getItem(delivery: string): Promise<Attributes | undefined> {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: tableName, Key: { delivery: { S: delivery } }, ConsistentRead: true }),
    );
    return Item;
  }

  return {
    async open(head, workList = []) {
      try {
        await client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: {
              delivery: { S: head.id },
              ...stateAttributes(head, "queued"),
              ...workListAttribute("workList", workList),
            },
            ConditionExpression: "attribute_not_exists(delivery)",
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },

    async begin(head) {
      const item = await getItem(head.id);
      if (item?.["state"]?.S === "acknowledged") return { send: false };
      return { send: true, attempt: numberOf(item?.["attempts"]) + 1, unsent: numberOf(item?.["unsent"]) };
    },

    async acknowledged(head, { acknowledgement, attempt }) {
      const expiresAt = Math.floor(Date.now() / 1000) + keepAcknowledgedDays * 24 * 60 * 60;
      await move(head, "acknowledged", {
        set: {
          acknowledgement: { S: acknowledgement },
          attempts: { N: String(attempt) },
          expiresAt: { N: String(expiresAt) },
        },
        remove: ["reason", "refusal", "nextAttemptAt"],
      });
    },

    async retrying(head, { reason, acknowledgement, nextAttemptAt, attempt, counted }) {
      await move(head, "retrying", {
        set: {
          reason: { S: reason },
          nextAttemptAt: { S: nextAttemptAt },
          attempts: { N: String(attempt) },
          ...textAttribute("acknowledgement", acknowledgement),
        },
        ...(acknowledgement === undefined && { remove: ["acknowledgement"] }),
        ...(!counted && { add: { unsent: { N: "1" } } }),
      });
    },

    async parked(head, { reason, acknowledgement, attempt, workList = [] }) {
      await move(head, "parked", {
        set: {
          reason: { S: reason },
          ...textAttribute("acknowledgement", acknowledgement),
          ...(attempt !== undefined && { attempts: { N: String(attempt) } }),
          ...workListAttribute("refusal", workList),
        },
        remove: ["nextAttemptAt"],
      });
    },

    async get(delivery) {
      const item = await getItem(delivery);
      return item && entryOf(item);
    },

    async *list(destination, state) {
      const pages = paginateQuery(
        { client },
        {
          TableName: tableName,
          IndexName: "byState",
          KeyConditionExpression: "destinationState = :destinationState",
          ExpressionAttributeValues: { ":destinationState": { S: `${destination}#${state}` } },
        },
      );
      for await (const { Items = [] } of pages) yield* Items.map(entryOf);
    },
  };
}

type Attributes = Record<string, AttributeValue>;

interface Change {
  readonly set?: Attributes;
  readonly remove?: readonly string[];
  readonly add?: Attributes;
}

function clause(verb: string, names: readonly string[], write: (name: string) => string): string {
  return names.length === 0 ? "" : `${verb} ${names.map(write).join(", ")}`;
}

function stateAttributes({ id: _, trigger, ...head }: DeliveryHead, state: DeliveryState): Attributes {
  return {
    ...Object.fromEntries(Object.entries(head).map(([name, value]) => [name, { S: value }])),
    ...textAttribute("trigger", trigger),
    state: { S: state },
    ...(isTroubled(state) && { destinationState: { S: `${head.destination}#${state}` } }),
    updatedAt: { S: new Date().toISOString() },
  };
}

function isTroubled(state: DeliveryState): state is TroubledState {
  return state === "retrying" || state === "parked";
}

function textAttribute(name: string, value: string | undefined): Attributes {
  return value === undefined ? {} : { [name]: { S: value } };
}

/** Only ever read as a whole, so one text of JSON will do. */
function workListAttribute(name: string, workList: readonly WorkItem[]): Attributes {
  return workList.length === 0 ? {} : { [name]: { S: JSON.stringify(workList) } };
}

function entryOf(attributes: Attributes): LedgerEntry {
  const text = (name: string) => attributes[name]?.S ?? "";
  return {
    id: text("delivery"),
    destination: text("destination"),
    source: text("source"),
    patient: text("patient"),
    event: text("event"),
    trigger: attributes["trigger"]?.S,
    focus: text("focus"),
    recordedAt: text("recordedAt"),
    createdAt: text("createdAt"),
    state: text("state") as DeliveryState,
    attempts: numberOf(attributes["attempts"]),
    unsent: numberOf(attributes["unsent"]),
    updatedAt: text("updatedAt"),
    acknowledgement: attributes["acknowledgement"]?.S,
    reason: attributes["reason"]?.S,
    nextAttemptAt: attributes["nextAttemptAt"]?.S,
    workList: [...workListOf(attributes["workList"]), ...workListOf(attributes["refusal"])],
  };
}

function numberOf(attribute: AttributeValue | undefined): number {
  return Number(attribute?.N ?? 0);
}

function workListOf(attribute: AttributeValue | undefined): WorkItem[] {
  return attribute?.S === undefined ? [] : JSON.parse(attribute.S);
}
