import { expect, test } from "bun:test";
import { parseContainerId } from "../../shim/container-id.ts";

test("an id is one safe file name", () => {
  for (const id of ["a", "A-b_c.d+9", "...", "..a", "-a", "x".repeat(255)])
    expect(parseContainerId(id)).toBe(id as never);
});

test("what could lead elsewhere or break a line is refused", () => {
  for (const id of ["", ".", "..", "a/b", "/", "a b", "a\n", "a\0b", "ä", "a:b", "x".repeat(256)]) {
    expect(() => parseContainerId(id)).toThrow("invalid container id");
  }
});
