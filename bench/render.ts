import { defineBridge, isHl7 } from "../shared/config/bridge.ts";
import type { ClinicalEvent, Trigger } from "../shared/events/event.ts";
import type { Resource } from "../shared/fhir.ts";
import { renderMessage } from "../shared/hl7/render.ts";
import { parseJson } from "../shared/json.ts";
import { type Parts, packages, readings } from "./peers/by-hand.ts";

/**
 * Rendering an ORU^R01 with 14 OBX from FHIR JSON text, with the check for conformance that is usual, against JSON.parse
 * of the same text and a plain join of the same fields: no escaping, no zones, no choice of codes, no check. Budget:
 * 2.0 ×.
 *
 * Beside it, and beside an ADT^A01 and an MDM^T02, the same message with npm packages, in two ways. `by hand`: from the
 * same text, as a developer writes it who knows these resources (bench/peers/by-hand.ts): JSON.parse, FHIR read by name, times
 * put into the zone, the message built with the package. It has to be the same message byte for byte, which is held
 * before anything is timed; what a package cannot say is taken from both sides: the digits that JSON.parse loses, and MSH
 * with node-hl7-client. `finished`: JSON.parse of the text, and a message built whose values are finished, so that
 * nothing is read of FHIR: the least that a package can cost. `ahead`: of the message by hand with any of them.
 */
const budget = 2.0;
/**
 * Enough for the compiler to settle: it takes some 15,000 messages, and begins anew when a full collection has let go of
 * the shapes of parsed resources, which came after about 10,000.
 */
const rounds = 80;
const repetitions = 250;

const bridge = defineBridge({
  sources: {
    general: {
      baseUrl: "https://fhir.example.org/r4/0b8a0111-e8e6-4c26-a91c-5069cbc6b1ca",
      credentials: { method: "client_secret_basic", secret: "bench" },
      timeZone: "America/Chicago",
      facility: { namespaceId: "GENERAL" },
      assigningAuthorities: {
        "urn:oid:1.2.3.4": { namespaceId: "GENMRN" },
        "urn:oid:1.2.3.5": { namespaceId: "GENFIN" },
      },
      patients: { ids: ["12724066"] },
    },
  },
  destinations: { lab: { format: "hl7v2", link: { host: "127.0.0.1", port: 6661 } } },
});
const source = bridge.sources["general"];
const destination = bridge.destinations["lab"];
if (source === undefined || destination === undefined || !isHl7(destination)) throw new TypeError("No destination");

const entry = resources();
const text = textOf(entry);
const admission = textOf(entry.slice(0, 2));
const documentText = textOf([...entry.slice(0, 2), { resource: documentReference() }]);

function textOf(entry: readonly fhir4.BundleEntry[]): string {
  return JSON.stringify({ resourceType: "Bundle", type: "collection", entry });
}

/** From the text of a Bundle to the message that tells the resource at an index. */
function rendering(trigger: Trigger, type: ClinicalEvent["type"], text: string, index: number): () => string {
  return () => {
    const bundle = parseJson(text) as fhir4.Bundle;
    const context = (bundle.entry ?? []).flatMap(({ resource }) => (resource === undefined ? [] : [resource]));
    const after = context[index] as Resource;
    const event: ClinicalEvent = {
      type,
      trigger,
      rule: "bench",
      focus: `${after.resourceType}/${after.id}`,
      after,
      recordedAt: after.meta?.lastUpdated ?? "",
    };
    return renderMessage({
      event,
      context,
      source: source as never,
      destination: destination as never,
      controlId: "B0000000000000000019",
      messageTime,
    }).er7;
  };
}

