import { atFdcwd, native } from "../../native/native.ts";
import type { HostPath } from "../../oci/grant.ts";
import { open } from "../host/open-flags.ts";
import { wholeText } from "./cgroup-folder.ts";
import { parseCounts } from "./values.ts";
import type { Counts } from "./values.ts";

/** What became of a count since it was last looked at. */
export type Change = "risen" | "same" | "uncounted" | "gone";

const seekStart = 0;

/** The kernel's count of OOM kills in a cgroup: `oom_kill` in memory.oom_control (v1, since Linux 4.13) and memory.events (v2). */
export class KillCount implements Disposable {
  readonly fd: number;
  readonly #name: string;
  #last: number;

  /** Opens the file; undefined where the kernel has none. Kills until now are not of interest. */
  static open(path: HostPath, name = "oom_kill"): KillCount | undefined {
    const fd = native.openat(atFdcwd, path, open.readOnly, 0);
    return fd < 0 ? undefined : new KillCount(fd, name);
  }

  private constructor(fd: number, name: string) {
    this.fd = fd;
    this.#name = name;
    this.#last = this.counts()?.get(name) ?? 0;
  }

  /** Looks again. An answer is given once. */
  change(): Change {
    const counts = this.counts();
    if (counts === undefined) return "gone";
    const count = counts.get(this.#name);
    if (count === undefined) return "uncounted";
    if (count <= this.#last) return "same";
    this.#last = count;
    return "risen";
  }

  /** All of the file; undefined where the cgroup has gone. Until it is read, poll(2) tells of the last change of it. */
  counts(): Counts | undefined {
    native.lseek(this.fd, 0n, seekStart);
    const text = wholeText(this.fd);
    return text === undefined ? undefined : parseCounts(text);
  }

  [Symbol.dispose](): void {
    native.close(this.fd);
  }
}
