import type { Grant } from "../oci/grant.ts";

/** A grant of nothing but the program itself. */
export const bareGrant: Grant = {
  module: "/app.wasm",
  args: [],
  env: [],
  cwd: "/",
  preopens: [],
  hidden: [],
  readonly: [],
  listen: [],
  limits: {},
};
