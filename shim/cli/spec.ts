import { atFdcwd, native } from "../../native/native.ts";
import { WrunError } from "../../oci/error.ts";
import { quote } from "../../oci/note.ts";
import { starterSpec } from "../../oci/starter-spec.ts";
import { checked } from "../host/errno.ts";
import { linuxFiles } from "../host/files.ts";
import { open } from "../host/open-flags.ts";
import { writeAll } from "../host/write-all.ts";
import { absolutePath } from "../sandbox/state-root.ts";
import { ArgvReader, type Flag } from "./argv.ts";

const flags: readonly Flag[] = [
  { names: ["--bundle", "-b"], value: "DIR", help: "where to write config.json (default: here)" },
  {
    names: ["--wasm"],
    value: "FILE",
    help: "the module to run: it is mounted, read-only, and a rootfs is made",
  },
];

/** `wrun spec`: writes a config.json to start from; one that is there stays as it is. */
export function specVerb(args: readonly string[]): number {
  const reader = new ArgvReader(args);
  const surplus = reader.word([...flags, { names: ["--sandbox"], value: "NAME", help: "" }]);
  if (surplus !== undefined) throw new WrunError("invalid", `spec takes no operand: ${quote(surplus)}`);
  const bundle = absolutePath(reader.flags.value("--bundle") ?? ".", process.cwd());
  const wasm = reader.flags.value("--wasm");
  const spec = starterSpec({ uid: native.geteuid(), gid: native.getgid(), ...wasmFile(wasm) });
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
