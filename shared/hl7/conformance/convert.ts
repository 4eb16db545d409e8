import type { DataTypeDefinition, VersionDefinitions } from "../dictionary/definitions.ts";
import { type Component, isEmpty, type Repetition, type Value } from "../model.ts";

/** Turns one repetition of a field from the data type of one version into that of another. */
export type Converter = (repetition: Repetition) => Repetition;

const same: Converter = (repetition) => repetition;

const codedTypes: ReadonlySet<string> = new Set(["CE", "CWE", "CNE", "CF"]);

/** Types that one version has in place of another without a likeness of their components. */
const unlike: Readonly<Record<string, Converter>> = {
  "XCN XPN": (repetition) => repetition.slice(1),
  "CX CE": (repetition) => repetition.slice(0, 1),
};

const converters = new WeakMap<VersionDefinitions, Map<string, Converter>>();

/** How the version `to` says what a field of type `typeId` of the version `from` says, where it has `targetId`. */
export function converterOf(
  typeId: string,
  targetId: string,
  from: VersionDefinitions,
  to: VersionDefinitions,
): Converter {
  let known = converters.get(to);
  if (known === undefined) {
    known = new Map();
    converters.set(to, known);
  }
  const key = `${typeId} ${targetId}`;
  let converter = known.get(key);
  if (converter === undefined) {
    converter = keepingNull(makeConverter(from.types.get(typeId), to.types.get(targetId), from, to));
    known.set(key, converter);
  }
  return converter;
}

/** The HL7 null deletes the whole field, whatever its type. */
function keepingNull(converter: Converter): Converter {
  if (converter === same) return same;
  return (repetition) => (repetition.length === 1 && repetition[0] === null ? repetition : converter(repetition));
}

function makeConverter(
  source: DataTypeDefinition | undefined,
  target: DataTypeDefinition | undefined,
  from: VersionDefinitions,
  to: VersionDefinitions,
): Converter {
  if (source === undefined || target === undefined || source.id === "VARIES" || target.id === "VARIES") return same;
  const special = unlike[`${source.id} ${target.id}`];
  if (special !== undefined) return special;
  if (target.components.length === 0) return (repetition) => [firstValue(repetition)];
  // A code of a table that sites define, which became one with its name.
  if (source.id === "IS" && target.id === "CWE") return same;
  if (source.components.length === 0) return (repetition) => repetition.slice(0, 1);
  // The beginning of a range where there was one time; the placer's number where there was one number.
  if (source.id !== target.id && source.components[0]?.type === target.id)
    return ([first]) => (Array.isArray(first) ? first : [first]);
  if (source.id !== target.id && target.components[0]?.type === source.id)
    return (repetition) => [repetition.map((component) => firstValue([component]))];
  const byPosition = withRange(source, target, positional(source, target, from, to));
  if (target.id === "CE" && source.id !== "CE" && codedTypes.has(source.id)) return codedElement(byPosition);
  if (source.id === "XTN" && target.components[0]?.type === "TN") return telephoneNumber(byPosition);
  if (source.id === "XON" && target.components.length < source.components.length) return organizationName(byPosition);
  if (target.id === "CX" && target.components[identifierType]?.usage === "R") return typedIdentifier(byPosition);
  const media = target.components.findIndex(({ table }) => table === 834);
  if (media !== -1 && source.components[media]?.table === 191) return mediaType(media, byPosition);
  return byPosition;
}

/** Where the begin and the end of a name or an address stand in 2.5 and later, and where their range stands in 2.4. */
const ranges: Readonly<Record<string, readonly [start: number, range: number]>> = {
  XPN: [11, 9],
  XAD: [12, 11],
  XCN: [18, 16],
};

function withRange(source: DataTypeDefinition, target: DataTypeDefinition, convert: Converter): Converter {
  const [start, range] = ranges[source.id] ?? [];
  if (start === undefined || range === undefined || source.id !== target.id) return convert;
  if (target.components.length > start || target.components[range]?.type !== "DR") return convert;
  return (repetition) => {
    const ends = [firstValue([repetition[start]]), firstValue([repetition[start + 1]])];
    if (ends.every(isEmpty)) return convert(repetition);
    const converted = Array.from(convert(repetition));
    converted[range] = ends;
    return Array.from(converted);
  };
}

