import { describe, expect, test } from "vitest";
import { readArguments } from "../../local/arguments.ts";

describe("the command line", () => {
  test("without anything simulates at sixty times the wall's speed until it is stopped", () =>
    expect(readArguments([])).toEqual({
      config: undefined,
      speed: 60,
      seed: "1",
      forMs: undefined,
      faults: false,
      json: false,
    }));

  test("takes everything", () =>
    expect(readArguments(["--speed", "30", "--seed", "storm", "--for", "2m", "--faults", "--json"])).toEqual({
      config: undefined,
      speed: 30,
      seed: "storm",
      forMs: 120_000,
      faults: true,
      json: true,
    }));

  test("runs a configuration at the wall's speed", () =>
    expect(readArguments(["--config", "my.config.ts"])).toMatchObject({ config: "my.config.ts", speed: 1 }));

  test("asks for help", () => expect(readArguments(["--help"])).toBe("help"));

  test.each([
    [["--speed", "0"], "--speed 0"],
    [["--speed", "fast"], "--speed fast"],
    [["--for", "30"], '--for 30: Write a number and a unit: "30s"'],
    [["--config", "my.config.ts", "--faults"], "leave them out with --config"],
    [["--config", "my.config.ts", "--seed", "2"], "leave them out with --config"],
    [["--unknown"], "--unknown"],
    [["stray"], "stray"],
  ])("refuses %j", (parameters, told) => expect(() => readArguments(parameters)).toThrow(told));
});
