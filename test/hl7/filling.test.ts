import { describe, expect, it } from "vitest";
import type { MessageContext } from "../../shared/hl7/context.ts";
import { is } from "../../shared/hl7/datatypes/coded.ts";
import { xcn } from "../../shared/hl7/datatypes/provider.ts";
import { si, st } from "../../shared/hl7/datatypes/text.ts";
import { ts } from "../../shared/hl7/datatypes/time.ts";
import type { Hl7Version } from "../../shared/hl7/dictionary/contents.ts";
import { fillSegment, segment } from "../../shared/hl7/mapping.ts";
import { each, fillMessage } from "../../shared/hl7/messages/message.ts";
import { valueAt } from "../../shared/hl7/model.ts";
import type { Scope } from "../../shared/hl7/scope.ts";
import { gender } from "../../shared/hl7/tables/person.ts";
import { since, until } from "../../shared/hl7/versions.ts";
import { scopeWith } from "./support/scope.ts";

interface PersonContext extends MessageContext {
  readonly Practitioner: fhir4.Practitioner;
  readonly performer: readonly fhir4.Reference[];
}

let asked = 0;
const table = segment<PersonContext>("ZPR", {
  1: si({ from: "setId" }),
  2: st({ from: "Practitioner.id" }),
  3: st({ from: "Practitioner.birthDate" }),
  4: is({ from: "Practitioner.gender", map: gender }),
  5: xcn({
    from: "performer",
    pick: (performers: readonly fhir4.Reference[]) => {
      asked += 1;
      return performers;
    },
    byValuesAlone: true,
  }),
  6: ts({
    from: "performer",
    pick: (performers: readonly fhir4.Reference[]) => performers.flatMap(({ type }) => type ?? []),
    byValuesAlone: true,
  }),
});

type Told = Partial<fhir4.Practitioner> & { readonly performer?: readonly fhir4.Reference[] };

/** A ZPR for each, in one message. */
function filled(told: readonly Told[], scope: Scope = scopeWith()) {
  asked = 0;
  const contexts = told.map(
    ({ performer = [], ...person }, index) =>
      ({ setId: index + 1, Practitioner: { resourceType: "Practitioner", ...person }, performer }) as never,
  );
  const definition = { structure: "ZZZ", triggers: [], parts: [each<object, PersonContext>(table, () => contexts)] };
  return fillMessage(definition, {} as never, scope);
}

const smith = { reference: "Practitioner/1", display: "SMITH, ALEX" };
const roe = { reference: "Practitioner/2", display: "ROE, RICHARD" };

describe("segments that follow each other", () => {
  it("work out what values alone decide once for the same values", () => {
    const told = filled([[smith], [{ ...smith }], [roe], [roe, smith], [roe], []].map((performer) => ({ performer })));
    expect(told.map((each) => valueAt(each, 5, 2))).toEqual(["SMITH", "SMITH", "ROE", "ROE", "ROE"]);
    expect(asked).toBe(4);
  });

  it("tell the same again in each of the rows that read a path, and something else where that changes", () => {
    const [early, late] = [
      { display: "ROE", type: "2025" },
      { display: "ROE", type: "2026" },
    ];
    const told = filled([[early], [{ ...early }], [late], [{ ...late }], [early]].map((performer) => ({ performer })));
    expect(told.map((each) => [valueAt(each, 5, 2), valueAt(each, 6)])).toEqual([
      ["ROE", "2025"],
      ["ROE", "2025"],
      ["ROE", "2026"],
      ["ROE", "2026"],
      ["ROE", "2025"],
    ]);
  });

  it("report each time what one of those rows cannot read", () => {
    const scope = scopeWith();
    const performer = [{ display: "ROE", type: "someday" }];
    const told = filled([{ performer }, { performer: [{ ...performer[0] }] }, { performer }], scope);
    expect(told.map((each) => valueAt(each, 6))).toEqual([undefined, undefined, undefined]);
    expect(scope.workList).toMatchObject([{ reason: "unreadable-value", field: "ZPR-6", count: 3 }]);
  });

  it("see that a value has a part more or less", () => {
    const told = filled([
      { performer: [{ display: "ROE, RICHARD" }] },
      { performer: [{ display: "ROE, RICHARD", identifier: { value: "7" } }] },
      { performer: [{ display: "ROE, RICHARD" }] },
    ]);
    expect(told.map((each) => valueAt(each, 5))).toEqual([undefined, "7", undefined]);
  });

  it("work out anew what the owner contains, which is another's under the same id", () => {
    filled([{ performer: [{ reference: "#1" }] }, { performer: [{ reference: "#1" }] }]);
    expect(asked).toBe(2);
  });

  it("have their own values, whatever the one before had", () => {
    const told = filled([
      { id: "a", birthDate: "1980", gender: "female" },
      { id: "1980", birthDate: "a" },
      { id: "1980", birthDate: "1980", gender: "female" },
      { id: "a", gender: "male" },
    ]);
    const rows = told.map((each) => [2, 3, 4].map((position) => valueAt(each, position)));
    expect(rows).toEqual([
      ["a", "1980", "F"],
      ["1980", "a", undefined],
      ["1980", "1980", "F"],
      ["a", undefined, "M"],
    ]);
  });

  it("are numbered without a gap where one has nothing to say", () => {
    const told = filled([{ id: "a" }, {}, { id: "b" }, {}, {}, { id: "c" }]);
    expect(told.map((each) => [valueAt(each, 1), valueAt(each, 2)])).toEqual([
      ["1", "a"],
      ["2", "b"],
      ["3", "c"],
    ]);
  });

  it("count a work item for each of them", () => {
    const scope = scopeWith();
    const odd = { gender: "diverse" } as unknown as Told;
    expect(filled([odd, odd, odd], scope).map((each) => valueAt(each, 4))).toEqual(["diverse", "diverse", "diverse"]);
    expect(scope.workList).toEqual([expect.objectContaining({ reason: "unmapped-code", field: "ZPR-4", count: 3 })]);
  });
});

describe("a row of a field that a version does not have", () => {
  const row = (tell: () => void) =>
    st<PersonContext, string>({
      from: "Practitioner.id",
      pick: (values) => {
        tell();
        return values;
      },
    });

  it("is not looked at", () => {
    const looked: string[] = [];
    const told = segment<PersonContext>("ZVR", {
      1: since(
        "2.6",
        row(() => looked.push("since 2.6")),
      ),
      2: until(
        "2.5",
        row(() => looked.push("until 2.5")),
      ),
      3: since(
        "2.4",
        until(
          "2.5.1",
          row(() => looked.push("2.4 to 2.5.1")),
        ),
      ),
    });
    const context = { Practitioner: { resourceType: "Practitioner", id: "a" } };
    const places = ["2.3", "2.4", "2.5", "2.5.1", "2.6"].map((version) => {
      const segmentTold = fillSegment(told, context, scopeWith({ version: version as Hl7Version }), "optional");
      return [1, 2, 3].filter((position) => segmentTold?.fields[position] !== undefined);
    });
    expect(places).toEqual([[2], [2, 3], [2, 3], [3], [1]]);
    expect(looked).toHaveLength(7);
  });
});
