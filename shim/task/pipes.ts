import { native } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import { systemError } from "../host/errno.ts";
import { open } from "../host/open-flags.ts";
import { closeOnce, ready, whenReady } from "../host/readiness.ts";

const eagain = -11;
const chunk = 16 * 1024;
const most = 2 ** 20;

/**
 * What `run` writes to the descriptor that it gets: at most `limit` characters, 1 MiB. Who writes more is not waited for:
 * nobody reads it any more, which ends a program.
 */
export async function collected(
  run: (writer: number) => Promise<unknown>,
  limit: number = most,
): Promise<string> {
  const [reader, writer] = outputPipe();
  const close = closeOnce(reader);
  try {
    const running = run(writer).finally(() => native.close(writer));
    const [text] = await Promise.all([readWhole(reader, limit).finally(close), running]);
    return text;
  } finally {
    close();
  }
}

/** A pipe whose reading end is non-blocking: [read, write]. */
function outputPipe(): readonly [number, number] {
  const pipe = native.pipe();
  if (typeof pipe === "number") throw systemError(pipe, "create", "a pipe");
  native.setFlags(pipe[0], open.readOnly | open.nonBlocking);
  return pipe;
}

/** All that comes out of a pipe until it ends. */
async function readWhole(fd: number, limit: number): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(chunk);
  let text = "";
  while ((await whenReady(fd, ready.read)) !== 0) {
    const got = native.read(fd, buffer.buffer, 0, chunk);
    if (got === eagain) continue;
    if (got <= 0) break;
    text += decoder.decode(buffer.subarray(0, got), { stream: true });
    if (text.length > limit)
      throw new WrunError("io", `a program printed over ${limit / 2 ** 20} MiB where less was expected`);
  }
  return text + decoder.decode();
}

/** The reading end of a pipe that holds `text` and nothing after it. pipe(7): it has room for 64 KiB. */
export function writtenPipe(text: string): number {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > 65536)
    throw new WrunError("invalid", `resources: ${bytes.length} bytes, and 65536 at most`);
  const pipe = native.pipe();
  if (typeof pipe === "number") throw systemError(pipe, "create", "a pipe");
  // A user who has many pipes gets small ones: what does not fit must not make us wait.
  native.setFlags(pipe[1], open.writeOnly | open.nonBlocking);
  const wrote = native.write(pipe[1], bytes.buffer, bytes.byteOffset, bytes.length);
  native.close(pipe[1]);
  if (wrote === bytes.length) return pipe[0];
  native.close(pipe[0]);
  throw new WrunError("io", `a pipe has no room for ${bytes.length} bytes`);
}
