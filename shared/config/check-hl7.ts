import { definitionsOf, type FieldDefinition, type VersionDefinitions } from "../hl7/dictionary/definitions.ts";
import { type Place, placeOf } from "../hl7/place.ts";
import { conditionProblems, expressionProblems, type Problem } from "./check-expressions.ts";
import { isRecord } from "./hl7-settings.ts";
import type { AddedSegment } from "./overlay.ts";
import type { Hl7Destination } from "./schema.ts";

/**
 * What a schema cannot see in an HL7 v2 destination: places that its version does not have, expressions that are not
 * FHIRPath, values of a shape that no overlay has, options that do not go together.
 */
export function hl7Problems(destination: Hl7Destination): readonly Problem[] {
  const definitions = definitionsOf(destination.version);
  if (definitions === undefined) return [];
  return [
    ...overlayProblems(destination, definitions),
    ...segmentProblems(destination, definitions),
    ...fieldKeys(destination).flatMap(({ path, key, checks }) => placeProblems(key, path, definitions, checks)),
    ...valueSetProblems(destination, definitions),
    ...Object.keys(destination.valueSets).flatMap((key) => envelopeProblems(key, `valueSets.${key}`, "valueSet")),
    ...Object.keys(destination.truncation.lengths).flatMap((key) =>
      envelopeProblems(key, `truncation.lengths.${key}`, "length"),
    ),
    ...versionProblems(destination),
  ];
}

interface Checks {
  /** The whole field and no part of it. */
  readonly isWhole?: boolean;
  /** All repetitions and no single one. */
  readonly isUnrepeated?: boolean;
  /** A segment alone is a place too. */
  readonly takesSegment?: boolean;
  readonly isSuppressed?: boolean;
  /** `*` stands for all. */
  readonly takesAll?: boolean;
  /** Segments of the version only. */
  readonly isStandard?: boolean;
}

const placeForms = "Write a place as PID-5, PID-5.7, PID-5.1.1 or PID-3[1].4";
/** `OBX[2]-5`, as lineage writes it. */
const namesOccurrence = /^[A-Z][A-Z0-9]{2}\[\d+\]-/;

function placeProblems(
  key: string,
  path: string,
  definitions: VersionDefinitions,
  {
    isWhole = false,
    isUnrepeated = false,
    takesSegment = false,
    isSuppressed = false,
    isStandard = false,
  }: Checks = {},
): readonly Problem[] {
  const at = (problem: string): readonly Problem[] => [{ path, problem }];
  const place = placeOf(key);
  if (place === undefined && namesOccurrence.test(key))
    return at('A place holds for every segment of its name; for one of them, add when: "setId = 2"');
  if (place === undefined) return at(placeForms);
  const { segment, field } = place;
  if (field === undefined)
    return takesSegment ? [] : at(`${placeForms}; a segment alone takes { suppress: true } only`);
  if (isWhole && (place.component !== undefined || place.repetition !== undefined))
    return at(`Name the whole field: ${segment}-${field}`);
  if (isUnrepeated && place.repetition !== undefined) return at("It holds for every repetition: leave the [n] out");
  if (segment.startsWith("Z"))
    return isStandard ? at("What Z-segments hold is not checked: name a field of a standard segment") : [];
  const { version, segments, types } = definitions;
  const known = segments.get(segment);
  if (known === undefined) return at(`There is no segment ${segment} in ${version}`);
  const definition = known.fields[field - 1];
  if (definition === undefined) return at(`${segment} of ${version} ends with field ${known.fields.length}`);
  if (definition.usage === "W" && !isSuppressed)
    return at(`${version} has withdrawn ${segment}-${field} (${definition.name}): it has to stay empty`);
  if (segment === "MSH" && field <= 2) return at("Write the characters of MSH-1 and MSH-2 under delimiters");
  return partProblems(place, definition, types).flatMap((problem) => at(problem));
}

function partProblems(
  { segment, field, component, subcomponent }: Place,
  { type, name }: FieldDefinition,
  types: VersionDefinitions["types"],
): readonly string[] {
  if (component === undefined || type === "VARIES") return [];
  const components = types.get(type)?.components ?? [];
  const place = `${segment}-${field} (${name})`;
  const length = Math.max(1, components.length);
  if (component > length)
    return [
      components.length === 0
        ? `${place} is ${type}, which has no components`
        : `${place} is ${type}, which ends with component ${length}`,
    ];
  if (subcomponent === undefined) return [];
  const partType = components[component - 1]?.type ?? type;
  const parts = Math.max(1, types.get(partType)?.components.length ?? 0);
  return subcomponent > parts ? [`${place}.${component} is ${partType}, which ends with subcomponent ${parts}`] : [];
}

