import { describe, expect, test } from "vitest";
import { createConsole, deliveryText, type Status } from "../../local/console/console.ts";
import { problemIn } from "../../local/observer.ts";

const status: Status = { polls: 3, changes: 2, events: 2, delivered: 1, retrying: 1, parked: 0 };
const statusText = "polls 3  changes 2  events 2  delivered 1  retrying 1  parked 0";

function written(isTTY: boolean) {
  const texts: string[] = [];
  const write = (text: unknown) => {
    texts.push(String(text));
    return true;
  };
  return { texts, console: createConsole({ write: write as NodeJS.WriteStream["write"], isTTY }) };
}

describe("on a terminal", () => {
  const clear = "\r\u001B[2K";
  test("the status stays in place below the lines", () => {
    const { texts, console } = written(true);
    console.status(status);
    console.line("first");
    console.status(status);
    console.end();
    expect(texts).toEqual([`${clear}${statusText}`, `${clear}first\n${statusText}`, "\n"]);
  });
});

describe("elsewhere", () => {
  test("the status is a plain line, written when it has changed", () => {
    const { texts, console } = written(false);
    console.status(status);
    console.line("first");
    console.status(status);
    console.status({ ...status, polls: 4 });
    console.end();
    expect(texts).toEqual([`${statusText}\n`, "first\n", `${statusText.replace("polls 3", "polls 4")}\n`]);
  });
});

test("a delivery is one line", () => {
  const at = Date.UTC(2026, 2, 2, 14, 5, 9);
  const line = { at, event: "encounter.admitted", destination: "adt-engine", trigger: "ADT^A01", outcome: "AA" };
  expect(deliveryText(line, "America/Chicago")).toBe("08:05:09  encounter.admitted      adt-engine    ADT^A01   AA");
});

describe("a line of a function's log", () => {
  test("is told when something went wrong: what, where, why", () =>
    expect(
      problemIn(
        JSON.stringify({
          level: "WARN",
          message: "Will be tried again",
          destination: "adt-engine",
          reason: "connection-refused",
          error: { name: "BridgeError", code: "ERR_X", message: "No", details: { path: "a.b" }, stack: ["at x"] },
        }),
      ),
    ).toBe("Will be tried again destination=adt-engine reason=connection-refused (ERR_X) No path=a.b"));

  test.each([
    JSON.stringify({ level: "INFO", message: "Delivered" }),
    JSON.stringify({ _aws: { Timestamp: 1 }, Delivered: 1 }),
    "    at handler (file:///functions/poll.ts:1:1)",
    "(Use `node --trace-warnings ...` to show where the warning was created)",
  ])("is left out otherwise: %s", (line) => expect(problemIn(line)).toBeUndefined());

  test("is told as it stands when it is none", () => expect(problemIn("{ not JSON")).toBe("{ not JSON"));
});
