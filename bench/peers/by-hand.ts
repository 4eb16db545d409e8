import { Hl7Field, Hl7Message, Hl7Segment } from "@medplum/core";
import { HL7Message } from "hl7v2";
import { Message } from "node-hl7-client";

/**
 * The messages of bench/render.ts as a developer makes them who knows this one hospital, with one package or another:
 * FHIR is read by name, what stands where is known, and codes, authorities and the zone are those of these resources.
 * Nothing is looked for, mapped by table, left out with a work item or checked.
 */

/** A message for a package to build: by segment, the repetitions of each field as their components. */
export type Parts = readonly (readonly [name: string, ...fields: (readonly [position: number, ...string[][]])[]])[];

const zone = "America/Chicago";
const clock = new Intl.DateTimeFormat("en-US", {
  timeZone: zone,
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "longOffset",
});

/** Times of one message: most are the same, and to ask the formatter costs more than all else that is read. */
type Times = Map<string, string>;

function local(instant: string | undefined, times: Times): string {
  if (instant === undefined) return "";
  const known = times.get(instant);
  if (known !== undefined) return known;
  const parts: Record<string, string> = {};
  for (const { type, value } of clock.formatToParts(new Date(instant))) parts[type] = value;
  const { year, month, day, hour, minute, second, timeZoneName = "" } = parts;
  const told = `${year}${month}${day}${hour}${minute}${second}${timeZoneName.slice(3).replace(":", "")}`;
  times.set(instant, told);
  return told;
}

const authorities: Readonly<Record<string, string>> = { "urn:oid:1.2.3.4": "GENMRN", "urn:oid:1.2.3.5": "GENFIN" };
const sexes: Readonly<Record<string, string>> = { female: "F", male: "M", other: "O", unknown: "U" };
const patientClasses: Readonly<Record<string, string>> = { IMP: "I", AMB: "O", EMER: "E" };
const documentTypes: Readonly<Record<string, string>> = { "18842-5": "DS" };
const facility = "GENERAL";

function header(code: string, event: string, structure: string, time: string): Parts[number] {
  return [
    "MSH",
    [3, ["IGNITEBRIDGE"]],
    [4, [facility]],
    [7, [time]],
    [9, [code, event, structure]],
    [10, ["B0000000000000000019"]],
    [11, ["P"]],
    [12, ["2.5.1"]],
    [18, ["UNICODE UTF-8"]],
  ];
}

function cx(identifier: fhir4.Identifier | undefined): string[] {
  const type = identifier?.type?.coding?.[1]?.code;
  return [identifier?.value ?? "", "", "", authorities[identifier?.system ?? ""] ?? "", type ?? ""];
}

function telephone(value: string): string[] {
  const [area = "", exchange = "", line = ""] = value.split("-");
  return [`(${area})${exchange}-${line}`, "PRN", "PH", "", "", area, exchange + line, "", "", "", "", value];
}

function pid(patient: fhir4.Patient, account: fhir4.Identifier | undefined, times: Times): Parts[number] {
  const name = patient.name?.[0];
  const address = patient.address?.[0];
  const race = patient.extension?.[0]?.extension?.[0]?.valueCoding;
  const [street = "", other = ""] = address?.line ?? [];
  const [given = "", ...middle] = name?.given ?? [];
  return [
    "PID",
    [1, ["1"]],
    [3, cx(patient.identifier?.[0])],
    [5, [name?.family ?? "", given, middle.join(" "), "", "", "", "L"]],
    [7, [patient.birthDate?.replaceAll("-", "") ?? ""]],
    [8, [sexes[patient.gender ?? ""] ?? ""]],
    [10, [race?.code ?? "", race?.display ?? "", "HL70005"]],
    [
      11,
      [
        street,
        other,
        address?.city ?? "",
        address?.state ?? "",
        address?.postalCode ?? "",
        address?.country ?? "",
        address?.use === "home" ? "H" : "",
      ],
    ],
    [
      13,
      ...(patient.telecom ?? []).map(({ system, value = "" }) =>
        system === "email" ? ["", "NET", "Internet", value] : telephone(value),
      ),
    ],
    [18, cx(account)],
    [33, [local(patient.meta?.lastUpdated, times)]],
  ];
}

