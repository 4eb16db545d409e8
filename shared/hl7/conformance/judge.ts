import { BridgeError } from "../../errors.ts";
import type { Message } from "../model.ts";
import type { Scope } from "../scope.ts";
import { check, type Finding } from "./check.ts";

/**
 * Holds a finished message against its version and the rules of its destination, which says what becomes of each finding:
 * nothing, a work item, or the parking of the message.
 *
 * @throws ERR_UNRENDERABLE with `field` of the first finding that parks, and `findings`: all of them, by place and rule
 */
export function judge(message: Message, scope: Scope): void {
  const { conformance, version } = scope.settings;
  if (conformance === undefined) return;
  const { errors, warnings, rules, asked } = conformance;
  const parking: Finding[] = [];
  for (const finding of check(message, version, asked)) {
    const { severity, rule, detail } = finding;
    const action = rules[rule] ?? (severity === "error" ? errors : warnings);
    if (action === "park") parking.push(finding);
    else if (action === "warn")
      scope.report({ severity, reason: `conformance-${rule}`, field: fieldOf(finding), detail });
  }
  const [first] = parking;
  if (first === undefined) return;
  throw new BridgeError("ERR_UNRENDERABLE", {
    details: { field: fieldOf(first), findings: parking.map((each) => `${placeOf(each)} ${each.rule}`).join(", ") },
  });
}

/** `PID-5.1`: the same for every segment of a name, so that a work item counts them. */
function fieldOf({ segment, field, component, subcomponent }: Finding): string {
  return [field === undefined ? segment : `${segment}-${field}`, component, subcomponent]
    .filter((part) => part !== undefined)
    .join(".");
}

/** `OBX[3]-5[2].1`: the very place. */
function placeOf({ segment, sequence, field, repetition, component, subcomponent }: Finding): string {
  const occurrence = sequence > 1 ? `${segment}[${sequence}]` : segment;
  if (field === undefined) return occurrence;
  const place = `${occurrence}-${field}${repetition === undefined ? "" : `[${repetition}]`}`;
  return [place, component, subcomponent].filter((part) => part !== undefined).join(".");
}
