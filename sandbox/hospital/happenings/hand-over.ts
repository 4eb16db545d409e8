import type { Id, Kin, Owned, Stay } from "../records.ts";
import { isExpectedOrOpen, type World } from "../world.ts";

/** All that is on record under a person's number, written already or about to be. */
export function recordsOf(world: World, person: Id): Owned[] {
  const found = typesOf(world).flatMap(([type, records]) =>
    world.idsOf(type, person).flatMap((id) => records.get(id) ?? []),
  );
  const unwritten = found.flatMap((record): Owned[] => {
    const report = record.record === "order" ? world.reports.get(record.report) : undefined;
    return report ? [report, ...report.results.flatMap((id) => world.measurements.get(id) ?? [])] : [];
  });
  return [...new Set([...found, ...unwritten])];
}

/** The stay itself, and all that was written in it. */
export function ofStay(world: World, stay: Stay): Owned[] {
  const own = recordsOf(world, stay.person).filter((record) => "stay" in record && record.stay === stay.id);
  return [stay, ...own.filter((record) => record.record !== "booking")];
}

/** Moves records to another person; what is still open shows it, what is past only changes in silence. */
export function handOver(world: World, records: readonly Owned[], to: Id): Kin[] {
  for (const record of records) record.person = to;
  for (const record of records) if (!isCurrent(record)) world.writeQuietly(record);
  return records.filter(isCurrent);
}

/** Moves a stay to another person, and shows it on everything that is written of it. */
export function moveStay(world: World, stay: Stay, to: Id): Kin[] {
  const records = ofStay(world, stay);
  for (const record of records) record.person = to;
  return records.filter((record) => world.isWritten(record));
}

function isCurrent(record: Owned): boolean {
  if (record.record === "stay") return isExpectedOrOpen(record);
  return record.record === "booking" && ["booked", "arrived", "checked-in"].includes(record.status);
}

function typesOf(world: World): [type: string, records: ReadonlyMap<Id, Owned>][] {
  return [
    ["Encounter", world.stays],
    ["Appointment", world.bookings],
    ["ServiceRequest", world.orders],
    ["DiagnosticReport", world.reports],
    ["Observation", world.measurements],
    ["DocumentReference", world.documents],
    ["Immunization", world.immunizations],
    ["MedicationRequest", world.prescriptions],
    ["MedicationAdministration", world.administrations],
    ["Condition", world.conditions],
    ["Procedure", world.procedures],
    ["AllergyIntolerance", world.allergies],
    ["Coverage", world.coverages],
    ["RelatedPerson", world.relatives],
    ["Account", world.accounts],
    ["ChargeItem", world.charges],
  ];
}
