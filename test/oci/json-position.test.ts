import { expect, test } from "bun:test";
import { positionOfError } from "../../oci/json-position.ts";

const broken: readonly (readonly [string, number, string])[] = [
  ["", 1, "nothing at all"],
  ["  ", 3, "only blanks"],
  ["{", 2, "an object that is not closed"],
  ["[1,]", 4, "a comma before ]"],
  [`{"a":1,}`, 8, "a comma before }"],
  [`{"a" 1}`, 6, "no colon"],
  [`{a:1}`, 2, "a key without quotes"],
  [`{"a":1 "b":2}`, 8, "no comma"],
  [`[1}`, 3, "the wrong bracket"],
  [`{"a":]`, 6, "a bracket for a value"],
  [`"a`, 1, "a string that is not closed"],
  [`"\t"`, 1, "a tab in a string"],
  [`"\\x"`, 1, "an escape that is none"],
  ["01", 2, "a leading zero"],
  ["1 2", 3, "two values"],
  ["[tru]", 2, "half a word"],
  ["\ufeff{}", 1, "a byte order mark"],
  ["]", 1, "a bracket out of nowhere"],
  [`{"a":1}}`, 8, "one bracket too many"],
];

for (const [text, column, what] of broken)
  test(`positionOfError() finds ${what}`, () => {
    expect(() => void JSON.parse(text)).toThrow();
    expect(positionOfError(text)).toEqual({ line: 1, column });
  });

test("positionOfError() counts lines", () => {
  expect(positionOfError('{\n  "a": [\n    1,\n    x\n  ]\n}')).toEqual({ line: 4, column: 5 });
});

test("positionOfError() gets through a long text", () => {
  const long = "x".repeat(2 ** 20);
  expect(positionOfError(`["${long}",`)).toEqual({ line: 1, column: long.length + 5 });
  expect(positionOfError(`"${long}`)).toEqual({ line: 1, column: 1 });
});