function person(display: string | undefined): string[] {
  const [family = "", given = ""] = display?.split(", ") ?? [];
  return ["", family, given];
}

function pv1(visit: fhir4.Encounter, times: Times): Parts[number] {
  const place = visit.location?.[0]?.location.display ?? "";
  const [, building = "", unit = "", room = "", bed = ""] = place.split(", ");
  const attending = visit.participant?.find(({ type }) => type?.[0]?.coding?.[0]?.code === "ATND");
  return [
    "PV1",
    [1, ["1"]],
    [2, [patientClasses[visit.class.code ?? ""] ?? ""]],
    [3, [unit, room, bed, facility, "", "N", building, "", place]],
    [7, person(attending?.individual?.display)],
    [19, cx(visit.identifier?.[0])],
    [44, [local(visit.period?.start, times)]],
    [51, ["V"]],
  ];
}

function coded(concept: fhir4.CodeableConcept): string[] {
  const [own, loinc] = concept.coding ?? [];
  const codeSet = own?.system?.slice(own.system.lastIndexOf("/") + 1) ?? "";
  return [loinc?.code ?? "", loinc?.display ?? "", "LN", own?.code ?? "", own?.display ?? "", `99CS${codeSet}`];
}

function obx(observation: fhir4.Observation, index: number, times: Times): Parts[number] {
  const quantity = observation.valueQuantity;
  const range = observation.referenceRange?.[0];
  return [
    "OBX",
    [1, [`${index + 1}`]],
    [2, ["NM"]],
    [3, coded(observation.code)],
    [4, [`${index + 1}`]],
    [5, [`${quantity?.value}`]],
    [6, [quantity?.code ?? "", quantity?.unit ?? "", "UCUM"]],
    [7, [`${range?.low?.value}-${range?.high?.value}`]],
    [8, [observation.interpretation?.[0]?.coding?.[0]?.code ?? ""]],
    [11, [observation.status === "final" ? "F" : "P"]],
    [14, [local(observation.effectiveDateTime, times)]],
    [19, [local(observation.issued, times)]],
  ];
}

type Read = (text: string, messageTime: string) => Parts;

function resourcesIn<Resources>(text: string): Resources {
  return (JSON.parse(text) as fhir4.Bundle).entry?.map(({ resource }) => resource) as Resources;
}

