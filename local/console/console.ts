import type { WriteStream } from "node:tty";

/** What the status line counts. */
export interface Status {
  readonly polls: number;
  readonly changes: number;
  readonly events: number;
  readonly delivered: number;
  readonly retrying: number;
  readonly parked: number;
}

export interface Console {
  line(text: string): void;
  status(status: Status): void;
  /** Leaves the last status line standing. */
  end(): void;
}

export type Stream = Pick<WriteStream, "write"> & { readonly isTTY?: boolean };

const clearLine = "\r\u001B[2K";

/**
 * Lines that scroll, and a status line that stays in place below them on a terminal. Elsewhere the status is an ordinary
 * line, written only when it has changed.
 */
export function createConsole(stream: Stream): Console {
  let standing = "";
  const draw = (text: string) => stream.write(stream.isTTY ? `${clearLine}${text}` : `${text}\n`);
  return {
    line: (text) => {
      if (!stream.isTTY) return void stream.write(`${text}\n`);
      stream.write(`${clearLine}${text}\n${standing}`);
    },
    status: (status) => {
      const text = statusText(status);
      if (text === standing) return;
      standing = text;
      draw(text);
    },
    end: () => {
      if (stream.isTTY && standing !== "") stream.write("\n");
      standing = "";
    },
  };
}

/** Says nothing: with `--json` the report alone is printed. */
export const silence: Console = { line: () => undefined, status: () => undefined, end: () => undefined };

export function statusText(status: Status): string {
  return Object.entries(status)
    .map(([name, count]) => `${name} ${count}`)
    .join("  ");
}

export interface DeliveryLine {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly event: string;
  readonly destination: string;
  readonly trigger?: string | undefined;
  /** What the client system said, or what comes next. */
  readonly outcome: string;
}

/** One delivery for a person: `06:12:03  encounter.admitted  adt-engine  ADT^A01  AA`. */
export function deliveryText({ at, event, destination, trigger, outcome }: DeliveryLine, timeZone: string): string {
  return [timeText(at, timeZone), event.padEnd(22), destination.padEnd(12), (trigger ?? "").padEnd(8), outcome]
    .join("  ")
    .trimEnd();
}

export function timeText(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone, timeStyle: "medium" }).format(at);
}
