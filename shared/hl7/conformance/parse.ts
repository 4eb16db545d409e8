import { type Delimiters, standardDelimiters } from "../encode.ts";
import { type Component, type Field, lineBreak, type Message, type Segment, type Value } from "../model.ts";

/**
 * Reads ER7 text into the neutral form: the inverse of `encodeMessage`, for messages of any origin and version. Segments
 * may end in CR, LF or both; the delimiters are those of MSH-1 and MSH-2. Nothing is refused: what a message breaks is
 * for `check` to say.
 *
 * @returns one message for each MSH; text before the first is a message of its own
 */
export function parseMessages(er7: string): readonly Message[] {
  const messages: { segments: Segment[] }[] = [];
  let reader = readerFor(standardDelimiters);
  for (const text of er7.split(/\r\n?|\n/)) {
    // VT and FS: the block characters of MLLP, which a captured message may still have around it.
    const line = text.replaceAll("\v", "").replaceAll("\x1c", "");
    if (line.trim() === "") continue;
    const isHeader = line.startsWith("MSH");
    if (isHeader) reader = readerFor(delimitersOf(line));
    if (isHeader || messages.length === 0) messages.push({ segments: [] });
    messages.at(-1)?.segments.push(reader(line));
  }
  return messages;
}

function delimitersOf(header: string): Delimiters {
  const field = header[3] ?? standardDelimiters.field;
  const [component, repetition, mark, subcomponent, truncation] = header.slice(4).split(field)[0] ?? "";
  return {
    field,
    component: component ?? standardDelimiters.component,
    repetition: repetition ?? standardDelimiters.repetition,
    escape: mark ?? standardDelimiters.escape,
    subcomponent: subcomponent ?? standardDelimiters.subcomponent,
    truncation,
  };
}

function readerFor(delimiters: Delimiters): (line: string) => Segment {
  const { field, component, repetition, escape: mark, subcomponent, truncation } = delimiters;
  const quoted = [...mark].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
  const sequence = new RegExp(`${quoted}([^${quoted}]*)${quoted}`, "g");
  const sequences = new Map<string, string | undefined>([
    ["F", field],
    ["S", component],
    ["T", subcomponent],
    ["R", repetition],
    ["E", mark],
    ["P", truncation],
    [".br", lineBreak],
  ]);

  function readValue(text: string): Value {
    if (text === "") return undefined;
    if (text === '""') return null;
    if (!text.includes(mark)) return text;
    return text.replace(sequence, (whole, name: string) => sequences.get(name) ?? hexadecimal(name) ?? whole);
  }

  function readComponent(text: string): Component {
    return text.includes(subcomponent) ? text.split(subcomponent).map(readValue) : readValue(text);
  }

  function readField(text: string): Field | undefined {
    if (text === "") return undefined;
    return text.split(repetition).map((each) => each.split(component).map(readComponent));
  }

  return (line) => {
    const [name = "", ...texts] = line.split(field);
    if (name !== "MSH") return { name, fields: [undefined, ...texts.map(readField)] };
    const [encodingCharacters = "", ...rest] = texts;
    return { name, fields: [undefined, [[field]], [[encodingCharacters]], ...rest.map(readField)] };
  };
}

/** `\X0D\`: characters by their code; undefined for any other sequence, which stays as it is. */
function hexadecimal(name: string): string | undefined {
  return /^X(?:[0-9A-Fa-f]{2})+$/.test(name) ? Buffer.from(name.slice(1), "hex").toString("utf8") : undefined;
}
