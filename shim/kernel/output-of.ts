import { native } from "../../native/native.ts";
import { systemError } from "../host/errno.ts";

const exited = 1;

/** What a program prints on standard output; undefined where it fails. Its errors are not shown. */
export function outputOf(argv: readonly [string, ...string[]]): string | undefined {
  const pipe = native.pipe();
  if (typeof pipe === "number") throw systemError(pipe, "create", "a pipe");
  const [ours, theirs] = pipe;
  const pid = native.spawn({ path: argv[0], argv, env: native.environ(), fds: [-1, theirs, -1] });
  native.close(theirs);
  const text = pid < 0 ? "" : readToEnd(ours);
  native.close(ours);
  if (pid < 0) throw systemError(pid, "execute", argv[0]);
  const ended = native.waitpid(pid, 0);
  return typeof ended !== "number" && ended[0] === exited && ended[1] === 0 ? text : undefined;
}

function readToEnd(fd: number): string {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(64 * 1024);
  let text = "";
  for (;;) {
    const got = native.read(fd, buffer.buffer, 0, buffer.length);
    if (got <= 0) return text + decoder.decode();
    text += decoder.decode(buffer.subarray(0, got), { stream: true });
  }
}
