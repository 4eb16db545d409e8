import { beforeEach, describe, expect, test } from "vitest";
import type { Received } from "../../local/receivers/receiver.ts";
import type { HistoryEntry, HistoryVersion } from "../../local/truth/history.ts";
import { judge } from "../../local/truth/judge.ts";

const since = Date.UTC(2026, 2, 2, 14);
const minute = 60_000;

/** Versions of a resource, one a minute after the watching began. */
function entry(...resources: { resourceType: string; id: string; [element: string]: unknown }[]): HistoryEntry {
  const [{ resourceType = "", id = "" } = {}] = resources;
  return {
    key: `${resourceType}/${id}`,
    versions: resources.map(
      (resource, index): HistoryVersion => ({
        versionId: String(index),
        updatedAt: since + (index + 1) * minute,
        visibleAt: since + (index + 1) * minute,
        visible: true,
        suppressed: false,
        text: JSON.stringify({ ...resource, meta: { versionId: String(index) } }),
      }),
    ),
  };
}

const person = {
  resourceType: "Patient",
  id: "1",
  active: true,
  identifier: [{ value: "MRN1" }],
  name: [{ use: "official", family: "Okafor", given: ["Ana"] }],
  birthDate: "1960-01-31",
  address: [{ line: ["1 Maple Ave"], city: "Springfield", state: "IL", postalCode: "62701" }],
};
const stay = (status: string, bed: string) => ({
  resourceType: "Encounter",
  id: "2",
  identifier: [{ value: "V2" }],
  status,
  class: { code: "IMP" },
  subject: { reference: "Patient/1" },
  location: [{ status: "active", location: { display: `General, Main, 4W, ${bed}, 1` } }],
});
const booking = (status: string, start: string) => ({
  resourceType: "Appointment",
  id: "3",
  status,
  start,
  participant: [{ actor: { reference: "Patient/1" } }],
});
const report = (status: string) => ({
  resourceType: "DiagnosticReport",
  id: "4",
  status,
  subject: { reference: "Patient/1" },
  result: [{ reference: "Observation/5" }],
});
const sodium = (value: string) => ({
  resourceType: "Observation",
  id: "5",
  code: { coding: [{ system: "http://loinc.org", code: "2951-2" }] },
  subject: { reference: "Patient/1" },
  valueQuantity: { value: JSON.rawJSON(value) },
});

const history: HistoryEntry[] = [
  entry(person, { ...person, address: [{ ...person.address[0], line: ["2 Elm St"] }] }),
  entry(stay("in-progress", "11"), stay("in-progress", "12"), stay("finished", "12")),
  entry(booking("booked", "2026-03-03T15:00:00Z"), booking("cancelled", "2026-03-03T15:00:00Z")),
  entry(report("preliminary"), report("final")),
  entry(sodium("140"), sodium("141.50")),
];

function er7(trigger: string, ...segments: string[]): string {
  const [code, event] = trigger.split("^");
  return [`MSH|^~\\&|B||E||20260302||${code}^${event}|X|P|2.5.1`, ...segments].join("\r");
}
const pid = (street: string) => `PID|||MRN1^^^GEN^MR||Okafor^Ana||19600131|F|||${street}^^Springfield^IL^62701`;
function pv1(bed: string, dischargedAt = ""): string {
  const fields = Array.from({ length: 45 }, () => "");
  Object.assign(fields, { 0: "1", 1: "I", 2: `4W^${bed}^1^GEN`, 18: "V2", 44: dischargedAt });
  return `PV1|${fields.join("|")}`;
}
function sch(start: string): string {
  return `SCH||3|||||||||^^^${start}`;
}
const obx = (value: string) => `OBX|1|NM|2951-2^Sodium^LN||${value}`;
const obr = (status: string) => `OBR|1||4||||||||||||||||||||||${status}`;

/** What a receiver is told that is told everything in order. */
const hl7Messages = [
  er7("ADT^A01", pid("1 Maple Ave"), pv1("11")),
  er7("ORU^R01", pid("1 Maple Ave"), obr("P"), obx("140")),
  er7("SIU^S12", sch("20260303090000-0600"), pid("1 Maple Ave")),
  er7("ADT^A02", pid("1 Maple Ave"), pv1("12")),
  er7("ORU^R01", pid("1 Maple Ave"), obr("F"), obx("141.50")),
  er7("ADT^A31", pid("2 Elm St")),
  er7("ADT^A03", pid("2 Elm St"), pv1("12", "20260302090000")),
  er7("SIU^S15", sch("20260303090000-0600"), pid("2 Elm St")),
];

const webhookMessages = history
  .filter(({ key }) => !key.startsWith("Observation"))
  .flatMap(({ key, versions }) =>
    versions.map(({ versionId, text }) => {
      const [type, id] = key.split("/");
      return `{"type":"x","data":{"focus":{"type":"${type}","id":"${id}","versionId":"${versionId}"},"resource":${text}}}`;
    }),
  );

