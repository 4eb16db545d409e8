import { expect, test } from "vitest";
import { type CensusOptions, runCensus } from "../../census/census.ts";
import { censusDestinations } from "../../census/destinations.ts";

/** What is sent instead of a message or a body; nothing, or several things. */
type Lie = (body: string) => string | readonly string[] | undefined;

const dropped =
  (trigger: string): Lie =>
  (er7) =>
    er7.includes(`|${trigger}^`) ? undefined : er7;
const told =
  (trigger: string, as: string): Lie =>
  (er7) =>
    er7.replace(`|${trigger}^`, `|${as}^`);

const person = /\rPID\|[^\r]*/;

/** Says of whom the message before was, where that was somebody else. */
function ofTheOneBefore(type: string): Lie {
  let before = "";
  return (er7) => {
    const [pid = ""] = person.exec(er7) ?? [];
    const lie = er7.includes(`|${type}`) && before !== "" ? er7.replace(person, () => before) : er7;
    if (pid !== "") before = pid;
    return lie;
  };
}

/** Says first what came after it about the same one. */
function swapped(isFirst: (body: string) => boolean, subjectOf: (body: string) => string): Lie {
  const kept = new Map<string, string>();
  return (body) => {
    const subject = subjectOf(body);
    const first = kept.get(subject);
    kept.delete(subject);
    if (first !== undefined) return [body, first];
    if (!isFirst(body)) return body;
    kept.set(subject, body);
    return undefined;
  };
}

const personIn = (er7: string) => person.exec(er7)?.[0].split("|")[3] ?? "";

/** Puts the record that ended in the place of the one that goes on. */
const turnedRound: Lie = (er7) => {
  const [, numbers = ""] = /\rPID\|(?:[^|\r]*\|){2}([^|\r]*)/.exec(er7) ?? [];
  const [, prior = ""] = /\rMRG\|([^|\r]*)/.exec(er7) ?? [];
  if (!er7.includes("|ADT^A40^") || prior === "") return er7;
  return er7.replace(`|${numbers}`, () => `|${prior}`).replace(`\rMRG|${prior}`, () => `\rMRG|${numbers}`);
};

// biome-ignore lint/suspicious/noExplicitAny: a lie may be about anything
type Data = any;

const altered =
  (types: RegExp, change: (data: Data, payload: Data) => void): Lie =>
  (body) => {
    const payload = JSON.parse(body);
    if (!types.test(payload.type)) return body;
    const before = JSON.stringify(payload);
    change(payload.data, payload);
    const lie = JSON.stringify(payload);
    return lie === before ? body : lie;
  };

const focusIn = (body: string) => JSON.stringify(Object.values(JSON.parse(body).data.focus).slice(0, 2));
const typeIn = (body: string): string => JSON.parse(body).type;

/** Comes with the version of the time before. */
function outOfDate(types: RegExp): Lie {
  const versions = new Map<string, unknown>();
  return altered(types, (data) => {
    const before = versions.get(data.focus.id);
    versions.set(data.focus.id, data.resource);
    if (before !== undefined) data.resource = before;
  });
}