function joined(): string {
  const bundle = JSON.parse(text) as fhir4.Bundle;
  const [patient, encounter, report, ...observations] = (bundle.entry ?? []).map(({ resource }) => resource) as [
    fhir4.Patient,
    fhir4.Encounter,
    fhir4.DiagnosticReport,
    ...fhir4.Observation[],
  ];
  const name = patient.name?.[0];
  const mrn = patient.identifier?.[0];
  const address = patient.address?.[0];
  const fin = encounter.identifier?.[0];
  const code = (concept: fhir4.CodeableConcept) =>
    `${concept.coding?.[1]?.code}^${concept.coding?.[1]?.display}^LN^${concept.coding?.[0]?.code}^${concept.coding?.[0]?.display}^L`;
  const lines = [
    "MSH|^~\\&|IGNITEBRIDGE|GENERAL|||20261123101500-0600||ORU^R01^ORU_R01|B0000000000000000019|P|2.5.1||||||UNICODE UTF-8",
    `PID|1||${mrn?.value}^^^GENMRN^MR||${name?.family}^${name?.given?.join("^")}^^^^L||${patient.birthDate?.replaceAll("-", "")}|${patient.gender === "female" ? "F" : "M"}|||${address?.line?.join("^")}^${address?.city}^${address?.state}^${address?.postalCode}^${address?.country}||${patient.telecom?.[0]?.value}|||||${fin?.value}^^^GENFIN^AN`,
    `PV1|1|I|${encounter.location?.[0]?.location.display}||||${encounter.participant?.[0]?.individual?.display}||||||||||||${fin?.value}^^^GENFIN^AN|||||||||||||||||||||||||${encounter.period?.start}`,
    `ORC|RE||${report.id}^GENERAL`,
    `OBR|1||${report.id}^GENERAL|${code(report.code)}|||${report.effectiveDateTime}|||||||||||||||${report.issued}||LAB|F`,
    ...observations.map((observation, index) => {
      const quantity = observation.valueQuantity;
      const range = observation.referenceRange?.[0];
      return `OBX|${index + 1}|NM|${code(observation.code)}|${index + 1}|${quantity?.value}|${quantity?.code}^${quantity?.unit}^UCUM|${range?.low?.value}-${range?.high?.value}|${observation.interpretation?.[0]?.coding?.[0]?.code}|||F|||${observation.effectiveDateTime}|||||${observation.issued}`;
    }),
  ];
  return `${lines.join("\r")}\r`;
}

const messageTime = "2026-11-23T16:15:00.000Z";

type Name = keyof typeof packages;
const names = Object.keys(packages) as Name[];

function measuring(trigger: keyof typeof readings, text: string): Record<`${Name}${"" | ", finished"}`, () => string> {
  const read = readings[trigger];
  const finished = read(text, messageTime);
  const entries = names.flatMap((name) => {
    const build: (parts: Parts) => string = packages[name];
    const whole = () => build(read(text, messageTime));
    const finish = () => {
      JSON.parse(text);
      return build(finished);
    };
    return [[name, whole] as const, [`${name}, finished`, finish] as const];
  });
  return Object.fromEntries(entries) as Record<`${Name}${"" | ", finished"}`, () => string>;
}

/** @throws TypeError where a package makes another message than the bridge */
function holdSame(trigger: keyof typeof readings, text: string, rendered: () => string): void {
  for (const name of names) {
    const lines = (er7: string) =>
      er7
        .split("\r")
        .filter(Boolean)
        .slice(name === "node-hl7-client" ? 1 : 0)
        .join("\n");
    const own = lines(rendered());
    const other = lines(packages[name](readings[trigger](text, messageTime)));
    if (own !== other) throw new TypeError(`${name} makes another ${trigger}:\n${other}\nand not\n${own}`);
  }
}

/** JSON.parse loses a zero at the end: the same resources without any. */
const plainText = JSON.stringify(JSON.parse(text));
const examples = {
  "ORU^R01": { text, plainText, type: "result.final", index: 2 },
  "ADT^A01": { text: admission, plainText: admission, type: "encounter.started", index: 1 },
  "MDM^T02": { text: documentText, plainText: documentText, type: "document.created", index: 2 },
} as const;
const triggers = Object.keys(examples) as (keyof typeof examples)[];
for (const trigger of triggers) {
  const { plainText, type, index } = examples[trigger];
  holdSame(trigger, plainText, rendering(trigger, type, plainText, index));
}

