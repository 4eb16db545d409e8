import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { routeChangeSet } from "../../shared/delivery/route.ts";
import { keyOf, type Resource } from "../../shared/fhir.ts";
import { app, at, bridgeTo, engine, labReport, person, potassium } from "../delivery/support/hospital.ts";
import { type Memory, rememberAll } from "../delivery/support/memory.ts";

type Make = (minute: number) => Resource;

const subject = { reference: "Patient/12" };
const meta = (minute: number) => ({ versionId: String(minute), lastUpdated: at(minute) });

const order =
  (status: fhir4.ServiceRequest["status"], priority: fhir4.ServiceRequest["priority"]): Make =>
  (minute) => ({
    resourceType: "ServiceRequest",
    id: "31",
    meta: meta(minute),
    status,
    intent: "order",
    priority,
    code: { text: "Panel" },
    subject,
  });
const document =
  (status: fhir4.DocumentReference["status"], docStatus: fhir4.DocumentReference["docStatus"]): Make =>
  (minute) => ({
    resourceType: "DocumentReference",
    id: "61",
    meta: meta(minute),
    status,
    docStatus,
    type: { text: "Note" },
    subject,
    content: [{ attachment: { url: "https://fhir.example.org/Binary/1" } }],
  });
const appointment =
  (status: fhir4.Appointment["status"], hour: number): Make =>
  (minute) => ({
    resourceType: "Appointment",
    id: "4817",
    meta: meta(minute),
    status,
    start: at(hour * 60),
    end: at(hour * 60 + 30),
    participant: [{ actor: subject, status: "accepted" }],
  });
const account =
  (status: fhir4.Account["status"], name: string): Make =>
  (minute) => ({
    resourceType: "Account",
    id: "F1",
    meta: meta(minute),
    status,
    name,
    subject: [subject],
  });

/** What can be seen of a resource, in any order: hospitals take back everything. */
const lives: Readonly<Record<string, readonly Make[]>> = {
  "an order": [
    order("active", "routine"),
    order("active", "stat"),
    order("on-hold", "routine"),
    order("revoked", "routine"),
    order("entered-in-error", "routine"),
  ],
  "a document": [
    document("current", "preliminary"),
    document("current", "final"),
    document("superseded", "final"),
    document("entered-in-error", "final"),
  ],
  "an appointment": [
    appointment("proposed", 48),
    appointment("booked", 48),
    appointment("booked", 72),
    appointment("cancelled", 48),
    appointment("entered-in-error", 48),
  ],
  "an account": [
    account("active", "A"),
    account("active", "B"),
    account("inactive", "A"),
    account("entered-in-error", "A"),
  ],
};

/** Routes the versions that the polls saw; a crash repeats a change set of which nothing or everything was written. */
async function live(versions: readonly Resource[], seen: readonly boolean[], crashes: readonly boolean[]) {
  const memory = rememberAll(bridgeTo({ engine, app }));
  let before: Resource | undefined;
  for (const [index, after] of versions.entries()) {
    if (!seen[index] && index < versions.length - 1) continue;
    const changeSet = {
      id: `${index}`,
      source: "general",
      patient: "12",
      detectedAt: at(index * 10 + 9),
      changes: [{ ...(before && { before }), after, initial: false }],
      context: [person(0), after],
    };
    if (crashes[index]) await crash(memory, changeSet);
    await routeChangeSet(changeSet, memory.dependencies);
    before = after;
  }
  return memory;
}

/** Everything was sent and nothing of what was told was written down. */
async function crash(memory: Memory, changeSet: Parameters<typeof routeChangeSet>[0]) {
  const save = () => Promise.reject(new RangeError("died"));
  const published = { ...memory.dependencies.published, save };
  await expect(routeChangeSet(changeSet, { ...memory.dependencies, published })).rejects.toThrow(RangeError);
}

/** What each destination holds in the end, and what was sent under which id. */
function picture({ published }: Memory) {
  return [...published]
    .map(([key, { facts, standing }]) => [key, facts, [...standing].sort()])
    .sort(([one], [other]) => (String(one) < String(other) ? -1 : 1));
}

const flags = fc.array(fc.boolean(), { minLength: 12, maxLength: 12 });

describe.each(Object.entries(lives))("for any history of %s", (_, states) => {
  const histories = fc
    .array(fc.integer({ min: 0, max: states.length - 1 }), { minLength: 1, maxLength: 12 })
    .map((indices) => indices.flatMap((state, index) => states[state]?.(index * 10) ?? []));

  test("a crash anywhere changes nothing that is sent or held", async () => {
    await fc.assert(
      fc.asyncProperty(histories, flags, flags, async (versions, seen, crashes) => {
        const [smooth, troubled] = [await live(versions, seen, []), await live(versions, seen, crashes)];
        expect(picture(troubled)).toEqual(picture(smooth));
        expect([...troubled.sent].map(([name, all]) => [name, all.map(({ id, body }) => [id, body])])).toEqual(
          [...smooth.sent].map(([name, all]) => [name, all.map(({ id, body }) => [id, body])]),
        );
      }),
      { numRuns: 60 },
    );
  });

  test("what is open in the end is held as open, however it was cut into polls, and nothing else is", async () => {
    const isOpen = (resource: Resource | undefined) =>
      !["entered-in-error", "revoked", "cancelled", "superseded", "inactive"].includes(
        (resource as { status?: string } | undefined)?.status ?? "",
      );
    await fc.assert(
      fc.asyncProperty(histories, flags, async (versions, seen) => {
        const last = versions.at(-1);
        if (last === undefined || (last as { status?: string }).status === "proposed") return;
        const { published } = await live(versions, seen, []);
        for (const [key, { standing }] of published)
          if (key.endsWith(keyOf(last))) expect([key, standing.length > 0]).toEqual([key, isOpen(last)]);
      }),
      { numRuns: 100 },
    );
  });
});

test("for any way in which a report and its results come, the last values are told as final", async () => {
  const parts = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 });
  await fc.assert(
    fc.asyncProperty(parts, async (arrival) => {
      const memory = rememberAll(bridgeTo({ engine }));
      const known = new Map<string, Resource>();
      // Two results and their report, and a correction of the first; a version never comes before an earlier one.
      const queue = [
        { ...potassium(1, "final", 4.1), id: "L-1" },
        { ...potassium(2, "final", 139), id: "L-2" },
        { ...labReport(3, "final"), result: [{ reference: "Observation/L-1" }, { reference: "Observation/L-2" }] },
        { ...potassium(4, "corrected", 3.9), id: "L-1" },
      ];
      const order = arrival.indexOf(3) < arrival.indexOf(0) ? arrival.filter((each) => each !== 0) : arrival;
      for (const [index, position] of order.entries()) {
        const after = queue[position] as Resource;
        const before = known.get(keyOf(after));
        known.set(keyOf(after), after);
        await routeChangeSet(
          {
            id: `${index}`,
            source: "general",
            patient: "12",
            detectedAt: at(5 + index),
            changes: [{ ...(before && { before }), after, initial: false }],
            context: [person(0), ...known.values()],
          },
          memory.dependencies,
        );
      }
      const messages = memory.sent.get("engine") ?? [];
      const last = (code: string) => messages.findLast(({ body }) => body.includes(code))?.body ?? "";
      expect(last("|3.9|")).toContain("|3.9|");
      const told = memory.published.get("engine#general#12 DiagnosticReport/701");
      expect(told?.standing).toContain("final-result");
    }),
    { numRuns: 50 },
  );
});
