import { instantOf, type Message, readMessage, type Segment } from "./er7.ts";
import { createNotebook, type Notebook, type Reader } from "./notebook.ts";

/** As an interface engine is set up for its sender. */
export interface Hl7ReaderOptions {
  /** The assigning authority of the number that people are known by: universal id in CX-4. */
  readonly medicalRecordAuthority: string;
  /** Triggers that the receiver was built for: `A01`. Without it, all. */
  readonly triggers?: readonly string[];
}

/**
 * What a receiver of HL7 v2.5.1 makes of a stream of messages, by the standard alone: chapter 3 for people and visits, 10
 * for appointments, 4 for orders, 7 for results, 9 for documents. It takes an empty field for "nothing said" and `""` for
 * "no value", and refuses what is about a visit that it was never told of.
 *
 * Names of things: `person <MRN>`, `visit <PV1-19>`, `appointment <SCH-2>`, `order <ORC-2>`, `result <OBR-3>`,
 * `document <TXA-12>`.
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

interface Desk {
  readonly notebook: Notebook;
  readonly options: Hl7ReaderOptions;
}
type Handle = (message: Message, desk: Desk) => void;
type Handlers = Readonly<Record<string, Handle>>;

// People (chapter 3)

function medicalRecordNumber(segment: Segment | undefined, field: number, { options }: Desk): string | undefined {
  const found = segment
    ?.repetitions(field)
    .find(
      (each) => each.text(4, 2) === options.medicalRecordAuthority || each.text(4) === options.medicalRecordAuthority,
    );
  return found?.text();
}

function writePerson(message: Message, desk: Desk): string | undefined {
  const pid = message.first("PID");
  const number = medicalRecordNumber(pid, 3, desk);
  if (pid === undefined || number === undefined) return undefined;
  const field = (position: number, value: string) => said(pid, position, value);
  const [legal] = pid.repetitions(5);
  desk.notebook.write(`person ${number}`, {
    ...field(
      5,
      `${legal?.text(1)}${legal?.text(4) ? ` ${legal.text(4)}` : ""}, ${[legal?.text(2), legal?.text(3)].filter(Boolean).join(" ")}`,
    ).as("name"),
    ...field(11, pid.text(11, 3)).as("city"),
    ...field(8, pid.text(8)).as("sex"),
    ...field(7, pid.text(7)).as("born"),
    ...field(29, instantOf(pid.text(29))).as("died"),
    ...(pid.text(30) === "N" && { died: undefined }),
    merged: undefined,
  });
  return number;
}

/** A field by the name of a facet: absent says nothing, null takes the value away. */
function said(
  segment: Segment,
  field: number,
  value: string,
): { as(facet: string): Record<string, string | undefined> } {
  return {
    as(facet) {
      if (segment.isNull(field)) return { [facet]: undefined };
      return segment.has(field) ? { [facet]: value } : {};
    },
  };
}

// Visits (chapter 3)

function visitNumber(message: Message): string | undefined {
  return message.first("PV1")?.text(19) || undefined;
}

function visitFacets(message: Message): Record<string, string | undefined> {
  const pv1 = message.first("PV1");
  if (pv1 === undefined) return {};
  return {
    ...said(pv1, 2, pv1.text(2)).as("class"),
    ...said(
      pv1,
      3,
      [1, 2, 3]
        .map((component) => pv1.text(3, component))
        .join(" ")
        .trim(),
    ).as("bed"),
    ...said(pv1, 7, pv1.text(7)).as("attending"),
    ...said(pv1, 44, instantOf(pv1.text(44))).as("admitted"),
    ...said(pv1, 45, instantOf(pv1.text(45))).as("discharged"),
  };
}

type VisitState = "expected" | "present" | "on leave" | "discharged";

/** A message about a visit that begins or goes on. */
function visit(state: VisitState | undefined, rule: { opens?: boolean; clears?: readonly string[] } = {}): Handle {
  return (message, desk) => {
    const person = writePerson(message, desk);
    const number = visitNumber(message);
    if (number === undefined) {
      if (state !== undefined) desk.notebook.complain(`person ${person}`, `${message.trigger} names no visit`);
      return;
    }
    const thing = `visit ${number}`;
    const known = desk.notebook.holds(thing);
    if (known === undefined && !rule.opens)
      return desk.notebook.complain(thing, `${message.trigger} of a visit that is not known`);
    const facets = visitFacets(message);
    const cleared = Object.fromEntries((rule.clears ?? []).map((facet) => [facet, undefined]));
    desk.notebook.write(thing, {
      ...cleared,
      ...facets,
      ...(person !== undefined && { person }),
      state: state ?? known?.state ?? stateShown(facets),
    });
  };
}

