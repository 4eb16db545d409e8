import { substances } from "./catalogue.ts";
import { record } from "./happenings/allergies.ts";
import { write } from "./happenings/documents.ts";
import { cover, openAccount } from "./happenings/finance.ts";
import { prescribe } from "./happenings/medications.ts";
import { addCondition } from "./happenings/problems.ts";
import { relate } from "./happenings/relatives.ts";
import { openSlot } from "./happenings/slots.ts";
import type { Kin } from "./records.ts";
import type { WarmWorld } from "./warm.ts";
import { isOpen } from "./world.ts";

const slotsPerClinic = 4;

/** What is in the charts when the clock starts: kin, insurance, allergies, problems, what lies open of the present stays. */
export function warmCharts(world: WarmWorld, startAt: number): void {
  const { random } = world;
  const at = (time: number, records: () => readonly Kin[]) => {
    world.setNow(time);
    world.write(records());
    world.setNow(startAt);
  };
  const people = [...world.people.values()];
  for (const person of people.slice(0, Math.round(people.length * world.rates.warm.charts)))
    at(person.touchedAt, () => [
      relate(world, person.id, person.contact, person.contactId),
      cover(world, person.id),
      ...(random.chance(0.4) ? [record(world, person.id, random.whole(0, substances.length - 1))] : []),
      ...(random.chance(0.4) ? [addCondition(world, { person: person.id }, "problem-list-item")] : []),
    ]);
  for (const stay of [...world.live.stays].filter((each) => isOpen(each) && each.class === "IMP"))
    at(stay.touchedAt, () => [
      openAccount(world, stay),
      addCondition(world, stay, "encounter-diagnosis"),
      prescribe(world, stay.person, stay.id),
      ...(random.chance(0.5) ? [write(world, stay)] : []),
    ]);
  const slots = world.places.clinics.length * slotsPerClinic;
  at(startAt, () => Array.from({ length: slots }, () => openSlot(world)));
}
