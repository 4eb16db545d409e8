import { describe, expect, it } from "vitest";
import type { ClinicalEvent, Trigger } from "../../../shared/events/event.ts";
import { keyOf, type Resource } from "../../../shared/fhir.ts";
import { adapt } from "../../../shared/hl7/conformance/adapt.ts";
import { check } from "../../../shared/hl7/conformance/check.ts";
import { hl7Versions } from "../../../shared/hl7/dictionary/contents.ts";
import { mappingVersion, triggerFormOf } from "../../../shared/hl7/dictionary/triggers.ts";
import { encodeMessage } from "../../../shared/hl7/encode.ts";
import { messages } from "../../../shared/hl7/messages/index.ts";
import { composeMessage } from "../../../shared/hl7/render.ts";
import { destination, source } from "../support/bridge.ts";
import {
  account,
  charge,
  coverage,
  diabetes,
  janeAgain,
  penicillin,
  schedule,
  slot,
  smithInFull,
  ward,
  wholeChart,
} from "../support/chart.ts";
import { jane, stay } from "../support/clinical.ts";

type Telling = Partial<ClinicalEvent> & { readonly after: Resource };

const former: fhir4.Encounter = { ...stay, identifier: [{ ...stay.identifier?.[0], value: "5550001" }] };
const visit: Telling = { after: stay, before: stay };
const person: Telling = { after: jane };
const booked: fhir4.Appointment = {
  resourceType: "Appointment",
  id: "88231",
  status: "booked",
  serviceType: slot.serviceType ?? [],
  start: "2026-12-01T20:30:00Z",
  end: "2026-12-01T21:00:00Z",
  slot: [{ reference: "Slot/77-4w-1-0" }],
  participant: [
    { actor: { reference: "Patient/1" }, status: "accepted" },
    { actor: { reference: "Practitioner/77" }, status: "accepted" },
    { actor: { reference: "Location/4w" }, status: "tentative" },
    { actor: { reference: "Device/d1", display: "Treadmill" }, status: "accepted" },
  ],
};

/** What each event is about, by trigger or else by message code. */
const tellings: Readonly<Record<string, Telling>> = {
  ADT: visit,
  "ADT^A06": { after: stay, before: former },
  "ADT^A24": { after: jane, step: { merged: janeAgain } },
  "ADT^A28": person,
  "ADT^A29": person,
  "ADT^A31": person,
  "ADT^A37": { after: jane, step: { merged: janeAgain } },
  "ADT^A40": { after: jane, step: { merged: janeAgain } },
  "ADT^A41": { after: account, step: { merged: { ...account, id: "F4005", identifier: [] } } },
  "ADT^A42": { after: stay, step: { merged: former } },
  "ADT^A43": { after: jane, step: { merged: janeAgain } },
  "ADT^A44": { after: account, before: { ...account, subject: [{ reference: "Patient/2" }] } },
  "ADT^A45": { after: stay, before: { ...stay, subject: { reference: "Patient/2" } } },
  "ADT^A47": { after: jane, before: { ...janeAgain, id: "1" } },
  "ADT^A50": { after: stay, before: former },
  "ADT^A60": { after: penicillin },
  SIU: { after: booked },
  "SIU^S23": { after: slot },
  "SIU^S24": { after: { ...slot, status: "free" } },
  DFT: { after: charge },
  BAR: { after: account },
  "BAR^P12": { after: stay },
  PPR: { after: diabetes },
  "MFN^M02": { after: smithInFull },
  "MFN^M05": { after: ward },
};

const ownCodes = new Set(["ADT", "SIU", "DFT", "BAR", "PPR", "MFN"]);
const triggers = messages
  .flatMap((message) => message.triggers)
  .filter((trigger) => ownCodes.has(trigger.split("^")[0] ?? ""));
const wanted = { ...destination, visit: { roles: true, vitalSigns: true, problems: true } };
const pulse: fhir4.Observation = {
  resourceType: "Observation",
  id: "VS-1",
  status: "final",
  category: [{ coding: [{ code: "vital-signs" }] }],
  code: { coding: [{ system: "http://loinc.org", code: "8867-4", display: "Heart rate" }] },
  subject: { reference: "Patient/1" },
  encounter: { reference: "Encounter/97" },
  effectiveDateTime: "2026-11-23T05:12:00Z",
  valueQuantity: { value: 88, unit: "/min", system: "http://unitsofmeasure.org", code: "/min" },
};

function compose(trigger: Trigger) {
  const telling = tellings[trigger] ?? tellings[trigger.split("^")[0] ?? ""];
  if (telling === undefined) throw new TypeError(`Say what ${trigger} is about`);
  return composeMessage({
    event: {
      type: "test",
      trigger,
      rule: "T1",
      recordedAt: "2026-11-23T05:15:00Z",
      focus: keyOf(telling.after),
      ...telling,
    },
    context: [...wholeChart, janeAgain, pulse, schedule, slot, coverage("c-2", { order: 2 })],
    source,
    destination: wanted,
    controlId: "B0000000000000000017",
    messageTime: "2026-11-23T05:15:02.000Z",
  });
}

describe("every message about persons, visits, appointments, money, problems and master files", () => {
  it("is of the structure that MSH-9.3 must name", () => {
    for (const { structure, triggers: own } of messages)
      for (const trigger of own)
        expect({ trigger, structure }).toEqual({
          trigger,
          structure: triggerFormOf(trigger, mappingVersion)?.structure,
        });
  });

  it.each(triggers)("%s of a full chart keeps to each version that has it", (trigger) => {
    const { message } = compose(trigger);
    for (const version of hl7Versions.filter((each) => triggerFormOf(trigger, each) !== undefined)) {
      const adapted = adapt(message, version).message;
      const errors = check(adapted, version).filter(({ severity }) => severity === "error");
      expect(errors, `${version}\n${encodeMessage(adapted).replaceAll("\r", "\n")}`).toEqual([]);
    }
  });

  it.each(triggers)("%s says the same for the same chart in another order", (trigger) => {
    const telling = tellings[trigger] ?? tellings[trigger.split("^")[0] ?? ""];
    const render = (context: readonly Resource[]) =>
      encodeMessage(
        composeMessage({
          event: {
            type: "test",
            trigger,
            rule: "T1",
            recordedAt: "2026-11-23T05:15:00Z",
            focus: "Patient/1",
            after: jane,
            ...telling,
          },
          context,
          source,
          destination: wanted,
          controlId: "B0000000000000000017",
          messageTime: "2026-11-23T05:15:02.000Z",
        }).message,
      );
    const chart = [...wholeChart, janeAgain, pulse, schedule, slot, coverage("c-2", { order: 2 })];
    expect(render(chart.toReversed())).toBe(render(chart));
  });
});
