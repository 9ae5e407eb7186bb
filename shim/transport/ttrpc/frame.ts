// A frame of ttrpc (github.com/containerd/ttrpc, PROTOCOL.md), numbers big-endian:
//
//    0        4           8      9       10
//    | length | stream id | type | flags | length bytes of data
//
/** Bytes before the data. */
export const headerLength = 10;

/** The most data that a frame may have. */
export const mostData = 4 * 1024 * 1024;

/** What a frame is. Others are for later versions, and are ignored. */
export const frameType = { request: 1, response: 2, data: 3 } as const;

/** A request's flag: more messages will follow it. */
export const remoteOpen = 2;

/** What stands before the data. */
export interface FrameHeader {
  readonly streamId: number;
  readonly type: number;
  readonly flags: number;
  readonly length: number;
}

/** A frame that has come; `data` is undefined where it was longer than a frame may be, and was skipped. */
export interface Frame {
  readonly header: FrameHeader;
  readonly data: Uint8Array | undefined;
}

/** Reads a header at the beginning of `bytes`. */
export function readHeader(bytes: Uint8Array): FrameHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerLength);
  return {
    length: view.getUint32(0),
    streamId: view.getUint32(4),
    type: view.getUint8(8),
    flags: view.getUint8(9),
  };
}

/** A whole frame without flags. */
export function encodeFrame(streamId: number, type: number, data: Uint8Array): Uint8Array {
  const frame = new Uint8Array(headerLength + data.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, data.length);
  view.setUint32(4, streamId);
  view.setUint8(8, type);
  frame.set(data, headerLength);
  return frame;
}
