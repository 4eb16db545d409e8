import { contentOf, type Handle } from "./desk.ts";
import { writeOwner } from "./people.ts";

/** MDM: chapter 9. */
export const documents: Handle = (message, desk) => {
  const owner = writeOwner(message, desk);
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
    ...owner,
  });
};
