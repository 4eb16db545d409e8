import { listOf } from "../chart.ts";
import type { MessageContext } from "../context.ts";
import { xad } from "../datatypes/address.ts";
import { type Coded, ce, codingsOf, id, is } from "../datatypes/coded.ts";
import { pl } from "../datatypes/location.ts";
import { xon } from "../datatypes/provider.ts";
import { vh } from "../datatypes/staff.ts";
import { byRank, xtnWork } from "../datatypes/telecom.ts";
import { st, textOf } from "../datatypes/text.ts";
import { segment } from "../mapping.ts";
import { terminology } from "../tables/code-map.ts";
import { locationKind, locationRoleKinds, staffStatus } from "../tables/master-file.ts";
import type { EntryContext } from "./mfi.ts";

export interface PlaceContext extends EntryContext {
  readonly Location: fhir4.Location;
}

/** HL7 v2.5.1, 8.8.2 */
export const loc = segment<PlaceContext>("LOC", {
  1: pl({ from: "Key.location", required: true, rule: "As MFE-4" }),
  2: st({ from: ["Location.description", "Location.name"] }),
  3: is({
    from: ["Location.type", "Location.physicalType"],
    compute: ({ Location }) => kindOf(Location),
    map: locationKind,
    otherwise: "L",
    required: true,
    rule: "By the role of the place where it tells one, else by its physical type",
  }),
  4: xon({ from: "Location.managingOrganization", repeats: true }),
  5: xad({ from: "Location.address", repeats: true }),
  6: xtnWork({ from: "Location.telecom", pick: byRank, repeats: true }),
});

function kindOf({ type, physicalType }: fhir4.Location): readonly Coded[] {
  const codes = listOf(type)
    .flatMap(codingsOf)
    .flatMap(({ code }) => code ?? []);
  const byRole = codes.map((code) => locationRoleKinds[code]).find(Boolean);
  if (byRole !== undefined) return [{ system: `${terminology}/v2-0260`, code: byRole }];
  return physicalType === undefined ? [] : [physicalType];
}

/** HL7 v2.5.1, 8.8.5 */
export const ldp = segment<PlaceContext>("LDP", {
  1: pl({ from: "Key.location", required: true, rule: "As MFE-4" }),
  2: ce({
    from: ["Location.type", "Location.name", "Location.id"],
    compute: ({ Location }) => departmentOf(Location),
    required: true,
    rule: "The type, else the name",
  }),
  3: is({ from: "Location.type", repeats: true }),
  6: id({
    from: "Location.status",
    compute: ({ Location }) => [Location.status ?? "active"],
    map: staffStatus,
  }),
  10: vh({
    from: "Location.hoursOfOperation",
    compute: ({ Location }) =>
      listOf(Location.hoursOfOperation).flatMap((hours) => listOf(hours.daysOfWeek).map((day) => ({ day, hours }))),
    repeats: true,
  }),
  11: xtnWork({ from: "Location.telecom", pick: byRank }),
});

function departmentOf({ type, name, id }: fhir4.Location): readonly Coded[] {
  const [first] = listOf(type);
  if (first !== undefined && (codingsOf(first).length > 0 || textOf(first.text) !== undefined)) return [first];
  const text = textOf(name) ?? id;
  return text === undefined ? [] : [{ text }];
}

/** The place that the event is about. */
export function places(context: MessageContext): readonly PlaceContext[] {
  const { after } = context.event;
  if (after.resourceType !== "Location") return [];
  const location: fhir4.Reference = { reference: `Location/${after.id}` };
  return [{ ...context, Key: { kind: "PL", location }, Location: after, setId: 1 }];
}
