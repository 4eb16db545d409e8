import { instantOf, type Message, type Segment } from "../er7.ts";
import { type Desk, type Handle, type Handlers, said } from "./desk.ts";

function medicalRecordNumber(segment: Segment | undefined, field: number, { options }: Desk): string | undefined {
  const found = segment
    ?.repetitions(field)
    .find(
      (each) => each.text(4, 2) === options.medicalRecordAuthority || each.text(4) === options.medicalRecordAuthority,
    );
  return found?.text();
}

/** Takes down who the message is about. */
export function writePerson(message: Message, desk: Desk): string | undefined {
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

export function visitNumber(message: Message): string | undefined {
  return message.first("PV1")?.text(19) || undefined;
}

/** Whose an order, a result or a document is, and in which visit it was written. */
export function writeOwner(message: Message, desk: Desk): { person?: string; visit?: string } {
  const person = writePerson(message, desk);
  const visit = visitNumber(message);
  return { ...(person !== undefined && { person }), ...(visit !== undefined && { visit }) };
}

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
    for (const thing of [...desk.notebook.things()])
      if (desk.notebook.holds(thing)?.merged === old) desk.notebook.write(thing, { merged: kept });
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

/** ADT about people: chapter 3. */
export const people: Handlers = {
  A18: mergePeople,
  A24: personOnly,
  A28: personOnly,
  A29: (message, desk) => desk.notebook.remove(`person ${medicalRecordNumber(message.first("PID"), 3, desk)}`),
  A31: personOnly,
  A34: mergePeople,
  A37: unlinkPeople,
  A40: mergePeople,
  A46: renumberPerson,
  A47: renumberPerson,
  A60: personOnly,
};
