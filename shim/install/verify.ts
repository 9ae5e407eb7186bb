import { WrunError } from "../../oci/error.ts";
import { native } from "../../native/native.ts";

/**
 * Proves an installation: the engine starts from it through its own loader, and the loader finds no library
 * elsewhere on this system, as it must find none in a hostile image.
 */
export function verifyInstallation(folder: string): void {
  if (startThrough(folder, folder) !== 0) {
    throw new WrunError("io", `the engine does not start from ${folder} through the loader there`);
  }
  if (startThrough(folder, "/nowhere") === 0) {
    throw new WrunError(
      "unsupported",
      `the loader in ${folder} still takes libraries from the system's folders`,
    );
  }
}

function startThrough(folder: string, libraries: string): number {
  const loader = `${folder}/ld.so`;
  const pid = native.spawn({
    path: loader,
    argv: [loader, "--inhibit-cache", "--library-path", libraries, `${folder}/wrun`, "--version"],
    env: [],
    cwd: "/",
    fds: [-1, -1, -1],
  });
  const ended = pid < 0 ? pid : native.waitpid(pid, 0);
  return typeof ended !== "number" && ended[0] === 1 ? ended[1] : 126;
}
