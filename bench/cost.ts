import { fork } from "node:child_process";
import { once } from "node:events";
import { costOf, prices, standing, sumOf, times, type Usage } from "./cost/prices.ts";
import type { CostOptions, CostRun, Phase } from "./cost/run.ts";

/**
 * What AWS costs: the real handlers on the embedded services, fed by the simulated hospital at the pace of the calendar,
 * every call counted as it is billed. Budget: 4 dollars a million events, and the same from a thousand to a hundred
 * thousand patients.
 *
 * An event is a message told to a destination. What it costs is everything from its discovery to its acknowledgement:
 * the polls as far as they cost more than polls that find nothing, which are told apart, by patient and month. Not
 * counted: what stands there whether or not anything happens (told below), storage and backups, the first reading of
 * what was there before, tracing, and networks.
 */
const budgetDollars = 4;
const houses: Record<string, CostOptions> = {
  "1 thousand patients": { people: 80, others: 920, busyMinutes: 30, idleMinutes: 10 },
  "100 thousand patients": { people: 80, others: 99_920, busyMinutes: 30, idleMinutes: 0 },
  "a house four times as busy": { people: 320, others: 680, busyMinutes: 8, idleMinutes: 0 },
};

const million = 1_000_000;
const minutesOfAMonth = 60 * 24 * 30;
const rows: Record<string, Record<string, string>> = {};
let idlePoll: Record<string, Usage> | undefined;
let isInBudget = true;
for (const [name, options] of Object.entries(houses)) {
  const { busy, idle } = await run(options);
  if (idle.polls > 0) idlePoll = shareOf(idle, idle.polls);
  if (idlePoll === undefined) throw new TypeError("The first house tells what a poll costs that finds nothing");
  const events = Object.values(busy.events).reduce((sum, count) => sum + count, 0);
  const ofEvent = Object.entries(busy.usage).map(([part, usage]) => {
    const beyond = sumOf([usage, times(idlePoll?.[part] ?? {}, -busy.polls)]);
    // Fuller batches can make a part cheaper than many idle polls are; that is no saving of the events.
    return [part, Math.max(0, (costOf(beyond) * million) / events)] as const;
  });
  const dollars = ofEvent.reduce((sum, [, each]) => sum + each, 0);
  isInBudget &&= dollars <= budgetDollars;
  console.log(
    `${name}: ${busy.polls} polls, ${busy.changeSets} change sets, ${events} events in ${busy.minutes} minutes`,
  );
  rows[name] = {
    ...Object.fromEntries(ofEvent.map(([part, each]) => [part, money(each)])),
    "A MILLION EVENTS": `${money(dollars)}${dollars <= budgetDollars ? "" : ", NOT in budget"}`,
  };
}
const parts = [...new Set(Object.values(rows).flatMap((row) => Object.keys(row)))];
console.table(
  Object.fromEntries(
    parts.map((part) => [part, Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, row[part]]))]),
  ),
);

const poll = costOf(sumOf(Object.values(idlePoll ?? {})));
console.log("A poll that finds nothing, with its share of the plan, in dollars a million:");
console.table(
  Object.fromEntries(
    Object.entries(idlePoll ?? {}).map(([part, usage]) => [part, { dollars: money(costOf(usage) * million) }]),
  ),
);
console.table({
  "a patient in the house, each minute": money(poll * minutesOfAMonth, 4),
  "who has been or comes today, every 5 minutes": money((poll * minutesOfAMonth) / 5, 4),
  "any other, each hour": money((poll * minutesOfAMonth) / 60, 4),
  "what stands there: a source and a destination": money(
    3 * standing.aQueue + standing.aSecret + standing.aKey + standing.theMetricsOfADestination + 20 * standing.anAlarm,
  ),
});
console.log(`Prices, US dollars a unit, us-east-1, 2026: ${JSON.stringify(prices)}`);
if (!isInBudget) process.exitCode = 1;

function shareOf(phase: Phase, count: number): Record<string, Usage> {
  return Object.fromEntries(Object.entries(phase.usage).map(([part, usage]) => [part, times(usage, 1 / count)]));
}

function money(dollars: number, digits = 2): string {
  return dollars.toFixed(digits);
}

/** Handlers keep their clients and their configuration for the life of a process, so each house has one of its own. */
async function run(options: CostOptions): Promise<CostRun> {
  const child = fork(new URL("./cost/run.ts", import.meta.url), [JSON.stringify(options)]);
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`The run of ${JSON.stringify(options)} ended with ${code}`);
  });
  const [result] = (await Promise.race([once(child, "message"), ended])) as [CostRun];
  ended.catch(() => undefined);
  return result;
}
