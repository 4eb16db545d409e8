import { isHl7 } from "../config/bridge.ts";
import type { Destination, Hl7Destination } from "../config/schema.ts";
import type { Gate } from "../events/derive.ts";
import type { Trigger } from "../events/event.ts";
import { type EventOption, refinements } from "../events/options.ts";
import type { TriggerPreferences } from "../events/triggers.ts";
import { type EventName, eventType, matchesEvent, triggerOf } from "../events/vocabulary.ts";
import { orderControlOf } from "../hl7/tables/order-control.ts";

const gates = new WeakMap<Destination, Gate>();

/** Which events a destination hears of, and in which form. */
export function gateOf(destination: Destination): Gate {
  let gate = gates.get(destination);
  if (gate === undefined) {
    gate = isHl7(destination) ? messageGate(destination) : webhookGate(destination);
    gates.set(destination, gate);
  }
  return gate;
}

function messageGate(destination: Hl7Destination): Gate {
  const options = new Set<EventOption>(destination.options);
  const preferences = preferencesOf(destination, options);
  return {
    takes: (name) =>
      matchesEvent(destination.events, name) &&
      eventType(name).trigger !== undefined &&
      hasOrderControl(name, destination) &&
      !(name === "patient.updated" && destination.patientUpdateEvent === "A08"),
    trigger: (name, resource, isRepeated) => triggerOf(name, resource, preferences, isRepeated),
    downgrades: destination.downgrade !== "omit",
    mirrors: false,
    settleMs: destination.settle,
    knowsUntold: false,
    options,
  };
}

function webhookGate(destination: Destination): Gate {
  const { events, options } = destination;
  return {
    takes: (name) => matchesEvent(events, name),
    trigger: (name, resource, isRepeated) => triggerOf(name, resource, {}, isRepeated),
    downgrades: false,
    mirrors: true,
    settleMs: destination.settle,
    knowsUntold: true,
    options: new Set([...refinements, ...options]),
  };
}

/** Who carries out an order knows itself that it is done. */
function hasOrderControl(name: EventName, { orderMode }: Hl7Destination): boolean {
  return !name.startsWith("order.") || orderControlOf(name)?.[orderMode] !== undefined;
}

/** Before 2.4 there is one message for all orders. */
const generalOrdersOnly: readonly Hl7Destination["version"][] = ["2.3", "2.3.1"];

function preferencesOf(
  { version, orderMessages, triggers }: Hl7Destination,
  options: ReadonlySet<EventOption>,
): TriggerPreferences {
  const general: Trigger = "ORM^O01";
  return {
    triggers,
    orderMessages: generalOrdersOnly.includes(version)
      ? { laboratory: general, service: general, medication: general }
      : orderMessages,
    withoutContent: options.has("documents-without-content"),
  };
}
