import { fileURLToPath } from "node:url";
import type { StartOptions } from "./arguments.ts";
import { type LocalBridge, startBridge } from "./bridge.ts";
import { type Console, createConsole, silence } from "./console/console.ts";
import { untilEnded, waitUntil } from "./ending.ts";
import { createMeter, type Meter, type RosterRow } from "./meter.ts";
import { createObserver, deliveryLine } from "./observer.ts";
import { createClock, type RealmClock, realmNow, startClock } from "./realm/clock.ts";
import { countDeliveries, countEvents, latencies, percentile, type Report } from "./report.ts";
import { dayBeginsAt, type Simulation, startSimulation, timeZone } from "./simulation/simulation.ts";
import { startSynthesizer } from "./template/synthesizer.ts";
import type { Finding, Verdict } from "./truth/check.ts";
import { type HistoryEntry, readHistory } from "./truth/history.ts";
import { judge } from "./truth/judge.ts";

const configUrl = new URL("./sandbox.config.ts", import.meta.url);
const statusEveryMs = 250;
/** A hospital whose doors are closed writes the second halves of what is half written for a minute. */
const settlingMs = 60_000;
const longestDrainMs = 180_000;

/** `npm start` without a configuration. @returns the exit status */
export async function runSimulated(options: StartOptions): Promise<number> {
  const console = options.json ? silence : createConsole(process.stdout);
  const { settled, report, verdicts } = await simulate(options, console);
  if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else summarize(console, report);
  for (const finding of findings(verdicts)) process.stderr.write(`${finding}\n`);
  if (!settled) process.stderr.write("Not everything was delivered before the run was given up\n");
  return settled && report.lost === 0 && report.outOfOrder === 0 ? 0 : 1;
}

export interface SimulateOptions extends Pick<StartOptions, "seed" | "speed" | "faults" | "forMs"> {
  /** How many people the hospital knows when the day begins, and a factor on what happens to them. */
  readonly people?: number;
  readonly busy?: number;
}

export interface Outcome {
  /** Everything was seen and told before the run was given up. */
  readonly settled: boolean;
  readonly report: Report;
  /** For each format, what is behind `lost` and `outOfOrder`. */
  readonly verdicts: Record<"hl7" | "webhook", Verdict>;
}

/** A simulated hospital's day, from its opening until everything that happened has been told. */
export async function simulate(options: SimulateOptions, console: Console): Promise<Outcome> {
  const clock = createClock({ beginsAt: dayBeginsAt, speed: options.speed });
  let meter: Meter | undefined;
  let entryOf = (functionName: string) => functionName;
  const observer = createObserver({
    console,
    clock,
    timeZone,
    meter: () => meter,
    entryOf: (functionName) => entryOf(functionName),
  });
  const synthesizer = startSynthesizer();
  const simulation = await startSimulation({
    ...options,
    clock,
    onLine: (line, name) => observer.onLine(name, line),
  });
  const bridge = await startBridge({
    template: synthesizer.synthesize(fileURLToPath(configUrl), { ...simulation.environment }),
    clock,
    configUrl: configUrl.href,
    environment: { ...simulation.environment },
    secrets: simulation.secrets,
    observer,
  });
  const entries = new Map(bridge.deployment.functions.map(({ name, entry }) => [name, entry]));
  entryOf = (functionName) => entries.get(functionName) ?? functionName;
  const running = createMeter(bridge, (entry) => console.line(deliveryLine(entry, realmNow(clock), timeZone)));
  meter = running;

  introduce(console, options, simulation, bridge);
  startClock(clock);
  bridge.begin();
  const timer = setInterval(() => console.status(running.status()), statusEveryMs);
  await untilEnded(options.forMs);

  const settled = await drain({ console, clock, simulation, bridge, meter: running });
  clearInterval(timer);
  console.status(running.status());
  console.end();
  const stock = await takeStock({ simulation, bridge, meter: running });
  running.close();
  await Promise.all([bridge.stop(), simulation.close()]);
  return { settled, ...stock };
}

