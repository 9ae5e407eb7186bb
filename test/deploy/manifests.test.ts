import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "bun:test";
import { run } from "../wrun.ts";
import { type Manifest, manifestsOf, problemsOf } from "./kubernetes.ts";

const root = new URL("../..", import.meta.url).pathname;

/** Every file of Kubernetes objects, kustomizations and kind's own configuration apart. */
const files = ["deploy", "examples"].flatMap((folder) =>
  readdirSync(`${root}${folder}`, { recursive: true })
    .map((name) => `${folder}/${String(name)}`)
    .filter((name) => name.endsWith(".yaml") && !/\/(kustomization|cluster)\.yaml$/.test(name)),
);

function read(name: string): Manifest[] {
  return manifestsOf(readFileSync(`${root}${name}`, "utf8"));
}

test("the manifests are right by Kubernetes' schemas, and have no field that Kubernetes does not know", () => {
  expect(files.length).toBeGreaterThan(3);
  expect(problemsOf(files.flatMap(read))).toBe("");
});

test("a manifest with a wrong value or an unknown field would be found", () => {
  const wrong = (field: object): string =>
    problemsOf([
      { apiVersion: "node.k8s.io/v1", kind: "RuntimeClass", metadata: { name: "x" }, handler: "x", ...field },
    ]);
  expect(wrong({})).toBe("");
  expect(wrong({ handler: 5 })).toContain("handler must be string");
  expect(wrong({ handlers: "x" })).toContain(`'"handlers"' does not exist`);
});

test("the installer, the RuntimeClass and kind's cluster speak of the same label, account and image", () => {
  const script = readFileSync(`${root}deploy/installer/node-api.mjs`, "utf8");
  const [runtimeClass] = read("deploy/runtimeclass/runtimeclass.yaml");
  expect(runtimeClass).toMatchObject({
    handler: "wrun",
    scheduling: { nodeSelector: { "wrun-runtime": "installed" } },
  });
  expect(script).toContain('label("installed")');
  expect(script).toContain('"wrun-runtime": value');
  expect(readFileSync(`${root}deploy/kind/cluster.yaml`, "utf8")).toContain("wrun-runtime: installed");
  const version = JSON.parse(readFileSync(`${root}package.json`, "utf8")).version;
  expect(readFileSync(`${root}deploy/base/node-installer.yaml`, "utf8")).toContain(
    `image: wrun-installer:${version}\n`,
  );
});

const kubectl = Bun.which("kubectl");
if (kubectl === null) console.log("the overlays are not built by Kustomize: kubectl is missing");

describe.skipIf(kubectl === null)("kubectl kustomize", () => {
  const kinds = (overlay: string): string[] => {
    const built = run(["kubectl", "kustomize", `${root}deploy/${overlay}`]);
    expect(built).toMatchObject({ code: 0, stderr: "" });
    const manifests = manifestsOf(built.stdout);
    expect(problemsOf(manifests)).toBe("");
    return manifests.map(({ kind }) => kind).sort();
  };
  const whole = [
    "ClusterRole",
    "ClusterRoleBinding",
    "DaemonSet",
    "Namespace",
    "Role",
    "RoleBinding",
    "RuntimeClass",
    "ServiceAccount",
  ];

  test.each([
    ["overlays/plain", whole],
    ["overlays/k3s", whole],
    ["overlays/kind", ["RuntimeClass"]],
    ["runtimeclass", ["RuntimeClass"]],
  ])("builds %s", (overlay, expected) => {
    expect(kinds(overlay)).toEqual(expected);
  });

  test("the k3s overlay tells the installer so", () => {
    const built = manifestsOf(run(["kubectl", "kustomize", `${root}deploy/overlays/k3s`]).stdout);
    expect(JSON.stringify(built)).toContain('{"name":"ENGINE","value":"k3s"}');
  });
});
