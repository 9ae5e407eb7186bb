import { expect, test } from "bun:test";
import { homeOf } from "../../oci/home.ts";
import { tableProbe } from "../fakes/table-probe.ts";

const probe = tableProbe({
  files: {},
  texts: {
    "/etc/passwd": [
      "root:x:0:0:root:/root:/bin/sh",
      "broken",
      "app:x:1000:1000::/srv/app:/none",
      "again:x:1000:1000::/later:",
      "nowhere:x:3:3:::",
      "relative:x:4:4::home:/bin/sh",
      `long:x:5:5::/${"x".repeat(5000)}:`,
    ].join("\n"),
  },
});

const homes: readonly (readonly [number, string])[] = [
  [0, "/root"],
  [1000, "/srv/app"],
  [2, "/"],
  [3, "/"],
  [4, "/"],
  [5, "/"],
];

for (const [uid, home] of homes)
  test(`homeOf() says ${home} for user ${uid}`, () => {
    expect(homeOf(uid, probe)).toBe(home);
  });

test("homeOf() says / where the image has no users", () => {
  expect(homeOf(1000, tableProbe({ files: {} }))).toBe("/");
});
