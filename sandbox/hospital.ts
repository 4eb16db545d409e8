import { happenings } from "./hospital/happenings/index.ts";
import type { JournalEntry } from "./hospital/journal.ts";
import { buildPlaces } from "./hospital/places.ts";
import { type RateChanges, ratesWith } from "./hospital/rates.ts";
import type { Booking, Id, Kin, Measurement, Order, Stay } from "./hospital/records.ts";
import { organizationResource } from "./hospital/resources/reference-data.ts";
import { paceOf, type Rhythm } from "./hospital/rhythm.ts";
import { createSchedule } from "./hospital/schedule.ts";
import { createScribe, keyOf } from "./hospital/scribe.ts";
import { createStore, type Store, type Version } from "./hospital/store.ts";
import type { Truth } from "./hospital/truth.ts";
import { createTruthLog } from "./hospital/truth-log.ts";
import { type WarmWorld, warmUp } from "./hospital/warm.ts";
import { warmCharts } from "./hospital/warm-chart.ts";
import { dayMs, emptyRecords, type HappeningKind, hourMs, isExpectedOrOpen, minuteMs } from "./hospital/world.ts";
import { type Random, seededRandom } from "./random.ts";

export type { JournalEntry } from "./hospital/journal.ts";
export type { RateChanges, Rates } from "./hospital/rates.ts";
export type { Resource, ResourceKey, Version } from "./hospital/store.ts";
export type * from "./hospital/truth.ts";
export type { HappeningKind } from "./hospital/world.ts";

export interface HospitalOptions {
  seed: string | number;
  startAt: Date;
  /** IANA zone of the house: the clinics' hours. */
  timeZone: string;
  /** How many people are known when the clock starts. */
  people?: number;
  /** Factor on all that comes by itself. */
  busy?: number;
  tenant?: string;
  rates?: RateChanges;
  /** Whether the hours of the day differ; without it they do not. */
  rhythm?: Rhythm;
}

/** A simulated hospital. The same options give the same ids, times and bytes, however its clock is moved. */
export interface Hospital {
  readonly tenant: string;
  /** What attachments' URLs begin with; whoever serves them puts their own in its place. */
  readonly baseUrl: string;
  readonly timeZone: string;
  now(): Date;
  /** Plays all that happens up to that instant, in order. An instant that is past changes nothing. */
  advanceTo(instant: Date): void;
  /** From now on nothing new happens; only what is half written gets its other half. */
  closeDoors(): void;
  /** Ids of the Patients who are known when the clock starts: emergencies are always among these. */
  patientIds(): readonly Id[];
  /** Ids of the Locations that take appointments: by these, people who are new are found. */
  clinicIds(): readonly Id[];
  journal(): readonly JournalEntry[];
  /** Every version of a resource, oldest first; empty if there is none. */
  history(key: string): readonly Version[];
  /** How things stand now, or as they stood at an instant that is past. Costs little: it is kept, not worked out. */
  truth(at?: Date): Truth;
  /**
   * Grows by each write, hiding or showing of anything that is the patient's: while it stays the same, so does every
   * answer about the patient, and nobody needs to ask again.
   */
  revisionOf(patient: Id): number;
  readonly store: Store;
}

interface Due {
  kind: HappeningKind;
  subject?: Kin;
}

/** How long after its end a stay can still be corrected. */
const recallMs = 6 * hourMs;

/** Second halves: what has to come for the record to be whole. */
const secondHalves = new Set<HappeningKind>(["report-written", "results-written", "order-completed"]);

