// What the node installer asks of Kubernetes' API server: label | unlabel (this node) | is-deleted (our DaemonSet).
// Run by wrun's executable as a Bun. https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
import { readFileSync } from "node:fs";

const {
  NODE_NAME: node = "",
  DAEMONSET: daemonSet = "wrun-node-installer",
  SERVICE_ACCOUNT: account = "/var/run/secrets/kubernetes.io/serviceaccount",
  KUBERNETES_SERVICE_HOST: host = "",
  KUBERNETES_SERVICE_PORT: port = "443",
} = process.env;
const server = process.env.KUBERNETES_API ?? `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
const token = readFileSync(`${account}/token`, "utf8").trim();
const namespace = readFileSync(`${account}/namespace`, "utf8").trim();

const [verb] = process.argv.slice(2);
if (verb === "label") await label("installed");
else if (verb === "unlabel") await label(null);
else if (verb === "is-deleted") process.exitCode = (await isDeleted()) ? 0 : 1;
else throw new Error(`unknown verb ${verb}`);

// A label that is null is removed: https://datatracker.ietf.org/doc/html/rfc7386
async function label(value) {
  const body = JSON.stringify({ metadata: { labels: { "wrun-runtime": value } } });
  const answer = await ask(`/api/v1/nodes/${encodeURIComponent(node)}`, { method: "PATCH", body });
  if (answer.ok) return;
  console.error(`wrun-installer: cannot label the node ${node}: ${answer.status} ${await answer.text()}`);
  process.exitCode = 1;
}

// Whoever deletes everything at once deletes our account and its rights too: then we may not even ask. A server that
// does not answer says nothing of it.
async function isDeleted() {
  const answer = await ask(`/apis/apps/v1/namespaces/${namespace}/daemonsets/${daemonSet}`, {});
  if ([401, 403, 404].includes(answer.status)) return true;
  if (!answer.ok) return false;
  const { metadata } = await answer.json();
  return metadata?.deletionTimestamp !== undefined;
}

async function ask(path, options) {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/merge-patch+json" };
  const tls = server.startsWith("https:") ? { ca: readFileSync(`${account}/ca.crt`, "utf8") } : undefined;
  try {
    return await fetch(server + path, { ...options, headers, tls, signal: AbortSignal.timeout(20_000) });
  } catch (error) {
    console.error(`wrun-installer: the API server at ${server} does not answer: ${error.message}`);
    process.exit(1);
  }
}
