import { once } from "node:events";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import type { CensusOptions, CensusResult, CensusRun, Disagreement } from "./census.ts";
import type { Lived } from "./worker.ts";

/**
 * `npm run census -- [--days 30] [--seed 1] [--people 30] [--intervals 1,15,120] [--json]`: whether what receivers make
 * of the stream is what happened. Exits with 1 where it is not.
 */
const { values } = parseArgs({
  options: {
    days: { type: "string", default: "30" },
    seed: { type: "string", multiple: true, default: ["1"] },
    people: { type: "string", default: "30" },
    intervals: { type: "string", default: "1,15,120" },
    json: { type: "boolean", default: false },
  },
});

const lives = values.seed
  .flatMap((each) => each.split(","))
  .flatMap((seed) =>
    values.intervals.split(",").map(
      (interval): CensusOptions => ({
        seed: wholeNumber("seed", seed),
        days: wholeNumber("days", values.days),
        people: wholeNumber("people", values.people),
        intervalMinutes: interval === "tiers" ? "tiers" : wholeNumber("intervals", interval),
      }),
    ),
  );

const total: CensusResult = { compared: 0, agreed: 0, disagreements: [] };
for await (const [life, { run, cpuSeconds }] of livedThrough(lives)) {
  total.compared += run.compared;
  total.agreed += run.agreed;
  total.disagreements.push(...run.disagreements);
  if (!values.json) print(life, run, cpuSeconds);
}

if (values.json) console.log(JSON.stringify(total));
else summarize(total.disagreements);
process.exitCode = total.disagreements.length > 0 || total.compared === 0 ? 1 : 0;

/** In the order in which they were asked for, as many at a time as there are processors. */
async function* livedThrough(lives: readonly CensusOptions[]): AsyncGenerator<readonly [CensusOptions, Lived]> {
  const started: Promise<Lived>[] = [];
  for (const [index, life] of lives.entries()) {
    while (started.length < lives.length && started.length < index + availableParallelism())
      started.push(live(lives[started.length] as CensusOptions));
    yield [life, await (started[index] as Promise<Lived>)];
  }
}

/** In a thread of its own. */
async function live(life: CensusOptions): Promise<Lived> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: life });
  const [lived] = (await once(worker, "message")) as [Lived];
  return lived;
}

function print({ seed, intervalMinutes }: CensusOptions, run: CensusRun, cpuSeconds: number): void {
  const { polls, leftOut, changeSets } = run.counts;
  console.log(
    `seed ${seed}, every ${intervalMinutes === "tiers" ? "tier's interval" : `${intervalMinutes} min`}: ` +
      `${percent(run)} of ${run.compared} facets agree; ${run.disagreements.length} disagreements; ` +
      `${polls} polls (${leftOut} more had nothing to find), ${changeSets} change sets, ${run.messages} messages, ` +
      `${Math.round(cpuSeconds)} s of CPU`,
  );
  for (const [problem, count] of run.problems) console.log(`  ${count} × ${problem}`);
}

function percent({ agreed, compared }: CensusResult): string {
  return `${((100 * agreed) / Math.max(1, compared)).toFixed(3)} %`;
}

function summarize(disagreements: readonly Disagreement[]): void {
  const kinds = Map.groupBy(disagreements, (each) =>
    [each.destination, each.thing.split(/[ /]/)[0], each.facet, each.facet === "protocol" ? each.held : ""].join(" "),
  );
  for (const [kind, all] of [...kinds].sort(([, one], [, other]) => other.length - one.length)) {
    console.log(`\n${all.length} × ${kind.trim()}`);
    const [first] = all;
    if (first !== undefined) console.log(story(first));
  }
}

function story(each: Disagreement): string {
  return [
    `  ${each.thing} ${each.facet} (${each.key ?? "no such thing"}), at ${each.at}, ${each.hours} hours, seed ${each.seed}, every ${each.intervalMinutes}`,
    `    is      ${each.expected}${each.changedAt === undefined ? "" : `, since ${each.changedAt}, read ${each.readAt}`}`,
    `    held    ${each.held}`,
    ...each.happened.map((line) => `    there   ${line}`),
    ...each.heard.map((line) => `    heard   ${line}`),
  ].join("\n");
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  console.error(`--${name} takes whole numbers, not ${JSON.stringify(text)}`);
  process.exit(2);
}
