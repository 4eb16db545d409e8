import type { MessageContext } from "../context.ts";
import {
  anyOrders,
  ingredients,
  medicationOrders,
  medications,
  type OrderContext,
  orderNotes,
  reasons,
  routes,
  type ServiceContext,
  serviceOrders,
  services,
} from "../order.ts";
import { observationResults, specimensOf } from "../results.ts";
import type { Scope } from "../scope.ts";
import { dg1 } from "../segments/dg1.ts";
import { msh } from "../segments/msh.ts";
import { nextOfKin, nk1 } from "../segments/nk1.ts";
import { noteContexts, nte, resultNotes } from "../segments/nte.ts";
import { obrOfGeneralOrder, obrOfOrder } from "../segments/obr.ts";
import { obx } from "../segments/obx.ts";
import { orcOfGeneralOrder, orcOfOrder } from "../segments/orc.ts";
import { rxc } from "../segments/rxc.ts";
import { rxe } from "../segments/rxe.ts";
import { rxo } from "../segments/rxo.ts";
import { rxr } from "../segments/rxr.ts";
import { spm } from "../segments/spm.ts";
import { timings, tq1 } from "../segments/tq1.ts";
import { allergy, guarantor, insurance } from "./adt.ts";
import { each, eachRequired, group, type MessageDefinition, optional, type Part, required } from "./message.ts";
import { itself, patient, visit } from "./parts.ts";

function notes(context: OrderContext) {
  return noteContexts(context, orderNotes(context));
}

const bodySite: fhir4.CodeableConcept = {
  coding: [{ system: "http://loinc.org", code: "39111-0", display: "Body site" }],
};

/** What was asked on ordering: the Observations among what supports the order; and the part of the body. */
function answers(context: ServiceContext, scope: Scope) {
  const { ServiceRequest } = context;
  const sites = (ServiceRequest.bodySite ?? []).map(
    (valueCodeableConcept): fhir4.Observation => ({
      resourceType: "Observation",
      status: "final",
      code: bodySite,
      valueCodeableConcept,
    }),
  );
  const observations = (ServiceRequest.supportingInfo ?? []).flatMap((reference) => {
    const found = scope.resolve<fhir4.Observation>(reference, ServiceRequest);
    return found?.resourceType === "Observation" ? [found] : [];
  });
  return observationResults(context, [...sites, ...observations], scope);
}

function specimens(context: ServiceContext, scope: Scope) {
  return specimensOf(context, context.ServiceRequest.specimen ?? [], context.ServiceRequest, scope);
}

const timing: Part = each(tq1, timings);
const note: Part = each(nte, notes);
const diagnosis: Part = each(dg1, reasons);
const answer: Part = group("OBSERVATION", answers, [required(obx), each(nte, resultNotes)]);
const specimen: Part = group("SPECIMEN", specimens, [optional(spm)]);
const kin: Part = each(nk1, nextOfKin);
const route: Part = eachRequired(rxr, routes);
/** A part without its amount ends the message: a mixture must not arrive without it. */
const component: Part = eachRequired(rxc, ingredients);

/** The visit, who pays for it, and what the patient must not be given. */
const stay: readonly Part[] = [visit, insurance, guarantor, allergy];

const head: readonly Part[] = [required(msh)];

/** HL7 v2.5.1, 4.4: orders of services and medications. */
export const orderMessages: readonly MessageDefinition[] = [
  {
    structure: "ORM_O01",
    triggers: ["ORM^O01"],
    parts: [
      ...head,
      group("PATIENT", itself<MessageContext>, [...patient, ...stay]),
      group("ORDER", anyOrders, [
        required(orcOfGeneralOrder),
        group("ORDER_DETAIL", services, [required(obrOfGeneralOrder), note, diagnosis, answer]),
        group("ORDER_DETAIL", medications, [required(rxo), note, diagnosis, route, component]),
      ]),
    ],
  },
  {
    structure: "OML_O21",
    triggers: ["OML^O21"],
    parts: [
      ...head,
      group("PATIENT", itself<MessageContext>, [...patient, kin, ...stay]),
      group("ORDER", serviceOrders, [
        required(orcOfOrder),
        timing,
        group("OBSERVATION_REQUEST", services, [required(obrOfOrder), note, diagnosis, answer, specimen]),
      ]),
    ],
  },
  {
    structure: "OMG_O19",
    triggers: ["OMG^O19"],
    parts: [
      ...head,
      group("PATIENT", itself<MessageContext>, [...patient, kin, ...stay]),
      group("ORDER", serviceOrders, [
        required(orcOfOrder),
        timing,
        group("DETAIL", services, [required(obrOfOrder), note, diagnosis, answer, specimen]),
      ]),
    ],
  },
  {
    structure: "OMP_O09",
    triggers: ["OMP^O09"],
    parts: [
      ...head,
      group("PATIENT", itself<MessageContext>, [...patient, ...stay]),
      group("ORDER", medicationOrders, [
        required(orcOfOrder),
        timing,
        group("DETAIL", medications, [required(rxo), note, route, component]),
      ]),
    ],
  },
  {
    structure: "RDE_O11",
    triggers: ["RDE^O11"],
    parts: [
      ...head,
      group("PATIENT", itself<MessageContext>, [...patient, ...stay]),
      group("ORDER", medicationOrders, [
        required(orcOfOrder),
        group("DETAIL", medications, [required(rxe), note, eachRequired(tq1, timings), route, component]),
      ]),
    ],
  },
];
