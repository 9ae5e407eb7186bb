import { describe, expect, test } from "bun:test";
import texts from "../../golden/runtime-texts.json" with { type: "json" };
import { withoutOurs } from "../../../shim/cli/list-both.ts";
import { mergedList } from "../../../shim/cli/list-merge.ts";
import { programIn } from "../../../shim/kernel/ask-runtime.ts";
import { saysGone } from "../../../shim/task/low-level.ts";
import { lastErrorIn } from "../../../shim/task/runtime-log.ts";

for (const { runtime, versions, verb, when, text, gone } of texts.errors) {
  if (verb !== "kill" && verb !== "delete") continue;
  test(`${runtime} ${versions}, ${verb}: "${text}" says that there is ${gone === true ? "nothing" : "something"} left, where ${when}`, () => {
    expect(saysGone(text)).toBe(gone === true);
    expect(saysGone(`OCI runtime ${verb} failed: ${text}`)).toBe(gone === true);
  });
}

for (const { runtime, versions, entry } of texts.logs) {
  describe(`the JSON log of ${runtime} ${versions}`, () => {
    const entryOf = (message: string): string =>
      entry.replace("MESSAGE", () => JSON.stringify(message).slice(1, -1));

    test("has every error in full, also behind others", () => {
      for (const { text } of texts.errors.filter((error) => error.runtime === runtime)) {
        expect(lastErrorIn(entryOf(text))).toBe(text);
        expect(lastErrorIn(entryOf("another") + entryOf(text))).toBe(text);
      }
    });
  });
}

// daemon/errors.go of Docker, and containerd's clients, in lower case.
test("what is missing is said in words by which engines end with 127, and by no other error", () => {
  for (const { text, missing } of texts.errors)
    if (missing !== undefined)
      expect(/executable file not found|no such file or directory/i.test(text)).toBe(missing);
});

for (const { runtime, versions, text, read } of texts.version)
  test(`${runtime} ${versions} says which program it is, and its version`, () => {
    expect(programIn(text)).toEqual(read);
  });

for (const { runtime, versions, head, foreign = "" } of texts.list)
  test(`our containers stand below the titles that ${runtime} ${versions} prints`, () => {
    const row = {
      id: "web",
      pid: 41,
      status: "running",
      bundle: "/b",
      rootfs: "/b/rootfs",
      created: "2026-01-01T00:00:00Z",
      owner: "root",
      annotations: {},
    } as const;
    const [first, ours = ""] = mergedList(`${head}\n`, [row], false).split("\n");
    expect(first).toBe(head);
    for (const [title, cell] of [
      ["PID ", "41"],
      ["STATUS ", "running"],
      ["BUNDLE", "/b"],
      ["CREATED", "2026"],
    ] as const)
      expect(ours.indexOf(cell)).toBe(head.indexOf(title));
    expect(withoutOurs(`${foreign}a warning\n`)).toBe("a warning\n");
  });
