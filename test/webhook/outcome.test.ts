import { expect, test } from "vitest";
import { outcomeOf } from "../../shared/webhook/outcome.ts";
import { type PostFailure, readRetryAfter } from "../../shared/webhook/post.ts";

test.each<[status: number, action: string, reason: string | undefined]>([
  [200, "delivered", undefined],
  [202, "delivered", undefined],
  [204, "delivered", undefined],
  [299, "delivered", undefined],
  [301, "retry", "redirect"],
  [302, "retry", "redirect"],
  [304, "retry", "redirect"],
  [400, "retry", "refused-by-endpoint"],
  [401, "retry", "refused-by-endpoint"],
  [404, "retry", "refused-by-endpoint"],
  [410, "hold", "endpoint-gone"],
  [429, "retry", "throttled"],
  [500, "retry", "endpoint-failed"],
  [501, "retry", "endpoint-failed"],
  [502, "retry", "endpoint-unavailable"],
  [503, "retry", "endpoint-unavailable"],
  [504, "retry", "endpoint-unavailable"],
  [999, "retry", "endpoint-failed"],
])("status %d: %s", (status, action, reason) => {
  expect(outcomeOf({ kind: "response", status })).toMatchObject({
    action,
    acknowledgement: String(status),
    ...(reason && { reason }),
  });
});

test.each([429, 502, 503, 504])("status %d may ask for patience", (status) => {
  expect(outcomeOf({ kind: "response", status, retryAfterMs: 7_000 })).toMatchObject({ retryAfterMs: 7_000 });
});

test("other statuses may not", () => {
  expect(outcomeOf({ kind: "response", status: 500, retryAfterMs: 7_000 })).not.toHaveProperty("retryAfterMs");
});

test.each<[reason: PostFailure, action: string, sent: boolean]>([
  ["unreachable", "retry", false],
  ["tls-failure", "retry", false],
  ["address-refused", "hold", false],
  ["timeout", "retry", true],
  ["connection-closed", "retry", true],
])("%s: %s, possibly sent: %s", (reason, action, sent) => {
  expect(outcomeOf({ kind: "failure", reason })).toMatchObject({ action, reason, sent });
});

test.each<[header: string | undefined, waitMs: number | undefined]>([
  [undefined, undefined],
  ["120", 120_000],
  [" 0 ", 0],
  ["Mon, 23 Nov 2026 15:01:00 GMT", 60_000],
  ["Mon, 23 Nov 2026 14:00:00 GMT", 0],
  ["soon", undefined],
  ["", undefined],
])("Retry-After %j is %s ms", (header, waitMs) => {
  expect(readRetryAfter(header, Date.parse("2026-11-23T15:00:00Z"))).toBe(waitMs);
});
