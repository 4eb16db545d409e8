import type { Received } from "../receivers/receiver.ts";
import { type Telling, type Thing, withoutRepeats } from "./check.ts";
import { dueness, spokenAs, type WatchedSince } from "./dueness.ts";
import { type Er7Message, type Er7Segment, readEr7, textAt } from "./er7.ts";
import type { History, Shown } from "./history.ts";

/**
 * What an HL7 v2 receiver is told, thing by thing, and what the hospital has to say about the same facets. Both sides
 * are brought to plain values here; where a field was taken from is part of what is checked.
 */
export function hl7Things(history: History, watchedSince: WatchedSince): Thing[] {
  return [
    ...things("Patient", patientFacets),
    ...things("Encounter", visitFacets).map(asMessagesTellVisits),
    ...things("Appointment", appointmentFacets),
    ...things("DiagnosticReport", reportFacets),
  ];

  function things(type: string, facetsOf: FacetsOf): Thing[] {
    return history.entries(type).map(({ key, shown }) => {
      const told = shown.map(({ resource }) => facetsOf(resource));
      const names = new Set(told.flatMap((facets) => Object.keys(facets)));
      return {
        key,
        due: hl7Dueness(key, facetsOf, history, watchedSince),
        facets: {
          ...Object.fromEntries(
            [...names].map((name) => [name, withoutRepeats(told.flatMap((facets) => facets[name] ?? []))]),
          ),
          ...resultSequences(history, key),
        },
      };
    });
  }
}

/** {@link dueness}, but of what messages say: a change that no field shows, as of a consultant who came and went, is none. */
function hl7Dueness(key: string, facetsOf: FacetsOf, history: History, watchedSince: WatchedSince): Thing["due"] {
  const since = watchedSince(history.patientOf(key) ?? "");
  const last = history.shown(key).at(-1);
  if (since === undefined || last === undefined) return "never";
  const said = (at: number) => JSON.stringify([facetsAt(key, at), ...resultsAt(at)]);
  const facetsAt = (each: string, at: number) => {
    const version = versionAt(history, each, at);
    return version && facetsOf(version.resource);
  };
  const resultsAt = (at: number) =>
    resultsOf(last.resource).map((result) => {
      const version = versionAt(history, result, at);
      return version && resultValue(version.resource);
    });
  if (said(since) !== said(Number.POSITIVE_INFINITY)) return spokenAs(last);
  return dueness(key, history, watchedSince) === "never" ? "never" : "if-told";
}

function versionAt(history: History, key: string, at: number): Shown | undefined {
  return history.shown(key).findLast(({ updatedAt }) => updatedAt <= at);
}

type Facets = Record<string, string>;
// biome-ignore lint/suspicious/noExplicitAny: each reader names the elements of the resource type that it takes
type AnyResource = any;
type FacetsOf = (resource: AnyResource) => Facets;

function patientFacets(patient: AnyResource): Facets {
  if (!patient.active) return {};
  const name = patient.name.find((each: fhir4.HumanName) => each.use === "official");
  const [address] = patient.address;
  return {
    name: `${name.family}, ${name.given[0]}`,
    birth: patient.birthDate.replaceAll("-", ""),
    street: address.line[0],
    town: `${address.city} ${address.state} ${address.postalCode}`,
  };
}

const visitClasses: Record<string, string> = { EMER: "E", IMP: "I", AMB: "O", PRENC: "P" };

function visitFacets(encounter: AnyResource): Facets {
  const places: AnyResource[] = encounter.location ?? [];
  const place = places.findLast(({ status }) => status === "active") ?? places.at(-1);
  return {
    // A planned stay is told as a pre-admission, and is one until it is called off.
    ...(visitState(encounter.status) !== "void" && {
      class: encounter.status === "planned" ? "P" : (visitClasses[encounter.class.code] ?? encounter.class.code),
    }),
    // Site, building, and then what PV1-3 begins with: unit, room, bed. A name and its code may differ in case.
    bed: place === undefined ? "" : place.location.display.split(", ").slice(2).join(" ").toUpperCase(),
    state: visitState(encounter.status),
  };
}

/** The end of a visit is taken back before the visit is; of one that is void, the class is of no more interest. */
function asMessagesTellVisits(visit: Thing): Thing {
  const { class: classes = [], state = [], ...facets } = visit.facets;
  const states = state.flatMap((each, place) =>
    each === "void" && state[place - 1] === "ended" ? ["open", each] : [each],
  );
  return { ...visit, facets: { ...facets, state: states, ...(state.at(-1) !== "void" && { class: classes }) } };
}

function visitState(status: string): string {
  if (status === "finished") return "ended";
  return status === "cancelled" || status === "entered-in-error" ? "void" : "open";
}

function appointmentFacets(appointment: AnyResource): Facets {
  const states: Record<string, string> = { cancelled: "cancelled", "entered-in-error": "cancelled", noshow: "missed" };
  return { start: String(Date.parse(appointment.start)), state: states[appointment.status] ?? "open" };
}

/** HL70123 */
const reportStatuses: Record<string, string> = { preliminary: "P", final: "F", corrected: "C", amended: "C" };

function reportFacets(report: AnyResource): Facets {
  const status = reportStatuses[report.status];
  return status === undefined ? {} : { status };
}

