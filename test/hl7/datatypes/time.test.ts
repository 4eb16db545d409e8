import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  dateOf,
  hasEnded,
  timeOfDay,
  timestamp,
  timestampOf,
  zoneOffsetMs,
} from "../../../shared/hl7/datatypes/time.ts";
import { scopeWith } from "../support/scope.ts";

const chicago = { timeZone: "America/Chicago", offset: "always", fractionDigits: 0 } as const;

describe("a date without a time", () => {
  it.each([
    ["2026", "2026"],
    ["2026-11", "202611"],
    ["2026-11-23", "20261123"],
    ["1980-02-14", "19800214"],
  ])("%s is %s in every zone", (date, told) => {
    for (const timeZone of ["Pacific/Kiritimati", "America/Chicago", "Pacific/Pago_Pago", "UTC"])
      expect(timestamp(date, { ...chicago, timeZone })).toBe(told);
  });
});

describe("what is no time is not told", () => {
  it.each([
    ["2026-02-30"],
    ["2023-02-29"],
    ["2026-13-01"],
    ["2026-00-10"],
    ["2026-13"],
    ["2026-02-30T10:00:00Z"],
    ["2026-11-23T25:00:00Z"],
    ["2026-11-23T10:60:00"],
    ["2026-11-23T10:00:61-06:00"],
    ["yesterday"],
  ])("%s", (text) => {
    expect(timestamp(text, chicago)).toBeUndefined();
  });

  it("and no time of a day either", () => {
    expect([timeOfDay("25:00:00"), timeOfDay("10:61")]).toEqual([undefined, undefined]);
  });

  it.each([
    ["2024-02-29", "20240229"],
    ["2000-02-29T12:00:00Z", "20000229060000-0600"],
    // Not allowed, and yet plain.
    ["2026-11-23T24:00:00Z", "20261123180000-0600"],
    ["2026-06-30T23:59:60Z", "20260630190000-0500"],
  ])("but %s is", (text, told) => {
    expect(timestamp(text, chicago)).toBe(told);
  });

  it("the end of all time stays where it is, in every zone", () => {
    const sydney = { ...chicago, timeZone: "Australia/Sydney" };
    expect(timestamp("9999-12-31T23:59:59Z", sydney)).toBe("99991231235959");
    expect(timestamp("9999-12-31T23:59:59Z", chicago)).toBe("99991231175959-0600");
    expect(timestamp("9999-12-31", sydney)).toBe("99991231");
  });
});

describe("an instant is told in the receiver's zone", () => {
  it.each([
    ["2026-11-23T05:10:00Z", "America/Chicago", "20261122231000-0600"],
    ["2026-11-23T05:10:00+00:00", "America/Chicago", "20261122231000-0600"],
    ["2026-11-23T05:10:00.123Z", "Europe/Berlin", "20261123061000+0100"],
    ["2026-07-01T12:00:00-04:00", "Asia/Kolkata", "20260701213000+0530"],
    ["2026-07-01T12:00:00Z", "Asia/Kathmandu", "20260701174500+0545"],
    ["2026-07-01T12:00:00Z", "America/St_Johns", "20260701093000-0230"],
    ["2026-01-01T00:00:00Z", "UTC", "20260101000000+0000"],
  ])("%s in %s", (instant, timeZone, told) => {
    expect(timestamp(instant, { ...chicago, timeZone })).toBe(told);
  });

  it.each([
    // The clocks went back at 07:00 UTC on 1 November 2026, and forward at 08:00 UTC on 8 March.
    ["2026-11-01T06:59:59Z", "20261101015959-0500"],
    ["2026-11-01T07:00:00Z", "20261101010000-0600"],
    ["2026-03-08T07:59:59Z", "20260308015959-0600"],
    ["2026-03-08T08:00:00Z", "20260308030000-0500"],
    // An evening and a midnight on both sides: the local day is the right one.
    ["2026-07-04T04:59:59Z", "20260703235959-0500"],
    ["2026-07-04T05:00:00Z", "20260704000000-0500"],
    ["2026-12-25T05:59:59Z", "20261224235959-0600"],
    ["2026-12-25T06:00:00Z", "20261225000000-0600"],
  ])("on both sides of a change of the clocks: %s is %s", (instant, told) => {
    expect(timestamp(instant, chicago)).toBe(told);
  });

  it("as the platform's own formatting says, for any instant and zone", () => {
    const zones = ["America/Chicago", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo"];
    fc.assert(
      fc.property(
        fc.date({ min: new Date("1970-01-01"), max: new Date("2099-12-31"), noInvalidDate: true }),
        fc.constantFrom(...zones),
        (date, timeZone) => {
          const parts = new Intl.DateTimeFormat("en-CA", {
            timeZone,
            hourCycle: "h23",
            year: "numeric",
            month: "2-digit",
            day: "2-digit",
            hour: "2-digit",
            minute: "2-digit",
            second: "2-digit",
          }).formatToParts(date);
          const digits = parts.map(({ type, value }) => (type === "literal" ? "" : value)).join("");
          expect(timestamp(date.toISOString(), { ...chicago, timeZone, offset: "never" })).toBe(digits);
          expect(Math.abs(zoneOffsetMs(timeZone, date.getTime()) % 60_000)).toBe(0);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("the usual instant, which is read by its digits", () => {
  const two = (value: number) => `${value}`.padStart(2, "0");
  const part = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 31 }) }, fc.integer({ min: 0, max: 99 }));

  it("is told as one with an offset, which is read by the pattern", () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.integer({ min: 1890, max: 2210 }), part, part, part, part, part),
        fc.constantFrom("", ".000", ".120"),
        fc.constantFrom(0, 1, 3),
        ([year, month, day, hour, minute, second], fraction, fractionDigits) => {
          const local = `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}${fraction}`;
          const settings = { timeZone: "America/Chicago", offset: "always", fractionDigits } as const;
          expect(timestamp(`${local}Z`, settings)).toBe(timestamp(`${local}+00:00`, settings));
        },
      ),
    );
  });

  it.each(["2026-11-23T05:15:0xZ", "2026-11-23T05:15:02xZ00Z", "2026/11/23T05:15:02Z", "2026-11-23T05:15:02.0x0Z"])(
    "is not %s",
    (text) => {
      expect(timestamp(text, { timeZone: "UTC", offset: "always", fractionDigits: 3 })).toBeUndefined();
    },
  );
});