/** What a bridge with a fault of its own would send in the place of the truth, by the destination. */
const lies: Readonly<Record<string, Readonly<Record<string, Lie>>>> = {
  "hl7-full": {
    "a move that is taken back is kept silent": dropped("ADT^A12"),
    "a move that is taken back is told as an update": told("ADT^A12", "ADT^A08"),
    "a discharge that is taken back is kept silent": dropped("ADT^A13"),
    "a planned stay is cancelled as if it had begun": told("ADT^A38", "ADT^A11"),
    "a visit is cancelled as if it had been planned": told("ADT^A11", "ADT^A38"),
    "a stay that becomes an outpatient visit is told as an update": told("ADT^A07", "ADT^A08"),
    "who comes back from leave is not told of": dropped("ADT^A22"),
    "a correction is swallowed": (er7) => (/\rOBR\|(?:[^|\r]*\|){24}C/.test(er7) ? undefined : er7),
    "a correction is told as a first result": (er7) => er7.replace(/(\rOBR\|(?:[^|\r]*\|){24})C/, "$1F"),
    "an appointment at another time is told as otherwise changed": told("SIU^S13", "SIU^S14"),
    "who did not come is not told of": dropped("SIU^S26"),
    "a document in the place of another is told as one more": told("MDM^T10", "MDM^T02"),
    "a merge is kept silent": dropped("ADT^A40"),
    "another number of a person is told as an update": told("ADT^A47", "ADT^A31"),
    "another visit number is told as an update": told("ADT^A50", "ADT^A08"),
    "an update is kept silent": dropped("ADT^A08"),
    "a merge names its records the other way round": turnedRound,
    "a move does not say from where": (er7) =>
      er7.includes("|ADT^A02^") ? er7.replace(/(\rPV1\|(?:[^|\r]*\|){5})[^|\r]*/, "$1") : er7,
    "a move is told after what followed it": swapped((er7) => er7.includes("|ADT^A02^"), personIn),
    "an admission is told after what followed it": swapped((er7) => er7.includes("|ADT^A01^"), personIn),
    "an order is told of another person": ofTheOneBefore("OML^O21"),
    "a result is told of another person": ofTheOneBefore("ORU^R01"),
    "a document is told of another person": ofTheOneBefore("MDM^T02"),
    "an appointment is told of another person": ofTheOneBefore("SIU^S12"),
    "a result names another visit": (er7) =>
      er7.includes("|ORU^R01^") ? er7.replace(/(\rPV1\|(?:[^|\r]*\|){18}V)/, "$19") : er7,
    "an order names another visit": (er7) =>
      er7.includes("|OML^O21^") ? er7.replace(/(\rPV1\|(?:[^|\r]*\|){18}V)/, "$19") : er7,
    "a cancelled appointment is told as one that moved": told("SIU^S15", "SIU^S13"),
    "a cancelled order is told as one that was held": (er7) => er7.replace("\rORC|OC|", "\rORC|OH|"),
    "a parent order comes with the status of another": (er7) => er7.replace(/(\rORC\|PA\|(?:[^|\r]*\|){3})IP/, "$1HD"),
    "a child order does not name its parent": (er7) => er7.replace(/(\rORC\|CH\|(?:[^|\r]*\|){6})[^|\r]*/, "$1"),
    "an appointment is told with another doctor": (er7) => er7.replace(/(\rAIP\|1\|A\|)\d+/, "$11"),
  },
  "hl7-options": {
    "who left an appointment is not told of": dropped("SIU^S20"),
    "who came to an appointment is not told of": dropped("SIU^S18"),
    "where an outpatient went is not told": dropped("ADT^A10"),
    "an account that ended in favour of another is not told of": dropped("ADT^A41"),
    "the end of an account is not told of": dropped("BAR^P06"),
  },
  "webhook-ids": {
    "two events change places": swapped((body) => typeIn(body) === "encounter.admitted", focusIn),
    "an event is lost": (body) => (typeIn(body) === "encounter.transferred" ? undefined : body),
    "a merge does not name the record that ended": altered(/^patient\.merged$/, (data) => delete data.merged),
    "a move does not say from where": altered(/^encounter\.transferred$/, (data) => delete data.priorLocation),
    "a correction is told as a first result": altered(/^result\.corrected$/, (_data, payload) => {
      payload.type = "result.final";
    }),
    "an order is told of another patient": altered(/^order\.placed$/, (data) => {
      data.patient = "1";
    }),
    "a result is told of another patient": altered(/^result\.final$/, (data) => {
      data.patient = "1";
    }),
  },
  "webhook-full": {
    "a visit comes with the version before": outOfDate(/^encounter\./),
    "an order comes with the version before": outOfDate(/^order\./),
    "an appointment comes with the version before": outOfDate(/^appointment\./),
    "a document comes with the version before": outOfDate(/^document\./),
  },
};

test.each(Object.entries(lies))(
  "whoever reads what is sent to %s notices every lie",
  async (name, liesThere) => {
    const destination = censusDestinations[name];
    if (destination === undefined) throw new TypeError("There is no such destination");
    const lieTo = new Map(Object.entries(liesThere).map(([what, lie], index) => [`liar-${index}`, { what, lie }]));
    const lied = new Set<string>();
    const tamper: CensusOptions["tamper"] = (liar, body) => {
      const { what = "", lie } = lieTo.get(liar) ?? {};
      const heard = lie === undefined ? body : lie(body);
      if (heard !== body) lied.add(what);
      return heard;
    };
    const { disagreements } = await runCensus({
      seed: 7,
      days: 21,
      people: 20,
      intervalMinutes: 60,
      destinations: Object.fromEntries(["truthful", ...lieTo.keys()].map((each) => [each, destination])),
      tamper,
    });
    const noticed = new Set(disagreements.map((each) => lieTo.get(each.destination)?.what ?? each.destination));
    expect(Object.keys(liesThere).filter((what) => !lied.has(what))).toEqual([]);
    expect(Object.keys(liesThere).filter((what) => !noticed.has(what))).toEqual([]);
    expect(noticed).not.toContain("truthful");
  },
  1_200_000,
);
