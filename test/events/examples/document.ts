import type { Resource } from "../../../shared/fhir.ts";
import { nextMeta } from "../telling.ts";
import type { Example, Listener } from "./example.ts";

const draft = () => document("preliminary");
const signed = () => document("final");
const more = { description: "And more" };
const ofAnother = { subject: { reference: "Patient/34" } };
const superseded = () => document("final", { status: "superseded" });
const inError = () => document("entered-in-error", { status: "entered-in-error" });
const follows = (code: fhir4.DocumentReferenceRelatesTo["code"], id = "61") => ({
  relatesTo: [{ code, target: { reference: `DocumentReference/${id}` } }],
});
const successor = (docStatus = "final") => document(docStatus, { id: "62", ...follows("replaces") });
const without = (...events: string[]): Listener => ({
  settings: { events: ["*", ...events.map((each) => `!${each}`)] },
});
const notices: Listener = { settings: { options: ["documents-without-content"] } };

export const documentExamples: readonly Example[] = [
  ["T1 being written", [], draft(), ["T1 document.preliminary T02"]],
  ["T1 without its content", [], draft(), ["T1 document.preliminary T01"], notices],
  ["T1 written on: an edit", [draft()], document("preliminary", more), ["T1 document.preliminary T08"]],
  [
    "T1 written on, without its content",
    [draft()],
    document("preliminary", more),
    ["T1 document.preliminary T07"],
    notices,
  ],
  [
    "T1 of another patient",
    [draft()],
    document("preliminary", ofAnother),
    ["T9 document.cancelled T11", "T1 document.preliminary T02"],
  ],
  ["T1 another version of the same", [draft()], draft(), []],
  ["T1 held until it is signed", [], draft(), [], without("document.preliminary")],

  ["T2 in the place of another", [signed()], successor(), ["T2 document.replaced T10"]],
  ["T2 without its content", [signed()], successor(), ["T2 document.replaced T09"], notices],
  [
    "T2 replaces and adds",
    [],
    document("final", { relatesTo: [...follows("appends", "60").relatesTo, ...follows("replaces", "59").relatesTo] }),
    ["T2 document.replaced T10"],
  ],
  ["T2 the one before says nothing of its own", [signed(), successor()], superseded(), []],
  ["T2 the one before lags behind", [signed(), successor()], document("final", more), []],
  [
    "T2 to who does not take it, as one more",
    [signed()],
    successor(),
    ["T2 document.added T02"],
    without("document.replaced"),
  ],

  ["T3 an addendum", [signed()], document("final", { id: "63", ...follows("appends") }), ["T3 document.addended T06"]],
  [
    "T3 another form of it",
    [signed()],
    document("final", { id: "63", ...follows("transforms") }),
    ["T3 document.addended T06"],
  ],
  ["T3 without its content", [], document("final", follows("appends", "60")), ["T3 document.addended T05"], notices],
  ["T3 only signs another one", [], document("final", follows("signs", "60")), ["T5 document.added T02"]],

  ["T4 signed", [draft()], signed(), ["T4 document.finalized T04"]],
  ["T4 without its content", [draft()], signed(), ["T4 document.finalized T03"], notices],
  ["T4 changed and signed", [draft()], document("final", more), ["T4 document.finalized T04"]],
  ["T4 signed once", [draft(), signed()], signed(), []],
  [
    "T4 to who did not hear of the draft, as new",
    [draft()],
    signed(),
    ["T5 document.added T02"],
    without("document.preliminary"),
  ],

  ["T5 there", [], signed(), ["T5 document.added T02"]],
  ["T5 no file", [], document("final", { content: [{ attachment: {} }] }), ["T5 document.added T01"]],
  ["T5 amended when first seen", [], document("amended"), ["T5 document.added T02"]],
  ["T5 holds again after all", [signed(), superseded()], signed(), ["T5 document.added T02"]],
  [
    "T5 another version of the same",
    [signed()],
    document("final", { text: { status: "generated", div: "<div/>" } }),
    [],
  ],
  ["T5 out of date when first seen", [], superseded(), []],

  ["T6 amended", [signed()], document("amended", more), ["T6 document.changed T08"]],
  ["T6 amended, the file at the same address", [signed()], document("amended"), ["T6 document.changed T08"]],
  ["T6 without its content", [signed()], document("amended"), ["T6 document.changed T07"], notices],
  ["T6 changed without a word", [signed()], document("final", more), ["T6 document.changed T08"]],
  ["T6 not signed any more", [signed()], draft(), ["T6 document.changed T08"]],
  [
    "T6 and signed again, with another content",
    [signed(), document("preliminary", more)],
    document("final", more),
    ["T6 document.changed T08"],
  ],
  ["T6 amended once", [signed(), document("amended")], document("amended"), []],
  ["T6 another narrative", [signed()], document("final", { text: { status: "generated", div: "<div/>" } }), []],

  ["T7 out of date", [signed()], superseded(), ["T7 document.superseded T03"]],
  ["T7 a draft", [draft()], document("preliminary", { status: "superseded" }), ["T7 document.superseded T03"]],
  [
    "T7 its successor is still a draft",
    [signed(), successor("preliminary")],
    superseded(),
    ["T7 document.superseded T03"],
  ],
  [
    "T7 its successor was told as one more",
    [signed(), successor()],
    superseded(),
    ["T7 document.superseded T03"],
    without("document.replaced"),
  ],
  [
    "T7 to a webhook, which is told of one at a time",
    [signed(), successor()],
    superseded(),
    ["T7 document.superseded T03"],
    { format: "webhook" },
  ],
  ["T7 its successor has said so", [signed(), successor()], superseded(), []],
  ["T7 nobody had heard of it", [], superseded(), []],

  ["T8 an error", [signed()], inError(), ["T8 document.cancelled T11"]],
  ["T8 a draft", [draft()], inError(), ["T8 document.cancelled T11"]],
  ["T8 out of date", [signed(), superseded()], inError(), ["T8 document.cancelled T11"]],
  ["T8 replaced", [signed(), successor(), superseded()], inError(), ["T8 document.cancelled T11"]],
  ["T8 nobody had heard of it", [], inError(), []],
  ["T8 cancelled once", [signed(), inError()], inError(), []],

  [
    "T9 written for the wrong patient",
    [signed()],
    document("final", ofAnother),
    ["T9 document.cancelled T11", "T5 document.added T02"],
  ],
  [
    "T9 to who does not hear of ends",
    [signed()],
    document("final", ofAnother),
    ["T6 document.changed T08"],
    without("document.cancelled"),
  ],
  ["T9 nobody had heard of it", [superseded()], document("final", { status: "superseded", ...ofAnother }), []],
  [
    "T9 to who keeps copies",
    [signed()],
    document("final", ofAnother),
    ["T6 document.changed T08"],
    { format: "webhook" },
  ],
];

function document(docStatus: string, changes: object = {}): Resource {
  const content = [{ attachment: { url: "https://fhir.example.org/Binary/1" } }];
  return {
    resourceType: "DocumentReference",
    id: "61",
    meta: nextMeta(),
    status: "current",
    docStatus,
    type: { text: "Note" },
    subject: { reference: "Patient/12" },
    content,
    ...changes,
  } as fhir4.DocumentReference;
}