/** Of a visit that is met in an update. */
function stateShown({ class: patientClass, discharged }: Record<string, string | undefined>): VisitState {
  if (discharged !== undefined) return "discharged";
  return patientClass === "P" ? "expected" : "present";
}

const removeVisit: Handle = (message, desk) => {
  writePerson(message, desk);
  const thing = `visit ${visitNumber(message)}`;
  if (desk.notebook.holds(thing) === undefined)
    return desk.notebook.complain(thing, `${message.trigger} of a visit that is not known`);
  desk.notebook.remove(thing);
};

const personOnly: Handle = (message, desk) => void writePerson(message, desk);

/** The number in MRG-1 of the record that ended, and the one that goes on. */
function mergedNumbers(message: Message, desk: Desk): { old: string | undefined; kept: string | undefined } {
  const old = medicalRecordNumber(message.first("MRG"), 1, desk);
  return { old, kept: writePerson(message, desk) };
}

function moveVisits({ notebook }: Desk, from: string, to: string): void {
  for (const thing of [...notebook.things()])
    if (notebook.holds(thing)?.person === from) notebook.write(thing, { person: to });
}

const mergePeople: Handle = (message, desk) => {
  const { old, kept } = mergedNumbers(message, desk);
  if (old === undefined || kept === undefined)
    return desk.notebook.complain(`person ${old ?? kept}`, `${message.trigger} does not name both records`);
  if (old === kept) return desk.notebook.complain(`person ${old}`, `${message.trigger} merges a record with itself`);
  desk.notebook.write(`person ${old}`, { merged: kept });
  moveVisits(desk, old, kept);
};

const renumberPerson: Handle = (message, desk) => {
  const old = medicalRecordNumber(message.first("MRG"), 1, desk);
  const kept = medicalRecordNumber(message.first("PID"), 3, desk);
  if (old !== undefined && kept !== undefined && old !== kept) {
    desk.notebook.rename(`person ${old}`, `person ${kept}`);
    moveVisits(desk, old, kept);
  }
  writePerson(message, desk);
};

const unlinkPeople: Handle = (message, desk) => {
  for (const segment of message.segments) {
    const number = segment.name === "PID" ? medicalRecordNumber(segment, 3, desk) : undefined;
    if (number !== undefined && desk.notebook.holds(`person ${number}`)?.merged !== undefined)
      desk.notebook.write(`person ${number}`, { merged: undefined });
  }
};

/** MRG-5 names what the visit was called, or the one that ended; PV1-19 the one that goes on. */
const renumberVisit: Handle = (message, desk) => {
  const old = message.first("MRG")?.text(5);
  const number = visitNumber(message);
  if (old && number && old !== number) desk.notebook.rename(`visit ${old}`, `visit ${number}`);
  visit(undefined, { opens: true })(message, desk);
};

const mergeVisits: Handle = (message, desk) => {
  writePerson(message, desk);
  const old = message.first("MRG")?.text(5);
  if (!old) return desk.notebook.complain(`visit ${visitNumber(message)}`, "A42 does not name the visit that ended");
  if (desk.notebook.holds(`visit ${old}`) === undefined)
    return desk.notebook.complain(`visit ${old}`, "A42 of a visit that is not known");
  desk.notebook.remove(`visit ${old}`);
};

/** The visit of MRG-5 is from now on the person's in PID; where MRG-3 alone is named, an account moves. */
const moveVisit: Handle = (message, desk) => {
  const person = writePerson(message, desk);
  const old = message.first("MRG")?.text(5);
  if (!old && message.first("MRG")?.text(3) && visitNumber(message) === undefined) return;
  const number = visitNumber(message) ?? old;
  if (old && number && old !== number) desk.notebook.rename(`visit ${old}`, `visit ${number}`);
  const thing = `visit ${number}`;
  if (desk.notebook.holds(thing) === undefined)
    return desk.notebook.complain(thing, `${message.trigger} of a visit that is not known`);
  desk.notebook.write(thing, { ...visitFacets(message), ...(person !== undefined && { person }) });
};

const changeClass =
  (state: VisitState): Handle =>
  (message, desk) => {
    const old = message.first("MRG")?.text(5);
    const number = visitNumber(message);
    if (old && number && old !== number) desk.notebook.rename(`visit ${old}`, `visit ${number}`);
    visit(state)(message, desk);
  };

const admission: Handle = visit("present", { opens: true, clears: ["discharged"] });
const update: Handle = visit(undefined, { opens: true });

