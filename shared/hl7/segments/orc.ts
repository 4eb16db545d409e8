import { id } from "../datatypes/coded.ts";
import { ei } from "../datatypes/identifier.ts";
import { xcn } from "../datatypes/provider.ts";
import { segment } from "../mapping.ts";
import type { ReportContext } from "../results.ts";
import { fillerNumber, placerNumber } from "./order-number.ts";

/** HL7 v2.5.1, 4.5.1, before the OBR of a result. */
export const orcOfResult = segment<ReportContext>("ORC", {
  1: id({ from: "Report", compute: () => ["RE"], required: true, rule: "RE: observations to follow" }),
  2: ei({
    from: ["ServiceRequest.identifier", "Report.basedOn"],
    compute: ({ ServiceRequest, Report }) => placerNumber(ServiceRequest, Report.basedOn?.[0]),
    rule: "The placer's number of the request, else its id",
  }),
  3: ei({
    from: ["Report.identifier", "Report.id"],
    compute: ({ Report }) => fillerNumber(Report),
    rule: "The accession or filler number, else the id of the report",
  }),
  12: xcn({ from: "ServiceRequest.requester", repeats: true }),
});