describe.each([
  { format: "hl7", told: hl7Messages, last: 6, swap: [0, 3], alter: ["4W^12^1", "4W^21^1"], at: 3 },
  {
    format: "webhook",
    told: webhookMessages,
    last: 4,
    swap: [2, 3],
    alter: ["Main, 4W, 12", "Main, 4W, 21"],
    at: 3,
  },
] as const)("what is told by $format", ({ format, told, last, swap, alter, at }) => {
  let messages: string[];
  beforeEach(() => {
    messages = [...told];
  });
  const verdict = (watchedSince: number | undefined = since) => {
    const received = messages.map((body, index): Received => ({ id: String(index), at: 0, body }));
    const evidence = { history, watchedSince: () => watchedSince, hl7: [], webhook: [] };
    return judge({ ...evidence, [format]: received })[format];
  };

  test("is good when everything is told in order", () => expect(verdict()).toEqual({ lost: [], outOfOrder: [] }));

  test("loses what is dropped", () => {
    messages.splice(last, 1);
    expect(verdict().lost).toMatchObject([{ key: "Encounter/2", why: "not-told" }]);
  });

  test("loses everything when nothing comes", () => {
    messages = [];
    // The appointment was cancelled before anybody had heard of it.
    expect(verdict().lost.map(({ key }) => key)).toEqual(["Patient/1", "Encounter/2", "DiagnosticReport/4"]);
  });

  test("is out of order when two are swapped", () => {
    const [one, other] = swap;
    [messages[one], messages[other]] = [told[other] ?? "", told[one] ?? ""];
    const { outOfOrder } = verdict();
    expect(outOfOrder).toMatchObject([{ key: "Encounter/2", why: "earlier-state", message: other }]);
  });

  test("loses what is altered", () => {
    const [from, to] = alter;
    messages[at] = messages[at]?.replace(from, to) ?? "";
    expect(messages[at]).not.toBe(told[at]);
    expect(verdict().lost).toMatchObject([{ key: "Encounter/2", why: "never-was" }]);
  });

  test("owes nothing of what was there before the watching began", () => {
    messages = [];
    expect(verdict(since + 10 * minute).lost).toEqual([]);
  });
});

test("a change that was undone before anybody saw it has not to be told", () => {
  const bed = (versionId: string, updatedAt: number, resource: object): HistoryVersion => ({
    versionId,
    updatedAt,
    visibleAt: updatedAt,
    visible: true,
    suppressed: false,
    text: JSON.stringify({ ...resource, meta: { versionId } }),
  });
  const [there, away] = [stay("in-progress", "11"), stay("in-progress", "12")];
  const entries = [
    {
      key: "Encounter/2",
      versions: [there, away, there].map((each, index) => bed(String(index), since + index + 1, each)),
    },
  ];
  const focus = { type: "Encounter", id: "2", versionId: "0" };
  const body = JSON.stringify({ data: { focus, resource: { ...there, meta: { versionId: "0" } } } });
  const { webhook, hl7 } = judge({
    history: entries,
    watchedSince: () => since,
    hl7: [{ id: "A", at: 0, body: er7("ADT^A01", pid("1 Maple Ave"), pv1("11")) }],
    webhook: [{ id: "A", at: 0, body }],
  });
  expect([webhook, hl7]).toEqual([
    { lost: [], outOfOrder: [] },
    { lost: [], outOfOrder: [] },
  ]);
});

test("a change that no field of a message shows has not to be told in one", () => {
  const there = stay("in-progress", "11");
  const entries = [{ ...entry(there, { ...there, participant: [{ individual: { display: "came and went" } }] }) }];
  const { hl7, webhook } = judge({ history: entries, watchedSince: () => since + minute, hl7: [], webhook: [] });
  expect(hl7.lost).toEqual([]);
  expect(webhook.lost).toMatchObject([{ key: "Encounter/2", why: "not-told" }]);
});

test("a result that changes without its report has to be told", () => {
  const entries = [entry(report("final")), entry(sodium("140"), sodium("141"))];
  const told = er7("ORU^R01", pid("1 Maple Ave"), obr("F"), obx("140"));
  const { hl7 } = judge({
    history: entries,
    watchedSince: () => since + minute,
    hl7: [{ id: "A", at: 0, body: told }],
    webhook: [],
  });
  expect(hl7.lost).toMatchObject([{ key: "DiagnosticReport/4", facet: "result 2951-2", told: "140", expected: "141" }]);
});

test("digits of a result count", () => {
  const messages = hl7Messages.map((text) => text.replace("141.50", "141.5"));
  const { hl7 } = judge({
    history,
    watchedSince: () => since,
    hl7: messages.map((body, index) => ({ id: String(index), at: 0, body })),
    webhook: [],
  });
  expect(hl7.lost).toMatchObject([
    { key: "DiagnosticReport/4", facet: "result 2951-2", why: "never-was", told: "141.5" },
  ]);
});
