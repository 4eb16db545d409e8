import type { ClinicalEvent, Trigger } from "../../../shared/events/event.ts";
import { keyOf, type Resource } from "../../../shared/fhir.ts";
import type { Hl7Version } from "../../../shared/hl7/dictionary/contents.ts";
import { messages } from "../../../shared/hl7/messages/index.ts";
import type { RenderRequest } from "../../../shared/hl7/render.ts";
import { destination, source } from "./bridge.ts";
import {
  account,
  charge,
  coverage,
  diabetes,
  janeAgain,
  penicillin,
  pulse,
  schedule,
  slot,
  smithInFull,
  visit,
  ward,
  wholeChart,
} from "./chart.ts";
import { clinic, tablets } from "./clinical.ts";
import {
  campus,
  carePlan,
  causeOfDeath,
  episode,
  givenInFull,
  infusionInFull,
  janeInFull as jane,
  mother,
  orderInFull,
  priorResults,
  provenance,
  reportInFull,
  results,
  specimens,
  stayInFull as stay,
  summaryInFull,
  vaccinationInFull,
} from "./full.ts";

type Telling = Partial<ClinicalEvent> & { readonly after: Resource };

/** The stay under the number that it had before. */
export const formerStay: fhir4.Encounter = { ...stay, identifier: [{ ...stay.identifier?.[0], value: "5550001" }] };
const changed: Telling = { after: stay, before: stay };
const person: Telling = { after: jane };
const placed = { type: "order.placed", step: { orderControl: "NW" } } as const;
const merge: Telling = { after: jane, step: { merged: janeAgain } };

/** What each event is about, by trigger or else by message code. */
const tellings: Readonly<Record<string, Telling>> = {
  ADT: changed,
  "ADT^A06": { after: stay, before: formerStay },
  "ADT^A24": merge,
  "ADT^A28": person,
  "ADT^A29": person,
  "ADT^A31": person,
  "ADT^A37": merge,
  "ADT^A40": merge,
  "ADT^A41": { after: account, step: { merged: { ...account, id: "F4005", identifier: [] } } },
  "ADT^A42": { after: stay, step: { merged: formerStay } },
  "ADT^A43": merge,
  "ADT^A44": { after: account, before: { ...account, subject: [{ reference: "Patient/2" }] } },
  "ADT^A45": { after: stay, before: { ...stay, subject: { reference: "Patient/2" } } },
  "ADT^A47": { after: jane, before: { ...janeAgain, id: "1" } },
  "ADT^A50": { after: stay, before: formerStay },
  "ADT^A60": { after: penicillin },
  SIU: { after: visit },
  "SIU^S23": { after: slot },
  "SIU^S24": { after: { ...slot, status: "free" } },
  DFT: { after: charge },
  BAR: { after: account },
  "BAR^P12": { after: stay },
  PPR: { after: diabetes },
  "MFN^M02": { after: smithInFull },
  "MFN^M05": { after: ward },
  ORU: { after: reportInFull },
  ORM: { after: orderInFull, ...placed },
  OML: { after: orderInFull, ...placed },
  OMG: { after: orderInFull, ...placed },
  OMP: { after: infusionInFull, ...placed },
  RDE: { after: infusionInFull, ...placed },
  RAS: { after: givenInFull },
  VXU: { after: vaccinationInFull },
  MDM: { after: summaryInFull },
};

/** Every trigger that the bridge renders. */
export const chartTriggers: readonly Trigger[] = messages.flatMap(({ triggers }) => triggers);

const inFull: readonly Resource[] = [jane, stay];

export const fullChart: readonly Resource[] = [
  ...wholeChart.filter(
    ({ resourceType, id }) => !inFull.some((each) => each.id === id && each.resourceType === resourceType),
  ),
  ...inFull,
  mother,
  campus,
  episode,
  causeOfDeath,
  carePlan,
  provenance,
  ...priorResults,
  ...specimens,
  orderInFull,
  ...results,
  tablets,
  clinic,
  janeAgain,
  pulse,
  schedule,
  slot,
  coverage("c-2", { order: 2 }),
];

/** A message of the trigger with all that its segments can say, for a destination that wants every one of them. */
export function chartRequest(
  trigger: Trigger,
  version: Hl7Version = "2.5.1",
  context: readonly Resource[] = fullChart,
): RenderRequest {
  const telling = tellings[trigger] ?? tellings[trigger.split("^")[0] ?? ""];
  if (telling === undefined) throw new TypeError(`Say what ${trigger} is about`);
  return {
    event: {
      type: "test",
      trigger,
      rule: "T1",
      recordedAt: "2026-11-23T05:15:00Z",
      focus: keyOf(telling.after),
      ...telling,
    },
    context,
    source,
    destination: { ...destination, version, visit: { roles: true, vitalSigns: true, problems: true } },
    controlId: "B0000000000000000017",
    messageTime: "2026-11-23T05:15:02.000Z",
  };
}
