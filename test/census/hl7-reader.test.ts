import { expect, test } from "vitest";
import { createHl7Reader } from "../../census/readers/hl7.ts";

const authority = "1.2.3";

function message(type: string, ...segments: string[]): string {
  const [code, trigger] = type.split("^");
  return [`MSH|^~\\&|EHR|GENERAL|||20260302081500-0600||${code}^${trigger}|ID1|P|2.5.1`, ...segments, ""].join("\r");
}

function pid(number: string, rest = "||Okafor^Ada^Lee||19800101|F|||1 Main St^^Springfield^IL^62701"): string {
  return `PID|1||999^^^OTHER&9.9.9&ISO^MR~${number}^^^&${authority}&ISO^MR${rest}`;
}

function pv1(number: string, fields: Readonly<Record<number, string>> = {}): string {
  const all: Readonly<Record<number, string>> = { 1: "1", 2: "I", 19: `${number}^^^HOSP`, ...fields };
  return ["PV1", ...Array.from({ length: 45 }, (_, index) => all[index + 1] ?? "")].join("|");
}

function mrg(number: string, visit = ""): string {
  return `MRG|${number}^^^&${authority}&ISO^MR||||${visit}`;
}

function receiver(...messages: string[]) {
  const reader = createHl7Reader({ medicalRecordAuthority: authority });
  for (const each of messages) reader.read(each);
  return reader;
}

test("a stay from pre-admission to discharge and back", () => {
  const reader = receiver(message("ADT^A05", pid("100"), pv1("V1", { 2: "P" })));
  expect(reader.holds("visit V1")).toEqual({ state: "expected", class: "P", person: "100" });

  reader.read(message("ADT^A01", pid("100"), pv1("V1", { 3: "4N^408^A", 44: "20260302080000-0600" })));
  reader.read(message("ADT^A02", pid("100"), pv1("V1", { 3: "5S^501^B", 6: "4N^408^A", 7: "1234567893^Ito^Hugo" })));
  expect(reader.holds("visit V1")).toEqual({
    state: "present",
    class: "I",
    bed: "5S 501 B",
    attending: "1234567893",
    admitted: "2026-03-02T14:00:00.000Z",
    person: "100",
  });

  reader.read(message("ADT^A12", pid("100"), pv1("V1", { 3: "4N^408^A", 6: "5S^501^B" })));
  expect(reader.holds("visit V1")?.bed).toBe("4N 408 A");
  reader.read(message("ADT^A21", pid("100"), pv1("V1")));
  expect(reader.holds("visit V1")?.state).toBe("on leave");
  reader.read(message("ADT^A22", pid("100"), pv1("V1")));
  reader.read(message("ADT^A03", pid("100"), pv1("V1", { 45: "20260303090000-0600" })));
  expect(reader.holds("visit V1")).toMatchObject({ state: "discharged", discharged: "2026-03-03T15:00:00.000Z" });
  reader.read(message("ADT^A13", pid("100"), pv1("V1", { 45: '""' })));
  expect(reader.holds("visit V1")?.state).toBe("present");
  expect(reader.holds("visit V1")).not.toHaveProperty("discharged");
  expect(reader.complaints()).toEqual([]);
});

test("an update changes content and no state; an empty field says nothing, two quotes take the value away", () => {
  const reader = receiver(
    message("ADT^A01", pid("100"), pv1("V1", { 3: "4N^408^A", 7: "1234567893" })),
    message("ADT^A03", pid("100"), pv1("V1", { 45: "20260303090000-0600" })),
    message("ADT^A08", pid("100"), pv1("V1", { 3: "", 7: '""' })),
  );
  expect(reader.holds("visit V1")).toMatchObject({ state: "discharged", bed: "4N 408 A" });
  expect(reader.holds("visit V1")).not.toHaveProperty("attending");
});

test.each([
  ["A38", "A01", "present"],
  ["A27", "A01", "present"],
  ["A11", "A05", "expected"],
])("%s is the wrong cancel after %s", (cancel, beginning, state) => {
  const reader = receiver(
    message(`ADT^${beginning}`, pid("100"), pv1("V1")),
    message(`ADT^${cancel}`, pid("100"), pv1("V1")),
  );
  expect(reader.complaints()).toEqual([{ thing: "visit V1", problem: `${cancel} of a visit that is ${state}` }]);
});

