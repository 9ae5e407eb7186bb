import { atFdcwd, native } from "../../native/native.ts";
import { starterSpec } from "../../oci/starter-spec.ts";
import { checked } from "../host/errno.ts";
import { linuxFiles } from "../host/files.ts";
import { open } from "../host/open-flags.ts";
import { writeAll } from "../host/write-all.ts";
import { absolutePath } from "../sandbox/state-root.ts";
import type { Call } from "./call.ts";

/** `wrun spec`: writes a config.json to start from; one that is there stays as it is. */
export function specVerb({ flags, workingDirectory }: Call): number {
  const bundle = absolutePath(flags.value("--bundle") ?? ".", workingDirectory());
  const wasm = flags.value("--wasm");
  const spec = starterSpec({ uid: native.geteuid(), gid: native.getgid(), ...wasmFile(wasm) });
  linuxFiles.makeDirectory(bundle);
  write(`${bundle}/config.json`, `${JSON.stringify(spec, undefined, 2)}\n`);
  if (wasm !== undefined) linuxFiles.makeDirectory(`${bundle}/rootfs`);
  return 0;
}

function wasmFile(given: string | undefined): { wasm?: string } {
  if (given === undefined) return {};
  const wasm = absolutePath(given, process.cwd());
  const fd = checked(native.openat(atFdcwd, wasm, open.readOnly | open.nonBlocking, 0), "open", wasm);
  native.close(fd);
  return { wasm };
}

function write(path: string, text: string): void {
  const mode = open.writeOnly | open.create | open.exclusive | open.noFollow;
  const fd = checked(native.openat(atFdcwd, path, mode, 0o644), "write", path);
  const written = writeAll(fd, text);
  native.close(fd);
  checked(written, "write", path);
}