const rendered = rendering("ORU^R01", "result.final", text, 2);
const parsed = () => (JSON.parse(text) as fhir4.Bundle).type;
const best = measure({ rendered, joined, "JSON.parse": parsed, ...measuring("ORU^R01", text) });
const ratio = best.rendered / best.joined;
console.table({
  "JSON text, KiB": Math.round(text.length / 1024),
  "message, bytes": rendered().length,
  "JSON.parse, µs": round(best["JSON.parse"]),
  "parse and join, µs": round(best.joined),
  "parse and render, µs": round(best.rendered),
  "render / join": round(ratio),
  "in budget": ratio <= budget ? `yes, ${budget}` : `NO, ${budget}`,
});

console.log("From JSON text to the message, µs: by hand (with finished values)");
console.table(
  Object.fromEntries(
    triggers.map((trigger) => {
      const { text, type, index } = examples[trigger];
      if (trigger === "ORU^R01") return [trigger, beside(best)];
      return [
        trigger,
        beside(measure({ rendered: rendering(trigger, type, text, index), ...measuring(trigger, text) })),
      ];
    }),
  ),
);

function beside(times: Record<"rendered" | `${Name}${"" | ", finished"}`, number>): Record<string, number | string> {
  const fastest = Math.min(...names.map((name) => times[name]));
  return {
    "ignite-bridge": round(times.rendered),
    ...Object.fromEntries(names.map((name) => [name, `${round(times[name])} (${round(times[`${name}, finished`])})`])),
    ahead: times.rendered <= fastest ? "yes" : "NO",
  };
}

/**
 * Processor time of the best of many rounds, taken in turns, so that what else the machine does hits all alike and
 * counts for none. Only the sum of both kinds is counted by the scheduler; how it is parted is guessed from clock ticks,
 * and one part alone came out at zero in a round now and then.
 */
