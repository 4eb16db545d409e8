import { instantOf, type Message, type Segment } from "../er7.ts";
import type { Facets } from "../notebook.ts";
import { type Desk, type Handle, type Handlers, passOver } from "./desk.ts";
import { writePerson } from "./people.ts";

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
    const known = desk.notebook.holds(thing);
    if (!opens && known === undefined)
      return desk.notebook.complain(thing, `${message.trigger} of an appointment that is not known`);
    const start = sch.has(11) ? instantOf(sch.text(11, 4)) : known?.start;
    const minutes = sch.has(9) ? sch.text(9) : known?.minutes;
    const isOther = known?.start !== start || known?.minutes !== minutes;
    if (message.trigger === "S13" && !isOther) desk.notebook.complain(thing, "S13 of an appointment at the same time");
    if (message.trigger === "S14" && isOther) desk.notebook.complain(thing, "S14 of an appointment at another time");
    desk.notebook.write(thing, {
      ...resources(thing, message, known, desk),
      state: state ?? appointmentStates[sch.text(25)] ?? "booked",
      start,
      minutes,
      ...(person !== undefined && { person }),
    });
  };
}

interface ResourceKind {
  readonly segment: string;
  nameIn(segment: Segment): string;
}

/** Services by the name that the sender's own code has, people by their number, places by what they are called. */
const resourceKinds: Readonly<Record<string, ResourceKind>> = {
  services: { segment: "AIS", nameIn: (ais) => ais.text(3, 5) || ais.text(3, 2) || ais.text(3) },
  people: { segment: "AIP", nameIn: (aip) => aip.text(3) },
  places: { segment: "AIL", nameIn: (ail) => ail.text(3) },
};

const aboutResources: readonly string[] = ["S18", "S19", "S20", "S21", "S22"];

/**
 * What the appointment needs. A message about resources says of each what becomes of it (HL70206: added, changed,
 * deleted); the others list all that there are.
 */
function resources(
  thing: string,
  { trigger, segments }: Message,
  known: Facets | undefined,
  { notebook }: Desk,
): Record<string, string | undefined> {
  const facets: Record<string, string | undefined> = {};
  const isAbout = aboutResources.includes(trigger);
  for (const [facet, { segment: name, nameIn }] of Object.entries(resourceKinds)) {
    const told = segments.filter((segment) => segment.name === name);
    if (told.length === 0) continue;
    const listed = new Set(isAbout ? known?.[facet]?.split(", ") : []);
    for (const segment of told) {
      const [action, resource] = [segment.text(2), nameIn(segment)];
      if (isAbout && (action === "A") === listed.has(resource))
        notebook.complain(
          thing,
          `${trigger} with ${name}-2 ${action} of a resource that was ${action === "A" ? "" : "not "}there`,
        );
      if (action === "D") listed.delete(resource);
      else listed.add(resource);
    }
    facets[facet] = [...listed].sort().join(", ") || undefined;
  }
  return facets;
}

/** SIU: chapter 10. */
export const appointments: Handlers = {
  S12: appointment(undefined, true),
  S13: appointment(undefined, false),
  S14: appointment(undefined, false),
  S15: appointment("cancelled", false),
  S16: appointment("cancelled", false),
  S17: appointment("cancelled", false),
  S18: appointment(undefined, false),
  S19: appointment(undefined, false),
  S20: appointment(undefined, false),
  S21: appointment(undefined, false),
  S22: appointment(undefined, false),
  // Times that a clinic blocks are nobody's.
  S23: passOver,
  S24: passOver,
  S26: appointment("missed", false),
};