test.each<[what: string, ...messages: string[]]>([
  ["A01 of a visit that is present", "A01"],
  ["A13 of a visit that is present", "A13"],
  ["A22 of a visit that is present", "A22"],
  ["A06 of a visit that is on leave", "A21", "A06"],
  ["A02 of a visit that is discharged", "A03", "A02"],
])("%s is odd", (problem, ...triggers) => {
  const told = ["A01", ...triggers].map((trigger) => message(`ADT^${trigger}`, pid("100"), pv1("V1")));
  expect(receiver(...told).complaints()).toEqual([{ thing: "visit V1", problem }]);
});

test("who takes moves and changes of class takes them by those alone, and from where the patient was", () => {
  const admitted = message("ADT^A01", pid("100"), pv1("V1", { 3: "4N^408^A" }));
  const complaintsOf = (trigger: string, fields: Record<number, string>) =>
    receiver(admitted, message(`ADT^${trigger}`, pid("100"), pv1("V1", fields)))
      .complaints()
      .map(({ problem }) => problem);
  expect(complaintsOf("A08", { 3: "5S^501^B" })).toEqual(["A08 of a visit in another bed"]);
  expect(complaintsOf("A08", { 2: "O" })).toEqual(["A08 of a visit of class I with class O"]);
  expect(complaintsOf("A02", { 3: "5S^501^B", 6: "3N^301^A" })).toEqual(["A02 from a bed where nobody was"]);
  expect(complaintsOf("A02", { 3: "5S^501^B", 6: "4N^408^A" })).toEqual([]);
});

test("who was merged into a record is still found under the number that the record gets later", () => {
  const reader = receiver(
    message("ADT^A28", pid("100")),
    message("ADT^A28", pid("200")),
    message("ADT^A40", pid("200"), mrg("100")),
    message("ADT^A47", pid("300"), mrg("200")),
  );
  expect(reader.holds("person 100")?.merged).toBe("300");
  expect(reader.holds("person 200")).toBeUndefined();
});

test.each(["A11", "A38", "A27", "A23"])("%s takes the visit away", (trigger) => {
  const reader = receiver(message("ADT^A04", pid("100"), pv1("V1")), message(`ADT^${trigger}`, pid("100"), pv1("V1")));
  expect(reader.holds("visit V1")).toBeUndefined();
  expect(reader.story("visit V1")).toHaveLength(2);
});

test.each(["A02", "A03", "A06", "A11", "A13", "A21", "A38"])(
  "%s of a visit that was never told is refused",
  (trigger) => {
    const reader = receiver(message(`ADT^${trigger}`, pid("100"), pv1("V1")));
    expect(reader.holds("visit V1")).toBeUndefined();
    expect(reader.complaints()).toEqual([{ thing: "visit V1", problem: `${trigger} of a visit that is not known` }]);
    expect(reader.complaints()).toEqual([]);
  },
);

test("a trigger that the receiver was not built for changes nothing", () => {
  const reader = createHl7Reader({ medicalRecordAuthority: authority, triggers: ["A01"] });
  reader.read(message("ADT^A01", pid("100"), pv1("V1", { 3: "4N^408^A" })));
  reader.read(message("ADT^A02", pid("100"), pv1("V1", { 3: "5S^501^B" })));
  expect(reader.holds("visit V1")?.bed).toBe("4N 408 A");
  expect(reader.complaints()).toEqual([{ thing: "ADT^A02", problem: "The receiver was not built for this trigger" }]);
});

test("people: content, death and its end, merge with all that is theirs", () => {
  const reader = receiver(
    message("ADT^A28", pid("100")),
    message("ADT^A28", pid("200")),
    message("ADT^A01", pid("200"), pv1("V2")),
    message("ADT^A31", `${pid("100")}||||||||||||||||||20260301120000-0600|Y`),
  );
  expect(reader.holds("person 100")).toMatchObject({
    name: "Okafor, Ada Lee",
    city: "Springfield",
    died: "2026-03-01T18:00:00.000Z",
  });
  reader.read(message("ADT^A31", `${pid("100")}|||||||||||||||||||N`));
  expect(reader.holds("person 100")).not.toHaveProperty("died");

  reader.read(message("ADT^A40", pid("100"), mrg("200")));
  expect(reader.holds("person 200")?.merged).toBe("100");
  expect(reader.holds("visit V2")?.person).toBe("100");
  reader.read(message("ADT^A37", pid("100"), pid("200")));
  expect(reader.holds("person 200")).not.toHaveProperty("merged");
});