export function createHospital(options: HospitalOptions): Hospital {
  const { seed, timeZone, people: peopleCount = 80, busy = 1 } = options;
  const tenant = options.tenant ?? "b8f2c1d0-4a53-4e6b-9c7d-5a1e2f3b4c6d";
  const baseUrl = `https://fhir.sandbox.invalid/r4/${tenant}`;
  const rates = ratesWith(options.rates ?? {});
  const startAt = Math.floor(options.startAt.getTime() / 1000) * 1000;
  const scale = peopleCount / rates.referencePeople;

  const pace = paceOf(options.rhythm ?? "steady", timeZone);
  const streams = new Map<string, Random>();
  const stream = (name: string): Random => {
    const known = streams.get(name);
    if (known) return known;
    const made = seededRandom(`${seed}/${name}`);
    streams.set(name, made);
    return made;
  };

  const ids = stream("ids");
  let lastId = 12_700_000;
  const id = (): Id => {
    lastId += ids.whole(1, 9);
    return String(lastId);
  };

  const store = createStore();
  const schedule = createSchedule<Due>();
  const journal: JournalEntry[] = [];
  const table = new Map(happenings.map((happening) => [happening.kind, happening]));
  const live = {
    stays: new Set<Stay>(),
    bookings: new Set<Booking>(),
    orders: new Set<Order>(),
    vitals: [] as Measurement[],
  };
  let now = startAt;
  let playing = "warm";
  let doorsAreOpen = true;

  const world: WarmWorld = {
    tenant,
    baseUrl,
    timeZone,
    rates,
    eventSpace: stream("space").uuid(),
    places: buildPlaces(stream("places"), id, Math.max(1, scale)),
    ...emptyRecords(),
    live,
    merges: [],
    known: new Set(),
    inpatientTarget: Math.max(1, rates.warm.inpatients * peopleCount),
    id,
    idsOf: (type, person) => [...store.referring(type, `Patient/${person}`)].map((entry) => entry.id),
    get now() {
      return now;
    },
    get random() {
      return stream(playing);
    },
    chance: (name) => stream(playing).chance(rates.chance[name]),
    minutes: (name) => Math.round(stream(playing).between(rates.minutes[name]) * 60) / 60,
    after(milliseconds, kind, subject) {
      schedule.add(now + Math.max(1000, Math.round(milliseconds / 1000) * 1000), { kind, subject });
    },
    writeQuietly(record) {
      // What nobody has seen yet needs no correction.
      const last = store.entry(keyOf(record))?.versions.at(-1);
      if (last) write(record, last.updatedAt);
    },
    setNow(at) {
      now = at;
    },
    write(records) {
      for (const record of records) {
        record.touchedAt = now;
        write(record, now);
      }
    },
    isWritten: (record) => store.entry(keyOf(record)) !== undefined,
    hide(record, isHidden) {
      store.hide(keyOf(record), isHidden);
      truths.hide(record, now, isHidden);
    },
  };
  const truths = createTruthLog(world);
  const write = createScribe(world, store, truths);

  /** Once an hour, forgets the stays to which nothing can happen any more. */
  function forgetEnded(at: number): void {
    if (Math.floor(at / hourMs) === Math.floor(now / hourMs)) return;
    for (const stay of live.stays)
      if (!isExpectedOrOpen(stay) && at - stay.touchedAt > recallMs) live.stays.delete(stay);
  }

  /** A transaction that took long shows the time at which it began. */
  function commitTime(): number {
    const commits = stream("commits");
    return commits.chance(rates.chance.commitIsLate)
      ? now - Math.round(commits.between(rates.seconds.lateCommit)) * 1000
      : now;
  }

  function play({ kind, subject }: Due): void {
    playing = kind;
    const changed = table.get(kind)?.play(world, subject);
    if (!changed) return;
    const updatedAt = commitTime();
    const wrote = changed.map((record) => {
      record.touchedAt = now;
      const { key, version } = write(record, updatedAt);
      return { key, versionId: version.versionId, visible: version.visible };
    });
    const visible = wrote.some((each) => each.visible);
    journal.push({ number: journal.length, time: new Date(now).toISOString(), kind, visible, wrote });
  }

  const perHour = rates.perHour as Readonly<Record<string, number | undefined>>;
  const rateOf = (kind: HappeningKind): number => (perHour[kind] ?? 0) * busy * scale;
  function planNext(kind: HappeningKind): void {
    if (rateOf(kind) <= 0) return;
    const arrivals = stream(`arrivals/${kind}`);
    const most = pace?.most(kind) ?? 1;
    let at = now;
    // As if it were always the busiest hour, and then as many left out as it is not.
    do at += Math.max(1000, Math.round(arrivals.waitHours(rateOf(kind) * most) * 3600) * 1000);
    while (pace && !arrivals.chance(pace.at(kind, at) / most));
    schedule.add(at, { kind });
  }

  function furnish(): void {
    const time = { at: startAt - 400 * dayMs, updatedAt: startAt - 400 * dayMs };
    for (const organization of world.places.organizations) store.write(organizationResource(world, organization), time);
    world.setNow(time.at);
    for (const record of [...world.places.all, ...world.places.clinicians]) write(record, time.at);
    warmUp(world, startAt, peopleCount);
    playing = "warm-charts";
    warmCharts(world, startAt);
    for (const person of world.people.keys()) (world.known as Set<Id>).add(person);
    for (const kind of table.keys()) planNext(kind);
  }

  furnish();
  return {
    tenant,
    baseUrl,
    timeZone,
    store,
    now: () => new Date(now),
    advanceTo(instant) {
      const until = instant.getTime();
      for (let due = schedule.next(until); due; due = schedule.next(until)) {
        forgetEnded(due.at);
        now = due.at;
        const { kind, subject } = due.item;
        if (doorsAreOpen || secondHalves.has(kind)) play(due.item);
        if (!subject) planNext(kind);
      }
      now = Math.max(now, until);
    },
    closeDoors() {
      doorsAreOpen = false;
    },
    patientIds: () => [...world.known],
    clinicIds: () => world.places.clinics.map((clinic) => clinic.id),
    journal: () => journal,
    history: (key) => store.entry(key)?.versions ?? [],
    truth: (at) => truths.truthAt(at?.getTime() ?? now),
    revisionOf: (patient) => store.revisionOf(patient),
  };
}

/** How long after {@link Hospital.closeDoors} everything is whole. */
export const settlingMs = minuteMs;
