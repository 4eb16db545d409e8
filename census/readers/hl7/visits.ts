import { instantOf, type Message, type Segment } from "../er7.ts";
import type { Facets } from "../notebook.ts";
import { type Desk, type Handle, type Handlers, said } from "./desk.ts";
import { visitNumber, writePerson } from "./people.ts";

/** Unit, room and bed. */
function placeIn(segment: Segment | undefined, field: number): string {
  const components = [1, 2, 3].map((component) => segment?.text(field, component) ?? "");
  return components.join(" ").trim();
}

function visitFacets(message: Message): Record<string, string | undefined> {
  const pv1 = message.first("PV1");
  if (pv1 === undefined) return {};
  return {
    ...said(pv1, 2, pv1.text(2)).as("class"),
    ...said(pv1, 3, placeIn(pv1, 3)).as("bed"),
    ...said(pv1, 7, pv1.text(7)).as("attending"),
    ...said(pv1, 44, instantOf(pv1.text(44))).as("admitted"),
    ...said(pv1, 45, instantOf(pv1.text(45))).as("discharged"),
  };
}

type VisitState = "expected" | "present" | "on leave" | "discharged";

interface VisitRule {
  readonly opens?: boolean;
  readonly clears?: readonly string[];
  /** In which states the visit may be, where it is known. */
  readonly from?: readonly VisitState[];
}

/** A message about a visit that begins or goes on. */
function visit(state: VisitState | undefined, rule: VisitRule = {}): Handle {
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
    if (known !== undefined && desk.options.triggers === undefined)
      for (const problem of problemsOf(message, rule, known, { ...facets, ...(person !== undefined && { person }) }))
        desk.notebook.complain(thing, `${message.trigger} ${problem}`);
    const cleared = Object.fromEntries((rule.clears ?? []).map((facet) => [facet, undefined]));
    desk.notebook.write(thing, {
      ...cleared,
      ...facets,
      ...(person !== undefined && { person }),
      state: state ?? known?.state ?? stateShown(facets),
    });
  };
}

/**
 * What a receiver that takes all triggers would find odd: who moves or changes class is told so by the trigger for that
 * (A08 is for what no other one tells: 3.3.8), and each begins where the one before ended.
 */
function* problemsOf(
  { trigger, first }: Message,
  { from }: VisitRule,
  known: Facets,
  told: Readonly<Record<string, string | undefined>>,
): Iterable<string> {
  if (from !== undefined && !from.some((state) => state === known.state)) yield `of a visit that is ${known.state}`;
  // With a merge, an update of the visit may come before the one of the person.
  if (trigger !== "A08" && known.person !== undefined && told.person !== undefined && told.person !== known.person)
    yield "of a visit of another person";
  if (known.state !== "present") return;
  const moves = ["A02", "A10", "A12"].includes(trigger);
  const prior = placeIn(first("PV1"), 6);
  if (moves && known.bed !== undefined && prior !== known.bed)
    yield prior === "" ? "that does not say from where" : "from a bed where nobody was";
  if (!movesToo.includes(trigger) && known.bed !== undefined && told.bed !== undefined && told.bed !== known.bed)
    yield "of a visit in another bed";
  if (trigger === "A08" && told.class !== undefined && (known.class === "I") !== (told.class === "I"))
    yield `of a visit of class ${known.class} with class ${told.class}`;
}

/** Triggers that may show another bed: moves, and changes of class, which are told where the patient is then. */
const movesToo: readonly string[] = ["A02", "A10", "A12", "A06", "A07"];

/** Of a visit that is met in an update. */
function stateShown({ class: patientClass, discharged }: Record<string, string | undefined>): VisitState {
  if (discharged !== undefined) return "discharged";
  return patientClass === "P" ? "expected" : "present";
}

/**
 * A visit that did not take place after all. Each trigger takes back one of its own: A38 a pre-admission (A05) and A27 a
 * pending one (A14), A11 a visit that is known to have begun (A01, A04).
 */
const removeVisit =
  (takesBack: (state: string) => boolean): Handle =>
  (message, desk) => {
    writePerson(message, desk);
    const thing = `visit ${visitNumber(message)}`;
    const known = desk.notebook.holds(thing);
    if (known === undefined) return desk.notebook.complain(thing, `${message.trigger} of a visit that is not known`);
    if (!takesBack(known.state ?? ""))
      desk.notebook.complain(thing, `${message.trigger} of a visit that is ${known.state}`);
    desk.notebook.remove(thing);
  };

