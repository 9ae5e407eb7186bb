import { expect, test } from "bun:test";
import { asLimit } from "../../oci/integer.ts";
import { parseRuntimeSpec } from "../../oci/parse-runtime-spec.ts";

const minimal = { ociVersion: "1.0.2", process: { cwd: "/", args: ["/app.wasm"] }, root: { path: "rootfs" } };

function messageFor(document: unknown): string {
  return messageOf(JSON.stringify(document));
}

function messageOf(text: string): string {
  try {
    parseRuntimeSpec(text);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

test("parseRuntimeSpec() keeps unknown fields, key order and digits for writing back", () => {
  const text = `{"zone":{"b":1,"a":[null,150]},"ociVersion":"1.1.0","process":{"x":1,"args":[]},"big":18446744073709551615,"y":{"limit":9223372036854771712},"float":0.1234567890123456789}`;
  expect(JSON.stringify(parseRuntimeSpec(text))).toBe(text);
});

test("parseRuntimeSpec() keeps __proto__ as the plain key that it is", () => {
  const text = `{"ociVersion":"1.0.0","__proto__":{"hostname":"evil"},"annotations":{"__proto__":"x"}}`;
  const spec = parseRuntimeSpec(text);
  expect(spec.hostname).toBeUndefined();
  expect(JSON.stringify({ ...spec })).toBe(text);
});

test("parseRuntimeSpec() reads a field that is null as absent, as Go does", () => {
  const text = `{"ociVersion":"1.0.0","process":{"args":null,"user":null},"linux":null}`;
  expect(JSON.stringify(parseRuntimeSpec(text))).toBe(`{"ociVersion":"1.0.0","process":{}}`);
});

test("parseRuntimeSpec() takes the last of two equal keys, as runc and crun do", () => {
  expect(parseRuntimeSpec(`{"ociVersion":"1.0.0","hostname":"a","hostname":"b"}`).hostname).toBe("b");
});

test("parseRuntimeSpec() accepts every 1.x and nothing else", () => {
  for (const version of ["1.0.0", "1.0.2-dev", "1.1.0+dev", "1.2.1", "1.3.0"])
    expect(messageFor({ ...minimal, ociVersion: version })).toBe("");
  for (const version of ["2.0.0", "0.5.0", "", "1", "v1.0", "\u001b[31m"])
    expect(messageFor({ ...minimal, ociVersion: version })).toContain("is not 1.x");
  expect(messageFor({ ...minimal, ociVersion: "\u001b[31m" })).not.toContain("\u001b");
  expect(messageFor({ process: {} })).toBe("Cannot read config.json: ociVersion is missing");
  expect(messageFor({ ociVersion: 1 })).toBe("Cannot read config.json: ociVersion is not a string");
});

const wrong: readonly (readonly [object, string])[] = [
  [{ process: [] }, "process is not an object"],
  [{ process: { args: "sh" } }, "process.args is not an array"],
  [{ process: { args: ["sh", {}] } }, "process.args[1] is not a string"],
  [{ process: { args: ["sh", null] } }, "process.args[1] is not a string"],
  [{ process: { env: [1] } }, "process.env[0] is not a string"],
  [{ process: { cwd: 1 } }, "process.cwd is not a string"],
  [{ process: { terminal: "yes" } }, "process.terminal is not true or false"],
  [{ process: { user: { uid: -1 } } }, "process.user.uid is not a number from 0 to 4294967295"],
  [{ process: { user: { gid: 1.5 } } }, "process.user.gid is not a number from 0 to 4294967295"],
  [{ process: { capabilities: { bounding: [7] } } }, "process.capabilities.bounding[0] is not a string"],
  [{ process: { rlimits: [{ type: "RLIMIT_CPU", soft: 1 }] } }, "process.rlimits[0].hard is missing"],
  [
    { process: { rlimits: [{ type: "A", soft: 0.5, hard: 1 }] } },
    "process.rlimits[0].soft is not a whole number",
  ],
  [{ root: { readonly: true } }, "root.path is missing"],
  [{ mounts: [{ destination: "/a" }, {}] }, "mounts[1].destination is missing"],
  [{ mounts: [{ destination: "/a", options: "ro" }] }, "mounts[0].options is not an array"],
  [{ annotations: { a: 1 } }, "annotations.a is not a string"],
  [{ hooks: { prestart: {} } }, "hooks.prestart is not an array"],
  [{ linux: JSON.rawJSON("18446744073709551615") }, "linux is not an object"],
  [{ linux: { namespaces: [{}] } }, "linux.namespaces[0].type is missing"],
  [
    { linux: { resources: { memory: { limit: "1g" } } } },
    "linux.resources.memory.limit is not a whole number",
  ],
  [{ linux: { maskedPaths: [[]] } }, "linux.maskedPaths[0] is not a string"],
];

for (const [change, message] of wrong)
  test(`parseRuntimeSpec() says: ${message}`, () => {
    expect(messageFor({ ...minimal, ...change })).toBe(`Cannot read config.json: ${message}`);
  });

test("parseRuntimeSpec() says where broken JSON breaks", () => {
  expect(messageOf(`{\n  "a": 1,\n}`)).toBe("Cannot read config.json: broken JSON at line 3, column 1");
  expect(messageOf("")).toBe("Cannot read config.json: broken JSON at line 1, column 1");
  expect(messageOf("[1]")).toBe("Cannot read config.json: it is not a JSON object");
  expect(messageOf("null")).toBe("Cannot read config.json: it is not a JSON object");
});

test("parseRuntimeSpec() refuses what is too deep or too long", () => {
  const deep = (levels: number): string =>
    `{"ociVersion":"1.0.0","x":${"[".repeat(levels)}${"]".repeat(levels)}}`;
  expect(messageOf(deep(500))).toBe("");
  for (const levels of [2000, 100_000, 3_000_000])
    expect(messageOf(deep(levels))).toBe("Cannot read config.json: it is nested too deeply");
  expect(messageOf(deep(2000).replace("{", `{"n":18446744073709551615,`))).toContain("too deeply");
  expect(messageOf(" ".repeat(17 * 2 ** 20))).toBe("Cannot read config.json: it is over 16 MiB");
});

test("parseRuntimeSpec() reads a wide document that is not deep", () => {
  const many = Array.from({ length: 5000 }, () => ({ names: [] }));
  expect(messageFor({ ...minimal, linux: { seccomp: { syscalls: many } } })).toBe("");
});

test("asLimit() knows no limit from a limit", () => {
  const { rlimits = [] } =
    parseRuntimeSpec(
      `{"ociVersion":"1.0.0","process":{"rlimits":[{"type":"a","soft":18446744073709551615,"hard":-1},{"type":"b","soft":9007199254740991,"hard":0}]}}`,
    ).process ?? {};
  expect(rlimits.flatMap(({ soft, hard }) => [asLimit(soft), asLimit(hard)])).toEqual([
    undefined,
    undefined,
    9007199254740991,
    0,
  ]);
});
