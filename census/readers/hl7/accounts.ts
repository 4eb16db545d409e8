import type { Message } from "../er7.ts";
import type { Desk, Handle, Handlers } from "./desk.ts";
import { writePerson } from "./people.ts";

/** The account of PID-18: chapters 3 and 6. */
function write(message: Message, desk: Desk, facets: Readonly<Record<string, string | undefined>>): void {
  const person = writePerson(message, desk);
  const number = message.first("PID")?.text(18);
  if (!number) desk.notebook.complain(`person ${person}`, `${message.trigger} names no account`);
  else desk.notebook.write(`account ${number}`, { ...facets, ...(person !== undefined && { person }) });
}

const opened: Handle = (message, desk) => write(message, desk, { state: "open", merged: undefined });
const changed: Handle = (message, desk) => write(message, desk, {});
const closed: Handle = (message, desk) => {
  const thing = `account ${message.first("PID")?.text(18)}`;
  if (desk.notebook.holds(thing) === undefined)
    return desk.notebook.complain(thing, `${message.trigger} of an account that is not known`);
  write(message, desk, { state: "closed" });
};

/** MRG-3 names the account that ended, PID-18 the one that goes on (3.3.41). */
export const mergeAccounts: Handle = (message, desk) => {
  const old = message.first("MRG")?.text(3);
  const kept = message.first("PID")?.text(18);
  if (!old || !kept || old === kept)
    return desk.notebook.complain(`account ${old || kept}`, `${message.trigger} does not name both accounts`);
  if (desk.notebook.holds(`account ${old}`) === undefined)
    return desk.notebook.complain(`account ${old}`, `${message.trigger} of an account that is not known`);
  writePerson(message, desk);
  desk.notebook.write(`account ${old}`, { state: "closed", merged: kept });
};

/** BAR: chapter 6. */
export const accounts: Handlers = { P01: opened, P02: closed, P05: changed, P06: closed };
