import {
  type Attributes,
  account,
  type LogicalId,
  type Lookup,
  rateMs,
  region,
  resolve,
  resolveText,
  resourcesOf,
  type Template,
  type TemplateResource,
} from "./template.ts";

/** What the synthesized template deploys, in the terms of the services that the local run embeds. */
export interface Deployment {
  readonly queues: readonly Queue[];
  readonly buckets: readonly { readonly name: string }[];
  readonly tables: readonly Table[];
  readonly functions: readonly LambdaFunction[];
  readonly eventSources: readonly EventSource[];
  readonly schedules: readonly Schedule[];
}

export interface Queue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  /** As CreateQueue takes them. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly fifo: boolean;
  readonly visibilityTimeoutMs: number;
}

export interface Table {
  readonly name: string;
  readonly keySchema: unknown;
  readonly attributeDefinitions: unknown;
  readonly globalSecondaryIndexes: unknown;
}

export interface LambdaFunction {
  readonly name: string;
  /** Source file below the project, from the function's metadata. */
  readonly entry: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly reservedConcurrency: number | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

export interface EventSource {
  readonly functionName: string;
  readonly queue: Queue;
  readonly batchSize: number;
  readonly batchingWindowMs: number;
  readonly maximumConcurrency: number | undefined;
  readonly reportBatchItemFailures: boolean;
}

export interface Schedule {
  readonly functionName: string;
  readonly everyMs: number;
  /** The event that the function is invoked with. */
  readonly input: unknown;
}

const entryMetadata = "ignite-bridge:entry";

/**
 * Reads the deployment out of a template.
 *
 * @param endpoint where the embedded queues listen; queue URLs begin with it
 * @throws Error where the template uses what the local run does not know
 */
export function readDeployment(template: Template, endpoint: string): Deployment {
  const lookup = lookupIn(template, endpoint);
  const queues = resourcesOf(template, "AWS::SQS::Queue").map(([id, resource]) => queueOf(id, resource, lookup));
  const functions = resourcesOf(template, "AWS::Lambda::Function")
    .filter(([, { Metadata }]) => Metadata?.[entryMetadata] !== undefined)
    .map(([id, resource]) => functionOf(id, resource, lookup));
  const functionNamed = (reference: string) => {
    const found = functions.find(({ name }) => reference === name || reference === functionArn(name));
    if (found === undefined) throw new Error(`The template refers to a function that it does not define: ${reference}`);
    return found.name;
  };
  return {
    queues,
    buckets: resourcesOf(template, "AWS::S3::Bucket").map(([id]) => ({ name: lookup(id).ref })),
    tables: [
      ...resourcesOf(template, "AWS::DynamoDB::Table"),
      ...resourcesOf(template, "AWS::DynamoDB::GlobalTable"),
    ].map(([id, { Properties }]) => ({
      name: lookup(id).ref,
      keySchema: Properties?.["KeySchema"],
      attributeDefinitions: Properties?.["AttributeDefinitions"],
      globalSecondaryIndexes: Properties?.["GlobalSecondaryIndexes"],
    })),
    functions,
    eventSources: resourcesOf(template, "AWS::Lambda::EventSourceMapping").map(([, { Properties = {} }]) => {
      const arn = resolveText(Properties["EventSourceArn"], lookup);
      const queue = queues.find((each) => each.arn === arn);
      if (queue === undefined) throw new Error(`The template maps a queue that it does not define: ${arn}`);
      return eventSourceOf(Properties, queue, functionNamed(resolveText(Properties["FunctionName"], lookup)));
    }),
    schedules: resourcesOf(template, "AWS::Scheduler::Schedule")
      .filter(([, { Properties }]) => Properties?.["State"] !== "DISABLED")
      .map(([, { Properties = {} }]) => {
        const target = Properties["Target"] as { Arn: unknown; Input?: unknown };
        return {
          functionName: functionNamed(resolveText(target.Arn, lookup)),
          everyMs: rateMs(resolveText(Properties["ScheduleExpression"], lookup)),
          input: target.Input === undefined ? {} : JSON.parse(resolveText(target.Input, lookup)),
        };
      }),
  };
}

function queueOf(id: LogicalId, { Properties = {} }: TemplateResource, lookup: Lookup): Queue {
  const { ref: url, Arn: arn = "", QueueName: name = "" } = lookup(id);
  const attributes = Object.fromEntries(
    queueAttributes
      .filter((each) => Properties[each] !== undefined)
      .map((each) => {
        const value = resolve(Properties[each], lookup);
        return [each, typeof value === "object" ? JSON.stringify(value) : String(value)];
      }),
  );
  return {
    name,
    url,
    arn,
    attributes,
    fifo: attributes["FifoQueue"] === "true",
    visibilityTimeoutMs: Number(attributes["VisibilityTimeout"] ?? 30) * 1_000,
  };
}

