/**
 * As much of an ER7 reader as the truth check needs, on purpose apart from the bridge's own code: what wrote a message
 * must not be what judges it.
 */
export interface Er7Message {
  readonly segments: readonly Er7Segment[];
}

export interface Er7Segment {
  readonly name: string;
  /** Repetitions of a field, by its number. */
  field(position: number): readonly Er7Value[];
}

export interface Er7Value {
  /** Text of a component and subcomponent, both counted from 1, unescaped. */
  text(component?: number, subcomponent?: number): string;
  /** The texts of all components, first subcomponents. */
  readonly components: readonly string[];
}

/** @throws Error for text that does not begin with an MSH segment */
export function readEr7(text: string): Er7Message {
  const [fieldMark = "", componentMark = "", repetitionMark = "", escapeMark = "", subcomponentMark = ""] = text.slice(
    3,
    8,
  );
  if (!text.startsWith("MSH") || fieldMark === "") throw new Error("An HL7 v2 message begins with MSH");
  const marks = { F: fieldMark, S: componentMark, R: repetitionMark, E: escapeMark, T: subcomponentMark };
  const plain = (escaped: string) => unescapeText(escaped, marks);
  const value = (raw: string): Er7Value => {
    const parts = raw.split(componentMark).map((component) => component.split(subcomponentMark).map(plain));
    return {
      text: (component = 1, subcomponent = 1) => parts[component - 1]?.[subcomponent - 1] ?? "",
      components: parts.map(([first = ""]) => first),
    };
  };
  const segments = text
    .split(/\r\n?|\n/)
    .filter((line) => line !== "")
    .map((line): Er7Segment => {
      const [name = "", ...fields] = line.split(fieldMark);
      // MSH-1 is the field mark itself, so the fields of MSH are counted from 2.
      const offset = name === "MSH" ? 2 : 1;
      return {
        name,
        field: (position) => {
          const raw = fields[position - offset] ?? "";
          return raw === "" ? [] : raw.split(repetitionMark).map(value);
        },
      };
    });
  return { segments };
}

/** The escape sequences of v2.5.1, 2.7.1; formatting sequences are left out of the text. */
function unescapeText(text: string, marks: Record<"F" | "S" | "R" | "E" | "T", string>): string {
  if (!text.includes(marks.E)) return text;
  const [first = "", ...rest] = text.split(marks.E);
  let plain = first;
  for (const [index, part] of rest.entries()) {
    const isSequence = index % 2 === 0;
    if (!isSequence) plain += part;
    else if (part in marks) plain += marks[part as keyof typeof marks];
    else if (part.startsWith("X")) plain += Buffer.from(part.slice(1), "hex").toString("utf8");
    else if (part === ".br") plain += "\n";
  }
  return plain;
}

/** First repetition, component text; empty where absent. */
export function textAt(segment: Er7Segment | undefined, position: number, component = 1, subcomponent = 1): string {
  return segment?.field(position)[0]?.text(component, subcomponent) ?? "";
}