/** From the text of a Bundle to what a package builds. */
export const readings = {
  "ORU^R01": (text, messageTime) => {
    const [patient, visit, report, ...observations] =
      resourcesIn<[fhir4.Patient, fhir4.Encounter, fhir4.DiagnosticReport, ...fhir4.Observation[]]>(text);
    const times: Times = new Map();
    return [
      header("ORU", "R01", "ORU_R01", local(messageTime, times)),
      pid(patient, visit.identifier?.[0], times),
      pv1(visit, times),
      ["ORC", [1, ["RE"]], [3, [report.id ?? "", facility]]],
      [
        "OBR",
        [1, ["1"]],
        [3, [report.id ?? "", facility]],
        [4, coded(report.code)],
        [7, [local(report.effectiveDateTime, times)]],
        [22, [local(report.issued, times)]],
        [24, [report.category?.[0]?.coding?.[0]?.code ?? ""]],
        [25, [report.status === "final" ? "F" : "P"]],
      ],
      ...observations.map((observation, index) => obx(observation, index, times)),
    ];
  },
  "ADT^A01": (text, messageTime) => {
    const [patient, visit] = resourcesIn<[fhir4.Patient, fhir4.Encounter]>(text);
    const times: Times = new Map();
    return [
      header("ADT", "A01", "ADT_A01", local(messageTime, times)),
      ["EVN", [1, ["A01"]], [2, [local(visit.meta?.lastUpdated, times)]]],
      pid(patient, visit.identifier?.[0], times),
      pv1(visit, times),
    ];
  },
  "MDM^T02": (text, messageTime) => {
    const [patient, visit, document] = resourcesIn<[fhir4.Patient, fhir4.Encounter, fhir4.DocumentReference]>(text);
    const times: Times = new Map();
    const code = document.type?.coding?.[0]?.code ?? "";
    const { contentType, title, data } = document.content[0]?.attachment ?? {};
    const author = person(document.author?.[0]?.display);
    const date = local(document.date, times);
    return [
      header("MDM", "T02", "MDM_T02", local(messageTime, times)),
      ["EVN", [1, ["T02"]], [2, [local(document.meta?.lastUpdated, times)]]],
      pid(patient, visit.identifier?.[0], times),
      pv1(visit, times),
      [
        "TXA",
        [1, ["1"]],
        [2, [documentTypes[code] ?? ""]],
        [3, ["AP"]],
        [4, [local(document.context?.period?.start, times)]],
        [5, author],
        [6, [date]],
        [9, author],
        [12, [document.id ?? "", facility]],
        [16, [title ?? ""]],
        [17, [document.docStatus === "final" ? "AU" : "IP"]],
        [19, ["AV"]],
      ],
      [
        "OBX",
        [1, ["1"]],
        [2, ["ED"]],
        [3, [code, document.type?.text ?? "", "LN"]],
        [4, ["1"]],
        [5, [facility, "AP", contentType?.split("/")[1]?.toUpperCase() ?? "", "Base64", data ?? ""]],
        [11, ["F"]],
        [14, [date]],
      ],
    ];
  },
} as const satisfies Record<string, Read>;

function withHl7v2(parts: Parts): string {
  const built = new HL7Message("2.5.1" as never);
  for (const [name, ...fields] of parts) {
    const segment = name === "MSH" ? built.getSegment("MSH") : built.addSegment(name);
    for (const [position, ...repetitions] of fields)
      for (let repetition = 0; repetition < repetitions.length; repetition++) {
        const components = repetitions[repetition] ?? [];
        const field = segment?.field(position);
        const place = repetition === 0 ? field : field?.rep(repetition);
        for (let index = 0; index < components.length; index++)
          if (components[index] !== "") place?.comp(index + 1).setValue(components[index]);
      }
  }
  return built.toHL7String();
}

/** Its header takes no more than the four fields that it asks for, and says the rest of MSH itself. */
function withNodeHl7Client(parts: Parts): string {
  const header = { msh_9_1: "ADT", msh_9_2: "A01", msh_10: "1", msh_11_1: "P" };
  const built = new Message({ messageHeader: header as never });
  for (const [name, ...fields] of parts) {
    if (name === "MSH") continue;
    const segment = built.addSegment(name);
    for (const [position, first = [], ...others] of fields) {
      for (let index = 0; index < first.length; index++)
        if (first[index] !== "") segment.set(`${position}.${index + 1}`, first[index] ?? "");
      // A path names the first repetition only.
      for (let repetition = 1; repetition <= others.length; repetition++) {
        const components = others[repetition - 1] ?? [];
        const place = segment.get(`${position}`).set(repetition, "").get(repetition);
        for (let index = 0; index < components.length; index++)
          if (components[index] !== "") place.set(`${index + 1}`, components[index] ?? "");
      }
    }
  }
  return built.toString();
}

function withMedplum(parts: Parts): string {
  const segments = parts.map(([name, ...fields]) => {
    const segment = new Hl7Segment(name === "MSH" ? ["MSH", "^~\\&"] : [name]);
    for (const [position, ...repetitions] of fields) segment.setField(position, new Hl7Field(repetitions));
    return segment;
  });
  return new Hl7Message(segments).toString();
}

/** To the message, with each package. */
export const packages = { hl7v2: withHl7v2, "node-hl7-client": withNodeHl7Client, "@medplum/core": withMedplum };