// What the embedded queues take; encryption and policies have no meaning there.
const queueAttributes = [
  "FifoQueue",
  "ContentBasedDeduplication",
  "DeduplicationScope",
  "FifoThroughputLimit",
  "DelaySeconds",
  "MaximumMessageSize",
  "MessageRetentionPeriod",
  "ReceiveMessageWaitTimeSeconds",
  "VisibilityTimeout",
  "RedrivePolicy",
];

function functionOf(id: LogicalId, { Properties = {}, Metadata }: TemplateResource, lookup: Lookup): LambdaFunction {
  const { Variables = {} } = (Properties["Environment"] ?? {}) as { Variables?: Record<string, unknown> };
  const concurrency = Properties["ReservedConcurrentExecutions"];
  return {
    name: lookup(id).ref,
    entry: String(Metadata?.[entryMetadata]),
    timeoutMs: Number(Properties["Timeout"] ?? 3) * 1_000,
    memoryMb: Number(Properties["MemorySize"] ?? 128),
    reservedConcurrency: concurrency === undefined ? undefined : Number(concurrency),
    environment: Object.fromEntries(
      Object.entries(Variables).map(([name, value]) => [name, resolveText(value, lookup)]),
    ),
  };
}

function eventSourceOf(properties: Readonly<Record<string, unknown>>, queue: Queue, functionName: string): EventSource {
  const scaling = properties["ScalingConfig"] as { MaximumConcurrency?: number } | undefined;
  const responses = (properties["FunctionResponseTypes"] ?? []) as string[];
  return {
    functionName,
    queue,
    batchSize: Number(properties["BatchSize"] ?? 10),
    batchingWindowMs: Number(properties["MaximumBatchingWindowInSeconds"] ?? 0) * 1_000,
    maximumConcurrency: scaling?.MaximumConcurrency,
    reportBatchItemFailures: responses.includes("ReportBatchItemFailures"),
  };
}

function functionArn(name: string): string {
  return `arn:aws:lambda:${region}:${account}:function:${name}`;
}

/** What Ref and GetAtt mean for each resource of the template once it lives in the embedded services. */
function lookupIn(template: Template, endpoint: string): Lookup {
  const lookup: Lookup = (id) => {
    const resource = template.Resources[id];
    if (resource === undefined) throw new Error(`The template refers to ${id}, which it does not define`);
    const properties = resource.Properties ?? {};
    const named = (property: string, fallback: string) =>
      properties[property] === undefined ? fallback : resolveText(properties[property], lookup);
    return (attributesOf[resource.Type] ?? anyAttributes)(id, named, properties, endpoint);
  };
  return lookup;
}

type AttributesOf = (
  id: LogicalId,
  /** The name that the template gives, or a fallback. */
  named: (property: string, fallback: string) => string,
  properties: Readonly<Record<string, unknown>>,
  endpoint: string,
) => Attributes;

const tableAttributes: AttributesOf = (id, named) => {
  const name = named("TableName", id);
  return { ref: name, Arn: `arn:aws:dynamodb:${region}:${account}:table/${name}` };
};

// Resources that the local run does not embed (keys, roles, alarms) still have names that others refer to.
const anyAttributes: AttributesOf = (id) => ({ ref: id, Arn: `arn:aws:local:${region}:${account}:${id}` });

const attributesOf: Record<string, AttributesOf> = {
  "AWS::SQS::Queue": (id, named, properties, endpoint) => {
    const name = named("QueueName", properties["FifoQueue"] === true ? `${id}.fifo` : id);
    const url = `${endpoint}/${account}/${name}`;
    return { ref: url, QueueUrl: url, QueueName: name, Arn: `arn:aws:sqs:${region}:${account}:${name}` };
  },
  "AWS::DynamoDB::Table": tableAttributes,
  "AWS::DynamoDB::GlobalTable": tableAttributes,
  "AWS::S3::Bucket": (id, named) => {
    const name = named("BucketName", id.toLowerCase());
    return { ref: name, Arn: `arn:aws:s3:::${name}` };
  },
  "AWS::Lambda::Function": (id, named) => {
    const name = named("FunctionName", id);
    return { ref: name, Arn: functionArn(name) };
  },
  "AWS::SecretsManager::Secret": (id, named) => {
    const name = named("Name", id);
    return { ref: secretArn(name), Id: secretArn(name) };
  },
};

/** Six characters follow the name in a real ARN too. */
export function secretArn(name: string): string {
  return `arn:aws:secretsmanager:${region}:${account}:secret:${name}-Local0`;
}
