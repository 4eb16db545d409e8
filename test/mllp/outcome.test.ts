import { describe, expect, test } from "vitest";
import type { AcknowledgementCode } from "../../shared/mllp/acknowledgement.ts";
import { type LinkFailure, outcomeOf } from "../../shared/mllp/outcome.ts";

function answered(code: AcknowledgementCode, ...errors: string[]) {
  return outcomeOf({
    kind: "acknowledgement",
    acknowledgement: { code, controlId: "ID1", errors: errors.map((each) => ({ code: each })) },
  });
}

describe("an acknowledgement decides what happens next", () => {
  test.each<[code: AcknowledgementCode, error: string | undefined, action: string, reason: string | undefined]>([
    ["AA", undefined, "delivered", undefined],
    ["CA", undefined, "delivered", undefined],
    ["AE", undefined, "park", "application-error"],
    ["AE", "101", "park", "application-error"],
    ["AE", "206", "retry", "receiver-not-ready"],
    ["AE", "207", "retry", "receiver-not-ready"],
    ["CE", "103", "park", "application-error"],
    ["CE", "207", "retry", "receiver-not-ready"],
    ["AR", undefined, "retry", "application-reject"],
    ["AR", "207", "retry", "application-reject"],
    ["AR", "200", "hold", "message-not-supported"],
    ["AR", "201", "hold", "message-not-supported"],
    ["AR", "202", "hold", "message-not-supported"],
    ["AR", "203", "hold", "message-not-supported"],
    ["CR", undefined, "retry", "application-reject"],
    ["CR", "203", "hold", "message-not-supported"],
  ])("%s with %s: %s", (code, error, action, reason) => {
    const outcome = answered(code, ...(error ? [error] : []));
    expect(outcome).toMatchObject({ action, acknowledgement: code, ...(reason && { reason }) });
  });

  test("one of several errors is enough", () => {
    expect(answered("AR", "100", "201")).toMatchObject({ action: "hold" });
  });

  test("the errors become work for a person", () => {
    const outcome = outcomeOf({
      kind: "acknowledgement",
      acknowledgement: { code: "AA", controlId: "ID1", errors: [{ code: "101", severity: "W", field: "PID-5" }] },
    });
    expect(outcome).toMatchObject({
      action: "delivered",
      workList: [{ severity: "warning", reason: "refused-by-receiver", code: "101", field: "PID-5" }],
    });
  });
});

test("silence, where none was asked for, is delivered", () => {
  expect(outcomeOf({ kind: "silence" })).toEqual({ action: "delivered", acknowledgement: "none" });
});

test.each<[reason: LinkFailure, action: string, sent: boolean]>([
  ["unreachable", "retry", false],
  ["connect-timeout", "retry", false],
  ["tls-failure", "retry", false],
  ["unsendable", "park", false],
  ["connection-closed", "retry", true],
  ["no-acknowledgement", "retry", true],
  ["no-application-acknowledgement", "retry", true],
  ["foreign-acknowledgement", "retry", true],
  ["negative-acknowledgement-byte", "retry", true],
  ["unreadable-acknowledgement", "retry", true],
])("%s: %s, possibly sent: %s", (reason, action, sent) => {
  expect(outcomeOf({ kind: "failure", reason })).toMatchObject({ action, reason, sent });
});
