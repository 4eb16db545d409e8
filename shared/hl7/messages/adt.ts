import type { MessageContext } from "../context.ts";
import { observationResults, type ResultContext } from "../results.ts";
import type { Scope } from "../scope.ts";
import { al1, allergies } from "../segments/al1.ts";
import { db1, disabilities } from "../segments/db1.ts";
import { dg1, diagnoses, firstDiagnosis } from "../segments/dg1.ts";
import { evn } from "../segments/evn.ts";
import { gt1, guarantors } from "../segments/gt1.ts";
import { changedAllergies, iam } from "../segments/iam.ts";
import { coverages, in1, in2 } from "../segments/in1.ts";
import { merged, mrg, renumbered } from "../segments/mrg.ts";
import { msh } from "../segments/msh.ts";
import { nextOfKin, nk1 } from "../segments/nk1.ts";
import { obx } from "../segments/obx.ts";
import { pd1 } from "../segments/pd1.ts";
import { deaths, pda } from "../segments/pda.ts";
import { pid } from "../segments/pid.ts";
import { pr1, procedures } from "../segments/pr1.ts";
import { pv1 } from "../segments/pv1.ts";
import { pv2 } from "../segments/pv2.ts";
import { changedRoles, rol, visitRoles } from "../segments/rol.ts";
import { vitalSigns } from "../vital-signs.ts";
import { each, eachRequired, group, type MessageDefinition, optional, type Part, required } from "./message.ts";

const head: readonly Part[] = [required(msh), required(evn), required(pid), optional(pd1)];
const visit: readonly Part[] = [required(pv1), optional(pv2)];
const family = each(nk1, nextOfKin);
export const roles: Part = each(rol, visitRoles);
export const disability: Part = each(db1, disabilities);
export const allergy: Part = each(al1, allergies);
export const diagnosis: Part = each(dg1, diagnoses);
export const procedure: Part = each(pr1, procedures);
export const guarantor: Part = each(gt1, guarantors);
export const insurance: Part = group("INSURANCE", coverages, [required(in1), optional(in2)]);
export const observations: Part = each<MessageContext, ResultContext>(obx, (context, scope) =>
  observationResults(context, vitalSigns(context), scope),
);

const death: Part = each(pda, deaths);

/** What is known of the visit without the history of the person. */
const visitDetails: readonly Part[] = [...visit, roles, disability, observations];
const bill: readonly Part[] = [guarantor, insurance];
const wholeVisit: readonly Part[] = [family, ...visitDetails, allergy, diagnosis, procedure, ...bill];

function itself(context: MessageContext): readonly MessageContext[] {
  return [context];
}

/** A segment that stands only in messages about a visit. */
export function ofVisit(context: MessageContext): readonly MessageContext[] {
  return context.Encounter === undefined ? [] : [context];
}

/** A merge of visits tells the one that lives on; a merge of persons or accounts none. */
function survivingVisit(context: MessageContext): readonly MessageContext[] {
  return context.message.triggerEvent === "A42" ? ofVisit(context) : [];
}

/** The other record of a link: the one that the event names, else the one that the patient's record does. */
function linked(context: MessageContext, scope: Scope): readonly MessageContext[] {
  const { event, Patient } = context;
  const named = event.step?.merged;
  if (named?.resourceType === "Patient") return [{ ...context, Patient: named, setId: 2 }];
  const link = Patient.link?.find(({ type }) => type === "seealso")?.other;
  const found = scope.resolve<fhir4.Patient>(link, Patient);
  const id = link?.reference?.split("/").at(-1);
  const other: fhir4.Patient =
    found?.resourceType === "Patient" ? found : { resourceType: "Patient", ...(id && { id }) };
  return [{ ...context, Patient: other, setId: 2 }];
}