function positional(
  source: DataTypeDefinition,
  target: DataTypeDefinition,
  from: VersionDefinitions,
  to: VersionDefinitions,
): Converter {
  const parts = target.components.map((component, index) =>
    component.usage === "W"
      ? () => undefined
      : componentConverter(source.components[index]?.type, component.type, from, to),
  );
  if (source.components.length <= parts.length && parts.every((part) => part === undefined)) return same;
  return (repetition) =>
    repetition.slice(0, parts.length).map((value, index) => {
      const part = parts[index];
      return part === undefined ? value : part(value);
    });
}

/** Undefined where a component stays as it is. */
function componentConverter(
  sourceId: string | undefined,
  targetId: string,
  from: VersionDefinitions,
  to: VersionDefinitions,
): ((component: Component) => Component) | undefined {
  const source = from.types.get(sourceId ?? "");
  const target = to.types.get(targetId);
  if (target === undefined || source === undefined || source.components.length === 0) return undefined;
  if (target.components.length === 0) return (component) => firstValue([component]);
  if (source.components.length <= target.components.length) return undefined;
  const { length } = target.components;
  return (component) => (Array.isArray(component) ? component.slice(0, length) : component);
}

/** The first value that there is, in the order of the message. */
function firstValue(repetition: Repetition): Value {
  for (const component of repetition) {
    if (isEmpty(component)) continue;
    if (typeof component !== "object" || component === null) return component;
    return component.find((value) => !isEmpty(value));
  }
  return undefined;
}

/** CE has no place for the text that a person wrote but that of the code, and it goes before the name of the code. */
function codedElement(convert: Converter): Converter {
  const textOf = (repetition: Repetition): Component => (isEmpty(repetition[8]) ? repetition[1] : repetition[8]);
  return (repetition) => convert([repetition[0], textOf(repetition), ...repetition.slice(2)]);
}

/** Before 2.5 a telephone number is one text, `(507)555-0101X12`; a number of another form is kept as any text (XTN.9). */
function telephoneNumber(convert: Converter): Converter {
  return (repetition) => {
    const [area, local, extension, unformatted] = [5, 6, 7, 11].map((index) => firstValue([repetition[index]]));
    const converted = [...convert(repetition)];
    if (!isEmpty(converted[0])) return converted;
    if (typeof local === "string" && /^\d{7}$/.test(local)) {
      const number = `${local.slice(0, 3)}-${local.slice(3)}`;
      converted[0] = `${area ? `(${area})` : ""}${number}${extension ? `X${extension}` : ""}`;
    } else if (!isEmpty(unformatted)) converted[8] = unformatted;
    return Array.from(converted);
  };
}

/** Before 2.5 the number of an organization (XON.10) is XON.3, where it is a number. */
function organizationName(convert: Converter): Converter {
  return (repetition) => {
    const converted = [...convert(repetition)];
    const identifier = firstValue([repetition[9]]);
    if (isEmpty(converted[2]) && typeof identifier === "string" && /^\d+$/.test(identifier)) converted[2] = identifier;
    return Array.from(converted);
  };
}

/** CX.5 */
const identifierType = 4;

/** From 2.7 on a number must say of which type it is: U where the source does not (HL70203). */
function typedIdentifier(convert: Converter): Converter {
  return (repetition) => {
    const converted = [...convert(repetition)];
    if (converted.some((component) => !isEmpty(component)) && isEmpty(converted[identifierType]))
      converted[identifierType] = "U";
    return Array.from(converted);
  };
}

/** HL70191 to HL70834: from 2.6 on, ED and RP name the type of their data as MIME does. */
const mediaTypes: Readonly<Record<string, string>> = {
  AP: "application",
  Application: "application",
  AU: "audio",
  Audio: "audio",
  FT: "text",
  IM: "image",
  Image: "image",
  TEXT: "text",
  TX: "text",
};

function mediaType(position: number, convert: Converter): Converter {
  return (repetition) =>
    convert(repetition).map((value, index) =>
      index === position && typeof value === "string" ? (mediaTypes[value] ?? value) : value,
    );
}