const adt: Handlers = {
  A01: admission,
  A02: visit("present"),
  A03: visit("discharged"),
  A04: admission,
  A05: visit("expected", { opens: true }),
  A06: changeClass("present"),
  A07: changeClass("present"),
  A08: update,
  A09: visit("present"),
  A10: visit("present", { opens: true }),
  A11: removeVisit,
  A12: visit("present"),
  A13: visit("present", { clears: ["discharged"] }),
  A14: visit("expected", { opens: true }),
  A15: visit(undefined),
  A16: visit(undefined),
  A18: mergePeople,
  A21: visit("on leave"),
  A22: visit("present"),
  A23: removeVisit,
  A24: personOnly,
  A25: visit(undefined),
  A26: visit(undefined),
  A27: removeVisit,
  A28: personOnly,
  A29: (message, desk) => desk.notebook.remove(`person ${medicalRecordNumber(message.first("PID"), 3, desk)}`),
  A31: personOnly,
  A34: mergePeople,
  A37: unlinkPeople,
  A38: removeVisit,
  A40: mergePeople,
  A42: mergeVisits,
  A43: moveVisit,
  A44: moveVisit,
  A45: moveVisit,
  A46: renumberPerson,
  A47: renumberPerson,
  A50: renumberVisit,
  A52: visit("present"),
  A53: visit("on leave"),
  A54: visit(undefined),
  A55: visit(undefined),
  A60: personOnly,
  A61: visit(undefined),
  A62: visit(undefined),
};

// Appointments (chapter 10)

const appointmentStates: Readonly<Record<string, string>> = {
  Pending: "requested",
  Waitlist: "requested",
  Booked: "booked",
  Started: "started",
  Complete: "done",
  Cancelled: "cancelled",
  Dc: "cancelled",
  Deleted: "cancelled",
  Noshow: "missed",
};

function appointment(state: string | undefined, opens: boolean): Handle {
  return (message, desk) => {
    const person = writePerson(message, desk);
    const sch = message.first("SCH");
    const thing = `appointment ${sch?.text(2) || sch?.text(1)}`;
    if (sch === undefined) return desk.notebook.complain(thing, "SIU without SCH");
    if (!opens && desk.notebook.holds(thing) === undefined)
      return desk.notebook.complain(thing, `${message.trigger} of an appointment that is not known`);
    desk.notebook.write(thing, {
      state: state ?? appointmentStates[sch.text(25)] ?? "booked",
      ...(sch.has(11) && { start: instantOf(sch.text(11, 4)) }),
      ...(sch.has(9) && { minutes: sch.text(9) }),
      ...(person !== undefined && { person }),
    });
  };
}

/** Times that a clinic blocks are nobody's. */
const passOver: Handle = () => {};

const siu: Handlers = {
  S12: appointment(undefined, true),
  S13: appointment(undefined, false),
  S14: appointment(undefined, false),
  S15: appointment("cancelled", false),
  S16: appointment("cancelled", false),
  S17: appointment("cancelled", false),
  S23: passOver,
  S24: passOver,
  S26: appointment("missed", false),
};

// Orders (chapter 4): by order control, HL70119

const orderStates: Readonly<Record<string, string>> = {
  NW: "open",
  RO: "open",
  CH: "open",
  PA: "open",
  XO: "open",
  XX: "open",
  RL: "open",
  OE: "open",
  HD: "held",
  OH: "held",
  CA: "cancelled",
  OC: "cancelled",
  DC: "cancelled",
  OD: "cancelled",
  RP: "cancelled",
  RU: "cancelled",
};

/** HL70038, where the control says only that the status changed (SC) or the order did (XO, XX). */
const orderStatuses: Readonly<Record<string, string>> = {
  IP: "open",
  SC: "open",
  A: "open",
  HD: "held",
  CM: "done",
  CA: "cancelled",
  DC: "cancelled",
  RP: "cancelled",
  ER: "cancelled",
};

const opensAnOrder = new Set(["NW", "RO", "CH", "PA"]);

const orders: Handle = (message, desk) => {
  const person = writePerson(message, desk);
  for (const orc of message.segments) {
    if (orc.name !== "ORC") continue;
    const [control, number, status] = [orc.text(1), orc.text(2), orc.text(5)];
    const thing = `order ${number}`;
    const known = desk.notebook.holds(thing);
    if (known === undefined && !opensAnOrder.has(control)) {
      desk.notebook.complain(thing, `${control} of an order that is not known`);
      continue;
    }
    const isChange = ["XO", "XX", "SC"].includes(control);
    const state = isChange ? (orderStatuses[status] ?? known?.state) : orderStates[control];
    if (state === undefined) desk.notebook.complain(thing, `ORC-1 ${control} means nothing here`);
    else desk.notebook.write(thing, { state, ...(person !== undefined && { person }) });
  }
};

// Results (chapter 7)

const resultStates: Readonly<Record<string, string>> = {
  O: "ordered",
  I: "ordered",
  S: "ordered",
  A: "preliminary",
  P: "preliminary",
  R: "preliminary",
  F: "final",
  C: "final",
  X: "void",
};

