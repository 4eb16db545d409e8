import { createNotebook, type Notebook, type Reader } from "./notebook.ts";

/**
 * What a developer who subscribed to webhooks makes of the stream, by what docs say of the payload and by FHIR R4 alone.
 * With whole resources, the facets are what the resources say; with ids only, what the names of the events and the facts
 * in `data` say.
 *
 * Names of things are those of the resources: `Encounter/97845`.
 */
export function createWebhookReader({ payload }: { readonly payload: "full-resource" | "id-only" }): Reader {
  const notebook = createNotebook();
  const sequences = new Map<string, number>();
  return {
    ...notebook,
    read(body) {
      const { type, timestamp, data } = JSON.parse(body, digits) as Body;
      const thing = `${data.focus.type}/${data.focus.id}`;
      notebook.hear(`${timestamp} ${type} version ${data.focus.versionId} sequence ${data.sequence}`);
      followSequence(thing, data.sequence);
      if (payload === "id-only") followMoves(notebook, type, thing, data);
      if (data.merged !== undefined) merge(notebook, `${data.merged.type}/${data.merged.id}`, thing);
      if (payload === "id-only") readEvent(notebook, type, thing, data);
      else if (data.resource === undefined) notebook.complain(thing, `${type} without its resource`);
      else writeResource(notebook, thing, data.resource);
    },
  };

  function followSequence(thing: string, sequence: number | undefined): void {
    if (sequence === undefined) return;
    const last = sequences.get(thing) ?? 0;
    if (sequence !== last + 1) notebook.complain(thing, `Sequence ${sequence} after ${last}`);
    sequences.set(thing, sequence);
  }
}

interface Body {
  readonly type: string;
  readonly timestamp: string;
  readonly data: {
    readonly patient?: string;
    readonly focus: { readonly type: string; readonly id: string; readonly versionId?: string };
    readonly merged?: { readonly type: string; readonly id: string };
    readonly occurredAt?: string;
    readonly location?: string;
    readonly priorLocation?: string;
    readonly sequence?: number;
    readonly resource?: AnyResource;
  };
}

// biome-ignore lint/suspicious/noExplicitAny: each reader names the elements that it takes
type AnyResource = any;
type FacetsOf = (resource: AnyResource) => Record<string, string | undefined>;

/** Numbers as they are written. */
function digits(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === "number" && context?.source?.includes(".") ? context.source : value;
}

/** A version takes the place of the one before it, whole; that a record was merged is not for its version to say. */
function writeResource(notebook: Notebook, thing: string, resource: AnyResource): void {
  const known = Object.keys(notebook.holds(thing) ?? {}).filter((facet) => facet !== "merged");
  const nothing = Object.fromEntries(known.map((facet) => [facet, undefined]));
  notebook.write(thing, { ...nothing, ...(facetsOf[resource.resourceType]?.(resource) ?? {}) });
  // The one that is replaced is superseded by that (FHIR R4, DocumentReference.relatesTo).
  for (const { code, target } of resource.resourceType === "DocumentReference" ? (resource.relatesTo ?? []) : [])
    if (code === "replaces" && notebook.holds(target.reference) !== undefined)
      notebook.write(target.reference, { state: "superseded" });
}

/** A record that ended in favour of another one. */
function merge(notebook: Notebook, old: string, kept: string): void {
  if (!old.startsWith("Patient/")) {
    notebook.write(old, { state: "gone" });
    return;
  }
  notebook.write(old, { merged: kept });
  for (const thing of [...notebook.things()])
    if (notebook.holds(thing)?.person === old) notebook.write(thing, { person: kept });
}

const facetsOf: Readonly<Record<string, FacetsOf>> = {
  Patient: (patient) => {
    const name = patient.name?.find(({ use }: AnyResource) => use === "official") ?? patient.name?.[0];
    const suffix = name?.suffix?.length ? ` ${name.suffix.join(" ")}` : "";
    return {
      name: `${name?.family}${suffix}, ${name?.given?.join(" ")}`,
      city: patient.address?.[0]?.city,
      born: patient.birthDate,
      died: patient.deceasedDateTime,
      active: String(patient.active),
      // Whoever is told of a version of their own is no longer merged.
      ...(patient.active && { merged: undefined }),
    };
  },
  Encounter: (encounter) => {
    const here = encounter.location?.findLast(({ status }: AnyResource) => status === "active");
    const attending = encounter.participant?.find(
      ({ type, period }: AnyResource) =>
        period?.end === undefined &&
        type?.some(({ coding }: AnyResource) => coding?.some(({ code }: AnyResource) => code === "ATND")),
    );
    return {
      state: encounter.status,
      class: encounter.class?.code,
      visitNumber: encounter.identifier?.[0]?.value,
      bed: here?.location.reference,
      attending: attending?.individual?.reference,
      person: encounter.subject?.reference,
      discharged: encounter.status === "finished" ? encounter.period?.end : undefined,
      partOf: encounter.partOf?.reference,
    };
  },
  Appointment: (appointment) => ({
    state: appointment.status,
    start: appointment.start,
    minutes: appointment.minutesDuration === undefined ? undefined : String(appointment.minutesDuration),
    person: participant(appointment, "Patient"),
    practitioner: participant(appointment, "Practitioner"),
    place: participant(appointment, "Location"),
  }),
  ServiceRequest: (order) => ({ state: order.status, priority: order.priority, person: order.subject?.reference }),
  DiagnosticReport: (report) => ({
    state: report.status,
    results: (report.result ?? []).map(({ reference }: AnyResource) => reference).join(" "),
    person: report.subject?.reference,
  }),
  Observation: (observation) => ({
    state: observation.status,
    values: valuesOf(observation),
    person: observation.subject?.reference,
  }),
  Account: (account) => ({ state: account.status, person: account.subject?.[0]?.reference }),
  DocumentReference: (document) => ({
    state: document.status,
    docStatus: document.docStatus,
    person: document.subject?.reference,
  }),
};

