import * as v from "valibot";
import type { Trigger } from "../events/event.ts";
import { eventOptionNames } from "../events/options.ts";
import { orderMessages } from "../events/triggers.ts";
import { type EventName, eventType, eventTypes, matchesEvent } from "../events/vocabulary.ts";
import { compileExpression } from "../hl7/fhirpath.ts";
import { duration } from "./duration.ts";
import { mistakeIn } from "./fhirpath-mistakes.ts";

/** What a destination may say about the events that it is told, in either format. docs/events lists them. */

const eventNames = Object.keys(eventTypes) as EventName[];
const subjects = [...new Set(eventNames.map((name) => name.split(".")[0] ?? ""))];

const eventPattern = v.pipe(
  v.string(),
  v.check(
    (pattern) => eventNames.some((name) => matchesEvent([pattern.replace(/^!/, "")], name)),
    ({ input }) =>
      `No event is called ${input}; write *, one of ${subjects.map((each) => `${each}.*`).join(", ")}, or a name of docs/events`,
  ),
);

const text = v.pipe(v.string(), v.nonEmpty("Must not be empty"));
const texts = v.pipe(v.array(text), v.nonEmpty("Leave it out to take all"));

const fhirPath = v.pipe(
  text,
  v.rawCheck(({ dataset, addIssue }) => {
    const problem = dataset.typed ? filterProblem(dataset.value) : undefined;
    if (problem !== undefined) addIssue({ message: problem });
  }),
);

function filterProblem(expression: string): string | undefined {
  try {
    compileExpression(expression);
  } catch (error) {
    return `Not FHIRPath: ${error instanceof Error ? error.message : String(error)}`;
  }
  return mistakeIn(expression);
}

/** Conditions beside the type of the event; all of them have to be met. */
const only = v.strictObject({
  /** Patient ids. */
  patients: v.optional(texts),
  /**
   * Patient classes (HL70004) of the visit, as it was told or as it is now, so that who leaves the class is told of to
   * the end. What is about no visit passes.
   */
  classes: v.optional(v.pipe(v.array(v.picklist(["B", "C", "E", "I", "N", "O", "P", "R", "U"])), v.nonEmpty())),
  /** Ids or names of Locations that the patient of the visit is in, or was in until now: beds, wards, buildings. */
  locations: v.optional(texts),
  /** FHIRPath that has to give true, or anything but false: `focus`, `Patient`, `Encounter` and resources by type. */
  filter: v.optional(fhirPath),
});

export const eventSettings = {
  /**
   * Event types, `*` as the last part for all of a kind: `encounter.*`, `result.final`. With `!` before it, what is left
   * out: `!result.preliminary` holds a result until it is final.
   */
  events: v.optional(v.pipe(v.array(eventPattern), v.nonEmpty()), ["*"]),
  only: v.optional(only),
  /** What is told differently or besides: the names of docs/events. */
  options: v.optional(v.array(v.picklist(eventOptionNames)), []),
  /**
   * How long a final report waits for results that it names and that have not come yet, and a laboratory result for its
   * report: Ignite writes the two apart. When they come both are told in one message. When the time is over, the report
   * is told as preliminary and the result as it is.
   */
  settle: v.optional(duration, "2m"),
};

type Alternatives = { [name: string]: v.OptionalSchema<v.PicklistSchema<Trigger[], undefined>, undefined> };

const triggers = v.strictObject(
  Object.fromEntries(
    eventNames.flatMap((name) => {
      const { alternatives } = eventType(name);
      return alternatives === undefined ? [] : [[name, v.optional(v.picklist([...alternatives]))]];
    }),
  ) as Alternatives,
);

/** The same for HL7 v2 alone. */
export const hl7EventSettings = {
  /** What becomes of an event that is not among `events`: a less specific one that is, or nothing. */
  downgrade: v.optional(v.picklist(["chain", "omit"]), "chain"),
  /**
   * How a change of a person is told: by A31, by the A08 of each visit under way, or by both. Who does not take
   * `patient.updated` is told with A08.
   */
  patientUpdateEvent: v.optional(v.picklist(["A31", "A08", "both"]), "A31"),
  /** Messages for orders, by what is ordered. Up to 2.3.1 all are ORM^O01. */
  orderMessages: v.optional(
    v.strictObject({
      laboratory: v.optional(v.picklist(orderMessages.laboratory)),
      service: v.optional(v.picklist(orderMessages.service)),
      medication: v.optional(v.picklist(orderMessages.medication)),
    }),
  ),
  /** Another trigger than the usual one, where docs/events names some. */
  triggers: v.optional(triggers),
};