/** The values that each result of a report had: those of its present results, whose last ones have to be told. */
function resultSequences(history: History, key: string): Record<string, string[]> {
  return Object.fromEntries(
    resultsOf(history.shown(key).at(-1)?.resource).flatMap((result) => {
      const shown = history.shown(result);
      const code = codeOf(shown.at(-1)?.resource);
      return code === undefined
        ? []
        : [[`result ${code}`, withoutRepeats(shown.flatMap(({ resource }) => resultValue(resource) ?? []))]];
    }),
  );
}

function resultsOf(report: AnyResource): string[] {
  return (report?.result ?? []).map(({ reference }: fhir4.Reference) => reference);
}

function codeOf(observation: AnyResource): string | undefined {
  return observation?.code.coding.find(({ system }: fhir4.Coding) => system === "http://loinc.org")?.code;
}

/** The digits of a number, the text of a text; other values are left to the other client system. */
function resultValue(observation: AnyResource): string | undefined {
  return observation.valueQuantity?.value?.rawJSON ?? observation.valueString;
}

/** What each message tells, about the things whose identifiers it names. */
export function hl7Tellings(received: readonly Received[], history: History): Telling[] {
  const identified = identifiersOf(history);
  return received.flatMap(({ body }, message) =>
    readers.flatMap(({ type, read }) =>
      read(readEr7(body)).flatMap(({ identifiers, facets }) => {
        const key = identifiers.map((each) => identified.get(`${type} ${each}`)).find((each) => each !== undefined);
        return key === undefined ? [] : [{ message, key, facets }];
      }),
    ),
  );
}

/** Ids and identifier values of each thing, by type. */
function identifiersOf(history: History): Map<string, string> {
  return new Map(
    readers.flatMap(({ type }) =>
      history
        .entries(type)
        .flatMap(({ key, shown }) =>
          shown.flatMap(({ resource }): [string, string][] => [
            [`${type} ${resource.id}`, key],
            ...(resource.identifier ?? []).map(({ value }: fhir4.Identifier): [string, string] => [
              `${type} ${value}`,
              key,
            ]),
          ]),
        ),
    ),
  );
}

interface Said {
  readonly identifiers: readonly string[];
  readonly facets: Facets;
}

const readers: { type: string; read: (message: Er7Message) => Said[] }[] = [
  { type: "Patient", read: readPatient },
  { type: "Encounter", read: readVisit },
  { type: "Appointment", read: readAppointment },
  { type: "DiagnosticReport", read: readReports },
];

function first(message: Er7Message, name: string): Er7Segment | undefined {
  return message.segments.find((segment) => segment.name === name);
}

function identifiersIn(segment: Er7Segment | undefined, ...positions: number[]): string[] {
  return positions.flatMap((position) => segment?.field(position).map((each) => each.text()) ?? []);
}

function readPatient(message: Er7Message): Said[] {
  const pid = first(message, "PID");
  if (pid === undefined) return [];
  return [
    {
      identifiers: identifiersIn(pid, 3),
      facets: {
        name: `${textAt(pid, 5, 1)}, ${textAt(pid, 5, 2)}`,
        birth: textAt(pid, 7),
        street: textAt(pid, 11),
        town: [3, 4, 5].map((component) => textAt(pid, 11, component)).join(" "),
      },
    },
  ];
}

function readVisit(message: Er7Message): Said[] {
  const pv1 = first(message, "PV1");
  if (pv1 === undefined || textAt(first(message, "MSH"), 9) !== "ADT") return [];
  const trigger = textAt(first(message, "MSH"), 9, 2);
  return [
    {
      identifiers: identifiersIn(pv1, 19),
      facets: {
        class: textAt(pv1, 2),
        bed: [1, 2, 3]
          .map((component) => textAt(pv1, 3, component))
          .join(" ")
          .trim()
          .toUpperCase(),
        state:
          trigger === "A11" || trigger === "A38" ? "void" : ["", '""'].includes(textAt(pv1, 45)) ? "open" : "ended",
      },
    },
  ];
}

function readAppointment(message: Er7Message): Said[] {
  const sch = first(message, "SCH");
  if (sch === undefined) return [];
  const states: Record<string, string> = { S15: "cancelled", S26: "missed" };
  return [
    {
      identifiers: identifiersIn(sch, 1, 2),
      facets: {
        start: String(instantOf(textAt(sch, 11, 4))),
        state: states[textAt(first(message, "MSH"), 9, 2)] ?? "open",
      },
    },
  ];
}

function readReports(message: Er7Message): Said[] {
  const obr = first(message, "OBR");
  if (obr === undefined) return [];
  const results = message.segments
    .filter(({ name }) => name === "OBX")
    .map((obx) => [`result ${textAt(obx, 3)}`, textAt(obx, 5)]);
  return [
    { identifiers: identifiersIn(obr, 3, 2), facets: { status: textAt(obr, 25), ...Object.fromEntries(results) } },
  ];
}

/** `20260302061500-0600` as epoch ms. */
function instantOf(text: string): number {
  const [, year, month, day, hour, minute, second = "00", sign, offsetHour, offsetMinute] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:\.\d+)?([+-])(\d\d)(\d\d)$/.exec(text) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${sign}${offsetHour}:${offsetMinute}`);
}
