import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { eventPages, toldBy } from "../../docs/events-pages.ts";
import { type EventName, eventType, eventTypes } from "../../shared/events/vocabulary.ts";

const folder = join(import.meta.dirname, "../../docs/events");

test("docs/events is what the rule tables say; npm run docs writes it anew", () => {
  const written = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
  expect(written).toEqual(new Map(eventPages()));
});

describe("every event has an example that tells it", () => {
  for (const name of Object.keys(eventTypes) as EventName[])
    test(name, () => {
      const { message, webhook } = toldBy(name);
      expect(JSON.parse(webhook ?? "{}").type).toBe(name);
      const { trigger } = eventType(name);
      if (trigger === undefined) expect(message).toBeUndefined();
      else {
        const among = typeof trigger === "object" ? trigger.among : [trigger];
        const [code, triggerEvent] = message?.split("\r")[0]?.split("|")[8]?.split("^") ?? [];
        expect(among).toContain(`${code}^${triggerEvent}`);
      }
    });
});