const results: Handle = (message, desk) => {
  const person = writePerson(message, desk);
  for (const { obr, observations } of resultGroups(message)) {
    const thing = `result ${obr.text(3) || obr.text(2)}`;
    const stated = resultStates[obr.text(25)];
    if (stated === undefined) {
      desk.notebook.complain(thing, `OBR-25 ${obr.text(25)} means nothing here`);
      continue;
    }
    // A result that was never the patient's is told line by line (HL70085 W): OBR-25 has no code for it.
    const isVoid = observations.length > 0 && observations.every(isWithdrawn);
    const facets: Record<string, string | undefined> = { state: isVoid ? "void" : stated };
    if (person !== undefined) facets.person = person;
    const lines: string[] = [];
    for (const obx of observations)
      if (isText(obx)) lines.push(...obx.repetitions(5).map((each) => contentOf(obx.text(2), each)));
      else {
        const name = `value of ${obx.text(3, 5) || obx.text(3, 2) || obx.text(3)}`;
        const value = isWithdrawn(obx) ? undefined : valueIn(obx);
        // Several values of one test, such as the components of a blood pressure, stand one after the other.
        facets[name] = [facets[name], value].filter((each) => each !== undefined).join("/") || undefined;
      }
    if (lines.length > 0) facets.text = isVoid ? undefined : lines.join("\n");
    desk.notebook.write(thing, facets);
  }
};

function resultGroups({ segments }: Message): { obr: Segment; observations: Segment[] }[] {
  const groups: { obr: Segment; observations: Segment[] }[] = [];
  for (const segment of segments) {
    if (segment.name === "OBR") groups.push({ obr: segment, observations: [] });
    if (segment.name === "OBX") groups.at(-1)?.observations.push(segment);
  }
  return groups;
}

/** HL70085: deleted, wrong, or no result to be had. */
function isWithdrawn(obx: Segment): boolean {
  return ["D", "W", "X"].includes(obx.text(11));
}

function isText(obx: Segment): boolean {
  return ["TX", "FT", "ED"].includes(obx.text(2));
}

function valueIn(obx: Segment): string {
  // A coded value is known by its local name, as the code of the test is.
  return ["CE", "CWE", "CNE"].includes(obx.text(2)) ? obx.text(5, 5) || obx.text(5, 2) || obx.text(5) : obx.text(5);
}

function contentOf(type: string, value: { text(component?: number): string }): string {
  if (type !== "ED") return value.text();
  const data = value.text(5);
  return value.text(4) === "Base64" ? Buffer.from(data, "base64").toString("utf8") : data;
}

// Documents (chapter 9)

const documents: Handle = (message, desk) => {
  const person = writePerson(message, desk);
  const txa = message.first("TXA");
  const thing = `document ${txa?.text(12)}`;
  if (txa === undefined) return desk.notebook.complain(thing, "MDM without TXA");
  const isNew = ["T01", "T02", "T05", "T06", "T09", "T10"].includes(message.trigger);
  if (!isNew && desk.notebook.holds(thing) === undefined)
    return desk.notebook.complain(thing, `${message.trigger} of a document that is not known`);
  const parent = txa.text(13);
  if (["T09", "T10"].includes(message.trigger)) {
    if (parent === "") desk.notebook.complain(thing, `${message.trigger} does not name what it replaces`);
    else if (desk.notebook.holds(`document ${parent}`) !== undefined)
      desk.notebook.write(`document ${parent}`, { state: "superseded" });
  }
  const lines = message.segments.flatMap((segment) =>
    segment.name === "OBX" ? segment.repetitions(5).map((each) => contentOf(segment.text(2), each)) : [],
  );
  const isObsolete = txa.text(19) === "OB" || txa.text(19) === "UN";
  desk.notebook.write(thing, {
    state: message.trigger === "T11" ? "void" : isObsolete ? "superseded" : "current",
    ...(txa.has(17) && { signed: ["AU", "LA"].includes(txa.text(17)) ? "yes" : "no" }),
    ...(lines.length > 0 && { text: lines.join("\n") }),
    ...(parent !== "" && { parent }),
    ...(person !== undefined && { person }),
  });
};

const handlers: Readonly<Record<string, Handlers>> = {
  ADT: adt,
  SIU: siu,
  ORM: { O01: orders },
  OML: { O21: orders },
  OMG: { O19: orders },
  ORU: { R01: results },
  MDM: { "*": documents },
  // What else is told is not asked for in the census.
  BAR: { "*": passOver },
  DFT: { "*": passOver },
  MFN: { "*": passOver },
  OMP: { "*": passOver },
  PPR: { "*": passOver },
  RAS: { "*": passOver },
  RDE: { "*": passOver },
  VXU: { "*": passOver },
};
