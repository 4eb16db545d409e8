import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Frame, frameOf, frameReader } from "../../shared/mllp/framing.ts";

const VT = "\x0b";
const FS = "\x1c";
const CR = "\r";

/** Feeds texts chunk by chunk and gives the bodies, or the kind of what is not a block. */
function read(chunks: readonly string[], maxBytes = 1000): string[] {
  const reader = frameReader({ maxBytes });
  return chunks.flatMap((chunk) => reader.read(Buffer.from(chunk, "latin1"))).map(told);
}

function told(frame: Frame): string {
  return frame.kind === "block" ? frame.body.toString("latin1") : `(${frame.kind})`;
}

describe("frames in", () => {
  test.each<[what: string, chunks: string[], frames: string[]]>([
    ["a frame in one piece", [`${VT}MSH|1\r${FS}${CR}`], ["MSH|1\r"]],
    ["a frame byte by byte", [...`${VT}MSH|1\r${FS}${CR}`], ["MSH|1\r"]],
    ["a cut between FS and CR", [`${VT}A${FS}`, CR], ["A"]],
    ["two frames joined", [`${VT}A${FS}${CR}${VT}B${FS}${CR}`], ["A", "B"]],
    ["one and a half frame, then the rest", [`${VT}A${FS}${CR}${VT}B`, `C${FS}${CR}`], ["A", "BC"]],
    ["junk before, between and after", [`\n\0${VT}A${FS}${CR}\r\nxx${VT}B${FS}${CR}\n`], ["A", "B"]],
    ["a lone FS belongs to the body", [`${VT}A${FS}B${FS}${CR}`], [`A${FS}B`]],
    ["a lone FS before the end", [`${VT}A${FS}${FS}${CR}`], [`A${FS}`]],
    ["a lone FS at a cut", [`${VT}A${FS}`, `B${FS}`, `${FS}${CR}`], [`A${FS}B${FS}`]],
    ["a VT begins anew", [`${VT}HALF${VT}WHOLE${FS}${CR}`], ["WHOLE"]],
    ["an empty block", [`${VT}${FS}${CR}`], [""]],
    ["a bare NAK byte", ["\x15"], ["(negative)"]],
    ["a NAK block of MLLP release 2", [`${VT}\x15${FS}${CR}`], ["(negative)"]],
    ["a NAK byte within a body is data", [`${VT}A\x15B${FS}${CR}`], ["A\x15B"]],
    ["end bytes without a start", [`A${FS}${CR}`], []],
    ["nothing", [""], []],
  ])("%s", (_what, chunks, frames) => {
    expect(read(chunks)).toEqual(frames);
  });

  test("a body as large as the limit is kept, one byte more is not", () => {
    expect(read([`${VT}${"A".repeat(9)}${FS}${CR}`], 9)).toEqual(["A".repeat(9)]);
    expect(read([`${VT}${"A".repeat(10)}${FS}${CR}`], 9)).toEqual(["(oversize)"]);
  });

  test("after a body that was too large the next frame is read", () => {
    expect(read([`${VT}${"A".repeat(50)}${FS}${CR}${VT}B${FS}${CR}`], 9)).toEqual(["(oversize)", "B"]);
  });

  test("a started block shows until it ends", () => {
    const reader = frameReader({ maxBytes: 100 });
    reader.read(Buffer.from(`${VT}A`));
    expect(reader.partial).toBe(true);
    reader.read(Buffer.from(`${FS}${CR}`));
    expect(reader.partial).toBe(false);
  });

  test("a body stays as it was when the socket uses its memory again", () => {
    const reader = frameReader({ maxBytes: 100 });
    const memory = Buffer.from(`${VT}AB`);
    reader.read(memory);
    memory.fill("X");
    expect(reader.read(Buffer.from(`C${FS}${CR}`)).map(told)).toEqual(["ABC"]);
  });
});

describe("any stream", () => {
  // Mostly the bytes that mean something, so that their every combination occurs.
  const byte = fc.oneof(fc.constantFrom(0x0b, 0x1c, 0x0d, 0x15), fc.integer({ min: 0x20, max: 0x7e }));
  const stream = fc.array(byte, { maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  const cuts = fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 40 });

  function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
    const edges = [0, ...at.filter((each) => each < bytes.length).sort((a, b) => a - b), bytes.length];
    return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
  }

  test("gives the same frames however it is cut", () => {
    fc.assert(
      fc.property(stream, cuts, fc.integer({ min: 1, max: 60 }), (bytes, at, maxBytes) => {
        const whole = frameReader({ maxBytes });
        const pieces = frameReader({ maxBytes });
        const expected = whole.read(bytes).map(told);
        const found = cut(bytes, at).flatMap((chunk) => pieces.read(chunk).map(told));
        expect(found).toEqual(expected);
        expect(pieces.partial).toBe(whole.partial);
      }),
      { numRuns: 500 },
    );
  });

  test("of framed messages gives the messages back, however it is cut", () => {
    const message = fc
      .array(fc.integer({ min: 0, max: 255 }), { minLength: 2, maxLength: 40 })
      .map((bytes) => Buffer.from(bytes.filter((each) => each !== 0x0b && each !== 0x1c)))
      .filter((bytes) => bytes.length > 1);
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), cuts, (messages, at) => {
        const reader = frameReader({ maxBytes: 100 });
        const found = cut(Buffer.concat(messages.map(frameOf)), at).flatMap((chunk) => reader.read(chunk));
        expect(found).toEqual(messages.map((body) => ({ kind: "block", body })));
      }),
      { numRuns: 300 },
    );
  });
});

describe("frames out", () => {
  test("a message stands between VT and FS CR", () => {
    expect(frameOf(Buffer.from("MSH|é\r", "utf8"))).toEqual(Buffer.from("\x0bMSH|é\r\x1c\r", "utf8"));
  });

  test.each(["\x0b", "\x1c"])("a message with a framing byte is refused", (byte) => {
    expect(() => frameOf(Buffer.from(`OBX|${byte}`))).toThrow(expect.objectContaining({ code: "ERR_MLLP_CONTENT" }));
  });
});
