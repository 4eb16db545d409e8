import type { Streams } from "./streams.ts";

export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  readonly usage: string;
  /** Loaded when it is called, so that the list of commands costs nothing. */
  load(): Promise<{ run(parameters: readonly string[], streams: Streams): Promise<number> }>;
}

/** Every command of `ignite-bridge`: a row each. */
export const commands: Readonly<Record<string, Command>> = {
  translate: {
    summary: "Print the HL7 v2 messages that the bridge would send for FHIR JSON files",
    usage: `Usage: ignite-bridge translate [options] FILE...

FILE is a FHIR R4 resource or a Bundle in JSON, "-" is standard input; together they are the state after.
With nothing before, everything is new.

  --before FILE       the state before; may be given several times
  --destination NAME  as this destination of the configuration gets it (default: its first HL7 v2 destination)
  --version V         in this version: without --destination, as a destination gets it that asks for nothing else
  --as TRIGGER        as this message, as ADT^A08, without asking the event rules; for a merge (ADT^A40), the record that
                      ended is linked in FILE, or stands in --before
  --config FILE       the configuration (default: bridge.config.ts)
  --json              [{ trigger, structure, controlId, er7, workList: [{ severity, reason, field, path, code, detail,
                      count }] }]
  --raw               the bytes as they leave: segments end in carriage returns, in the destination's character set

Exit status: 0 good, 1 a message that cannot be made or an input that cannot be read, 2 wrong usage.`,
    load: () => import("./translate.ts"),
  },
  explain: {
    summary: "Print where every field of those messages comes from",
    usage: `Usage: ignite-bridge explain [options] FILE...

As translate, but with a line for each field: its position, its HL7 name, its value, and the FHIR path, rule, table,
overlay or default that it comes from.

  --before FILE       the state before; may be given several times
  --destination NAME  as this destination of the configuration gets it (default: its first HL7 v2 destination)
  --version V         in this version: without --destination, as a destination gets it that asks for nothing else
  --as TRIGGER        as this message, as ADT^A08, without asking the event rules; for a merge (ADT^A40), the record that
                      ended is linked in FILE, or stands in --before
  --config FILE       the configuration (default: bridge.config.ts)
  --json              [{ trigger, structure, version, fields: [{ field, occurrence, name, type, value, path, resource,
                      rule, table, valueSets, origin }], workList }]; origin is mapped, or what set the field in the place of its row

Exit status: 0 good, 1 a message that cannot be made or an input that cannot be read, 2 wrong usage.`,
    load: () => import("./explain.ts"),
  },
  events: {
    summary: "Print the events that FHIR JSON files mean, and why",
    usage: `Usage: ignite-bridge events [options] FILE...

FILE is a FHIR R4 resource or a Bundle in JSON, or NDJSON; "-" is standard input; together they are the state after.
With nothing before, everything is new. Each event comes with its HL7 v2 trigger, the rule that fired (docs/events) and
the facts that changed; for each resource that nothing is told of, why.

  --before FILE       the state before; may be given several times
  --destination NAME  as this destination of the configuration is told (default: its first one)
  --config FILE       the configuration (default: bridge.config.ts)
  --json              { events: [{ event, trigger, focus, rule, title, inPlaceOf, facts }],
                        silent: [{ focus, reason, facts }], failures: [{ file, focus, path, problem }] }`,
    load: () => import("./events.ts"),
  },
  validate: {
    summary: "Hold HL7 v2 messages against their version",
    usage: `Usage: ignite-bridge validate [options] FILE...

FILE has one HL7 v2 message or several, also in MLLP blocks or a batch (FHS, BHS), "-" is standard input. Checked are
structure, required fields, repeats, data types, lengths and tables; each finding is a line with the file, the message, the
place and the rule: version, structure, required, repeats, undefined, withdrawn, type, length or table.
Exit status: 0 no errors, 1 an error or a file that cannot be read, 2 wrong usage.

  --version V  the version to check against (default: that of MSH-12): 2.3, 2.3.1, 2.4, 2.5, 2.5.1, 2.6, 2.7, 2.7.1, 2.8
  --json       [{ file, message, version, findings: [{ severity, rule, segment, sequence, field, repetition, component,
               subcomponent, detail }] }]; without message, what is said of a file around its messages`,
    load: () => import("./validate.ts"),
  },
};