/** Places of the envelope by which a message is read and answered. */
const envelope: Readonly<Record<string, { readonly problem: string; readonly holdsFor: readonly Change[] }>> = {
  "MSH-9": { problem: "It says which message this is", holdsFor: ["suppress", "valueSet", "length"] },
  "MSH-10": {
    problem: "The acknowledgement names the message by it: leave it as it is",
    holdsFor: ["suppress", "value", "valueSet", "length"],
  },
  "MSH-12": { problem: "It says how the message is read", holdsFor: ["suppress", "valueSet", "length"] },
  "MSH-15": { problem: "Write it under acceptAcknowledgment, so that the link waits for it", holdsFor: ["value"] },
  "MSH-16": { problem: "Write it under applicationAcknowledgment, so that the link waits for it", holdsFor: ["value"] },
};
type Change = "suppress" | "value" | "valueSet" | "length";

function envelopeProblems(key: string, path: string, change: Change): readonly Problem[] {
  const { segment, field } = placeOf(key) ?? {};
  if (segment === "MSH" && field === undefined) return [{ path, problem: "A message begins with its MSH" }];
  const row = envelope[`${segment}-${field}`];
  return row?.holdsFor.includes(change) ? [{ path, problem: row.problem }] : [];
}

function overlayProblems({ overlays }: Hl7Destination, definitions: VersionDefinitions): readonly Problem[] {
  return Object.entries(overlays).flatMap(([key, given]) => {
    const list: readonly unknown[] = Array.isArray(given) ? given : [given];
    const isSuppressed = list.every((each) => isRecord(each) && each["suppress"] === true);
    return [
      ...placeProblems(key, `overlays.${key}`, definitions, { takesSegment: isSuppressed, isSuppressed }),
      ...envelopeProblems(key, `overlays.${key}`, isSuppressed ? "suppress" : "value"),
      ...list.flatMap((each, index) =>
        overlayShape(each, Array.isArray(given) ? `overlays.${key}.${index}` : `overlays.${key}`, placeOf(key)),
      ),
    ];
  });
}

const overlayForms =
  "Write a text, or one of { constant }, { fhirPath }, { firstOf }, { compute }, { suppress: true }, { add }, { replace }, each with { when } or { triggers } where it does not always hold";

function overlayShape(overlay: unknown, path: string, place: Place | undefined): readonly Problem[] {
  if (typeof overlay === "string") return valueProblems(overlay, path, place);
  if (!isRecord(overlay)) return [{ path, problem: overlayForms }];
  const { when, triggers, ...value } = overlay;
  const conditions = conditionProblems({ when, triggers }, path);
  const [kind, ...others] = Object.keys(value);
  if (kind === undefined || others.length > 0) return [...conditions, { path, problem: overlayForms }];
  if (kind === "suppress")
    return overlay["suppress"] === true ? conditions : [...conditions, { path, problem: "Write { suppress: true }" }];
  if (kind === "add") {
    const isField = place?.component === undefined && place?.repetition === undefined;
    const whole: readonly Problem[] = isField ? [] : [{ path, problem: "Repetitions are added to a whole field" }];
    return [...conditions, ...whole, ...valueProblems(overlay["add"], `${path}.add`, place)];
  }
  if (kind === "replace") {
    const { replace } = overlay;
    const isTable = isRecord(replace) && Object.values(replace).every((each) => typeof each === "string");
    return isTable ? conditions : [...conditions, { path: `${path}.replace`, problem: 'Write texts: { "H": "HOME" }' }];
  }
  return [...conditions, ...valueProblems(value, path, place)];
}

const valueForms =
  "Write a text, or one of { constant }, { fhirPath }, { firstOf: [] }, { compute: (context) => text }";

