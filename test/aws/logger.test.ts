import { expect, onTestFinished, test, vi } from "vitest";
import { createLogger } from "../../shared/aws/logger.ts";
import { BridgeError } from "../../shared/errors.ts";

/** Runs something that logs and gives the lines that it wrote. */
function linesOf(run: (log: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] {
  const written: string[] = [];
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, "write").mockImplementation((chunk) => written.push(String(chunk)) > 0),
  );
  onTestFinished(() => spies.forEach((spy) => void spy.mockRestore()));
  run(createLogger("deliver-mllp"));
  for (const spy of spies) spy.mockRestore();
  return written.map((line) => JSON.parse(line));
}

test("a line carries the service, the message and the listed fields", () => {
  const [line] = linesOf((log) => log.info("Delivered", { destination: "adt-engine", attempt: 2 }));
  expect(line).toMatchObject({
    level: "INFO",
    service: "deliver-mllp",
    message: "Delivered",
    destination: "adt-engine",
    attempt: 2,
  });
});

test("a field that is not listed is named without its value", () => {
  const spread = { destination: "adt-engine", patientName: "PETERS^TIM" };
  const [line] = linesOf((log) => log.warn("Delivered", spread));
  expect(line).toMatchObject({ destination: "adt-engine", refusedFields: ["patientName"] });
  expect(JSON.stringify(line)).not.toContain("PETERS");
});

test("an object hidden under a listed name is refused", () => {
  const disguised = { reason: { text: "PETERS^TIM" } } as unknown as { reason: string };
  const [line] = linesOf((log) => log.warn("Delivered", disguised));
  expect(line).toMatchObject({ refusedFields: ["reason"] });
  expect(JSON.stringify(line)).not.toContain("PETERS");
});

test("a BridgeError is told whole, with its cause", () => {
  const error = new BridgeError("ERR_QUEUE_MESSAGE", { details: { path: "body" }, cause: new TypeError("PETERS") });
  const [line] = linesOf((log) => log.error("Failed", { error }));
  expect(line).toMatchObject({
    error: {
      code: "ERR_QUEUE_MESSAGE",
      message: "A queue message does not have the agreed shape",
      details: { path: "body" },
      cause: { name: "TypeError" },
    },
  });
  expect(JSON.stringify(line)).not.toContain("PETERS");
});

test("the message of another library's error stays out: it may quote its input", () => {
  const [line] = linesOf((log) => {
    try {
      JSON.parse('{"family": PETERS}');
    } catch (error) {
      log.error("Failed", { error });
    }
  });
  expect(line).toMatchObject({ error: { name: "SyntaxError" } });
  expect(JSON.stringify(line)).not.toContain("PETERS");
  expect(JSON.stringify(line)).toContain("logger.test.ts");
});

test("what is thrown without being an Error is told by its type", () => {
  const [line] = linesOf((log) => log.error("Failed", { error: "PETERS" }));
  expect(line).toMatchObject({ error: { name: "string" } });
});