/** HL7 v2.5.1, 3.3: the abstract messages of chapter 3. */
export const adtMessages: readonly MessageDefinition[] = [
  {
    structure: "ADT_A01",
    triggers: ["ADT^A01", "ADT^A04", "ADT^A08", "ADT^A13"],
    parts: [...head, ...wholeVisit, death],
  },
  { structure: "ADT_A02", triggers: ["ADT^A02"], parts: [...head, ...visitDetails, death] },
  {
    structure: "ADT_A03",
    triggers: ["ADT^A03"],
    parts: [...head, family, ...visit, roles, disability, allergy, diagnosis, procedure, observations, ...bill, death],
  },
  {
    structure: "ADT_A05",
    triggers: ["ADT^A05", "ADT^A14", "ADT^A28", "ADT^A31"],
    parts: [...head, ...wholeVisit],
  },
  {
    structure: "ADT_A06",
    triggers: ["ADT^A06", "ADT^A07"],
    parts: [...head, eachRequired(mrg, renumbered), ...wholeVisit],
  },
  {
    structure: "ADT_A09",
    triggers: ["ADT^A09", "ADT^A10", "ADT^A11"],
    parts: [...head, ...visit, disability, observations, diagnosis],
  },
  {
    structure: "ADT_A12",
    triggers: ["ADT^A12"],
    parts: [...head, ...visit, disability, observations, each(dg1, firstDiagnosis)],
  },
  { structure: "ADT_A15", triggers: ["ADT^A15"], parts: [...head, ...visitDetails, diagnosis] },
  { structure: "ADT_A16", triggers: ["ADT^A16"], parts: [...head, ...wholeVisit] },
  {
    structure: "ADT_A21",
    triggers: ["ADT^A21", "ADT^A22", "ADT^A23", "ADT^A25", "ADT^A26", "ADT^A27", "ADT^A29"],
    parts: [...head, ...visit, disability, observations],
  },
  {
    structure: "ADT_A24",
    triggers: ["ADT^A24"],
    parts: [...head, group("LINKED", linked, [required(pid), optional(pd1)])],
  },
  { structure: "ADT_A30", triggers: ["ADT^A34", "ADT^A46", "ADT^A47"], parts: [...head, eachRequired(mrg, merged)] },
  {
    structure: "ADT_A37",
    triggers: ["ADT^A37"],
    parts: [...head, group("LINKED", linked, [required(pid), optional(pd1)])],
  },
  {
    structure: "ADT_A38",
    triggers: ["ADT^A38"],
    parts: [...head, ...visit, disability, observations, diagnosis],
  },
  {
    structure: "ADT_A39",
    triggers: ["ADT^A40", "ADT^A41", "ADT^A42"],
    parts: [
      required(msh),
      required(evn),
      group("PATIENT", itself, [required(pid), optional(pd1), eachRequired(mrg, merged), each(pv1, survivingVisit)]),
    ],
  },
  {
    structure: "ADT_A43",
    triggers: ["ADT^A43", "ADT^A44"],
    parts: [
      required(msh),
      required(evn),
      group("PATIENT", itself, [required(pid), optional(pd1), eachRequired(mrg, merged)]),
    ],
  },
  {
    structure: "ADT_A45",
    triggers: ["ADT^A45"],
    parts: [...head, group("MERGE_INFO", merged, [required(mrg), required(pv1)])],
  },
  { structure: "ADT_A50", triggers: ["ADT^A50"], parts: [...head, eachRequired(mrg, merged), required(pv1)] },
  { structure: "ADT_A52", triggers: ["ADT^A52", "ADT^A53", "ADT^A55"], parts: [...head, ...visit] },
  { structure: "ADT_A54", triggers: ["ADT^A54"], parts: [...head, ...visit, each(rol, changedRoles("ATND"))] },
  {
    structure: "ADT_A60",
    triggers: ["ADT^A60"],
    parts: [
      required(msh),
      required(evn),
      required(pid),
      group("VISIT", ofVisit, [required(pv1), optional(pv2)]),
      each(iam, changedAllergies),
    ],
  },
  {
    structure: "ADT_A61",
    triggers: ["ADT^A61", "ADT^A62"],
    parts: [...head, required(pv1), each(rol, changedRoles("CON")), optional(pv2)],
  },
];
