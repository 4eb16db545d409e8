import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { loadConfig } from "../infra/load-config.ts";
import type { Bridge } from "../shared/config/schema.ts";
import type { StartOptions } from "./arguments.ts";
import { startBridge } from "./bridge.ts";
import { createConsole, silence } from "./console/console.ts";
import { untilEnded, waitUntil } from "./ending.ts";
import { createMeter, type Meter } from "./meter.ts";
import { createObserver, deliveryLine } from "./observer.ts";
import { createClock, realmNow, startClock } from "./realm/clock.ts";
import { countDeliveries, countEvents } from "./report.ts";
import { readSecrets } from "./secrets.ts";
import { startSynthesizer } from "./template/synthesizer.ts";

const defaultSecretsFile = "bridge.secrets.json";
const statusEveryMs = 250;
const statePath = ".local/state";
/** What is not done by then stays in its queue for the next run. */
const longestDrainMs = 30_000;

/** The bridge with the sources and destinations of a configuration file. @returns the exit status */
export async function runTenant(options: StartOptions & { config: string }): Promise<number> {
  const configPath = resolve(options.config);
  const bridgeConfig = await loadConfig(configPath);
  const secrets = readSecrets(bridgeConfig, {
    file: process.env["IGNITE_BRIDGE_SECRETS"] ?? defaultSecretsFile,
    environment: process.env,
  });
  const console = options.json ? silence : createConsole(process.stdout);
  const clock = createClock({ beginsAt: Date.now(), speed: options.speed });
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  let meter: Meter | undefined;
  let entryOf = (functionName: string) => functionName;
  const observer = createObserver({
    console,
    clock,
    timeZone,
    meter: () => meter,
    entryOf: (functionName) => entryOf(functionName),
  });
  const bridge = await startBridge({
    template: startSynthesizer().synthesize(configPath),
    clock,
    configUrl: pathToFileURL(configPath).href,
    secrets,
    statePath: resolve(statePath),
    observer,
  });
  const entries = new Map(bridge.deployment.functions.map(({ name, entry }) => [name, entry]));
  entryOf = (functionName) => entries.get(functionName) ?? functionName;
  const running = createMeter(bridge, (entry) => console.line(deliveryLine(entry, realmNow(clock), timeZone)));
  meter = running;

  for (const line of introduction(bridgeConfig)) console.line(line);
  startClock(clock);
  bridge.begin();
  const timer = setInterval(() => console.status(running.status()), statusEveryMs);
  await untilEnded(options.forMs);

  console.line("Finishing what is under way");
  bridge.stopSchedules();
  await waitUntil(() => bridge.isIdle("ready"), longestDrainMs);
  clearInterval(timer);
  console.status(running.status());
  console.end();
  const deliveries = await running.deliveries();
  const { polls, changes } = running.status();
  running.close();
  await bridge.stop();
  if (options.json)
    process.stdout.write(
      `${JSON.stringify({
        polls,
        changes,
        events: countEvents(deliveries),
        deliveries: countDeliveries(Object.keys(bridgeConfig.destinations), deliveries),
      })}\n`,
    );
  return 0;
}

function introduction({ sources, destinations }: Bridge): string[] {
  return [
    `Polling and delivering for real; tables and queues are kept in ${statePath}, unencrypted, and the next run goes on`,
    ...Object.entries(sources).map(([name, { baseUrl }]) => `  ${name.padEnd(11)} ${baseUrl}`),
    ...Object.entries(destinations).map(([name, destination]) => {
      const where =
        destination.format === "webhook" ? destination.url : `mllp://${destination.link.host}:${destination.link.port}`;
      return `  ${name.padEnd(11)} ${where}`;
    }),
    "",
  ];
}
