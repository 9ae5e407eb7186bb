import { expect, test } from "bun:test";
import { parseFilters } from "../../../shim/monitor/filter.ts";

const event: Readonly<Record<string, string>> = {
  topic: "/tasks/start",
  namespace: "k8s.io",
  "event.container_id": 'a "b", c',
};

function fits(...filters: string[]): boolean {
  return parseFilters(filters)((path) => event[path.join(".")]);
}

test("an event is wanted that one of the filters fits, and every one without filters", () => {
  expect(fits()).toBe(true);
  expect(fits("")).toBe(true);
  expect(fits("topic==/tasks/start")).toBe(true);
  expect(fits("topic==/tasks/exit", "namespace==k8s.io")).toBe(true);
  expect(fits("topic==/tasks/exit", "namespace==moby")).toBe(false);
});

test("all selectors of a filter must fit", () => {
  expect(fits('topic=="/tasks/start",namespace==k8s.io')).toBe(true);
  expect(fits("topic==/tasks/start, namespace==moby")).toBe(false);
});

test("operators are ==, !=, ~= and presence, and values may be quoted", () => {
  expect(fits("namespace!=moby")).toBe(true);
  expect(fits("namespace!=k8s.io")).toBe(false);
  expect(fits("topic~=^/tasks/")).toBe(true);
  expect(fits("topic~=|^/tasks/|,namespace~=/^k8s/")).toBe(true);
  expect(fits("topic~=/^\\/wrun\\//")).toBe(false);
  expect(fits('event.container_id=="a \\"b\\", c"')).toBe(true);
  expect(fits("event.container_id")).toBe(true);
  expect(fits("event.pid")).toBe(false);
  expect(fits("event.pid!=3")).toBe(true);
  expect(fits('"event"."container_id"~=b')).toBe(true);
});

test.each([
  ["topic=", "one of == != ~= , or the end is missing at character 6"],
  ["topic==", "a value is missing at character 8"],
  ["==a", "the name of a field is missing at character 1"],
  ['topic=="a', 'the closing " is missing'],
  ["topic~=(", "a regular expression is missing"],
  ["topic==a b", "one of == != ~= , or the end is missing at character 10"],
  ["topic==a,", "the name of a field is missing at character 10"],
  ['topic=="\\x"', "an escape"],
])("the filter %p is refused by what is wrong with it", (filter, problem) => {
  expect(() => parseFilters([filter])).toThrow(problem);
});

test("filters are bounded in number and length", () => {
  expect(() => parseFilters(Array.from({ length: 65 }, () => "topic"))).toThrow("more than 64");
  expect(() => parseFilters([`topic==${"a".repeat(5000)}`])).toThrow("more than 4096");
});
