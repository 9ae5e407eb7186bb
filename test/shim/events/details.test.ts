import { expect, test } from "bun:test";
import { detailsOf } from "../../../shim/events/details.ts";
import type { RuntimeSpec } from "../../../oci/runtime-spec.ts";
import { bareGrant } from "../../bare-grant.ts";

const spec: RuntimeSpec = { ociVersion: "1.0.2", root: { path: "rootfs" } };
const told = { id: "a", bundle: "/b" };

test("a grant is told as its flags, without the guest's own words", () => {
  const grant = { ...bareGrant, args: ["/app.wasm", "--secret"] };
  const { guest } = detailsOf({ spec, grant }, told);
  expect(guest?.grant).not.toContain("--secret");
});

test("a long grant is cut, so that the launcher can take what is told", () => {
  const hidden = Array.from({ length: 20_000 }, (_, at) => `/\u0001\u{1f600}${at}`);
  const { guest } = detailsOf({ spec, grant: { ...bareGrant, hidden } }, told);
  const text = JSON.stringify(guest);
  expect(new TextEncoder().encode(text).length).toBeLessThan(17 * 1024);
  expect(guest?.grant.at(-1)).toMatch(/^… \(\d+ more\)$/);
});
