import { parseArgs } from "node:util";
import { type CensusResult, type Disagreement, runCensus } from "./census.ts";

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

const total: CensusResult = { compared: 0, agreed: 0, disagreements: [] };
for (const seed of values.seed.flatMap((each) => each.split(",")))
  for (const interval of values.intervals.split(",")) {
    const startedAt = process.cpuUsage();
    const run = await runCensus({
      seed: wholeNumber("seed", seed),
      days: wholeNumber("days", values.days),
      people: wholeNumber("people", values.people),
      intervalMinutes: interval === "tiers" ? "tiers" : wholeNumber("intervals", interval),
    });
    total.compared += run.compared;
    total.agreed += run.agreed;
    total.disagreements.push(...run.disagreements);
    const { user, system } = process.cpuUsage(startedAt);
    if (values.json) continue;
    const { polls, leftOut, changeSets } = run.counts;
    console.log(
      `seed ${seed}, every ${interval === "tiers" ? "tier's interval" : `${interval} min`}: ` +
        `${percent(run)} of ${run.compared} facets agree; ${run.disagreements.length} disagreements; ` +
        `${polls} polls (${leftOut} more had nothing to find), ${changeSets} change sets, ${run.messages} messages, ` +
        `${Math.round((user + system) / 1e6)} s of CPU`,
    );
    for (const [problem, count] of run.problems) console.log(`  ${count} × ${problem}`);
  }

if (values.json) console.log(JSON.stringify(total));
else summarize(total.disagreements);
process.exitCode = total.disagreements.length > 0 || total.compared === 0 ? 1 : 0;

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
