import { listOf } from "../chart.ts";
import { type Coded, codingsOf, cwe, id } from "../datatypes/coded.ts";
import { cq, nm, numeric, quantityOf } from "../datatypes/number.ts";
import { letters, repeatPatterns, rpt, unpatterned } from "../datatypes/repeat.ts";
import { si, tx } from "../datatypes/text.ts";
import { timeOfDay, tm, ts } from "../datatypes/time.ts";
import { type TimingQuantity, tq } from "../datatypes/timing.ts";
import { segment } from "../mapping.ts";
import type { Repetition } from "../model.ts";
import { hasRate, type OrderContext } from "../order.ts";
import type { Scope } from "../scope.ts";
import { terminology, translate } from "../tables/code-map.ts";
import { requestPriority } from "../tables/order.ts";
import { until } from "../versions.ts";

/** One timing of an order: that of a service, or of one of the dosages of a medication. */
export interface TimingContext extends OrderContext {
  readonly Timing?: fhir4.Timing | undefined;
  readonly Dosage?: fhir4.Dosage | undefined;
  /** The one time of `Timing.event` that this TQ1 tells. */
  readonly eventTime?: string | undefined;
  /** HL70472: S for one after the other, A for at the same time. */
  readonly conjunction?: string | undefined;
}

/** HL7 v2.5.1, 4.5.4 */
export const tq1 = segment<TimingContext>("TQ1", {
  1: si({ from: "setId" }),
  2: cq({
    from: ["ServiceRequest.quantityQuantity", "Dosage.doseAndRate.doseQuantity"],
    compute: ({ ServiceRequest, MedicationRequest, Dosage }) => {
      const isOfSeveral = (MedicationRequest?.dosageInstruction?.length ?? 0) > 1;
      const quantity = isOfSeveral ? Dosage?.doseAndRate?.[0]?.doseQuantity : ServiceRequest?.quantityQuantity;
      return quantity === undefined ? [] : [quantity];
    },
    rule: "The dose, where an order has several of them",
  }),
  3: rpt({
    from: ["Timing", "Dosage.doseAndRate.rateQuantity", "ServiceRequest.occurrenceDateTime"],
    compute: patterns,
    repeats: true,
    rule: "C for what runs at a rate without an interval, Once for a service at one time",
  }),
  4: tm({ from: "Timing.repeat.timeOfDay", repeats: true }),
  6: cq({ from: "Timing.repeat.boundsDuration" }),
  7: ts({
    from: [
      "eventTime",
      "Timing.repeat.boundsPeriod.start",
      "ServiceRequest.occurrencePeriod.start",
      "ServiceRequest.occurrenceDateTime",
      "MedicationRequest.dispenseRequest.validityPeriod.start",
    ],
  }),
  8: ts({
    from: [
      "Timing.repeat.boundsPeriod.end",
      "ServiceRequest.occurrencePeriod.end",
      "MedicationRequest.dispenseRequest.validityPeriod.end",
    ],
  }),
  9: cwe({
    from: ["ServiceRequest.priority", "MedicationRequest.priority"],
    compute: priorities,
    map: requestPriority,
    repeats: true,
    rule: "The priority, and PRN for what is given as needed",
  }),
  10: tx({
    from: ["Dosage.asNeededCodeableConcept", "ServiceRequest.asNeededCodeableConcept"],
    pick: (concepts: readonly fhir4.CodeableConcept[]) => concepts.map(textOfConcept),
    rule: "For what it may be given",
  }),
  11: tx({
    from: ["Dosage.text", "Timing.code", "Timing.repeat"],
    compute: (context) => [timingText(context)].filter((text) => text !== undefined),
    rule: "The text of the dosage, else of the code, else what TQ1-3 has no pattern for",
  }),
  12: id({ from: "conjunction", rule: "S: the next timing follows this one; A: both hold at the same time" }),
  13: cq({
    from: "Timing.repeat.duration",
    compute: ({ Timing }) => {
      const { duration, durationUnit } = Timing?.repeat ?? {};
      return duration === undefined || durationUnit === undefined
        ? []
        : [{ value: duration, unit: durationUnit, code: durationUnit, system: "http://unitsofmeasure.org" }];
    },
  }),
  14: nm({ from: "Timing.repeat.count" }),
});

function timingText({ Dosage, Timing }: TimingContext): string | undefined {
  const named = Timing?.code === undefined ? undefined : textOfConcept(Timing.code);
  return Dosage?.text ?? named ?? (Timing === undefined ? undefined : unpatterned(Timing));
}

function textOfConcept(concept: fhir4.CodeableConcept): string | undefined {
  return concept.text ?? codingsOf(concept).find(({ display }) => display !== undefined)?.display;
}

function patterns({ Timing, Dosage, ServiceRequest, eventTime }: TimingContext): readonly Repetition[] {
  const told = Timing === undefined ? [] : repeatPatterns(Timing);
  const prn = isAsNeeded(Dosage) || isAsNeeded(ServiceRequest);
  if (told.length > 0) return prn ? told.map(([pattern, ...rest]) => [`PRN${pattern}`, ...rest]) : told;
  if (prn) return [["PRN"]];
  if (listOf(Dosage?.doseAndRate).some(hasRate)) return [["C"]];
  return ServiceRequest?.occurrenceDateTime !== undefined || eventTime !== undefined ? [["Once"]] : [];
}

