import { expect, test } from "vitest";
import { check } from "../../../local/truth/check.ts";
import { readHistory } from "../../../local/truth/history.ts";
import { hl7Tellings, hl7Things } from "../../../local/truth/hl7.ts";
import { webhookTellings, webhookThings } from "../../../local/truth/webhook.ts";
import { app, bridgeTo, engine } from "./hospital.ts";
import { liveThrough, startAt } from "./simulated-day.ts";

const bridge = bridgeTo({ engine, app });
const toldTypes = ["Patient", "Encounter", "Appointment", "DiagnosticReport", "Observation"];

export interface Day {
  readonly seed: string;
  readonly hours: number;
  /** Minutes between the polls, in turn. */
  readonly everyMinutes: readonly number[];
}

export function dayIsTold(days: readonly Day[], timeoutMs: number): void {
  test.each([...days])(
    "polled every $everyMinutes minutes, both readers end with what is true",
    async ({ seed, hours, everyMinutes }) => {
      const { memory, hospital } = await liveThrough({ seed, hours, everyMinutes, bridge });
      const history = readHistory(
        toldTypes.flatMap((type) =>
          hospital.store.ofType(type).map(({ key, versions }) => ({
            key,
            versions: versions.map((version) => ({ ...version, text: hospital.store.textOf(version) })),
          })),
        ),
      );
      const received = (name: string) => (memory.sent.get(name) ?? []).map(({ id, body }) => ({ id, body, at: 0 }));
      const since = () => startAt.getTime();
      const nothing = { lost: [], outOfOrder: [] };
      expect(received("engine").length).toBeGreaterThan(100);
      expect(check(hl7Things(history, since), hl7Tellings(received("engine"), history))).toEqual(nothing);
      expect(check(webhookThings(history, since), webhookTellings(received("app"), history))).toEqual(nothing);
      for (const name of ["engine", "app"])
        for await (const entry of memory.ledger.list(name, "parked")) expect(entry).toBeUndefined();
    },
    timeoutMs,
  );
}
