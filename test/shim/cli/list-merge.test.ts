import { expect, test } from "bun:test";
import { mergedList } from "../../../shim/cli/list-merge.ts";
import type { Row } from "../../../shim/cli/list.ts";

const row: Row = {
  id: "web",
  pid: 41,
  status: "running",
  bundle: "/b",
  created: "2026-01-02T03:04:05.678Z",
  owner: "root",
  rootfs: "/b/rootfs",
  annotations: {},
};

const crunTable = `NAME PID       STATUS   BUNDLE PATH                             CREATED                        OWNER
db   12        running  /srv/db                                 2026-01-01T00:00:00.000000Z    root
`;

const runcTable = `ID          PID         STATUS      BUNDLE      CREATED                          OWNER
db          12          running     /srv/db     2026-01-01T00:00:00.000000000Z   root
`;

test("mergedList() leaves a table as it is and puts our rows under its titles", () => {
  expect(mergedList(crunTable, [row], false)).toBe(
    `${crunTable}web  41        running  /b                                      2026-01-02T03:04:05.678Z       root\n`,
  );
  expect(mergedList(runcTable, [row], false)).toBe(
    `${runcTable}web         41          running     /b          2026-01-02T03:04:05.678Z         root\n`,
  );
});

test("mergedList() leaves a gap behind what is too long for its column, and keeps one line a row", () => {
  const odd = { ...row, id: "a-longer-name", bundle: "/a\nb" };
  const last = (text: string): string => text.split("\n").at(-2) ?? "";
  expect(last(mergedList(crunTable, [odd], false))).toStartWith("a-longer-name 41 ");
  expect(last(mergedList(runcTable, [odd], false))).toStartWith("a-longer-name   41 ");
  expect(mergedList(crunTable, [odd], false).split("\n")).toHaveLength(4);
});

test("mergedList() adds ids to ids, those of containers that are called as a title too", () => {
  expect(mergedList("db\n", [row], false)).toBe("db\nweb\n");
  expect(mergedList("", [row], false)).toBe("web\n");
  expect(mergedList("NAME\n", [row], false)).toBe("NAME\nweb\n");
  expect(mergedList("null\n", [row], false)).toBe("null\nweb\n");
});

const crunJson = `[
    {
        "id": "db",
        "pid": 12
    }
]
`;

test("mergedList() adds to crun's JSON what crun says of a container, and changes none of the rest", () => {
  const merged = mergedList(crunJson, [row], true);
  expect(merged).toStartWith(crunJson.slice(0, crunJson.lastIndexOf("\n]")));
  const { rootfs: _rootfs, annotations: _annotations, ...ours } = row;
  expect(JSON.parse(merged)).toEqual([{ id: "db", pid: 12 }, ours]);
  for (const empty of ["[]\n", "[\n]\n", "[\n\n]\n"])
    expect(JSON.parse(mergedList(empty, [row], true))).toEqual([ours]);
});

test("mergedList() adds to runc's JSON what runc says of a container, on the same line", () => {
  const runcJson = '[{"ociVersion":"1.0.2","id":"db","bundle":"/a]"}]\n';
  const merged = mergedList(runcJson, [{ ...row, annotations: { a: "b" } }], true);
  expect(merged).toStartWith(runcJson.slice(0, -2));
  expect(merged.split("\n")).toHaveLength(2);
  expect(JSON.parse(merged)).toMatchObject([
    { id: "db" },
    { ociVersion: "1.0.2", ...row, annotations: { a: "b" } },
  ]);
  expect(JSON.parse(mergedList("null\n", [row], true))).toMatchObject([{ id: "web", rootfs: "/b/rootfs" }]);
});

test("mergedList() changes nothing where there is no embedded container", () => {
  for (const listed of [crunTable, runcTable, crunJson, "null\n", ""])
    expect(mergedList(listed, [], true)).toBe(listed);
});
