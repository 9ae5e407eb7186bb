import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";

const addon = readFileSync(new URL("../../dist/wrun.node", import.meta.url), "latin1");

/** Whether the addon's table of dynamic symbols has this name. */
function mentions(symbol: string): boolean {
  return addon.includes(`\0${symbol}\0`);
}

test("the addon imports nothing that loads code or data by name from an image", () => {
  expect(mentions("openat") && mentions("posix_spawn") && mentions("napi_register_module_v1")).toBe(true);
  const byName = [
    ["getaddrinfo", "getnameinfo", "gethostbyname", "gethostbyname_r", "getservbyname"],
    ["getpwnam", "getpwuid", "getpwnam_r", "getpwuid_r", "getgrnam", "getgrgid", "initgroups"],
    ["iconv_open", "setlocale", "newlocale", "gettext", "dlopen", "dlmopen"],
    ["localtime", "localtime_r", "mktime", "tzset", "getenv", "secure_getenv", "setenv", "putenv"],
    ["system", "popen", "execvp", "execvpe", "posix_spawnp"],
  ];
  expect(byName.flat().filter(mentions)).toEqual([]);
});