function valueProblems(value: unknown, path: string, place: Place | undefined): readonly Problem[] {
  const at = (problem: string, part = ""): readonly Problem[] => [{ path: path + part, problem }];
  if (typeof value === "string")
    return value === "" ? at("A text that is empty says nothing: use { suppress: true }") : [];
  if (!isRecord(value)) return at(valueForms);
  const [kind = "", ...others] = Object.keys(value);
  if (others.length > 0) return at(valueForms);
  const content = value[kind];
  switch (kind) {
    case "constant":
      if (!isConstant(content)) return at('Write a text, null, or components: ["UNK", "Unknown", "L"]', ".constant");
      return [partsProblem(content, place)].flatMap((problem) =>
        problem === undefined ? [] : at(problem, ".constant"),
      );
    case "fhirPath":
      return expressionProblems(content, `${path}.fhirPath`);
    case "firstOf":
      if (!Array.isArray(content) || content.length === 0) return at("Write a list of values", ".firstOf");
      return content.flatMap((each, index) => valueProblems(each, `${path}.firstOf.${index}`, place));
    case "compute":
      return typeof content === "function" ? [] : at("Write a function: (context) => text", ".compute");
    default:
      return at(valueForms);
  }
}

/** A list says one level of parts more than the place has. */
function partsProblem(constant: unknown, place: Place | undefined): string | undefined {
  if (!Array.isArray(constant) || place?.component === undefined) return undefined;
  if (place.subcomponent !== undefined) return "A subcomponent has no parts: write one text";
  return constant.some(Array.isArray)
    ? 'A component has subcomponents only: write one list, ["GEN", "1.2.3", "ISO"]'
    : undefined;
}

function isConstant(value: unknown): boolean {
  if (value === null || (typeof value === "string" && value !== "")) return true;
  return Array.isArray(value) && value.length > 0 && value.every(isComponent);
}

function isComponent(value: unknown): boolean {
  return typeof value === "string" || (Array.isArray(value) && value.every((each) => typeof each === "string"));
}

const headers: ReadonlySet<string> = new Set(["MSH", "FHS", "BHS", "BTS", "FTS"]);

function segmentProblems({ segments }: Hl7Destination, definitions: VersionDefinitions): readonly Problem[] {
  return segments.flatMap((added, index) => addedProblems(added, `segments.${index}`, definitions));
}

function addedProblems(added: AddedSegment, path: string, definitions: VersionDefinitions): readonly Problem[] {
  if (!isRecord(added) || typeof added.segment !== "string" || !/^[A-Z][A-Z0-9]{2}$/.test(added.segment))
    return [{ path: `${path}.segment`, problem: 'Write the name of a segment, as "ZPI"' }];
  const { segment, after, before, afterEach, when, triggers, forEach, fields, ...others } = added;
  const unknown = Object.keys(others).map((key) => ({
    path: `${path}.${key}`,
    problem: "There is no such option; there are: segment, after, before, afterEach, forEach, when, triggers, fields",
  }));
  const anchors = [after, before, afterEach].filter((each) => each !== undefined);
  const [wanted]: readonly unknown[] = anchors;
  const isPlaced = anchors.length === 1 && typeof wanted === "string" && /^[A-Z][A-Z0-9]{2}$/.test(wanted);
  const isKnown = (name: string) => name.startsWith("Z") || definitions.segments.has(name);
  const [anchor] = Object.entries({ after, before, afterEach }).filter(
    (entry): entry is [string, string] => isPlaced && entry[1] !== undefined,
  );
  return [
    ...unknown,
    ...(isKnown(segment)
      ? []
      : [{ path: `${path}.segment`, problem: `There is no segment ${segment} in ${definitions.version}` }]),
    ...(headers.has(segment) ? [{ path: `${path}.segment`, problem: `${segment} would begin or end a message` }] : []),
    ...(before === "MSH" ? [{ path: `${path}.before`, problem: "A message begins with its MSH" }] : []),
    ...(anchor === undefined || isKnown(anchor[1])
      ? []
      : [{ path: `${path}.${anchor[0]}`, problem: `There is no segment ${anchor[1]} in ${definitions.version}` }]),
    ...(isPlaced
      ? []
      : [{ path, problem: 'Say where: one of { after: "PID" }, { before: "OBX" }, { afterEach: "OBX" }' }]),
    ...(afterEach === segment
      ? [{ path: `${path}.afterEach`, problem: `It would follow itself: write { after: "${segment}" }` }]
      : []),
    ...conditionProblems({ when, triggers }, path),
    ...(forEach === undefined ? [] : expressionProblems(forEach, `${path}.forEach`)),
    ...(isRecord(fields) && Object.keys(fields).length > 0
      ? Object.entries(fields).flatMap(([key, value]) => [
          ...placeProblems(key, `${path}.fields.${key}`, definitions),
          ...(placeOf(key)?.segment === segment || placeOf(key) === undefined
            ? []
            : [{ path: `${path}.fields.${key}`, problem: `Name a field of ${segment}: ${segment}-1` }]),
          ...valueProblems(value, `${path}.fields.${key}`, placeOf(key)),
        ])
      : [{ path: `${path}.fields`, problem: `Write fields and values: { "${segment}-1": "1" }` }]),
  ];
}

