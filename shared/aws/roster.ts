import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  paginateQuery,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { BridgeError } from "../errors.ts";
import type {
  DueTarget,
  Joining,
  Lease,
  LeaseRelease,
  PlanRosterPort,
  RosterEntry,
  RosterPort,
} from "../roster/roster.ts";
import { patientTarget, type TargetKey } from "../roster/target.ts";
import type { Tier } from "../roster/tier.ts";

type Item = Record<string, AttributeValue>;

/** Where the hash of the configured targets lies. It has no `dueAt`, so the index of due targets does not hold it. */
const configurationMarker = "configuration";

/**
 * The roster in DynamoDB: partition `source`, sort key `target`, index `due` on `source` and `dueAt`. Only what the
 * index is queried by is a plain attribute of its own; what is read as a whole is one text of JSON.
 */
export function createRoster(client: DynamoDBClient, tableName: string): RosterPort & PlanRosterPort {
  const keyOf = (source: string, target: string): Item => ({ source: { S: source }, target: { S: target } });

  /** Gives the item as it is after the update, or nothing where the condition does not hold. */
  async function update(
    source: string,
    target: string,
    change: { set: Item; add?: Item; remove?: readonly string[]; ifAbsent?: Item },
    condition?: { expression: string; values?: Item },
  ): Promise<Item | undefined> {
    const { set, add = {}, remove = [], ifAbsent = {} } = change;
    const names = [...Object.keys(set), ...Object.keys(add), ...Object.keys(ifAbsent), ...remove];
    const conditionNames = [...(condition?.expression.matchAll(/#(\w+)/g) ?? [])].map(([, name = ""]) => name);
    const assignments = [
      ...Object.keys(set).map((name) => `#${name} = :${name}`),
      ...Object.keys(ifAbsent).map((name) => `#${name} = if_not_exists(#${name}, :${name})`),
    ];
    const input: UpdateItemCommandInput = {
      TableName: tableName,
      Key: keyOf(source, target),
      UpdateExpression: [
        assignments.length > 0 && `SET ${assignments.join(", ")}`,
        Object.keys(add).length > 0 &&
          `ADD ${Object.keys(add)
            .map((name) => `#${name} :${name}`)
            .join(", ")}`,
        remove.length > 0 && `REMOVE ${remove.map((name) => `#${name}`).join(", ")}`,
      ]
        .filter(Boolean)
        .join(" "),
      ...(condition && { ConditionExpression: condition.expression }),
      ExpressionAttributeNames: Object.fromEntries([...names, ...conditionNames].map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(
        [...Object.entries({ ...set, ...ifAbsent, ...add }), ...Object.entries(condition?.values ?? {})].map(
          ([name, value]) => [`:${name}`, value],
        ),
      ),
      ReturnValues: "ALL_NEW",
    };
    try {
      return (await client.send(new UpdateItemCommand(input))).Attributes;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }

  async function updateFenced({ entry }: Lease, change: { set: Item; remove?: readonly string[] }): Promise<void> {
    const updated = await update(entry.source, entry.target, change, {
      expression: "#epoch = :fence",
      values: { fence: number(entry.epoch) },
    });
    if (updated === undefined) throw leaseLost(entry);
  }

  return {
    async lease({ source, target, plannedAt, now, until }) {
      const isFree = "attribute_exists(#target) AND (attribute_not_exists(#leaseUntil) OR #leaseUntil < :now)";
      const isOpen = plannedAt === undefined ? "" : " AND (attribute_not_exists(#polledAt) OR #polledAt < :plannedAt)";
      const item = await update(
        source,
        target,
        { set: { leaseUntil: number(until) }, add: { epoch: number(1) } },
        {
          expression: isFree + isOpen,
          values: { now: number(now), ...(plannedAt !== undefined && { plannedAt: number(plannedAt) }) },
        },
      );
      return item && { entry: entryOf(item) };
    },

    async confirm({ entry }) {
      const { Item } = await client.send(
        new GetItemCommand({
          TableName: tableName,
          Key: keyOf(entry.source, entry.target),
          ProjectionExpression: "epoch",
          ConsistentRead: true,
        }),
      );
      if (numberOf(Item?.["epoch"]) !== entry.epoch) throw leaseLost(entry);
    },

    settle: (lease, { settledEpoch, ...settlement }) =>
      updateFenced(lease, { set: { settledEpoch: number(settledEpoch), ...attributesOf(settlement) } }),

    release: (lease, { settled, ...release }) =>
      updateFenced(lease, {
        set: {
          dueAt: number(release.dueAt),
          tier: { S: release.tier },
          failures: number(release.failures),
          ...attributesOf(release),
          ...(settled && { settledEpoch: number(lease.entry.epoch) }),
        },
        remove: ["leaseUntil"],
      }),

    async join(source, joining, now) {
      await Promise.all(joining.map((each) => joinOne(source, each, now)));
    },

    async configurationOf(source) {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: tableName, Key: keyOf(source, configurationMarker), ConsistentRead: true }),
      );
      return Item?.["hash"]?.S;
    },

    async noteConfiguration(source, hash) {
      await update(source, configurationMarker, { set: { hash: { S: hash } } });
    },

    async addConfigured(source, target, now) {
      await update(source, target, {
        set: { configured: { BOOL: true } },
        ifAbsent: {
          since: number(now),
          dueAt: number(now),
          tier: { S: target.startsWith("schedule/") ? "schedule" : "other" },
        },
      });
    },

    async configuredTargets(source) {
      const pages = paginateQuery(
        { client },
        {
          TableName: tableName,
          KeyConditionExpression: "#source = :source",
          FilterExpression: "#configured = :true",
          ProjectionExpression: "#target",
          ExpressionAttributeNames: { "#source": "source", "#configured": "configured", "#target": "target" },
          ExpressionAttributeValues: { ":source": { S: source }, ":true": { BOOL: true } },
        },
      );
      const targets: TargetKey[] = [];
      for await (const { Items = [] } of pages) targets.push(...Items.map((item) => item["target"]?.S as TargetKey));
      return targets;
    },

    async remove(source, target) {
      await client.send(new DeleteItemCommand({ TableName: tableName, Key: keyOf(source, target) }));
    },

    async due(source, now, limit) {
      const pages = paginateQuery(
        { client },
        {
          TableName: tableName,
          IndexName: "due",
          KeyConditionExpression: "#source = :source AND #dueAt <= :now",
          ProjectionExpression: "#target, #tier, #dueAt, #requests",
          ExpressionAttributeNames: {
            "#source": "source",
            "#target": "target",
            "#tier": "tier",
            "#dueAt": "dueAt",
            "#requests": "requests",
          },
          ExpressionAttributeValues: { ":source": { S: source }, ":now": number(now) },
          Limit: limit,
        },
      );
      const due: DueTarget[] = [];
      for await (const { Items = [] } of pages) {
        due.push(...Items.map(dueTargetOf));
        if (due.length >= limit) break;
      }
      return due;
    },

    async postpone(source, { target, dueAt: seen }, dueAt) {
      await update(
        source,
        target,
        { set: { dueAt: number(dueAt) } },
        { expression: "#dueAt = :seen", values: { seen: number(seen) } },
      );
    },
  };

  async function joinOne(source: string, { patient, since, expectedUntil, mergedFrom }: Joining, now: number) {
    const target = patientTarget(patient);
    const item = await update(source, target, {
      set: {
        ...optional("expectedUntil", expectedUntil, number),
        ...(mergedFrom !== undefined && { rereadWanted: number(now) }),
      },
      ifAbsent: { since: number(since), dueAt: number(now), tier: { S: "today" } },
      ...(mergedFrom !== undefined && { add: { mergedFrom: { SS: [mergedFrom] } } }),
    });
    // Who comes today or took over another record is not left to wait for the end of a long interval.
    if (expectedUntil !== undefined && item?.["tier"]?.S === "other")
      await update(
        source,
        target,
        { set: { tier: { S: "today" }, dueAt: number(now) } },
        { expression: "#tier = :other", values: { other: { S: "other" } } },
      );
    if (mergedFrom !== undefined)
      await update(source, target, { set: { dueAt: number(now) } }, { expression: "#dueAt > :dueAt" });
  }
}

function entryOf(item: Item): RosterEntry {
  return {
    source: item["source"]?.S ?? "",
    ...dueTargetOf(item),
    since: Number(item["since"]?.N ?? 0),
    configured: item["configured"]?.BOOL ?? false,
    epoch: Number(item["epoch"]?.N ?? 0),
    polledAt: numberOf(item["polledAt"]),
    watermarks: jsonOf(item["watermarks"]) ?? {},
    feedSince: jsonOf(item["feedSince"]) ?? {},
    failures: Number(item["failures"]?.N ?? 0),
    inHouse: item["inHouse"]?.BOOL ?? false,
    expectedUntil: numberOf(item["expectedUntil"]),
    activeUntil: numberOf(item["activeUntil"]),
    mergedFrom: item["mergedFrom"]?.SS ?? [],
    rereadWanted: numberOf(item["rereadWanted"]),
    progress: jsonOf(item["progress"]),
    settledEpoch: Number(item["settledEpoch"]?.N ?? 0),
  };
}

/** Of what a poll may leave as it is. */
function attributesOf(release: Partial<LeaseRelease>): Item {
  return {
    ...optional("requests", release.requests, number),
    ...optional("polledAt", release.polledAt, number),
    ...optional("watermarks", release.watermarks, json),
    ...optional("feedSince", release.feedSince, json),
    ...optional("inHouse", release.inHouse, (inHouse) => ({ BOOL: inHouse })),
    ...optional("activeUntil", release.activeUntil, number),
    ...optional("progress", release.progress, json),
  };
}

function leaseLost({ source, epoch }: RosterEntry): BridgeError {
  return new BridgeError("ERR_LEASE_LOST", { details: { source, epoch } });
}

function dueTargetOf(item: Item): DueTarget {
  return {
    target: item["target"]?.S as TargetKey,
    tier: (item["tier"]?.S ?? "other") as Tier,
    dueAt: Number(item["dueAt"]?.N ?? 0),
    requests: numberOf(item["requests"]),
  };
}

function number(value: number): AttributeValue {
  return { N: String(value) };
}

function json(value: unknown): AttributeValue {
  return { S: JSON.stringify(value) };
}

function optional<Value>(name: string, value: Value | undefined, write: (value: Value) => AttributeValue): Item {
  return value === undefined ? {} : { [name]: write(value) };
}

function numberOf(attribute: AttributeValue | undefined): number | undefined {
  return attribute?.N === undefined ? undefined : Number(attribute.N);
}

function jsonOf<Value>(attribute: AttributeValue | undefined): Value | undefined {
  return attribute?.S === undefined ? undefined : (JSON.parse(attribute.S) as Value);
}
