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
import { groupsOf, observationResults, type ReportContext, results, specimensOf } from "../results.ts";
import type { Scope } from "../scope.ts";
import { dg1 } from "../segments/dg1.ts";
import { type GuarantorContext, gt1, guarantors } from "../segments/gt1.ts";
import { msh } from "../segments/msh.ts";
import { nextOfKin, nk1 } from "../segments/nk1.ts";
import { noteContexts, nte, resultNotes } from "../segments/nte.ts";
import { obrOfGeneralOrder, obrOfOrder, obrOfResult } from "../segments/obr.ts";
import { obx } from "../segments/obx.ts";
import { orcOfGeneralOrder, orcOfOrder, orcOfResult } from "../segments/orc.ts";
import { pid } from "../segments/pid.ts";
import { rxc } from "../segments/rxc.ts";
import { rxe } from "../segments/rxe.ts";
import { rxo } from "../segments/rxo.ts";
import { rxr } from "../segments/rxr.ts";
import { spm } from "../segments/spm.ts";
import { timings, tq1 } from "../segments/tq1.ts";
import { isFrom } from "../versions.ts";
import { allergy, insurance } from "./adt.ts";
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

interface PriorContext extends ServiceContext {
  readonly DiagnosticReport: fhir4.DiagnosticReport;
}

/**
 * The reports that support the order, behind the last order of the message: a further order would be taken for one of
 * theirs. Versions before 2.4 have no place for them.
 */
function priors(context: ServiceContext, scope: Scope): readonly PriorContext[] {
  const { ServiceRequest, isLast } = context;
  if (isLast === false || !isFrom("2.4", scope)) return [];
  return (ServiceRequest.supportingInfo ?? []).flatMap((reference) => {
    const DiagnosticReport = scope.resolve<fhir4.DiagnosticReport>(reference, ServiceRequest);
    if (DiagnosticReport?.resourceType !== "DiagnosticReport") return [];
    const prior = { ...context, DiagnosticReport, setId: 1 };
    return priorGroups(prior, scope).length === 0 ? [] : [prior];
  });
}

/** Only what holds results. */
function priorGroups(context: PriorContext, scope: Scope): readonly ReportContext[] {
  return groupsOf(context, context.DiagnosticReport, scope).filter((group) => results(group, scope).length > 0);
}

const prior: Part = group("PRIOR_RESULT", priors, [
  required(pid),
  group("ORDER_PRIOR", priorGroups, [
    required(orcOfResult),
    required(obrOfResult),
    group("OBSERVATION_PRIOR", results, [required(obx), each(nte, resultNotes)]),
  ]),
]);

const timing: Part = each(tq1, timings);
const note: Part = each(nte, notes);
const diagnosis: Part = each(dg1, reasons);
const answer: Part = group("OBSERVATION", answers, [required(obx), each(nte, resultNotes)]);
const specimen: Part = group("SPECIMEN", specimens, [optional(spm)]);
/** ORM^O01 has these since what it told them in has been withdrawn. */
const laterTiming: Part = each(tq1, (context: OrderContext, scope: Scope) =>
  isFrom("2.7", scope) ? timings(context, scope) : [],
);
const laterSpecimen: Part = group(
  "SPECIMEN",
  (context: ServiceContext, scope: Scope) => (isFrom("2.7", scope) ? specimens(context, scope) : []),
  [optional(spm)],
);
const kin: Part = each(nk1, nextOfKin);
const route: Part = eachRequired(rxr, routes);
/** A part without its amount ends the message: a mixture must not arrive without it. */
const component: Part = eachRequired(rxc, ingredients);

/** Of the guarantors, an order has room for one. */
const guarantor: Part = each<MessageContext, GuarantorContext>(gt1, (context, scope) =>
  guarantors(context, scope).slice(0, 1),
);

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
        laterTiming,
        group("ORDER_DETAIL", services, [required(obrOfGeneralOrder), note, diagnosis, answer, laterSpecimen]),
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
        group("OBSERVATION_REQUEST", services, [required(obrOfOrder), note, diagnosis, answer, specimen, prior]),
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
        group("DETAIL", services, [required(obrOfOrder), note, diagnosis, answer, specimen, prior]),
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