interface FieldKey {
  readonly path: string;
  readonly key: string;
  readonly checks: Checks;
}

/** The records whose keys name places. */
function fieldKeys({
  fallbacks,
  truncation,
  conformance,
  preferences,
  valueSets,
}: Hl7Destination): readonly FieldKey[] {
  const keysOf = (record: object, path: string, checks: Checks): readonly FieldKey[] =>
    Object.keys(record)
      .filter((key) => key !== "*" || !checks.takesAll)
      .map((key) => ({ path: `${path}.${key}`, key, checks }));
  const whole: Checks = { isWhole: true };
  const all: Checks = { ...whole, takesAll: true };
  return [
    ...keysOf(fallbacks, "fallbacks", whole),
    ...keysOf(truncation.lengths, "truncation.lengths", {}),
    ...keysOf(conformance.fields, "conformance.fields", { ...whole, isStandard: true }),
    ...keysOf(preferences.codings, "preferences.codings", all),
    ...keysOf(valueSets, "valueSets", { isUnrepeated: true, takesAll: true }),
  ];
}

const codedTypes: ReadonlySet<string> = new Set(["CE", "CWE", "CNE", "CF", "IS", "ID"]);
/** In components codes may be texts: the state of an address. */
const codedPartTypes: ReadonlySet<string> = new Set([...codedTypes, "ST"]);

function valueSetProblems(
  { valueSets, preferences }: Hl7Destination,
  { segments, types }: VersionDefinitions,
): readonly Problem[] {
  const coded = (key: string, path: string): readonly Problem[] => {
    const { segment = "", field = 0, component, subcomponent } = placeOf(key) ?? {};
    const whole = segments.get(segment)?.fields[field - 1]?.type;
    if (whole === undefined || whole === "VARIES") return [];
    const partOf = (type: string | undefined, part: number | undefined) =>
      part === undefined ? type : types.get(type ?? "")?.components[part - 1]?.type;
    const type = partOf(partOf(whole, component), subcomponent);
    const fitting = component === undefined ? codedTypes : codedPartTypes;
    if (type === undefined || fitting.has(type)) return [];
    const hint = component === undefined ? "; name the component that holds the code" : "";
    return [{ path, problem: `${key} is ${type}: codes stand in places of type ${[...fitting].join(", ")}${hint}` }];
  };
  return [
    ...Object.keys(preferences.codings).flatMap((key) => coded(key, `preferences.codings.${key}`)),
    ...Object.entries(valueSets).flatMap(([key, { noRow, default: usual, map, conceptMap }]): readonly Problem[] => {
      const path = `valueSets.${key}`;
      const lacksDefault = noRow === "default" && usual === undefined;
      const hasRows = Object.keys(map).length > 0 || conceptMap !== undefined;
      return [
        ...coded(key, path),
        ...(lacksDefault
          ? [{ path: `${path}.default`, problem: 'Write what is sent: { code: "9", name: "Unknown" }' }]
          : []),
        ...(key === "*" && hasRows
          ? [{ path, problem: "Under * stands only what becomes of a code without a row" }]
          : []),
      ];
    }),
  ];
}

function versionProblems({ version, software, delimiters, messageProfiles }: Hl7Destination): readonly Problem[] {
  const isBefore = (other: string) => version.localeCompare(other, "en", { numeric: true }) < 0;
  return [
    ...(software !== undefined && isBefore("2.5")
      ? [{ path: "software", problem: `SFT came with 2.5, and this destination speaks ${version}: leave it out` }]
      : []),
    ...(messageProfiles.length > 0 && isBefore("2.4")
      ? [{ path: "messageProfiles", problem: `MSH-21 came with 2.4, and this destination speaks ${version}` }]
      : []),
    ...(delimiters?.truncation !== undefined && isBefore("2.7")
      ? [
          {
            path: "delimiters.truncation",
            problem: `It came with 2.7, and this destination speaks ${version}: leave it out`,
          },
        ]
      : []),
  ];
}
