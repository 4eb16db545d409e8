import { BridgeError } from "../errors.ts";

/** MLLP release 1: `VT message FS CR`. Release 2 answers with the same frame around one ACK or NAK byte. */
const startBlock = 0x0b;
const endBlock = 0x1c;
const carriageReturn = 0x0d;
const negativeByte = 0x15;

/** What a peer sent: a whole block, a refusal of the block that it got, or a block too large to be kept. */
export type Frame =
  | { readonly kind: "block"; readonly body: Buffer }
  | { readonly kind: "negative" }
  | { readonly kind: "oversize" };

export interface FrameReader {
  /** Takes the next bytes of the stream, however they were cut, and gives the frames that they complete. */
  read(chunk: Uint8Array): Frame[];
  /** True while a block has begun and not ended. */
  readonly partial: boolean;
}

/**
 * Reads frames from a stream of bytes. Bytes between frames are skipped, a lone FS belongs to the body, and a VT within
 * a block begins a new one: the peer gave up the block before it. Each byte is looked at once and copied once.
 */
export function frameReader({ maxBytes }: { readonly maxBytes: number }): FrameReader {
  let inside = false;
  let afterEndBlock = false;
  let parts: Buffer[] = [];
  let length = 0;

  function begin(): void {
    inside = true;
    afterEndBlock = false;
    parts = [];
    length = 0;
  }

  function keep(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    // The chunk belongs to the socket, which may use its memory again.
    parts.push(Buffer.from(bytes));
    length += bytes.length;
  }

  /** @param last what the chunk that ends the block holds of it, with the FS at its end */
  function end(last: Uint8Array): Frame {
    inside = false;
    const body = Buffer.concat([...parts, last], length + last.length - 1);
    parts = [];
    return body.length === 1 && body[0] === negativeByte ? { kind: "negative" } : { kind: "block", body };
  }

  return {
    get partial() {
      return inside;
    },
    read(chunk) {
      const frames: Frame[] = [];
      let from = 0;
      for (let at = 0; at < chunk.length; at++) {
        const byte = chunk[at];
        if (byte === startBlock) {
          begin();
          from = at + 1;
        } else if (!inside) {
          if (byte === negativeByte) frames.push({ kind: "negative" });
        } else if (afterEndBlock && byte === carriageReturn) {
          frames.push(end(chunk.subarray(from, at)));
        } else if (length + (at - from) > maxBytes) {
          inside = false;
          parts = [];
          frames.push({ kind: "oversize" });
        } else {
          afterEndBlock = byte === endBlock;
        }
      }
      if (inside) keep(chunk.subarray(from));
      return frames;
    },
  };
}

/**
 * Puts a message into a frame.
 *
 * @throws ERR_MLLP_CONTENT when the message holds a byte that would end or restart the frame
 */
export function frameOf(message: Uint8Array): Buffer {
  for (const byte of [startBlock, endBlock])
    if (message.includes(byte))
      throw new BridgeError("ERR_MLLP_CONTENT", { details: { byte: `0x${byte.toString(16).padStart(2, "0")}` } });
  const frame = Buffer.allocUnsafe(message.length + 3);
  frame[0] = startBlock;
  frame.set(message, 1);
  frame[message.length + 1] = endBlock;
  frame[message.length + 2] = carriageReturn;
  return frame;
}