test("a new medical record number takes everything along", () => {
  const reader = receiver(message("ADT^A01", pid("100"), pv1("V1")), message("ADT^A47", pid("101"), mrg("100")));
  expect(reader.holds("person 100")).toBeUndefined();
  expect(reader.holds("person 101")?.name).toBe("Okafor, Ada Lee");
  expect(reader.holds("visit V1")?.person).toBe("101");
});

test("visits that get another number, end in another or go to another person", () => {
  const reader = receiver(
    message("ADT^A01", pid("100"), pv1("V1", { 3: "4N^408^A" })),
    message("ADT^A04", pid("100"), pv1("V2")),
    message("ADT^A50", pid("100"), mrg("100", "V1"), pv1("V9")),
    message("ADT^A42", pid("100"), mrg("100", "V2"), pv1("V9")),
    message("ADT^A45", pid("300"), mrg("100", "V9"), pv1("V9")),
  );
  expect([...reader.things()].filter((thing) => thing.startsWith("visit"))).toEqual(["visit V9"]);
  expect(reader.holds("visit V9")).toMatchObject({ state: "present", bed: "4N 408 A", person: "300" });
  expect(reader.complaints()).toEqual([]);
});

test("a visit that goes to another person takes along what was ordered in it, under whichever number", () => {
  const reader = receiver(
    message("ADT^A01", pid("100"), pv1("V1")),
    message("OML^O21", pid("100"), pv1("V1"), "ORC|NW|O1|||IP"),
    message("OML^O21", pid("100"), pv1("V2"), "ORC|NW|O2|||IP"),
    message("ADT^A50", pid("100"), mrg("100", "V1"), pv1("V9")),
    message("ADT^A45", pid("300"), mrg("100", "V9"), pv1("V9")),
  );
  expect(["O1", "O2"].map((number) => reader.holds(`order ${number}`)?.person)).toEqual(["300", "100"]);
});

test("an account that goes to another person takes no visit along", () => {
  const reader = receiver(
    message("ADT^A01", pid("100"), pv1("V1")),
    message("ADT^A44", pid("300"), `MRG|100^^^&${authority}&ISO^MR||F1^^^HOSP`),
  );
  expect(reader.holds("visit V1")?.person).toBe("100");
  expect(reader.complaints()).toEqual([]);
  reader.read(message("ADT^A44", pid("300"), mrg("100", "V7")));
  expect(reader.complaints()).toEqual([{ thing: "visit V7", problem: "A44 of a visit that is not known" }]);
});

test("appointments: booked, moved, under way, missed, cancelled", () => {
  const sch = (status: string, start = "20260305090000-0600") =>
    `SCH||A7||||X|||30|min|^^M30^${start}||||||||||||||${status}`;
  const reader = receiver(message("SIU^S12", sch("Booked"), pid("100")));
  expect(reader.holds("appointment A7")).toEqual({
    state: "booked",
    start: "2026-03-05T15:00:00.000Z",
    minutes: "30",
    person: "100",
  });
  reader.read(message("SIU^S13", sch("Booked", "20260306090000-0600"), pid("100")));
  expect(reader.holds("appointment A7")?.start).toBe("2026-03-06T15:00:00.000Z");
  reader.read(message("SIU^S14", sch("Started"), pid("100")));
  expect(reader.holds("appointment A7")?.state).toBe("started");
  reader.read(message("SIU^S26", sch("Noshow"), pid("100")));
  expect(reader.holds("appointment A7")?.state).toBe("missed");
  reader.read(message("SIU^S15", sch("Cancelled"), pid("100")));
  expect(reader.holds("appointment A7")?.state).toBe("cancelled");
});

test("an order by the name of what is ordered and by its urgency", () => {
  const order = ["OBR|1|O1||2823-3^Potassium^LN^21704910^Potassium Level^99CS72", "TQ1|1||Once||||||S^Stat^HL70485"];
  const reader = receiver(message("OML^O21", pid("100"), "ORC|NW|O1|||IP", ...order));
  expect(reader.holds("order O1")).toEqual({ state: "open", code: "Potassium Level", priority: "stat", person: "100" });
});

