// What the node installer asks of Kubernetes' API server: label | unlabel (this node) | uid (of our DaemonSet) |
// is-deleted UID (the DaemonSet that had it). Run by wrun's executable as a Bun.
// https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

const {
  NODE_NAME: node = "",
  DAEMONSET: daemonSet = "wrun-node-installer",
  SERVICE_ACCOUNT: account = "/var/run/secrets/kubernetes.io/serviceaccount",
  KUBERNETES_SERVICE_HOST: host = "",
  KUBERNETES_SERVICE_PORT: port = "443",
  // How long to ask again, at the pod's end, where the answer says nothing: well below its terminationGracePeriodSeconds.
  ASK_SECONDS: askSeconds = "40",
} = process.env;
const server = process.env.KUBERNETES_API ?? `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
const namespace = readFileSync(`${account}/namespace`, "utf8").trim();
const [requestTimeoutMs, pauseMs, firstSeconds] = [10_000, 1000, 5];

const [verb, argument = ""] = process.argv.slice(2);
if (verb === "label") await label("installed");
else if (verb === "unlabel") await label(null);
else if (verb === "uid") await printUid();
else if (verb === "is-deleted") process.exitCode = (await isDeleted(argument)) ? 0 : 1;
else throw new Error(`unknown verb ${verb}`);

// A label that is null is removed: https://datatracker.ietf.org/doc/html/rfc7386
async function label(value) {
  const body = JSON.stringify({ metadata: { labels: { "wrun-runtime": value } } });
  const answer = await ask(`/api/v1/nodes/${encodeURIComponent(node)}`, { method: "PATCH", body });
  if (answer.status === 200) return;
  console.error(`wrun-installer: cannot label the node ${node}: ${reasonOf(answer)}`);
  process.exitCode = 1;
}

async function printUid() {
  const { uid, problem } = await findDaemonSet(firstSeconds);
  if (uid !== undefined) console.log(uid);
  else
    console.error(
      `wrun-installer: cannot see the DaemonSet ${namespace}/${daemonSet}, so wrun will stay on this node when it is deleted: ${problem ?? "there is none"}`,
    );
}

// Only an API server that knows no such DaemonSet, or says that it is being deleted, speaks of a deletion. 401 and 403 are
// what somebody's change to our account or its rights causes as well, and the end of a pod has many causes.
async function isDeleted(uid) {
  if (uid === "") return false;
  const { deleted, problem } = await findDaemonSet(Number(askSeconds));
  if (problem === undefined) return deleted;
  console.error(
    `wrun-installer: cannot find out whether the DaemonSet ${namespace}/${daemonSet} was deleted, so wrun stays on this node: ${problem}`,
  );
  return false;
}

/** Our DaemonSet's uid, where there is one; whether it is deleted; or the problem, where the API server does not say for too long. */
async function findDaemonSet(seconds) {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask(`/apis/apps/v1/namespaces/${namespace}/daemonsets/${daemonSet}`);
    const { kind, reason, metadata } = answer.body;
    if (answer.status === 200 && kind === "DaemonSet")
      return { uid: metadata?.uid, deleted: metadata?.deletionTimestamp !== undefined };
    // What is no Status is the answer of something else between us and the API server.
    if (answer.status === 404 && kind === "Status" && reason === "NotFound") return { deleted: true };
    if (performance.now() + pauseMs > deadline) return { deleted: false, problem: reasonOf(answer) };
    await pause(pauseMs);
  }
}

function reasonOf({ status, body, error }) {
  return error ?? `${status} ${body.message ?? ""}`.trim();
}

// The token is read anew for every request: the kubelet replaces it.
async function ask(path, options = {}) {
  try {
    const token = readFileSync(`${account}/token`, "utf8").trim();
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/merge-patch+json" };
    const tls = server.startsWith("https:") ? { ca: readFileSync(`${account}/ca.crt`, "utf8") } : undefined;
    const signal = AbortSignal.timeout(requestTimeoutMs);
    const answer = await fetch(server + path, { ...options, headers, tls, signal });
    const text = await answer.text();
    return { status: answer.status, body: parsed(text) };
  } catch (error) {
    return { status: 0, body: {}, error: `the API server at ${server} does not answer: ${error.message}` };
  }
}

function parsed(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return { message: text.slice(0, 200) };
  }
}
