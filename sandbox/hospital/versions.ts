/** How a type writes `meta.versionId` (opaque by contract, and of several shapes on the wire) and `lastUpdated`. */
export interface MetaShape {
  versionId(count: number, at: number): string;
  time(at: number): string;
  /** Which of the two `meta` has; a type with neither has no `meta`. */
  has: "both" | "lastUpdated" | "neither";
}

const counted = (time: (at: number) => string, first: number): MetaShape => ({
  versionId: (count) => String(first + count),
  time,
  has: "both",
});

const shapes: Record<string, MetaShape> = {
  Patient: { ...counted(withMilliseconds, 0), versionId: (count) => String(17 + count * 3) },
  Encounter: counted(withMilliseconds, 0),
  Appointment: { ...counted(withMilliseconds, 0), versionId: (count) => `${24 + count}-${count}` },
  ServiceRequest: {
    ...counted(withMilliseconds, 0),
    versionId: (count, at) => `${3_423_957 + count}v${(at / 1000) % 10_000_000}`,
  },
  DiagnosticReport: counted(withSeconds, 1),
  Observation: counted(withMilliseconds, 1),
  DocumentReference: counted(withMilliseconds, 1),
  Binary: { ...counted(withMilliseconds, 1), has: "lastUpdated" },
  Immunization: counted(withOffset, 0),
  MedicationRequest: counted(withSeconds, 0),
  MedicationAdministration: counted(withMilliseconds, 0),
  // The id of the row that was written last.
  Condition: { ...counted(withMilliseconds, 0), versionId: rowId },
  AllergyIntolerance: { ...counted(withSeconds, 0), versionId: rowId },
  Procedure: counted(withSeconds, 0),
  Coverage: counted(withSeconds, 1),
  RelatedPerson: counted(withSeconds, 1),
  Account: { ...counted(withSeconds, 0), has: "neither" },
  ChargeItem: counted(withSeconds, 1),
  Slot: { ...counted(withSeconds, 0), versionId: (count) => `${count}-${count}` },
  Location: counted(withSeconds, 6),
  Organization: counted(withSeconds, 0),
  Practitioner: counted(withMilliseconds, 0),
};

export function metaShapeOf(type: string): MetaShape {
  const shape = shapes[type];
  if (!shape) throw new TypeError(`No meta shape for ${type}`);
  return shape;
}

/** A blood pressure is two rows; the second row's version is missing now and then. */
export function versionIdOf(shape: MetaShape, id: string, count: number, at: number): string {
  return id.startsWith("BP-") ? `${count + 1}-${id.endsWith("7") ? "" : count + 1}` : shape.versionId(count, at);
}

function rowId(count: number, at: number): string {
  return String(12_800_000 + (Math.floor(at / 1000) % 10_000_000) * 10 + (count % 10));
}

function withMilliseconds(at: number): string {
  return new Date(at).toISOString();
}
function withSeconds(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
function withOffset(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}+00:00`;
}
