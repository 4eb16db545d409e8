/** Where a command reads and writes: what a program may read goes to `out`, talk to `err`. */
export interface Streams {
  readonly in: NodeJS.ReadableStream;
  readonly out: { write(data: string | Uint8Array): unknown };
  readonly err: { write(text: string): unknown };
}