function participant(appointment: AnyResource, type: string): string | undefined {
  return appointment.participant
    ?.map(({ actor }: AnyResource) => actor?.reference)
    .find((reference: string | undefined) => reference?.startsWith(`${type}/`));
}

function valuesOf({ valueQuantity, valueCodeableConcept, component }: AnyResource): string | undefined {
  if (component !== undefined) return component.map((each: AnyResource) => String(each.valueQuantity?.value)).join("/");
  if (valueCodeableConcept !== undefined) return valueCodeableConcept.text ?? valueCodeableConcept.coding?.[0]?.display;
  return valueQuantity === undefined ? undefined : String(valueQuantity.value);
}

/** What an event says by its name. `undefined` takes a facet away; an event that is not here is not understood. */
const meanings: Readonly<Record<string, Readonly<Record<string, string | undefined>>>> = {
  "patient.added": { merged: undefined },
  "patient.updated": {},
  "patient.merged": {},
  "patient.unmerged": { merged: undefined },
  "patient.identifier-changed": {},
  "patient.linked": {},
  "patient.unlinked": {},
  "patient.deleted": {},
  "encounter.admission-pending": { state: "expected" },
  "encounter.pre-admitted": { state: "expected" },
  "encounter.pending-admission-cancelled": { state: "gone" },
  "encounter.pre-admission-cancelled": { state: "gone" },
  "encounter.arrived": { state: "present" },
  "encounter.registered": { state: "present" },
  "encounter.admitted": { state: "present" },
  "encounter.became-inpatient": { state: "present" },
  "encounter.became-outpatient": { state: "present" },
  "encounter.transferred": {},
  "encounter.transfer-cancelled": {},
  "encounter.transfer-pending": {},
  "encounter.pending-transfer-cancelled": {},
  "encounter.leave-started": { state: "on leave" },
  "encounter.leave-ended": { state: "present" },
  "encounter.leave-cancelled": { state: "present" },
  "encounter.return-cancelled": { state: "on leave" },
  "encounter.discharge-pending": {},
  "encounter.pending-discharge-cancelled": {},
  "encounter.discharged": { state: "discharged" },
  "encounter.discharge-cancelled": { state: "present" },
  "encounter.attending-changed": {},
  "encounter.attending-change-cancelled": {},
  "encounter.consultants-changed": {},
  "encounter.consultant-change-cancelled": {},
  "encounter.moved": {},
  "encounter.tracked": {},
  "encounter.renumbered": {},
  "encounter.cancelled": { state: "gone" },
  "encounter.deleted": { state: "gone" },
  // What ended is in `merged`; the focus goes on.
  "encounter.merged": {},
  "encounter.updated": {},
  "appointment.booked": { state: "booked" },
  "appointment.rescheduled": {},
  "appointment.changed": {},
  "appointment.cancelled": { state: "cancelled" },
  "appointment.discontinued": { state: "cancelled" },
  "appointment.deleted": { state: "cancelled" },
  "appointment.missed": { state: "missed" },
  "appointment.resource-added": {},
  "appointment.resource-changed": {},
  "appointment.resource-cancelled": {},
  "appointment.resource-discontinued": {},
  "order.placed": { state: "open" },
  "order.replaced": { state: "open" },
  "order.renewed": { state: "open" },
  "order.changed": {},
  "order.status-changed": {},
  "order.held": { state: "held" },
  "order.resumed": { state: "open" },
  "order.completed": { state: "done" },
  "order.cancelled": { state: "cancelled" },
  "order.discontinued": { state: "cancelled" },
  "result.registered": { state: "ordered" },
  "result.preliminary": { state: "preliminary" },
  "result.final": { state: "final" },
  "result.corrected": { state: "final", corrected: "yes" },
  "result.cancelled": { state: "void" },
  "result.entered-in-error": { state: "void" },
  "document.added": { state: "current", signed: "yes" },
  "document.addended": { state: "current", signed: "yes" },
  "document.replaced": { state: "current", signed: "yes" },
  "document.preliminary": { state: "current", signed: "no" },
  "document.finalized": { state: "current", signed: "yes" },
  "document.changed": { state: "current", signed: "yes" },
  "document.superseded": { state: "superseded" },
  "document.cancelled": { state: "void" },
  "account.opened": { state: "open" },
  "account.changed": {},
  "account.closed": { state: "closed" },
  "account.deleted": { state: "closed" },
  "account.moved": {},
  // What ended is in `merged`.
  "account.merged": {},
};

/** Who is told of a move is told where from. */
function followMoves(notebook: Notebook, type: string, thing: string, { location, priorLocation }: Body["data"]): void {
  const { state, bed } = notebook.holds(thing) ?? {};
  if (state !== "present" || bed === undefined || location === undefined || location === bed) return;
  if (priorLocation !== bed) notebook.complain(thing, `${type} from ${priorLocation ?? "nowhere"}, not from ${bed}`);
}

/** What the census asks of; whatever else is told is passed over. */
const asked = /^(patient|encounter|appointment|order|result|document|account)\./;

function readEvent(notebook: Notebook, type: string, thing: string, { patient, location }: Body["data"]): void {
  const meaning = meanings[type];
  if (meaning === undefined && asked.test(type)) notebook.complain(thing, `${type} is not understood`);
  notebook.write(thing, {
    ...meaning,
    ...(location !== undefined && { bed: location }),
    ...(patient !== undefined && !thing.startsWith("Patient/") && { person: `Patient/${patient}` }),
  });
}
