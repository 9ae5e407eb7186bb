import type { Grant } from "../../oci/grant.ts";
import { GuestMemory } from "../memory.ts";
import { argsFunctions } from "./args.ts";
import { clockFunctions } from "./clock.ts";
import type { Context, WasiFunctions } from "./context.ts";
import { Directory } from "./directory.ts";
import { environFunctions } from "./environ.ts";
import { fdFileFunctions } from "./fd-file.ts";
import { fdIoFunctions } from "./fd-io.ts";
import { fdReaddirFunctions } from "./fd-readdir.ts";
import { fdTableFunctions } from "./fd-table.ts";
import { limitFileSize } from "./file-size.ts";
import { openListener } from "./listeners.ts";
import { pathFilestatFunctions } from "./path-filestat.ts";
import { pathNamesFunctions, pathPairsFunctions, pathSymlinkFunctions } from "./path-names.ts";
import { pathOpenFunctions } from "./path-open.ts";
import { pollFunctions } from "./poll.ts";
import type { PreopenTable } from "./preopens.ts";
import { procFunctions } from "./proc.ts";
import { randomFunctions } from "./random.ts";
import { allRights, directoryRights } from "./rights.ts";
import { schedFunctions } from "./sched.ts";
import { sockFunctions } from "./sock.ts";
import { openStdio } from "./stdio.ts";
import { DescriptorTable } from "./table.ts";

/** All of wasi_snapshot_preview1 for one guest. */
export interface Wasi {
  readonly imports: WasiFunctions;
  /** Names the guest's memory. Until then every pointer lies outside. */
  bind(memory: WebAssembly.Memory): void;
}

/** Makes the host functions of one guest. `exit` ends the process and does not return. */
export function createWasi(grant: Grant, preopens: PreopenTable, exit: (code: number) => never): Wasi {
  const memory = new GuestMemory();
  const table = openTable(memory, grant, preopens);
  preopens.lookup.namespace.hostStream = (number) => table.get(number)?.fd;
  const context: Context = { memory, table, lookup: preopens.lookup };
  const imports: WasiFunctions = {
    ...argsFunctions(memory, grant.args),
    ...environFunctions(memory, grant.env),
    ...clockFunctions(memory),
    ...randomFunctions(memory),
    ...schedFunctions(),
    ...procFunctions(exit),
    ...fdIoFunctions(context),
    ...fdFileFunctions(context),
    ...fdTableFunctions(context),
    ...fdReaddirFunctions(context),
    ...pathOpenFunctions(context),
    ...pathNamesFunctions(context),
    ...pathPairsFunctions(context),
    ...pathSymlinkFunctions(context),
    ...pathFilestatFunctions(context),
    ...pollFunctions(context),
    ...sockFunctions(context),
  };
  return { imports, bind: (named) => memory.bind(named) };
}

// Standard streams, then the preopened directories, then the sockets: wasi-libc stops looking for directories
// at the first descriptor from 3 on that is none.
function openTable(memory: GuestMemory, grant: Grant, preopens: PreopenTable): DescriptorTable {
  const table = new DescriptorTable(grant.limits.files ?? Infinity);
  for (const fd of [0, 1, 2]) table.put(fd, openStdio(memory, fd));
  for (const preopen of preopens.directories) {
    const readOnly = preopens.lookup.isReadOnly(preopen, preopen);
    const rights = { rights: directoryRights, inheriting: allRights };
    table.append(new Directory(memory, { ...preopen, ...rights, preopenName: preopen.name, readOnly }));
  }
  for (const address of grant.listen) table.append(openListener(memory, address));
  limitFileSize(grant.limits.fileSize);
  return table;
}
