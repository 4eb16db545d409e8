import { instantOf } from "../er7.ts";
import { type Handle, type Handlers, passOver } from "./desk.ts";
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
      state: state ?? appointmentStates[sch.text(25)] ?? "booked",
      start,
      minutes,
      ...(person !== undefined && { person }),
    });
  };
}

/** SIU: chapter 10. */
export const appointments: Handlers = {
  S12: appointment(undefined, true),
  S13: appointment(undefined, false),
  S14: appointment(undefined, false),
  S15: appointment("cancelled", false),
  S16: appointment("cancelled", false),
  S17: appointment("cancelled", false),
  // Times that a clinic blocks are nobody's.
  S23: passOver,
  S24: passOver,
  S26: appointment("missed", false),
};
