import { expect, test } from "bun:test";
import { scanToml, tomlKey, tomlStringsIn } from "../../../shim/configure/toml-scan.ts";

const text = `# a comment = "not a value"
version = 2 # two
imports = [
  "/a/*.toml", # with ] a bracket
  'conf.d/#x.toml',
]
oom_score=-999
dotted."key.with dots".'more' = true

[plugins]
  [plugins."io.containerd.grpc.v1.cri".containerd] # a table
    options = { A = [1, 2], b = "}" }
    long = """
[not.a.table]
x = 1"""
    literal = '''
[nor.this]'''
  [[plugins.array]]
    last = "no line's end"`;

test("scanToml() finds every value by its full key", () => {
  const scan = scanToml(text);
  expect(
    Object.fromEntries([...(scan?.values ?? [])].map(([key, value]) => [key.split("\0").join("/"), value])),
  ).toEqual({
    version: "2",
    imports: `[\n  "/a/*.toml", # with ] a bracket\n  'conf.d/#x.toml',\n]`,
    oom_score: "-999",
    "dotted/key.with dots/more": "true",
    "plugins/io.containerd.grpc.v1.cri/containerd/options": '{ A = [1, 2], b = "}" }',
    "plugins/io.containerd.grpc.v1.cri/containerd/long": '"""\n[not.a.table]\nx = 1"""',
    "plugins/io.containerd.grpc.v1.cri/containerd/literal": "'''\n[nor.this]'''",
    "plugins/array/last": `"no line's end"`,
  });
});

test("scanToml() finds the tables that have a header", () => {
  expect([...(scanToml(text)?.tables ?? [])]).toEqual([
    "plugins",
    tomlKey("plugins", "io.containerd.grpc.v1.cri", "containerd"),
    tomlKey("plugins", "array"),
  ]);
});

test("tomlStringsIn() reads the strings of an array and leaves its comments", () => {
  const imports = scanToml(text)?.values.get("imports");
  expect(tomlStringsIn(imports)).toEqual(["/a/*.toml", "conf.d/#x.toml"]);
  expect(tomlStringsIn(undefined)).toEqual([]);
});

test("scanToml() says so where a text is no TOML", () => {
  for (const broken of ["version", "[plugins", "= 1", "{}", "[a]]x", "a b = 1", '["a]\n']) {
    expect([broken, scanToml(broken)]).toEqual([broken, undefined]);
  }
  expect(scanToml("")?.values.size).toBe(0);
});
