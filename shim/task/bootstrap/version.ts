import manifest from "../../../package.json" with { type: "json" };
import { print } from "../../cli/print.ts";
import { shimName } from "../shim.ts";

/** `-v`: as containerd's shims print it. */
export function printVersion(): number {
  print(`${shimName}:\n  Version:  ${manifest.version}\n  Revision: \n\n`);
  return 0;
}
