import { z } from "zod";
import { BUNDLE_CONFIG_MAP, BUNDLE_KEY, AGENT, SERVER } from "../../components/spire/names";
import { AGENT_SOCKET } from "../../components/spire/agentConfig";
import { SERVER_SOCKET } from "../../components/spire/paths";
import { IDENTITY_WAIT } from "../../components/mesh/identity";
import { messageOf } from "../../errors";
import type { SpireNamespaces } from "./namespaces";

/** The queries; `pod` is the name of a mesh pod. */
export type Question =
    { readonly about: "entries" | "agents" | "bundle" | "health" } | { readonly about: "svid"; readonly pod: string };

/** Runs kubectl on the stack's own cluster and returns its output. */
export type RunKubectl = (args: readonly string[]) => Promise<string>;

/** The answer to a query. */
export interface SpireAnswer {
    /** For people. */
    readonly text: string;
    /** For scripts. */
    readonly data: unknown;
    /** False when a server or agent is unhealthy. */
    readonly good: boolean;
}

/** Executables in the images, which have no shell and no PATH. */
const BINARIES = { server: "/opt/spire/bin/spire-server", agent: "/opt/spire/bin/spire-agent" } as const;

/** Flags of the SPIRE CLI for JSON output. */
const AS_JSON = ["-output", "json"];

/**
 * Answers a query.
 * @param json whether {@link SpireAnswer.data} is requested: the SPIRE CLI then prints JSON
 * @throws Error with kubectl's reason.
 */
export async function answer(
    question: Question,
    namespaces: SpireNamespaces,
    kubectl: RunKubectl,
    json = false,
): Promise<SpireAnswer> {
    const server = (...args: string[]) => onServer(kubectl, namespaces, `statefulset/${SERVER}`, args);
    const format = json ? AS_JSON : [];
    const printed = (text: string): SpireAnswer => ({
        text: text.trimEnd(),
        data: json ? JSON.parse(text) : undefined,
        good: true,
    });
    switch (question.about) {
        case "entries":
            return printed(await server("entry", "show", ...format));
        case "agents":
            return printed(await server("agent", "list", ...format));
        case "bundle":
            return bundle(await server("bundle", "show"), namespaces, kubectl);
        case "svid":
            return svid(question.pod, namespaces, kubectl, (...args) => server(...args, ...format), json);
        case "health":
            return health(namespaces, kubectl);
    }
}

function onServer(
    kubectl: RunKubectl,
    namespaces: SpireNamespaces,
    target: string,
    args: readonly string[],
): Promise<string> {
    return kubectl([
        ...["--namespace", namespaces.server, "exec", target, "--container", SERVER, "--"],
        ...[BINARIES.server, ...args, "-socketPath", SERVER_SOCKET],
    ]);
}

function onAgent(
    kubectl: RunKubectl,
    namespaces: SpireNamespaces,
    pod: string,
    args: readonly string[],
): Promise<string> {
    return kubectl([
        ...["--namespace", namespaces.system, "exec", pod, "--container", AGENT, "--"],
        ...[BINARIES.agent, ...args, "-socketPath", AGENT_SOCKET],
    ]);
}

/** The server's bundle, and whether the agents' ConfigMap holds the same certificates. */
async function bundle(served: string, namespaces: SpireNamespaces, kubectl: RunKubectl): Promise<SpireAnswer> {
    const path = `jsonpath={.data.${BUNDLE_KEY.replaceAll(".", "\\.")}}`;
    const published = await kubectl([
        ...["--namespace", namespaces.system, "get", "configmap", BUNDLE_CONFIG_MAP, "--output", path],
    ]);
    const certificates = (pem: string) =>
        (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(compact);
    const known = certificates(published);
    const missing = certificates(served).filter((certificate) => !known.includes(certificate)).length;
    const configMap = `${namespaces.system}/${BUNDLE_CONFIG_MAP}`;
    const verdict =
        missing === 0
            ? "agents receive the same bundle"
            : `${missing} certificates of the server are missing: see docs/runbooks/SpireBundleStale.md`;
    return {
        text: `${served.trimEnd()}\n\nConfigMap ${configMap}: ${verdict}`,
        data: { bundle: served.trim(), configMap, missing },
        good: true,
    };
}

function compact(pem: string): string {
    return pem.replaceAll(/\s/g, "");
}

const podSchema = z.object({
    metadata: z.object({ uid: z.string(), labels: z.record(z.string(), z.string()).default({}) }),
    spec: z.object({ serviceAccountName: z.string().default("default") }),
});

/** The selectors that an agent derives for a pod, limited to those used by entries of this project. */
function podSelectors(namespace: string, { metadata, spec }: z.output<typeof podSchema>): string[] {
    return [
        `pod-uid:${metadata.uid}`,
        `ns:${namespace}`,
        `sa:${spec.serviceAccountName}`,
        ...Object.entries(metadata.labels).map(([label, value]) => `pod-label:${label}:${value}`),
    ].map((selector) => `k8s:${selector}`);
}

/** The registration of a pod: the entries that match it, static and generated, and the SVID that it fetched. */
async function svid(
    pod: string,
    namespaces: SpireNamespaces,
    kubectl: RunKubectl,
    server: (...args: string[]) => Promise<string>,
    json: boolean,
): Promise<SpireAnswer> {
    const inMesh = ["--namespace", namespaces.mesh];
    const live = podSchema.parse(JSON.parse(await kubectl([...inMesh, "get", "pod", pod, "--output", "json"])));
    const { uid } = live.metadata;
    const selectors = podSelectors(namespaces.mesh, live).flatMap((selector) => ["-selector", selector]);
    // Subset: an entry matches when the pod has every selector of the entry.
    const entries = await server("entry", "show", ...selectors, "-matchSelectorsOn", "subset");
    const fetched = await kubectl([...inMesh, "logs", pod, "--container", IDENTITY_WAIT]);
    const lines = [
        `Entries that match pod ${namespaces.mesh}/${pod} (${uid}):`,
        entries.trimEnd(),
        "",
        "Fetched by the pod:",
        fetched,
    ];
    const data = json ? { pod, uid, registration: JSON.parse(entries) as unknown, fetched } : undefined;
    return { text: lines.join("\n").trimEnd(), data, good: true };
}

/** One line for each server and agent. One that does not answer is reported, and the others are still queried. */
async function health(namespaces: SpireNamespaces, kubectl: RunKubectl): Promise<SpireAnswer> {
    const pods = async (namespace: string, app: string) => {
        const names = await kubectl([
            ...["--namespace", namespace, "get", "pods", "--selector", `app.kubernetes.io/name=${app}`],
            ...["--output", "jsonpath={.items[*].metadata.name}"],
        ]);
        return names.split(" ").filter(Boolean);
    };
    const ask = async (pod: string, asked: Promise<string>) => {
        try {
            return { pod, message: (await asked).trim(), healthy: true };
        } catch (error) {
            return { pod, message: messageOf(error), healthy: false };
        }
    };
    const [servers, agents] = await Promise.all([pods(namespaces.server, SERVER), pods(namespaces.system, AGENT)]);
    const data = await Promise.all([
        ...servers.map((pod) => ask(pod, onServer(kubectl, namespaces, `pod/${pod}`, ["healthcheck"]))),
        ...agents.map((pod) => ask(pod, onAgent(kubectl, namespaces, pod, ["healthcheck"]))),
    ]);
    return {
        text: data.map(({ pod, message }) => `${pod}: ${message}`).join("\n"),
        data,
        good: servers.length > 0 && agents.length > 0 && data.every(({ healthy }) => healthy),
    };
}