const removeExpected: Handle = removeVisit((state) => state === "expected");
const removeBegun: Handle = removeVisit((state) => state !== "expected");

function renameVisit(desk: Desk, old: string, number: string): void {
  desk.notebook.rename(`visit ${old}`, `visit ${number}`);
  writeOnAll(desk, { visit: old }, { visit: number });
}

/** Of all that was told of a visit: orders, results, documents. */
function writeOnAll(
  { notebook }: Desk,
  { visit: of }: { visit: string | undefined },
  facets: Readonly<Record<string, string | undefined>>,
): void {
  if (Object.values(facets).includes(undefined)) return;
  for (const thing of [...notebook.things()]) if (notebook.holds(thing)?.visit === of) notebook.write(thing, facets);
}

/** MRG-5 names what the visit was called, or the one that ended; PV1-19 the one that goes on. */
const renumberVisit: Handle = (message, desk) => {
  const old = message.first("MRG")?.text(5);
  const number = visitNumber(message);
  if (old && number && old !== number) renameVisit(desk, old, number);
  visit(undefined, { opens: true })(message, desk);
};

const mergeVisits: Handle = (message, desk) => {
  writePerson(message, desk);
  const old = message.first("MRG")?.text(5);
  if (!old) return desk.notebook.complain(`visit ${visitNumber(message)}`, "A42 does not name the visit that ended");
  if (desk.notebook.holds(`visit ${old}`) === undefined)
    return desk.notebook.complain(`visit ${old}`, "A42 of a visit that is not known");
  desk.notebook.remove(`visit ${old}`);
  writeOnAll(desk, { visit: old }, { visit: visitNumber(message) });
};

/**
 * The visit of MRG-5 is from now on the person's in PID, with all that was told of it (3.3.45); where MRG-3 alone is
 * named, an account moves.
 */
const moveVisit: Handle = (message, desk) => {
  const { notebook } = desk;
  const person = writePerson(message, desk);
  const old = message.first("MRG")?.text(5);
  const account = message.first("MRG")?.text(3);
  if (account && person !== undefined && notebook.holds(`account ${account}`) !== undefined)
    notebook.write(`account ${account}`, { person });
  if (!old && account && visitNumber(message) === undefined) return;
  const number = visitNumber(message) ?? old;
  if (old && number && old !== number) renameVisit(desk, old, number);
  const thing = `visit ${number}`;
  if (notebook.holds(thing) === undefined)
    return notebook.complain(thing, `${message.trigger} of a visit that is not known`);
  notebook.write(thing, { ...visitFacets(message), ...(person !== undefined && { person }) });
  writeOnAll(desk, { visit: number }, { person });
};

const changeClass =
  (state: VisitState): Handle =>
  (message, desk) => {
    const old = message.first("MRG")?.text(5);
    const number = visitNumber(message);
    if (old && number && old !== number) renameVisit(desk, old, number);
    visit(state, { from: ["present"] })(message, desk);
  };

const admission: Handle = visit("present", { opens: true, clears: ["discharged"], from: ["expected"] });
const here: readonly VisitState[] = ["present"];
const update: Handle = visit(undefined, { opens: true });

/** ADT about visits: chapter 3. */
export const visits: Handlers = {
  A01: admission,
  A02: visit("present", { from: here }),
  A03: visit("discharged", { from: ["present", "on leave"] }),
  A04: admission,
  A05: visit("expected", { opens: true }),
  A06: changeClass("present"),
  A07: changeClass("present"),
  A08: update,
  A09: visit("present"),
  A10: visit("present", { opens: true }),
  A11: removeBegun,
  A12: visit("present", { from: here }),
  A13: visit("present", { clears: ["discharged"], from: ["discharged"] }),
  A14: visit("expected", { opens: true }),
  A15: visit(undefined),
  A16: visit(undefined),
  A21: visit("on leave", { from: here }),
  A22: visit("present", { from: ["on leave"] }),
  A23: removeVisit(() => true),
  A25: visit(undefined),
  A26: visit(undefined),
  A27: removeExpected,
  A38: removeExpected,
  A42: mergeVisits,
  A43: moveVisit,
  A44: moveVisit,
  A45: moveVisit,
  A50: renumberVisit,
  A52: visit("present"),
  A53: visit("on leave"),
  A54: visit(undefined),
  A55: visit(undefined),
  A61: visit(undefined),
  A62: visit(undefined),
};
