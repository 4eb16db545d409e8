import type { Message, Segment } from "../er7.ts";
import { contentOf, type Handle } from "./desk.ts";
import { writeOwner } from "./people.ts";

/** HL70123 */
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

/** ORU: chapter 7. */
export const results: Handle = (message, desk) => {
  const owner = writeOwner(message, desk);
  for (const { obr, observations } of resultGroups(message)) {
    const thing = `result ${obr.text(3) || obr.text(2)}`;
    const stated = resultStates[obr.text(25)];
    if (stated === undefined) {
      desk.notebook.complain(thing, `OBR-25 ${obr.text(25)} means nothing here`);
      continue;
    }
    // A result that was never the patient's is told line by line (HL70085 W): OBR-25 has no code for it.
    const isVoid = observations.length > 0 && observations.every(isWithdrawn);
    const facets: Record<string, string | undefined> = { ...owner, state: isVoid ? "void" : stated };
    const isFinal = stated === "final" && !isVoid;
    facets.corrected = isFinal ? (obr.text(25) === "C" ? "yes" : "no") : undefined;
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
