import { readMessage } from "./er7.ts";
import { accounts, mergeAccounts } from "./hl7/accounts.ts";
import { appointments } from "./hl7/appointments.ts";
import { type Handlers, type Hl7ReaderOptions, passOver } from "./hl7/desk.ts";
import { documents } from "./hl7/documents.ts";
import { orders } from "./hl7/orders.ts";
import { people } from "./hl7/people.ts";
import { results } from "./hl7/results.ts";
import { visits } from "./hl7/visits.ts";
import { createNotebook, type Reader } from "./notebook.ts";

/**
 * What a receiver of HL7 v2.5.1 makes of a stream of messages, by the standard alone: chapter 3 for people and visits, 10
 * for appointments, 4 for orders, 7 for results, 9 for documents, 6 for accounts. It takes an empty field for "nothing said" and `""` for
 * "no value", and refuses what is about a visit that it was never told of.
 *
 * Names of things: `person <MRN>`, `visit <PV1-19>`, `appointment <SCH-2>`, `order <ORC-2>`, `result <OBR-3>`,
 * `document <TXA-12>`, `account <PID-18>`.
 */
export function createHl7Reader(options: Hl7ReaderOptions): Reader {
  const notebook = createNotebook();
  return {
    ...notebook,
    read(body) {
      const message = readMessage(body);
      const { code, trigger } = message;
      const header = message.first("MSH");
      notebook.hear(`${header?.text(7)} ${code}^${trigger} ${header?.text(10)}`);
      if (options.triggers !== undefined && !options.triggers.includes(trigger))
        return notebook.complain(`${code}^${trigger}`, "The receiver was not built for this trigger");
      const handle = (handlers[code] as Handlers | undefined)?.[trigger] ?? handlers[code]?.["*"];
      if (handle === undefined) return notebook.complain(`${code}^${trigger}`, "No handler for this message");
      handle(message, { notebook, options });
    },
  };
}

const handlers: Readonly<Record<string, Handlers>> = {
  ADT: { ...people, ...visits, A41: mergeAccounts },
  SIU: appointments,
  ORM: { O01: orders },
  OML: { O21: orders },
  OMG: { O19: orders },
  ORU: { R01: results },
  MDM: { "*": documents },
  // What else is told is not asked for in the census.
  BAR: { ...accounts, "*": passOver },
  DFT: { "*": passOver },
  MFN: { "*": passOver },
  OMP: { "*": passOver },
  PPR: { "*": passOver },
  RAS: { "*": passOver },
  RDE: { "*": passOver },
  VXU: { "*": passOver },
};
