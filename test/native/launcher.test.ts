import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { expect, test } from "bun:test";
import { engineEnvironment } from "../../oci/engine-env.ts";
import { executable, run, temporaryDirectory } from "../wrun.ts";

// A program in the executable's place that tells how it was started.
function launcher(): string {
  const folder = `${temporaryDirectory()}/lib`;
  mkdirSync(folder);
  copyFileSync(executable.replace(/wrun$/, "launch"), `${folder}/launch`);
  const script = '#!/bin/sh\nenv | grep -E "^(BUN|KEPT)"\nfor word; do echo "[$word]"; done\nexit 7\n';
  writeFileSync(`${folder}/wrun`, script, { mode: 0o755 });
  symlinkSync("launch", `${folder}/link`);
  return `${folder}/link`;
}

const sorted = (text: string): string[] => text.trim().split("\n").sort();

test("the launcher starts the executable beside it with the engine's tuning, and the words as they came", () => {
  const ended = run([launcher(), "wasm", "a b", ""], { env: { PATH: "/usr/bin:/bin", KEPT: "1" } });
  expect(ended).toMatchObject({ code: 7, stderr: "" });
  expect(sorted(ended.stdout)).toEqual([...engineEnvironment, "KEPT=1", "[]", "[a b]", "[wasm]"].sort());
});

test("the launcher leaves what the caller has set", () => {
  const [first = ""] = engineEnvironment;
  const name = first.slice(0, first.indexOf("="));
  const ended = run([launcher(), "wasm"], { env: { PATH: "/usr/bin:/bin", [name]: "mine" } });
  expect(sorted(ended.stdout)).toEqual([...engineEnvironment.slice(1), `${name}=mine`, "[wasm]"].sort());
});

test("the launcher adds nothing for other verbs, whose environment a native container's runtime inherits", () => {
  const ended = run([launcher(), "run", "wasm"], { env: { PATH: "/usr/bin:/bin" } });
  expect(sorted(ended.stdout)).toEqual(["[run]", "[wasm]"]);
});

test("the launcher copied without its folder says so, and does not start itself", () => {
  const folder = temporaryDirectory();
  copyFileSync(executable.replace(/wrun$/, "launch"), `${folder}/wrun`);
  const ended = run([`${folder}/wrun`, "wasm"]);
  expect(ended).toMatchObject({ code: 126, stdout: "" });
  expect(ended.stderr).toBe("wrun: copied without its folder: copy all of dist/, or run wrun install\n");
});