test("an appointment moves with S13 and with no other message", () => {
  const sch = (start: string) => `SCH||A7||||X|||30|min|^^M30^${start}||||||||||||||Booked`;
  const nine = sch("20260305090000-0600");
  const ten = sch("20260305100000-0600");
  const complaintsOf = (trigger: string, moved: string) =>
    receiver(message("SIU^S12", nine, pid("100")), message(`SIU^${trigger}`, moved, pid("100"))).complaints();
  expect(complaintsOf("S13", ten)).toEqual([]);
  expect(complaintsOf("S14", nine)).toEqual([]);
  expect(complaintsOf("S13", nine)).toMatchObject([{ problem: "S13 of an appointment at the same time" }]);
  expect(complaintsOf("S14", ten)).toMatchObject([{ problem: "S14 of an appointment at another time" }]);
});

test("orders by their control, several in one message", () => {
  const reader = receiver(message("ORM^O01", pid("100"), "ORC|NW|O1|||IP", "OBR|1|O1", "ORC|NW|O2|||IP", "OBR|2|O2"));
  reader.read(message("ORM^O01", pid("100"), "ORC|OH|O1|||HD"));
  expect(reader.holds("order O1")?.state).toBe("held");
  reader.read(message("ORM^O01", pid("100"), "ORC|RU|O1|||RP", "ORC|RO|O3|||IP", "ORC|SC|O2|||CM"));
  expect(["O1", "O2", "O3"].map((number) => reader.holds(`order ${number}`)?.state)).toEqual([
    "cancelled",
    "done",
    "open",
  ]);
  reader.read(message("ORM^O01", pid("100"), "ORC|OC|O9|||CA"));
  expect(reader.complaints()).toEqual([{ thing: "order O9", problem: "OC of an order that is not known" }]);
});

test("results keep their digits; a correction takes their place, a withdrawal takes them away", () => {
  const obx = (value: string, status: string) =>
    `OBX|1|NM|2823-3^Potassium^LN^2170^Potassium Level^99X|1|${value}|mmol/L|||||${status}`;
  const reader = receiver(
    message("ORU^R01", pid("100"), "OBR|1|O1|F1|24323-8^CMP^LN|||||||||||||||||||||P", obx("4.10", "P")),
  );
  expect(reader.holds("result F1")).toEqual({
    state: "preliminary",
    "value of Potassium Level": "4.10",
    person: "100",
  });
  reader.read(message("ORU^R01", pid("100"), "OBR|1|O1|F1|24323-8^CMP^LN|||||||||||||||||||||C", obx("4.00", "C")));
  expect(reader.holds("result F1")).toMatchObject({ state: "final", "value of Potassium Level": "4.00" });
  reader.read(message("ORU^R01", pid("100"), "OBR|1|O1|F1|24323-8^CMP^LN|||||||||||||||||||||X", obx("", "W")));
  expect(reader.holds("result F1")).toEqual({ state: "void", person: "100" });
});

test("documents: draft, signed, replaced, void; text unescaped and line by line", () => {
  const txa = (number: string, completion: string, parent = "") =>
    ["TXA", "1", "DS", "TX", ...Array<string>(8).fill(""), number, parent, "", "", "", completion].join("|");
  const reader = receiver(message("MDM^T02", pid("100"), pv1("V1"), txa("D1", "IP"), "OBX|1|TX|1^T||a \\T\\ b~c"));
  expect(reader.holds("document D1")).toEqual({
    visit: "V1",
    state: "current",
    signed: "no",
    text: "a & b\nc",
    person: "100",
  });
  reader.read(message("MDM^T03", pid("100"), pv1("V1"), txa("D1", "AU")));
  expect(reader.holds("document D1")).toMatchObject({ signed: "yes", text: "a & b\nc" });
  reader.read(message("MDM^T10", pid("100"), pv1("V1"), txa("D2", "AU", "D1"), "OBX|1|TX|1^T||new"));
  expect(reader.holds("document D1")?.state).toBe("superseded");
  reader.read(message("MDM^T11", pid("100"), pv1("V1"), txa("D2", "AU")));
  expect(reader.holds("document D2")?.state).toBe("void");
});

test("what is no message is refused", () => {
  expect(() => receiver("PID|1")).toThrow("A message begins with MSH");
  expect(receiver(message("ZZZ^Z01")).complaints()).toEqual([
    { thing: "ZZZ^Z01", problem: "No handler for this message" },
  ]);
});