function introduce(console: Console, options: SimulateOptions, { addresses, ports }: Simulation, bridge: LocalBridge) {
  const { endpoints, deployment } = bridge;
  const rows = {
    hospital: `${addresses.baseUrl} (simulated, seed ${options.seed}${options.faults ? ", with faults" : ""})`,
    aws: `SQS and S3 ${endpoints.sqs}, DynamoDB ${endpoints.dynamodb}, Secrets Manager ${endpoints.secretsManager}`,
    functions: deployment.functions.map(({ entry }) => entry.replace(/^functions\/|\.ts$/g, "")).join(", "),
    "adt-engine": `HL7 v2 over MLLP, 127.0.0.1:${ports.mllp} (@medplum/hl7)`,
    "care-app": `webhooks, 127.0.0.1:${ports.webhook} (standardwebhooks)`,
  };
  console.line(
    `A hospital's day from Ignite FHIR to HL7 v2 and webhooks, ${options.speed} times as fast as the wall's clock`,
  );
  for (const [name, text] of Object.entries(rows)) console.line(`  ${name.padEnd(11)} ${text}`);
  console.line("");
}

interface Parts {
  readonly simulation: Simulation;
  readonly bridge: LocalBridge;
  readonly meter: Meter;
}

/** Closes the hospital's doors and lets the bridge go on until it has seen and told everything. */
async function drain({
  console,
  clock,
  simulation,
  bridge,
  meter,
}: Parts & { console: Console; clock: RealmClock }): Promise<boolean> {
  console.line("The hospital closes its doors; what it did is still being told");
  await simulation.hospital.closeDoors();
  const closedAt = realmNow(clock) + settlingMs;
  const isTold = async () => {
    const isPolled = (await meter.roster()).every(({ polledAt = 0 }) => polledAt > closedAt);
    return isPolled && (await bridge.isIdle());
  };
  const settled = await waitUntil(isTold, longestDrainMs);
  bridge.stopSchedules();
  return settled && (await waitUntil(() => bridge.isIdle(), longestDrainMs));
}

async function takeStock({ simulation, bridge, meter }: Parts): Promise<Omit<Outcome, "settled">> {
  const [deliveries, roster, history, received, requests] = await Promise.all([
    meter.deliveries(),
    meter.roster(),
    simulation.hospital.history(),
    simulation.receivers.received(),
    simulation.hospital.requests(),
  ]);
  const verdicts = judge({
    history,
    watchedSince: watched(roster, history, simulation),
    hl7: received.mllp,
    webhook: received.webhook,
  });
  const latency = latencies(deliveries, [...received.mllp, ...received.webhook]);
  const { polls, changes } = meter.status();
  const sum = (of: (verdict: Verdict) => readonly Finding[]) => of(verdicts.hl7).length + of(verdicts.webhook).length;
  const report: Report = {
    patients: roster.filter(({ target }) => target.startsWith("patient/")).length,
    polls,
    requests,
    changes,
    events: countEvents(deliveries),
    deliveries: countDeliveries(destinationsIn(bridge), deliveries),
    lost: sum(({ lost }) => lost),
    outOfOrder: sum(({ outOfOrder }) => outOfOrder),
    latencyMs: { p50: percentile(latency, 50), p99: percentile(latency, 99) },
  };
  return { report, verdicts };
}

/** Their names, from what tells `route` where to send. */
function destinationsIn({ deployment }: LocalBridge): string[] {
  return deployment.functions
    .filter(({ entry }) => entry === "functions/route.ts")
    .flatMap(({ environment }) => Object.keys(JSON.parse(environment["DELIVERY_QUEUE_URLS"] ?? "{}")));
}

/**
 * From when on each patient had to be watched: as the roster says, and for those who are missing there although the
 * configuration names them or a clinic expects them, from the start, so that their things count as lost.
 */
function watched(roster: readonly RosterRow[], entries: readonly HistoryEntry[], { addresses }: Simulation) {
  const history = readHistory(entries);
  const expected = new Set([
    ...addresses.patients.map((id) => `Patient/${id}`),
    ...history.entries("Appointment").flatMap(({ key }) => history.patientOf(key) ?? []),
  ]);
  const since = new Map(
    roster.map(({ target, since }) => [target.replace("patient/", "Patient/"), since ?? dayBeginsAt] as const),
  );
  return (patient: string) => since.get(patient) ?? (expected.has(patient) ? dayBeginsAt : undefined);
}

function summarize(console: Console, report: Report): void {
  console.line("");
  for (const [name, value] of Object.entries(report))
    console.line(`${name.padEnd(11)} ${typeof value === "object" ? JSON.stringify(value) : value}`);
}

/** What is behind `lost` and `outOfOrder`, a line each. */
function findings(verdicts: Outcome["verdicts"]): string[] {
  return Object.entries(verdicts).flatMap(([format, { lost, outOfOrder }]) =>
    [...lost, ...outOfOrder].map(
      ({ key, facet, why, told = "nothing", expected = "another" }) =>
        `${format} ${why}: ${key} ${facet}, told ${told}, expected ${expected}`,
    ),
  );
}
