import { expect, test } from "vitest";
import { createProblemLog } from "../../shared/changes/problem-log.ts";
import { BridgeError } from "../../shared/errors.ts";
import type { Log, LogFields } from "../../shared/log.ts";

test("a problem of a source is told once in a while, and another one beside it", () => {
  const told: (LogFields | undefined)[] = [];
  const note = (_message: string, fields?: LogFields) => void told.push(fields);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const tell = createProblemLog(log);
  const scope = (missing: string) => new BridgeError("ERR_IGNITE_SCOPE", { details: { missing } });
  const refused = (what: string) => new BridgeError("ERR_IGNITE_REFUSED", { details: { what, status: 403 } });

  for (const _ of [1, 2, 3]) tell("general", scope("system/Observation.rs"));
  tell("general", scope("system/Encounter.rs"));
  tell("elsewhere", scope("system/Observation.rs"));
  for (const feed of ["Encounter", "Observation"]) tell("general", refused(feed));
  expect(told.map((fields) => fields?.source)).toEqual(["general", "general", "elsewhere", "general"]);
});
