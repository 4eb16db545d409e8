import { ce, cwe } from "../datatypes/coded.ts";
import { segment } from "../mapping.ts";
import type { RouteContext } from "../order.ts";
import { administrationSite, route, vaccineRoute } from "../tables/medication.ts";
import type { ImmunizationContext } from "./orc.ts";

/** HL70162 OTH, where nobody says how. */
const otherRoute = () => ["OTH", "Other/Miscellaneous", route.table] as const;

/** HL7 v2.5.1, 4.14.2; `Dosage` is that of an order or of an administration. */
export const rxr = segment<RouteContext>("RXR", {
  1: ce({ from: "Dosage.route", map: route, required: true, otherwise: otherRoute }),
  2: cwe({ from: "Dosage.site", map: administrationSite }),
  4: cwe({ from: "Dosage.method" }),
});

export const rxrOfImmunization = segment<ImmunizationContext>("RXR", {
  1: ce({ from: "Immunization.route", map: vaccineRoute, required: true, otherwise: otherRoute }),
  2: cwe({ from: "Immunization.site", map: administrationSite }),
});
