import { createHash } from "node:crypto";
import type { Bridge, Source } from "../config/schema.ts";
import type { DueTarget, PlanRosterPort } from "./roster.ts";
import {
  isReferenceType,
  type PollRequest,
  patientTarget,
  referenceTarget,
  scheduleTarget,
  type TargetKey,
} from "./target.ts";
import { intervalOf, tiers } from "./tier.ts";

export interface PlannedPoll {
  readonly request: PollRequest;
  readonly delaySeconds: number;
}

export interface PlanPorts {
  readonly roster: PlanRosterPort;
  readonly polls: { send(polls: readonly PlannedPoll[]): Promise<void> };
}

export interface SourcePlan {
  readonly source: string;
  readonly due: number;
  readonly planned: number;
  /** Requests that the planned polls are expected to take. */
  readonly requests: number;
}

/** Due targets that are looked at; beyond, a source is so far behind its budget that order no longer matters. */
const dueLimit = 10_000;
/** A planned poll has this long to begin before it is planned again. */
const startWithinMs = 300_000;
const planSpanSeconds = 60;

/** One minute's plan for every source. A source that fails does not hold up the others. */
export async function plan(bridge: Bridge, ports: PlanPorts, now: number): Promise<SourcePlan[]> {
  const outcomes = await Promise.allSettled(
    Object.entries(bridge.sources).map(([name, source]) => planSource(name, source, ports, now)),
  );
  const failures = outcomes.filter((outcome) => outcome.status === "rejected").map(({ reason }) => reason as unknown);
  if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures);
  return outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
}

async function planSource(name: string, source: Source, ports: PlanPorts, now: number): Promise<SourcePlan> {
  await bringInConfiguration(name, source, ports.roster, now);
  const due = await ports.roster.due(name, now, dueLimit);
  const chosen = choose(due, source.requestsPerMinute, estimateOf(source));
  await ports.polls.send(
    chosen.map(({ target, delaySeconds }) => ({
      request: { source: name, target: target.target, plannedAt: now },
      delaySeconds,
    })),
  );
  // After the sending: a crash in between repeats the requests next minute, which costs requests and loses nothing.
  await Promise.all(
    chosen.map(({ target }) =>
      ports.roster.postpone(name, target, now + Math.max(startWithinMs, intervalOf(source, target.tier))),
    ),
  );
  return {
    source: name,
    due: due.length,
    planned: chosen.length,
    requests: chosen.reduce((sum, { requests }) => sum + requests, 0),
  };
}

export interface Choice {
  readonly target: DueTarget;
  readonly requests: number;
  readonly delaySeconds: number;
}

/**
 * The due targets that a minute's budget allows: by tier, then the longest overdue first. Each is delayed until the
 * requests of those before it are paid for, so that the source sees an even rate. One target always goes, however
 * much it takes.
 */
export function choose(
  due: readonly DueTarget[],
  requestsPerMinute: number,
  estimate: (target: DueTarget) => number,
): Choice[] {
  const byValue = due.toSorted((a, b) => tiers.indexOf(a.tier) - tiers.indexOf(b.tier) || a.dueAt - b.dueAt);
  const chosen: Choice[] = [];
  let spent = 0;
  for (const target of byValue) {
    const requests = estimate(target);
    if (chosen.length > 0 && spent + requests > requestsPerMinute) break;
    chosen.push({ target, requests, delaySeconds: Math.floor((spent / requestsPerMinute) * planSpanSeconds) });
    spent += requests;
  }
  return chosen;
}

/** What the last poll took; before the first, one request a feed. */
function estimateOf(source: Source): (target: DueTarget) => number {
  return ({ tier, requests }) => Math.max(1, requests ?? (tier === "schedule" ? 1 : source.feeds.length));
}

/** Brings the roster in line with the configuration, once for each version of it. */
async function bringInConfiguration(
  name: string,
  { patients, feeds }: Source,
  roster: PlanRosterPort,
  now: number,
): Promise<void> {
  const wanted = [
    ...patients.ids.map(patientTarget),
    ...patients.appointmentLocations.map(scheduleTarget),
    ...feeds.filter(isReferenceType).map(referenceTarget),
  ];
  const hash = createHash("sha256").update(JSON.stringify(wanted.toSorted())).digest("base64url");
  if ((await roster.configurationOf(name)) === hash) return;
  const kept = new Set<TargetKey>(wanted);
  const gone = (await roster.configuredTargets(name)).filter((target) => !kept.has(target));
  await forEachOf(gone, (target) => roster.remove(name, target));
  await forEachOf([...kept], (target) => roster.addConfigured(name, target, now));
  await roster.noteConfiguration(name, hash);
}

const writesAtATime = 25;

async function forEachOf<Item>(items: readonly Item[], write: (item: Item) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += writesAtATime)
    await Promise.all(items.slice(start, start + writesAtATime).map(write));
}