function isAsNeeded(element: Pick<fhir4.Dosage, "asNeededBoolean" | "asNeededCodeableConcept"> | undefined): boolean {
  return element?.asNeededBoolean === true || element?.asNeededCodeableConcept !== undefined;
}

const asNeeded: fhir4.Coding = {
  system: `${terminology}/v2-0485`,
  code: "PRN",
  display: "As needed",
};

function priorities({ ServiceRequest, MedicationRequest, Dosage }: TimingContext): readonly Coded[] {
  const priority = (ServiceRequest ?? MedicationRequest)?.priority;
  const told: readonly Coded[] = priority === undefined ? [] : [priority];
  return isAsNeeded(Dosage) || isAsNeeded(ServiceRequest) ? [...told, asNeeded] : told;
}

/** The timings of an order: one for each dosage and each single time. One is there even where nothing is known. */
export function timings(context: OrderContext, scope: Scope): readonly TimingContext[] {
  const { ServiceRequest, MedicationRequest } = context;
  const dosages = MedicationRequest?.dosageInstruction ?? [];
  const all: readonly Omit<TimingContext, keyof OrderContext>[] =
    ServiceRequest === undefined
      ? dosages.flatMap((Dosage, index) =>
          eachTime({ Dosage, Timing: Dosage.timing, conjunction: next(dosages, index) }),
        )
      : eachTime({ Timing: ServiceRequest.occurrenceTiming });
  const told = all.map((timing, index) => ({ ...context, ...timing, setId: index + 1 }));
  if (MedicationRequest !== undefined && !told.some((timing) => patterns(timing).length > 0))
    scope.report({
      severity: "warning",
      reason: "no-timing",
      field: "TQ1-3",
      path: "MedicationRequest.dosageInstruction",
    });
  return told.length > 0 ? told : [{ ...context, setId: 1 }];
}

function eachTime(timing: Omit<TimingContext, keyof OrderContext>): readonly Omit<TimingContext, keyof OrderContext>[] {
  const times = timing.Timing?.event ?? [];
  return times.length === 0 ? [timing] : times.map((eventTime) => ({ ...timing, eventTime }));
}

/** How a dosage and the one behind it hang together: FHIR gives the same sequence to what holds at the same time. */
function next(dosages: readonly fhir4.Dosage[], index: number): string | undefined {
  const following = dosages[index + 1];
  if (following === undefined) return undefined;
  return following.sequence === dosages[index]?.sequence ? "A" : "S";
}

/** ORC-7 and OBR-27, where a message has no TQ1. */
export const legacyTiming = until<OrderContext>(
  "2.6",
  tq<OrderContext, TimingQuantity>({
    from: ["ServiceRequest.occurrenceTiming", "MedicationRequest.dosageInstruction"],
    compute: (context, scope) => timings(context, scope).flatMap(timingQuantities),
    repeats: true,
    rule: "As TQ1 tells it in other messages, and from 2.7 on in this one",
  }),
);

/** One for each pattern: several hold at the same time (HL70472 A). */
function timingQuantities(context: TimingContext): readonly TimingQuantity[] {
  const all = patterns(context);
  if (all.length < 2) return [timingQuantity(context, all[0])];
  // Not every version has room for all of them.
  const text = timingText(context) ?? all.map(([pattern]) => pattern).join(", ");
  return all.map((pattern, index) => ({
    ...timingQuantity(context, pattern),
    text,
    ...(index < all.length - 1 && { conjunction: "A" }),
  }));
}

function timingQuantity(context: TimingContext, pattern: Repetition | undefined): TimingQuantity {
  const { ServiceRequest, MedicationRequest, Timing, Dosage, eventTime } = context;
  const bounds = Timing?.repeat?.boundsPeriod ?? ServiceRequest?.occurrencePeriod;
  const validity = MedicationRequest?.dispenseRequest?.validityPeriod;
  const isOfSeveral = (MedicationRequest?.dosageInstruction?.length ?? 0) > 1;
  const quantity = isOfSeveral ? Dosage?.doseAndRate?.[0]?.doseQuantity : ServiceRequest?.quantityQuantity;
  const condition = Dosage?.asNeededCodeableConcept ?? ServiceRequest?.asNeededCodeableConcept;
  const { boundsDuration, count } = Timing?.repeat ?? {};
  const letter = letters[boundsDuration?.code ?? ""];
  const lasting = letter === undefined ? undefined : numeric(boundsDuration?.value);
  const occasions = count === undefined ? undefined : `X${count}`;
  const times = (Timing?.repeat?.timeOfDay ?? []).map(timeOfDay).filter((time) => time !== undefined);
  return {
    quantity: quantity === undefined ? undefined : quantityOf(quantity),
    pattern: typeof pattern?.[0] === "string" ? pattern[0] : undefined,
    times: times.length === 0 ? undefined : times,
    duration: lasting === undefined ? occasions : `${letter}${lasting}`,
    start: eventTime ?? bounds?.start ?? ServiceRequest?.occurrenceDateTime ?? validity?.start,
    end: bounds?.end ?? validity?.end,
    priority: translate(priorities(context).flatMap(codingsOf), requestPriority)?.code,
    condition: condition === undefined ? undefined : textOfConcept(condition),
    text: timingText(context),
    conjunction: context.conjunction,
  };
}
