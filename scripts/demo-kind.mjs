// `npm run demo:kind`: a Kubernetes cluster in containers, with wrun on its nodes, and a wasm web server in it: built,
// deployed, asked, scaled, and taken away again. --keep leaves the cluster.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { build } from "./build.mjs";
import { has, root, run, version, wasmToolchain } from "./setup.mjs";

const cluster = "wrun-demo";
const context = ["--context", `kind-${cluster}`];
const sidecar = "docker.io/library/busybox:1.37";
const place = `${root}/.tmp/demo-kind`;
const installer = `wrun-installer:${version()}`;
const node = `wrun-kind-node:${version()}`;
const keep = process.argv.includes("--keep");

const hints = {
  docker: "https://docs.docker.com/engine/install/",
  kind: "https://kind.sigs.k8s.io/docs/user/quick-start/#installation",
  kubectl: "https://kubernetes.io/docs/tasks/tools/",
};

checkTools();
try {
  await prepare();
  tell("A cluster of two nodes, with wrun on both");
  run("kind", [
    "create",
    "cluster",
    "--name",
    cluster,
    "--image",
    node,
    "--config",
    "deploy/kind/cluster.yaml",
  ]);
  run("kind", ["load", "image-archive", "--name", cluster, `${place}/web.tar`]);
  run("kind", ["load", "docker-image", "--name", cluster, sidecar]);
  deploy();
  ask();
  scale();
} finally {
  if (keep)
    tell(`The cluster stays: kubectl ${context.join(" ")} get pods; kind delete cluster --name ${cluster}`);
  else spawnSync("kind", ["delete", "cluster", "--name", cluster], { stdio: "inherit" });
}
tell("All of it worked. docs/kind.md and docs/kubernetes.md tell more.");

function checkTools() {
  const missing = Object.entries(hints).filter(([name]) => !has(name));
  if (missing.length > 0)
    throw new Error(`this demo needs ${missing.map(([name, hint]) => `${name} (${hint})`).join(", ")}`);
  if (spawnSync("docker", ["info"], { stdio: "ignore" }).status !== 0)
    throw new Error("docker is there, and its daemon does not answer: start it, or join its group");
  if (!wasmToolchain())
    throw new Error("the web server is in C: install clang lld wasi-libc libclang-rt-14-dev-wasm32");
}

// What is built already stands in for the Dockerfile's first stage.
async function prepare() {
  tell("wrun, and images of its installer and of a node");
  await build();
  mkdirSync(place, { recursive: true });
  run("docker", ["build", "--quiet", "--build-context", "dist=dist/lib", "--tag", installer, "."]);
  run("docker", ["build", "--quiet", "--build-arg", `INSTALLER=${installer}`, "--tag", node, "deploy/kind"]);
  tell("A web server in C, as a wasm image: no builder, no registry");
  const flags = ["--target=wasm32-wasi", "--sysroot=/usr", "-O2"];
  run("clang", [...flags, "examples/web/web.c", "-o", `${place}/web.wasm`]);
  run("dist/wrun", ["image", "pack", `${place}/web.wasm`, "--tag", "web:1", "--output", `${place}/web.tar`]);
  run("docker", ["pull", "--quiet", sidecar]);
}

function deploy() {
  tell("The RuntimeClass, and a Deployment: the wasm server and a native sidecar in one pod");
  kubectl("apply", "-k", "deploy/overlays/kind");
  kubectl("apply", "-f", "examples/web/deployment.yaml");
  kubectl("rollout", "status", "deployment/web", "--timeout=180s");
  kubectl("get", "pods", "--output", "wide");
}

function ask() {
  tell("Asked from within the cluster, through its service");
  const request = ["wget", "-qO-", "http://web/"];
  kubectl(
    "run",
    "ask",
    "--rm",
    "--attach",
    "--restart=Never",
    `--image=${sidecar}`,
    "--quiet",
    "--",
    ...request,
  );
  tell("What the native sidecar sees");
  kubectl("wait", "--for=jsonpath={.status.phase}=Running", "pod", "--selector", "app=web", "--timeout=60s");
  kubectl("logs", "deployment/web", "--container", "watch", "--tail=3");
}

function scale() {
  tell("Five of them");
  kubectl("scale", "deployment/web", "--replicas=5");
  kubectl("rollout", "status", "deployment/web", "--timeout=180s");
  kubectl("get", "pods");
  const worker = execFileSync("kind", ["get", "nodes", "--name", cluster], { encoding: "utf8" })
    .split("\n")
    .find((name) => name.includes("worker"));
  tell(`What runs them on ${worker}`);
  run("docker", ["exec", worker ?? "", "pgrep", "--list-full", "containerd-shim-wrun-v1"]);
}

function kubectl(...args) {
  run("kubectl", [...context, ...args]);
}

function tell(text) {
  console.log(`\n── ${text}`);
}