function measure<Name extends string>(functions: Readonly<Record<Name, () => string>>): Record<Name, number> {
  const names = Object.keys(functions) as Name[];
  const best = Object.fromEntries(names.map((name) => [name, Number.POSITIVE_INFINITY])) as Record<Name, number>;
  for (let round = 0; round < rounds; round++)
    for (const name of names) {
      const start = process.cpuUsage();
      // Taken as bytes, as a link takes it: a text that is still in pieces would be half the work.
      for (let index = 0; index < repetitions; index++) Buffer.byteLength(functions[name]());
      const { user, system } = process.cpuUsage(start);
      best[name] = Math.min(best[name], (user + system) / repetitions);
    }
  return best;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** A patient, a visit, a report and its 14 results as Ignite writes them. */
function resources(): fhir4.BundleEntry[] {
  const subject = { reference: "Patient/12724066", display: "DOE, JANE ANN" };
  const encounter = { reference: "Encounter/97954261" };
  const time = "2026-11-23T04:00:00.000Z";
  const issued = "2026-11-23T16:10:00.000Z";
  const codeSet = "https://fhir.cerner.com/0b8a0111-e8e6-4c26-a91c-5069cbc6b1ca/codeSet";
  const typed = (code: string, text: string): fhir4.CodeableConcept => ({
    coding: [
      { system: `${codeSet}/4`, code: "10", display: text, userSelected: true },
      { system: "http://terminology.hl7.org/CodeSystem/v2-0203", code, display: text, userSelected: false },
    ],
    text,
  });
  const coded = (code: string, display: string, local: string): fhir4.CodeableConcept => ({
    coding: [
      { system: `${codeSet}/72`, code: local, display, userSelected: true },
      { system: "http://loinc.org", code, display, userSelected: false },
    ],
    text: display,
  });
  const patient: fhir4.Patient = {
    resourceType: "Patient",
    id: "12724066",
    meta: { versionId: "17", lastUpdated: issued },
    extension: [
      {
        url: "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race",
        extension: [
          {
            url: "ombCategory",
            valueCoding: { system: "urn:oid:2.16.840.1.113883.6.238", code: "2106-3", display: "White" },
          },
          { url: "text", valueString: "White" },
        ],
      },
    ],
    identifier: [{ use: "usual", type: typed("MR", "MRN"), system: "urn:oid:1.2.3.4", value: "7001234" }],
    active: true,
    name: [{ use: "official", family: "DOE", given: ["JANE", "ANN"], text: "DOE, JANE ANN" }],
    telecom: [
      { system: "phone", value: "507-555-0101", use: "home", rank: 1 },
      { system: "email", value: "jane@example.org" },
    ],
    gender: "female",
    birthDate: "1980-02-14",
    address: [
      {
        use: "home",
        line: ["12 ELM ST", "APT 4"],
        city: "ROCHESTER",
        state: "MN",
        postalCode: "55901",
        country: "USA",
      },
    ],
  };
  const visit: fhir4.Encounter = {
    resourceType: "Encounter",
    id: "97954261",
    meta: { versionId: "3", lastUpdated: issued },
    identifier: [{ use: "usual", type: typed("AN", "FIN NBR"), system: "urn:oid:1.2.3.5", value: "5550099" }],
    status: "in-progress",
    class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "IMP", display: "inpatient encounter" },
    subject,
    participant: [
      {
        type: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", code: "ATND" }] }],
        individual: { reference: "Practitioner/4", display: "SMITH, ALEX" },
      },
    ],
    period: { start: time },
    location: [{ location: { reference: "Location/7", display: "GENERAL, MAIN, 4W, 412, A" }, status: "active" }],
  };
  const names =
    "Potassium Sodium Chloride Carbondioxide Urea Creatinine Glucose Calcium Protein Albumin Bilirubin ALP ALT AST";
  const analytes = names.split(" ");
  const observations = analytes.map(
    (name, index): fhir4.Observation => ({
      resourceType: "Observation",
      id: `L-20901490${index}`,
      meta: { versionId: "1", lastUpdated: issued },
      identifier: [{ system: "https://fhir.cerner.com/ceuuid", value: `CE87caf4b7-9397-4667-9897-70221801-${index}` }],
      status: "final",
      category: [
        {
          coding: [
            {
              system: "http://terminology.hl7.org/CodeSystem/observation-category",
              code: "laboratory",
              display: "Laboratory",
              userSelected: false,
            },
          ],
          text: "Laboratory",
        },
      ],
      code: coded(`28${index}3-3`, `${name} [Moles/volume] in Serum or Plasma`, `2000442${index}`),
      subject,
      encounter,
      effectiveDateTime: time,
      issued,
      performer: [{ reference: "Practitioner/1" }],
      valueQuantity: {
        value: (index === 0 ? JSON.rawJSON("4.10") : 3.5 + index) as number,
        unit: "mmol/L",
        system: "http://unitsofmeasure.org",
        code: "mmol/L",
      },
      interpretation: [
        {
          coding: [
            {
              system: "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
              code: "N",
              display: "Normal",
            },
          ],
        },
      ],
      referenceRange: [{ low: { value: 3.5, unit: "mmol/L" }, high: { value: 5.1, unit: "mmol/L" } }],
    }),
  );
  const report: fhir4.DiagnosticReport = {
    resourceType: "DiagnosticReport",
    id: "206908407",
    meta: { versionId: "1", lastUpdated: issued },
    status: "final",
    category: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0074", code: "LAB" }] }],
    code: coded("24323-8", "Comprehensive metabolic 2000 panel", "21704910"),
    subject,
    encounter,
    effectiveDateTime: time,
    issued,
    result: observations.map(({ id }) => ({ reference: `Observation/${id}` })),
  };
  return [patient, visit, report, ...observations].map((resource) => ({ resource }));
}

/** A discharge summary with its file, as MDM^T02 takes it. */
function documentReference(): fhir4.DocumentReference {
  const loinc = { system: "http://loinc.org", code: "18842-5", display: "Discharge summary" };
  const data = Buffer.alloc(3_000, "The patient is well. ").toString("base64");
  return {
    resourceType: "DocumentReference",
    id: "206",
    meta: { versionId: "1", lastUpdated: "2026-11-23T15:00:00.000Z" },
    status: "current",
    docStatus: "final",
    type: { coding: [loinc], text: "Inpatient Clinical Summary" },
    subject: { reference: "Patient/12724066" },
    date: "2026-11-23T15:00:00.000Z",
    author: [{ reference: "Practitioner/1", display: "Roe, Richard" }],
    content: [{ attachment: { contentType: "application/pdf", title: "summary.pdf", data } }],
    context: { encounter: [{ reference: "Encounter/97954261" }], period: { start: "2026-11-22T05:10:00.000Z" } },
  };
}
