import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import { hangTimeoutMs } from "../until.ts";

// scripts/sanitize.mjs makes it.
const place = new URL("../../.tmp/sanitized/", import.meta.url).pathname;
const isThere = existsSync(`${place}preload`);
if (!isThere)
  console.log("the addon and the launcher with sanitizers are missing: node scripts/sanitize.mjs");

function reports(): string {
  return readdirSync(`${place}reports`)
    .map((name) => readFileSync(`${place}reports/${name}`, "utf8"))
    .join("\n");
}

describe.skipIf(!isThere)("with AddressSanitizer and UndefinedBehaviorSanitizer in them", () => {
  test("are the addon and the launcher", () => {
    for (const name of ["wrun.node", "launch"]) {
      const program = readFileSync(`${place}dist/lib/${name}`, "latin1");
      for (const symbol of ["__asan_init", "__ubsan_handle_type_mismatch"])
        expect(program.includes(symbol)).toBe(true);
    }
  });

  test("they pass their tests, and nothing is reported", async () => {
    rmSync(`${place}reports`, { recursive: true });
    mkdirSync(`${place}reports`);
    const child = Bun.spawn(
      [process.execPath, "test", "--timeout", `${2 * hangTimeoutMs}`, "./test/native"],
      {
        cwd: place,
        env: { ...process.env, LD_PRELOAD: readFileSync(`${place}preload`, "utf8") },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const [code, printed] = await Promise.all([child.exited, new Response(child.stderr).text()]);
    expect(reports()).toBe("");
    expect(printed).toContain(" 0 fail\n");
    expect(code).toBe(0);
  }, 3_600_000);
});
