import { expect, test } from "bun:test";
import { parseFlags, toFlags, wrapEnv } from "../../oci/grant-flags.ts";
import type { Grant } from "../../oci/grant.ts";
import { bareGrant } from "../bare-grant.ts";

const grant: Grant = { ...bareGrant, args: ["/app.wasm"] };

function roundTrip(changed: Partial<Grant>): Grant {
  const whole = { ...grant, ...changed };
  return parseFlags(toFlags(whole), ["PATH=/evil", ...wrapEnv(whole.env)]).grant;
}

const cases: readonly Partial<Grant>[] = [
  {},
  { module: "/--dir", args: ["--dir", "--", "", "a b", "\n"] },
  { args: ["", "x"] },
  { env: ["A=1", "A=2", "wrun:B=3", "C=", "=D"] },
  { cwd: "/srv/--x", invoke: "--hide" },
  { network: "namespace", listen: ["fd:3", "tcp:[::1]:80", "unix:/run/s"] },
  { hidden: ["/proc", "/a=b"], readonly: ["/etc", "/--readonly"] },
  { limits: { memory: 65536, files: 0, fileSize: 2 ** 40, cpuSeconds: 1 } },
  { umask: 0 },
  { umask: 0o22 },
  { umask: 0o777 },
  {
    preopens: [
      { kind: "directory", host: "/r", guest: "/", access: "read-only" },
      { kind: "file", host: "/a:b", guest: "/c:d", access: "read-write" },
      { kind: "directory", host: "/r", guest: "/ro", access: "read-only" },
    ],
  },
];

for (const changed of cases)
  test(`toFlags() is read back by parseFlags(): ${JSON.stringify(changed)}`, () => {
    expect(roundTrip(changed)).toEqual({ ...grant, ...changed });
  });

for (const path of ["/a::b", "/a:", "::", "/a:::b"])
  test(`toFlags() refuses the path ${path}, which would be read as another`, () => {
    for (const place of ["host", "guest"] as const) {
      const preopen = {
        kind: "directory",
        host: "/h",
        guest: "/g",
        access: "read-only",
        [place]: path,
      } as const;
      expect(() => toFlags({ ...grant, preopens: [preopen] })).toThrow("cannot be granted");
    }
  });

test("--umask takes octal digits up to 777", () => {
  expect(toFlags({ ...grant, umask: 7 })).toContain("007");
  for (const text of ["0022", "22", "0"])
    expect(parseFlags(["--umask", text, "/a"], []).grant.umask).toBe(Number.parseInt(text, 8));
  for (const text of ["", "8", "1777", "-1", "0x1", "u=rwx"])
    expect(() => parseFlags(["--umask", text, "/a"], [])).toThrow("is not an octal number up to 777");
});

test("toFlags() has a module of the engine's own opened past the preopens", () => {
  const own: Grant = { ...grant, module: "/dev/.wrun/module.wasm", args: ["/", "x"], hostModule: true };
  expect(parseFlags(toFlags(own), []).grant).toMatchObject({
    module: own.module,
    args: own.args,
    hostModule: true,
  });
  expect(parseFlags(toFlags(grant), []).grant.hostModule).toBeUndefined();
});

test("parseFlags() reads flags only up to the module", () => {
  const { grant: read, options } = parseFlags(["--no-jit", "app.wasm", "--dir", "/::/"], []);
  expect(read.preopens).toEqual([]);
  expect(read.args).toEqual(["app.wasm", "--dir", "/::/"]);
  expect(options).toEqual({ noJit: true });
});

test("parseFlags() takes values in both spellings", () => {
  const { grant: read } = parseFlags(
    ["--env=A=1", "--env", "B", "--env", "C", "--max-memory=64m", "x"],
    ["B=2"],
  );
  expect(read.env).toEqual(["A=1", "B=2"]);
  expect(read.limits).toEqual({ memory: 64 * 2 ** 20 });
});

const wrong: readonly (readonly [readonly string[], string])[] = [
  [[], "no wasm file named"],
  [["--"], "no wasm file named"],
  [["--nope", "x"], `unknown flag "--nope"`],
  [["--\u009b31m", "x"], `unknown flag "--\\u009b31m"`],
  [["--dir"], "--dir needs a value"],
  [["--dir", "a::b::c", "x"], `"a::b::c" is not HOST[::GUEST[::ro]]`],
  [["--dir", "::", "x"], `"::" is not HOST[::GUEST[::ro]]`],
  [["--no-jit=1", "x"], "takes no value"],
  [["--max-memory", "lots", "x"], `"lots" is not a size`],
  [["--max-files", "1e3", "x"], `"1e3" is not a whole number`],
  [["--hide", "proc", "x"], `"proc" is not an absolute path`],
  [["--network", "wifi", "x"], `"wifi" is not loopback`],
];

for (const [argv, message] of wrong)
  test(`parseFlags() refuses ${JSON.stringify(argv)}`, () => {
    expect(() => parseFlags(argv, [])).toThrow(message);
  });
