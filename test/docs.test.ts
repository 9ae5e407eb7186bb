import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "bun:test";

const root = new URL("..", import.meta.url).pathname;
const pages = ["", "docs", "examples", "deploy"].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name)),
);

test("every link of the docs to a file leads to one", () => {
  const dead = pages.flatMap((page) =>
    [...readFileSync(join(root, page), "utf8").matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !/^https?:/.test(target) && !existsSync(join(root, dirname(page), target)))
      .map((target) => `${page}: ${target}`),
  );
  expect(dead).toEqual([]);
});

test("every page of docs/ is named in README.md", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const missing = readdirSync(join(root, "docs")).filter((name) => !readme.includes(`docs/${name}`));
  expect(missing).toEqual([]);
});

test("what was tried is in docs/compatibility.md alone", () => {
  const others = pages.filter((page) => page.startsWith("docs/") && page !== "docs/compatibility.md");
  const told = others.flatMap((page) =>
    readFileSync(join(root, page), "utf8")
      .split("\n")
      .filter((line) => /^Tried|\b[Nn]ot (been )?tried\b|has been tried/.test(line))
      .map((line) => `${page}: ${line}`),
  );
  expect(told).toEqual([]);
});

test("every link of the docs to a section leads to a heading", () => {
  const dead = pages.flatMap((page) =>
    [...readFileSync(join(root, page), "utf8").matchAll(/\]\(([^)#\s:]*)#([^)]+)\)/g)]
      .map(([, file = "", section = ""]) => ({
        file: file === "" ? page : join(dirname(page), file),
        section,
      }))
      .filter(({ file, section }) => !headings(file).has(section))
      .map(({ file, section }) => `${page}: ${file}#${section}`),
  );
  expect(dead).toEqual([]);
});

// As GitHub makes them: lower case, no punctuation, hyphens for spaces.
function headings(file: string): ReadonlySet<string> {
  const found = readFileSync(join(root, file), "utf8").matchAll(/^#+ (.*)$/gm);
  return new Set([...found].map(([, text = ""]) => slug(text)));
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

test("the docs name no flag of 'wrun image' that it has not", async () => {
  const { imageVerbs } = await import("../shim/cli/image/verbs.ts");
  const flags = new Set(imageVerbs.flatMap(({ flags: known }) => known.flatMap(({ names }) => names)));
  const named = readFileSync(join(root, "docs/images.md"), "utf8").matchAll(/`(--[a-z-]+)/g);
  expect([...named].map(([, flag = ""]) => flag).filter((flag) => !flags.has(flag))).toEqual([]);
});
