/** What is believed of one thing, facet by facet, in plain words. */
export type Facets = Readonly<Record<string, string>>;

/** Something a receiver would have refused or could not make sense of. */
export interface Complaint {
  readonly thing: string;
  readonly problem: string;
}

/** What a receiver has made of what it was told. */
export interface Reader {
  /** Takes the next message or body, in the order in which they were sent. */
  read(body: string): void;
  holds(thing: string): Facets | undefined;
  /** Names of all that is held. */
  things(): Iterable<string>;
  /** The last that was heard of it, oldest first. */
  story(thing: string): readonly string[];
  /** Those since they were last asked for. */
  complaints(): readonly Complaint[];
}

/** The receiver's database: things by name (`visit V100`), with what was heard of each. */
export interface Notebook extends Omit<Reader, "read"> {
  /** Begins a message: what is written from now on was heard from it. */
  hear(headline: string): void;
  /** Adds to what is held; a facet without a value is forgotten. */
  write(thing: string, facets: Readonly<Record<string, string | undefined>>): void;
  remove(thing: string): void;
  /** Everything that is held of the one is from now on held of the other, unless that is there already. */
  rename(from: string, to: string): void;
  complain(thing: string, problem: string): void;
}

const storyLength = 8;

export function createNotebook(): Notebook {
  const held = new Map<string, Record<string, string>>();
  const stories = new Map<string, string[]>();
  let complaints: Complaint[] = [];
  let headline = "";
  const note = (thing: string) => {
    const story = stories.get(thing) ?? [];
    if (story.at(-1) !== headline) stories.set(thing, [...story, headline].slice(-storyLength));
  };
  return {
    hear(text) {
      headline = text;
    },
    write(thing, facets) {
      note(thing);
      const known = { ...held.get(thing) };
      for (const [facet, value] of Object.entries(facets))
        if (value === undefined) delete known[facet];
        else known[facet] = value;
      held.set(thing, known);
    },
    remove(thing) {
      note(thing);
      held.delete(thing);
    },
    rename(from, to) {
      note(from);
      const known = held.get(from);
      held.delete(from);
      stories.set(to, [...(stories.get(from) ?? []), ...(stories.get(to) ?? [])].slice(-storyLength));
      note(to);
      if (known !== undefined && !held.has(to)) held.set(to, known);
    },
    complain(thing, problem) {
      note(thing);
      complaints.push({ thing, problem });
    },
    holds: (thing) => held.get(thing),
    things: () => held.keys(),
    story: (thing) => stories.get(thing) ?? [],
    complaints() {
      const taken = complaints;
      complaints = [];
      return taken;
    },
  };
}
