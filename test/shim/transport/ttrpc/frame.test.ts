import { expect, test } from "bun:test";
import { encodeFrame, type Frame, frameType, mostData } from "../../../../shim/transport/ttrpc/frame.ts";
import { FrameReader } from "../../../../shim/transport/ttrpc/frame-reader.ts";
import { bytes, hex } from "../../../proto/hex.ts";

function read(...parts: readonly Uint8Array[]): readonly Frame[] {
  const reader = new FrameReader();
  return parts.flatMap((part) => [...reader.push(part)]);
}

function shown({ header, data }: Frame): string {
  const { streamId, type, flags, length } = header;
  return [streamId, type, flags, length, data === undefined ? "skipped" : hex(data)].join(" ");
}

test("a frame is a header of ten bytes, big-endian, and the data", () => {
  const frame = encodeFrame(0x01020305, frameType.response, bytes("aabbcc"));
  expect(hex(frame)).toBe(hex(bytes("00000003 01020305 02 00 aabbcc")));
  expect(read(frame).map(shown)).toEqual(["16909061 2 0 3 aabbcc"]);
});

test("frames are found wherever the stream was cut", () => {
  const stream = bytes("00000002000000010100aabb 00000000000000030102 00000001fffffffd0304cc");
  const whole = ["1 1 0 2 aabb", "3 1 2 0 ", "4294967293 3 4 1 cc"];
  expect(read(stream).map(shown)).toEqual(whole);
  expect(read(...[...stream].map((byte) => Uint8Array.of(byte))).map(shown)).toEqual(whole);
  for (let at = 0; at <= stream.length; at++)
    expect(read(stream.subarray(0, at), stream.subarray(at)).map(shown)).toEqual(whole);
});

test("a frame of the longest length is read, one byte more is skipped and told before its data comes", () => {
  const longest = encodeFrame(1, frameType.request, new Uint8Array(mostData));
  expect(read(longest)[0]?.data?.length).toBe(mostData);
  const reader = new FrameReader();
  const tooLong = encodeFrame(3, frameType.request, new Uint8Array(mostData + 1));
  expect([...reader.push(tooLong.subarray(0, 10))].map(shown)).toEqual([`3 1 0 ${mostData + 1} skipped`]);
  expect([...reader.push(tooLong.subarray(10))]).toEqual([]);
  expect([...reader.push(bytes("00000001000000050100dd"))].map(shown)).toEqual(["5 1 0 1 dd"]);
});