describe("settings", () => {
  it("leave the offset out", () => {
    expect(timestamp("2026-11-23T05:10:00Z", { ...chicago, offset: "never" })).toBe("20261122231000");
  });

  it("tell fractions of a second to as many digits as there are", () => {
    expect(timestamp("2026-11-23T05:10:00.123456Z", { ...chicago, fractionDigits: 4 })).toBe(
      "20261122231000.1234-0600",
    );
    expect(timestamp("2026-11-23T05:10:00.5Z", { ...chicago, fractionDigits: 4 })).toBe("20261122231000.5-0600");
  });
});

describe("odd times", () => {
  it.each([
    ["2026-11-23T05:10Z", "202611222310-0600"],
    ["2026-11-23T05:10:00", "20261123051000"],
    ["2016-12-31T23:59:60Z", "20161231180000-0600"],
  ])("%s is told as far as it goes", (time, told) => {
    expect(timestamp(time, chicago)).toBe(told);
  });

  it.each(["yesterday", "2026-1-1", "", "20261123", 20261123, null, undefined, {}, "0000-aa-bb"])(
    "%s is not told",
    (time) => {
      expect(timestamp(time, chicago)).toBeUndefined();
    },
  );
});

describe("parts of a time", () => {
  it("a date is cut after the zone is applied", () => {
    expect(dateOf("2026-11-23T05:10:00Z", scopeWith())).toBe("20261122");
    expect(dateOf("2026-11-23", scopeWith())).toBe("20261123");
  });

  it("a time of day has no zone", () => {
    expect(timeOfDay("14:30:00")).toBe("143000");
    expect(timeOfDay("14:30")).toBe("1430");
    expect(timeOfDay("2pm")).toBeUndefined();
  });

  it("the same text gives the same time within a message", () => {
    const scope = scopeWith();
    expect(timestampOf("2026-11-23T05:10:00Z", scope)).toBe("20261122231000-0600");
    expect(timestampOf("2026-11-23T05:10:00Z", scope)).toBe("20261122231000-0600");
  });
});

describe("a period", () => {
  it.each([
    [undefined, false],
    [{}, false],
    [{ end: "2026-11-23T05:15:01Z" }, true],
    // What ends in the moment of the message has ended.
    [{ end: "2026-11-23T05:15:02Z" }, true],
    [{ end: "2026-11-23T05:15:03Z" }, false],
    // The message is made on 22 November in Chicago: that day is not over.
    [{ end: "2026-11-22" }, false],
    [{ end: "2026-11-21" }, true],
    [{ end: "2026-11" }, false],
    [{ end: "2025" }, true],
    [{ end: "soon" }, false],
  ])("%j has ended: %s", (period, ended) => {
    expect(hasEnded(period, scopeWith())).toBe(ended);
  });
});
