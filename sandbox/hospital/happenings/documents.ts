import { documentTypes, sentences } from "../catalogue.ts";
import type { Document, Stay } from "../records.ts";
import { minuteMs, type World } from "../world.ts";
import { type Happening, happening, inHouse, newKept, recent } from "./happening.ts";

/** Notes and summaries: drafted, signed, amended, added to, replaced, taken back. */
export const documentHappenings: readonly Happening[] = [
  happening("document-written", "stay", {
    candidates: inHouse,
    play(world, stay) {
      const document = write(world, stay);
      if (world.chance("documentIsDrafted")) {
        document.docStatus = "preliminary";
        world.after(world.minutes("untilDocumentSigned") * minuteMs, "document-signed", document);
      } else document.authenticator = document.author;
      return [document];
    },
  }),
  happening("document-signed", "document", {
    play(world, document) {
      if (document.docStatus !== "preliminary" || document.status !== "current") return undefined;
      document.docStatus = "final";
      document.authenticator = document.author;
      // Who signs often adds a line.
      if (world.random.chance(0.5)) extend(world, document, "");
      return [document];
    },
  }),
  happening("document-amended", "document", {
    candidates: signed,
    play(world, document) {
      document.docStatus = "amended";
      extend(world, document, "Amended: ");
      return [document];
    },
  }),
  happening("document-addended", "document", {
    candidates: signed,
    play: (world, document) => [follow(world, document, "appends")],
  }),
  happening("document-replaced", "document", {
    candidates: signed,
    play(world, document) {
      const replacement = follow(world, document, "replaces");
      document.status = "superseded";
      return [replacement, document];
    },
  }),
  happening("document-superseded", "document", {
    candidates: signed,
    play(_world, document) {
      document.status = "superseded";
      return [document];
    },
  }),
  happening("document-entered-in-error", "document", {
    candidates: (world) => recent(world, world.documents, (document) => document.status === "current"),
    play(_world, document) {
      document.status = "entered-in-error";
      document.docStatus = "entered-in-error";
      return [document];
    },
  }),
];

const formats = ["text/plain", "text/plain", "text/rtf", "application/pdf", "text/html"] as const;

function signed(world: World): Iterable<Document> {
  return recent(
    world,
    world.documents,
    ({ status, docStatus }) => status === "current" && ["final", "amended"].includes(docStatus),
  );
}

function extend(world: World, document: Document, lead: string): void {
  document.paragraphs = [...document.paragraphs, lead + world.random.pick(sentences)];
  document.editedAt = world.now;
}

export function write(world: World, stay: Pick<Stay, "id" | "person">): Document {
  const { random, now } = world;
  const document: Document = {
    record: "document",
    ...newKept(world),
    person: stay.person,
    stay: stay.id,
    type: random.whole(0, documentTypes.length - 1),
    status: "current",
    docStatus: "final",
    format: random.pick(formats),
    paragraphs: Array.from({ length: random.whole(2, 4) }, () => random.pick(sentences)),
    author: random.pick(world.places.physicians),
    writtenAt: now,
    editedAt: now,
  };
  world.documents.set(document.id, document);
  return document;
}

function follow(world: World, document: Document, how: "appends" | "replaces"): Document {
  const next = write(world, { id: document.stay, person: document.person });
  next.type = document.type;
  next.authenticator = next.author;
  next.follows = { how, document: document.id };
  return next;
}
