import { describe, expect, test } from "vitest";
import { readEr7, textAt } from "../../local/truth/er7.ts";

const message = readEr7(
  [
    "MSH|^~\\&|IGNITEBRIDGE|GENERAL|ENGINE|GENERAL|20260302061500-0600||ADT^A01^ADT_A01|ABC|P|2.5.1",
    "PID|||1001^^^GENMRN^MR~2002^^^STATE^SS||Smith \\T\\ Jones^Pat||19600101|F|||1 Maple \\S\\ Ave&Fruit^^Springfield",
    "PV1||I|4W^12^1",
    "",
  ].join("\r"),
);
const [msh, pid, pv1] = message.segments;

describe("the reader of messages", () => {
  test("counts the fields of MSH from the field mark", () => {
    expect(textAt(msh, 10)).toBe("ABC");
    expect(textAt(msh, 9, 2)).toBe("A01");
  });
  test("reads repetitions, components and subcomponents", () => {
    expect(pid?.field(3).map((each) => each.text(5))).toEqual(["MR", "SS"]);
    expect(textAt(pid, 11, 1, 2)).toBe("Fruit");
    expect(pv1?.field(3)[0]?.components).toEqual(["4W", "12", "1"]);
  });
  test("undoes escapes", () => {
    expect(textAt(pid, 5)).toBe("Smith & Jones");
    expect(textAt(pid, 11)).toBe("1 Maple ^ Ave");
    expect(textAt(readEr7("MSH|^~\\&\rNTE|1||a\\F\\b\\R\\c\\E\\d\\X0D\\e\\.br\\f").segments[1], 3)).toBe(
      "a|b~c\\d\re\nf",
    );
  });
  test("gives nothing for what is not there", () => {
    expect(textAt(pv1, 45)).toBe("");
    expect(textAt(undefined, 1)).toBe("");
  });
  test("refuses what is no message", () => expect(() => readEr7("PID|1")).toThrow("begins with MSH"));
});
