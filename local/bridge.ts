import { SQSClient } from "@aws-sdk/client-sqs";
import type { Endpoints } from "./aws/emulator.ts";
import { awsEnvironment, credentials, provision } from "./aws/provision.ts";
import type { Secrets } from "./aws/secrets.ts";
import type { EmulatorOperations } from "./aws/thread.ts";
import { type FunctionHost, hostFunction } from "./lambda/environment.ts";
import { type BatchOutcome, consume } from "./lambda/eventSource.ts";
import { runSchedule } from "./lambda/schedule.ts";
import { callable } from "./realm/calls.ts";
import type { RealmClock } from "./realm/clock.ts";
import { startThread } from "./realm/thread.ts";
import { type Deployment, type EventSource, type LambdaFunction, readDeployment } from "./template/deployment.ts";
import { region, type Template } from "./template/template.ts";

export interface BridgeOptions {
  readonly template: Template | Promise<Template>;
  readonly clock: RealmClock;
  /** Module that stands for `#bridge-config`. */
  readonly configUrl: string;
  /** What the configuration reads from the environment of a function. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets: Secrets;
  /** Folder for tables, queues and buckets; without it they live in memory. */
  readonly statePath?: string | undefined;
  readonly observer: BridgeObserver;
}

export interface BridgeObserver {
  onBatch(eventSource: EventSource, outcome: BatchOutcome): void;
  onScheduleError(functionName: string, error: unknown): void;
  /** A line that a function printed. */
  onLine(functionName: string, line: string): void;
}

/** The deployed topology on embedded AWS. Nothing moves before `begin`. */
export interface LocalBridge {
  readonly deployment: Deployment;
  readonly endpoints: Endpoints;
  begin(): void;
  /** No function is running, and nothing waits in any queue but the parked ones: `ready` leaves out what waits for its time. */
  isIdle(waiting?: "all" | "ready"): Promise<boolean>;
  /** No more ticks; what is under way goes on. */
  stopSchedules(): void;
  stop(): Promise<void>;
}

const root = new URL("../", import.meta.url);
/** Execution environments of a function: two cores gain nothing from more, and each is a thread with its own modules. */
const environmentsEach = 2;

/** Deploys a template to embedded AWS in this process and makes its functions ready. */
export async function startBridge(options: BridgeOptions): Promise<LocalBridge> {
  const { clock, observer } = options;
  const thread = startThread({
    name: "aws",
    entry: new URL("./aws/thread.ts", import.meta.url),
    clock,
    scaleTimers: true,
    data: { secrets: options.secrets, statePath: options.statePath },
    onLine: (line) => observer.onLine("aws", line),
  });
  const emulator = callable<EmulatorOperations>(thread);
  const hosts = new Map<string, FunctionHost>();
  const close = async () => {
    await Promise.all([...hosts.values()].map((host) => host.close()));
    await emulator.close();
    await thread.terminate();
  };
  try {
    const [endpoints, template] = await Promise.all([emulator.endpoints(), options.template]);
    const sqs = new SQSClient({ region, credentials, endpoint: endpoints.sqs });
    const deployment = readDeployment(template, endpoints.sqs);
    await provision(deployment, endpoints, sqs);
    for (const lambda of deployment.functions) hosts.set(lambda.name, hostOf(lambda, deployment, endpoints, options));
    await Promise.all([...hosts.values()].map(({ warm }) => warm));
    return run({ deployment, endpoints, sqs, hosts, options, close });
  } catch (error) {
    await close().catch(() => thread.terminate());
    throw error;
  }
}

interface Parts {
  readonly deployment: Deployment;
  readonly endpoints: Endpoints;
  readonly sqs: SQSClient;
  readonly hosts: ReadonlyMap<string, FunctionHost>;
  readonly options: BridgeOptions;
  close(): Promise<void>;
}

function run({ deployment, endpoints, sqs, hosts, options: { clock, observer }, close }: Parts): LocalBridge {
  const stops: (() => Promise<void>)[] = [];
  let stopSchedules = () => {};
  const running: (() => number)[] = [];
  const begin = () => {
    for (const eventSource of deployment.eventSources) {
      const host = hostNamed(hosts, eventSource.functionName);
      const consumer = consume({
        eventSource,
        sqs,
        endpoint: endpoints.sqs,
        clock,
        invoke: (event) => host.invoke(event),
        concurrency: concurrencyOf(eventSource, deployment),
        onBatch: (outcome) => observer.onBatch(eventSource, outcome),
      });
      running.push(() => consumer.running());
      stops.push(() => consumer.stop());
    }
    const schedules = deployment.schedules.map((schedule) =>
      runSchedule(schedule, hostNamed(hosts, schedule.functionName), clock, (error) =>
        observer.onScheduleError(schedule.functionName, error),
      ),
    );
    stopSchedules = () => {
      for (const schedule of schedules) schedule.stop();
    };
  };

  const isIdle: LocalBridge["isIdle"] = async (kind = "all") => {
    const busy = [...hosts.values()].some((host) => host.pending() > 0) || running.some((count) => count() > 0);
    return !busy && (await waiting(deployment, endpoints))[kind] === 0;
  };

  return {
    deployment,
    endpoints,
    begin,
    isIdle,
    stopSchedules: () => stopSchedules(),
    stop: async () => {
      stopSchedules();
      await Promise.all(stops.map((stop) => stop()));
      sqs.destroy();
      await close();
    },
  };
}

function hostOf(
  lambda: LambdaFunction,
  deployment: Deployment,
  endpoints: Endpoints,
  { clock, configUrl, environment, observer }: BridgeOptions,
): FunctionHost {
  const environments = environmentsOf(lambda.name, deployment);
  return hostFunction({
    lambda,
    root,
    clock,
    configUrl,
    environment: { ...environment, ...awsEnvironment(endpoints) },
    maximumEnvironments: Math.min(lambda.reservedConcurrency ?? environments, environments),
    onLine: (line, name) => observer.onLine(name, line),
  });
}

/** Each event source can always run one batch, so that a client system that hangs holds up no other. */
function environmentsOf(functionName: string, { eventSources }: Deployment): number {
  return Math.max(environmentsEach, eventSources.filter((each) => each.functionName === functionName).length);
}

function concurrencyOf(eventSource: EventSource, deployment: Deployment): number {
  const sharing = deployment.eventSources.filter(({ functionName }) => functionName === eventSource.functionName);
  const share = Math.floor(environmentsOf(eventSource.functionName, deployment) / sharing.length);
  return Math.min(share, eventSource.maximumConcurrency ?? share);
}

function hostNamed(hosts: ReadonlyMap<string, FunctionHost>, name: string): FunctionHost {
  const host = hosts.get(name);
  if (host === undefined) throw new Error(`There is no function ${name}`);
  return host;
}

/** Messages in the queues that feed a function. */
async function waiting({ eventSources }: Deployment, { sqs }: Endpoints): Promise<Record<"all" | "ready", number>> {
  const response = await fetch(`${sqs}/_fauxqs/queues`);
  const queues = (await response.json()) as {
    name: string;
    approximateMessageCount: number;
    approximateInflightCount: number;
    approximateDelayedCount: number;
  }[];
  const fed = new Set(eventSources.map(({ queue }) => queue.name));
  let [ready, hidden] = [0, 0];
  for (const each of queues.filter(({ name }) => fed.has(name))) {
    ready += each.approximateMessageCount;
    hidden += each.approximateInflightCount + each.approximateDelayedCount;
  }
  return { all: ready + hidden, ready };
}
