import { describe, expect, test } from "bun:test";
import { memberText, removeMember, setMember } from "../../../shim/configure/json-text.ts";

const path = ["runtimes", "wrun"] as const;
const value = { path: "/usr/local/bin/wrun" };

const texts: readonly (readonly [string, string, string])[] = [
  ["nothing", "{}", '{\n  "runtimes": {\n    "wrun": {\n      "path": "/usr/local/bin/wrun"\n    }\n  }\n}'],
  [
    "nothing and a line's end",
    "{\n}\n",
    '{\n  "runtimes": {\n    "wrun": {\n      "path": "/usr/local/bin/wrun"\n    }\n  }\n}\n',
  ],
  [
    "tabs",
    '{\n\t"10": 1,\n\t"big": 18446744073709551615,\n\t"2": 1.0\n}\n',
    '{\n\t"10": 1,\n\t"big": 18446744073709551615,\n\t"2": 1.0,\n\t"runtimes": {\n\t\t"wrun": {\n\t\t\t"path": "/usr/local/bin/wrun"\n\t\t}\n\t}\n}\n',
  ],
  [
    "other runtimes",
    '{\n    "runtimes": {\n        "nvidia": { "path": "n", "runtimeArgs": [] }\n    },\n    "x": "}{\\""\n}',
    '{\n    "runtimes": {\n        "nvidia": { "path": "n", "runtimeArgs": [] },\n        "wrun": {\n            "path": "/usr/local/bin/wrun"\n        }\n    },\n    "x": "}{\\""\n}',
  ],
  [
    "one line",
    '{"a":[1,{"b":2}],"c":null}',
    '{"a":[1,{"b":2}],"c":null,"runtimes":{"wrun":{"path":"/usr/local/bin/wrun"}}}',
  ],
  [
    "no runtimes yet",
    '{\n  "runtimes": {}\n}',
    '{\n  "runtimes": {\n    "wrun": {\n      "path": "/usr/local/bin/wrun"\n    }\n  }\n}',
  ],
];

describe("setMember() changes no byte but the member's", () => {
  for (const [name, before, wanted] of texts) {
    test(`where there is ${name}`, () => {
      const set = setMember(before, path, value);
      expect(set).toBe(wanted);
      expect(setMember(set, path, value)).toBe(set);
      expect(JSON.parse(set)).toEqual({
        ...JSON.parse(before),
        runtimes: { ...JSON.parse(before).runtimes, wrun: value },
      });
    });
  }
});

test("setMember() replaces a value in its place", () => {
  const before = '{ "a": 1, "runtimes": { "wrun": { "path": "/old" }, "z": {} }, "b": 2 }';
  expect(JSON.parse(setMember(before, path, value))).toEqual({
    a: 1,
    runtimes: { wrun: value, z: {} },
    b: 2,
  });
});

test("removeMember() gives back what was before setMember()", () => {
  const [, , tabs, other, line] = texts.map(([, before]) => before);
  for (const before of [tabs ?? "", line ?? ""])
    expect(removeMember(removeMember(setMember(before, path, value), path), ["runtimes"])).toBe(before);
  expect(removeMember(setMember(other ?? "", path, value), path)).toBe(other ?? "");
});

test("removeMember() takes a comma with the first and with the last member", () => {
  expect(removeMember('{ "a": 1, "b": 2, "c": 3 }', ["a"])).toBe('{ "b": 2, "c": 3 }');
  expect(removeMember('{ "a": 1, "b": 2, "c": 3 }', ["b"])).toBe('{ "a": 1, "c": 3 }');
  expect(removeMember('{ "a": 1, "b": 2, "c": 3 }', ["c"])).toBe('{ "a": 1, "b": 2 }');
  expect(removeMember('{ "a": 1 }', ["a"])).toBe("{}");
  expect(removeMember('{ "a": 1 }', ["b"])).toBe('{ "a": 1 }');
});

test("a key is known by its meaning, and of two the last one counts", () => {
  expect(memberText(String.raw`{"runtim\u0065s":{"wrun":1}}`, path)).toBe("1");
  expect(memberText('{"a":1,"a":{"b":2}}', ["a", "b"])).toBe("2");
  expect(memberText('{"a":[1]}', ["a", "b"])).toBeUndefined();
});
