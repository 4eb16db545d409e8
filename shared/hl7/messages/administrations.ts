import { administrationRoute, administrations } from "../administration.ts";
import type { MessageContext } from "../context.ts";
import { givenRoutes, immunizationDetails, immunizations } from "../immunization.ts";
import { msh } from "../segments/msh.ts";
import { nextOfKin, nk1 } from "../segments/nk1.ts";
import { nte, resultNotes } from "../segments/nte.ts";
import { obx } from "../segments/obx.ts";
import { orcOfAdministration, orcOfImmunization } from "../segments/orc.ts";
import { rxaOfAdministration, rxaOfImmunization } from "../segments/rxa.ts";
import { rxr, rxrOfImmunization } from "../segments/rxr.ts";
import { allergy, guarantor, insurance } from "./adt.ts";
import { each, eachRequired, group, type MessageDefinition, required } from "./message.ts";
import { itself, patient, visit } from "./parts.ts";

/** HL7 v2.5.1, 4.13.11 and 4.17: what was given. */
export const administrationMessages: readonly MessageDefinition[] = [
  {
    structure: "RAS_O17",
    triggers: ["RAS^O17"],
    parts: [
      required(msh),
      group("PATIENT", itself<MessageContext>, [...patient, allergy, visit]),
      group("ORDER", administrations, [
        required(orcOfAdministration),
        required(rxaOfAdministration),
        eachRequired(rxr, administrationRoute),
      ]),
    ],
  },
  {
    structure: "VXU_V04",
    triggers: ["VXU^V04"],
    parts: [
      required(msh),
      ...patient,
      each(nk1, nextOfKin),
      visit,
      guarantor,
      insurance,
      group("ORDER", immunizations, [
        required(orcOfImmunization),
        required(rxaOfImmunization),
        eachRequired(rxrOfImmunization, givenRoutes),
        group("OBSERVATION", immunizationDetails, [required(obx), each(nte, resultNotes)]),
      ]),
    ],
  },
];
