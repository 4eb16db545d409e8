import type { Resource } from "../../fhir.ts";
import type { MessageContext } from "../context.ts";
import { type Coded, ce, id } from "../datatypes/coded.ts";
import { personLocation } from "../datatypes/location.ts";
import { encodeKey } from "../datatypes/staff.ts";
import { st } from "../datatypes/text.ts";
import { ts } from "../datatypes/time.ts";
import { dataType, segment } from "../mapping.ts";
import { terminology } from "../tables/code-map.ts";
import { masterFileEvent } from "../tables/master-file.ts";

const masterFiles: Readonly<Record<string, fhir4.Coding>> = {
  M02: { code: "PRA", display: "Practitioner master file" },
  M05: { code: "LOC", display: "Location master file" },
};

/** HL7 v2.5.1, 8.5.1 */
export const mfi = segment<MessageContext>("MFI", {
  1: ce({
    from: "message.triggerEvent",
    compute: ({ message }): readonly Coded[] => {
      const file = masterFiles[message.triggerEvent];
      return file === undefined ? [] : [{ system: `${terminology}/v2-0175`, ...file }];
    },
    required: true,
    rule: "PRA or LOC by the event (HL70175)",
  }),
  3: id({ from: "message.triggerEvent", compute: () => ["UPD"], rule: "UPD: records change, not the file (HL70178)" }),
  6: id({ from: "message.triggerEvent", compute: () => ["NE"], rule: "NE: no answer beyond the ACK (HL70179)" }),
});

/** An entry of a master file: whose key it has, and what became of it. */
export interface EntryContext extends MessageContext {
  readonly Key: MasterKey;
}

export type MasterKey =
  | {
      readonly kind: "CE";
      readonly id: string;
      readonly name?: string | undefined;
      readonly system?: string | undefined;
    }
  | { readonly kind: "PL"; readonly location: fhir4.Reference };

/** The key as CE or as PL, in the form that STF-1 and LOC-1 have. */
const masterKey = dataType<MasterKey>("VARIES", (value, scope) =>
  value.kind === "PL" ? personLocation(value.location, scope, value) : encodeKey(value, scope),
);

const kinds = Object.keys(masterFileEvent.codes);

/** By the type of the event; where it says nothing, by what the record was and is. */
function changeOf({ event }: MessageContext): string {
  const kind = event.type.split(".").at(-1) ?? "";
  if (kinds.includes(kind)) return kind;
  if (event.before === undefined) return "added";
  const was = isActive(event.before);
  const is = isActive(event.after);
  if (was !== is) return is ? "reactivated" : "deactivated";
  return "changed";
}

function isActive(resource: Resource): boolean {
  if (resource.resourceType === "Location") return resource.status === undefined || resource.status === "active";
  return (resource as { active?: boolean }).active !== false;
}

/** HL7 v2.5.1, 8.5.2 */
export const mfe = segment<EntryContext>("MFE", {
  1: id({
    from: ["event.type", "event.before"],
    compute: (context) => [changeOf(context)],
    map: masterFileEvent,
    required: true,
    rule: "MAD, MUP, MDC or MAC by what became of the record (HL70180)",
  }),
  2: st({ from: "message.controlId", volatile: true }),
  3: ts({ from: "event.recordedAt", volatile: true }),
  4: masterKey({ from: "Key", required: true }),
  5: id({ from: "Key.kind", required: true, rule: "CE for staff, PL for places (HL70355)" }),
});
