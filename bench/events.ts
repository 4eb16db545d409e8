import { defineBridge } from "../shared/config/bridge.ts";
import { gateOf } from "../shared/delivery/gate.ts";
import { concerns } from "../shared/delivery/plan.ts";
import { tellAll } from "../shared/delivery/tell.ts";
import { derive, nothingTold } from "../shared/events/derive.ts";
import { subjectsOf } from "../shared/events/subjects.ts";
import type { Resource } from "../shared/fhir.ts";
import { renderMessage } from "../shared/hl7/render.ts";
import { renderWebhook } from "../shared/webhook/payload.ts";

/**
 * Change sets to events: a transfer, a discharge, a corrected report of 14 results and a new address, each held against
 * what was told. Deriving is the rules with their facts alone; rendering is what the same change sets take besides until
 * they are messages. Budget: deriving costs less than rendering.
 */
const rounds = 15;
const repetitions = 150;

const bridge = defineBridge({
  sources: {
    general: {
      baseUrl: "https://fhir.example.org/r4/tenant",
      credentials: { method: "client_secret_basic", secret: "bench" },
      timeZone: "America/Chicago",
      facility: { namespaceId: "GENERAL" },
      patients: { ids: ["12"] },
    },
  },
  destinations: { engine: { format: "hl7v2", link: { host: "127.0.0.1", port: 6661 } } },
});
const source = bridge.sources["general"];
const destination = bridge.destinations["engine"];
if (source === undefined || destination === undefined) throw new TypeError("No destination");
const gate = gateOf(destination);

function at(minute: number): string {
  return new Date(Date.parse("2026-03-02T14:00:00Z") + minute * 60_000).toISOString();
}

const subject = { reference: "Patient/12" };
const meta = (minute: number) => ({ versionId: String(minute), lastUpdated: at(minute) });

function person(minute: number, street: string): fhir4.Patient {
  return {
    resourceType: "Patient",
    id: "12",
    meta: meta(minute),
    active: true,
    identifier: [{ system: "urn:oid:1.2.3", value: "MRN-12", type: { coding: [{ code: "MR" }] } }],
    name: [{ use: "official", family: "Rivera", given: ["Ana"] }],
    address: [{ line: [street], city: "Kansas City" }],
  };
}

function stay(minute: number, status: fhir4.Encounter["status"], ...beds: string[]): fhir4.Encounter {
  return {
    resourceType: "Encounter",
    id: "97845",
    meta: meta(minute),
    status,
    class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "IMP" },
    subject,
    period: { start: at(0), ...(status === "finished" && { end: at(minute) }) },
    location: beds.map((bed, index) => ({
      location: { reference: `Location/${bed}`, display: `General, Ward 1, Room 1, ${bed}` },
      status: index === beds.length - 1 && status !== "finished" ? "active" : "completed",
      period: { start: at(index * 10), ...(index < beds.length - 1 && { end: at((index + 1) * 10) }) },
    })),
  };
}

const results = Array.from({ length: 14 }, (_, index) => `L-${index}`);

function report(minute: number, status: fhir4.DiagnosticReport["status"]): fhir4.DiagnosticReport {
  const code = { coding: [{ system: "http://loinc.org", code: "24323-8", display: "Comprehensive metabolic panel" }] };
  const result = results.map((id) => ({ reference: `Observation/${id}` }));
  return { resourceType: "DiagnosticReport", id: "701", meta: meta(minute), status, code, subject, result };
}

function observation(id: string, minute: number, value: number): fhir4.Observation {
  const code = { coding: [{ system: "http://loinc.org", code: "2823-3", display: "Potassium" }] };
  const valueQuantity = { value, unit: "mmol/L", code: "mmol/L" };
  return { resourceType: "Observation", id, meta: meta(minute), status: "final", code, subject, valueQuantity };
}

const values = (minute: number, value: number) => results.map((id) => observation(id, minute, value));
const pairs: [before: Resource[], after: Resource[]][] = [
  [[stay(1, "in-progress", "A")], [stay(12, "in-progress", "A", "B")]],
  [[stay(12, "in-progress", "A", "B")], [stay(30, "finished", "A", "B")]],
  [
    [report(20, "final"), ...values(20, 4.1)],
    [report(40, "corrected"), ...values(40, 3.9)],
  ],
  [[person(1, "1 Elm St")], [person(50, "2 Elm St")]],
];
const changeSets = pairs.map(([before, after], index) => ({
  id: String(index),
  source: "general",
  patient: "12",
  detectedAt: at(120),
  changes: after.map((each, position) => ({ after: each, before: before[position], initial: false })),
  context: [person(50, "2 Elm St"), stay(30, "finished", "A", "B"), ...after],
}));

/** What the rules alone take: facts of the version before and of the one after, and every row. */
function derived(): number {
  let events = 0;
  for (const changeSet of changeSets)
    for (const { before, after, lookup, lookupBefore, now, then } of subjectsOf(changeSet)) {
      if (before === undefined) continue;
      const { detectedAt } = changeSet;
      const known = derive(
        nothingTold(before),
        { after: before, lookup: lookupBefore, resources: then, detectedAt },
        { gate },
      );
      const change = { before, after, lookup, resources: now, detectedAt };
      const { steps, isUpdate } = derive(
        { facts: known.facts, standing: ["person", "visit", "final-result"] },
        change,
        { gate },
      );
      events += steps.length + Number(isUpdate);
    }
  return events;
}

function told(): number {
  let messages = 0;
  for (const changeSet of changeSets) {
    const all = subjectsOf(changeSet).filter((each) => destination !== undefined && concerns(destination, each));
    if (source === undefined || destination === undefined) continue;
    const route = {
      name: "engine",
      destination,
      source,
      changeSet,
      subjects: all,
      renderers: { renderMessage, renderWebhook },
    };
    messages += tellAll(route, all, new Map()).flatMap((telling) => telling.messages).length;
  }
  return messages;
}

const best = { derived: Number.POSITIVE_INFINITY, told: Number.POSITIVE_INFINITY };
for (let round = 0; round < rounds; round += 1)
  for (const [name, subjectOfBench] of Object.entries({ derived, told })) {
    const start = performance.now();
    for (let repetition = 0; repetition < repetitions; repetition += 1) subjectOfBench();
    const each = (performance.now() - start) / repetitions / changeSets.length;
    best[name as keyof typeof best] = Math.min(best[name as keyof typeof best], each);
  }
const rendering = best.told - best.derived;
const ratio = best.derived / rendering;
console.table({
  "events, messages": `${derived()}, ${told()}`,
  "change sets a second, derived": Math.round(1_000 / best.derived),
  "change sets a second, told": Math.round(1_000 / best.told),
  "derive / render": Math.round(ratio * 100) / 100,
  "in budget": ratio < 1 ? "yes, 1" : "NO, 1",
});
if (ratio >= 1) process.exitCode = 1;
