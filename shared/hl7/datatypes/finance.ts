import { dataType } from "../mapping.ts";
import type { Value } from "../model.ts";
import type { Scope } from "../scope.ts";
import { numeric } from "./number.ts";
import { textOf } from "./text.ts";
import { timestampOf } from "./time.ts";

/** 2.A.15 CP: an amount of money (MO) as its price. */
export const cp = dataType<fhir4.Money>("CP", ({ value, currency }) => {
  const amount = numeric(value);
  return amount === undefined ? undefined : [[amount, textOf(currency)] as readonly Value[]];
});

/** 2.A.32 FC: financial class and since when. */
export const fc = dataType<{ code: string; start?: string | undefined }>("FC", ({ code, start }, scope: Scope) => [
  textOf(code),
  start === undefined ? undefined : timestampOf(start, scope),
]);

/** 2.A.87 XON of an organization that is a name and nothing else. */
export const xonName = dataType<string>("XON", (name) => [textOf(name)]);