test("what an appointment needs comes with it, and goes and comes one by one", () => {
  const sch = "SCH||A7||||X|||30|min|^^M30^20260305090000-0600||||||||||||||Booked";
  const ais = "AIS|1|A|394579002^Cardiology^SCT^24^Heart Check^99X";
  const ail = (action: string, place: string) => `AIL|1|${action}|${place}^^^CLINICS`;
  const aip = (action: string, number: string) => `AIP|1|${action}|${number}^Ito^Hugo`;
  const reader = receiver(message("SIU^S12", sch, pid("100"), "RGS|1|A", ais, ail("A", "EAST"), aip("A", "11")));
  expect(reader.holds("appointment A7")).toMatchObject({ services: "Heart Check", places: "EAST", people: "11" });
  reader.read(message("SIU^S20", sch, pid("100"), "RGS|1|D", aip("D", "11")));
  expect(reader.holds("appointment A7")).not.toHaveProperty("people");
  reader.read(message("SIU^S18", sch, pid("100"), "RGS|1|A", aip("A", "22"), aip("A", "33")));
  expect(reader.holds("appointment A7")).toMatchObject({ people: "22, 33", places: "EAST" });
  reader.read(message("SIU^S14", sch, pid("100"), "RGS|1|U", ail("U", "WEST"), aip("U", "22")));
  expect(reader.holds("appointment A7")).toMatchObject({ people: "22", places: "WEST" });
  expect(reader.complaints()).toEqual([]);

  reader.read(message("SIU^S20", sch, pid("100"), "RGS|1|D", aip("D", "11")));
  reader.read(message("SIU^S18", sch, pid("100"), "RGS|1|A", ail("A", "WEST")));
  expect(reader.complaints().map(({ problem }) => problem)).toEqual([
    "S20 with AIP-2 D of a resource that was not there",
    "S18 with AIL-2 A of a resource that was there",
  ]);
});

test("a child order comes with its parent, which is as ORC-5 says", () => {
  const child = "ORC|CH|O2|||IP|||O1&&X&UUID";
  const reader = receiver(message("OML^O21", pid("100"), "ORC|PA|O1|||HD", "OBR|1|O1", child, "OBR|2|O2"));
  expect(reader.holds("order O1")?.state).toBe("held");
  expect(reader.holds("order O2")).toMatchObject({ state: "open", parent: "O1" });
  expect(receiver(message("OML^O21", pid("100"), child, "OBR|1|O2")).complaints()).toMatchObject([
    { thing: "order O2", problem: "CH of a parent that is not known" },
  ]);
});

test("a move says from where", () => {
  const moved = (prior: string) =>
    receiver(
      message("ADT^A01", pid("100"), pv1("V1", { 3: "4N^408^A" })),
      message("ADT^A02", pid("100"), pv1("V1", { 3: "5S^501^B", 6: prior })),
    ).complaints();
  expect(moved("4N^408^A")).toEqual([]);
  expect(moved("")).toMatchObject([{ problem: "A02 that does not say from where" }]);
  expect(moved("4N^409^A")).toMatchObject([{ problem: "A02 from a bed where nobody was" }]);
});

test("accounts: opened, closed, combined with another, the wrong person's", () => {
  const withAccount = (person: string, account: string) =>
    `${pid(person).split("|").slice(0, 12).join("|")}|||||||${account}`;
  const reader = receiver(
    message("BAR^P01", withAccount("100", "A1")),
    message("BAR^P01", withAccount("100", "A2")),
    message("BAR^P05", withAccount("100", "A2")),
    message("ADT^A41", withAccount("100", "A1"), `MRG|100^^^&${authority}&ISO^MR||A2`),
  );
  expect(reader.holds("account A1")).toEqual({ state: "open", person: "100" });
  expect(reader.holds("account A2")).toEqual({ state: "closed", merged: "A1", person: "100" });
  reader.read(message("ADT^A44", withAccount("200", "A1"), `MRG|100^^^&${authority}&ISO^MR||A1`));
  expect(reader.holds("account A1")).toEqual({ state: "open", person: "200" });
  reader.read(message("BAR^P06", withAccount("200", "A1")));
  expect(reader.holds("account A1")?.state).toBe("closed");
  expect(reader.complaints()).toEqual([]);

  reader.read(message("BAR^P06", withAccount("200", "A9")));
  reader.read(message("ADT^A41", withAccount("100", "A1"), `MRG|100^^^&${authority}&ISO^MR||A8`));
  reader.read(message("BAR^P05", pid("100")));
  expect(reader.complaints().map(({ problem }) => problem)).toEqual([
    "P06 of an account that is not known",
    "A41 of an account that is not known",
    "P05 names no account",
  ]);
});
