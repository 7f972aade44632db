import { BUNDLE_CONFIG_MAP, BUNDLE_KEY, AGENT, SERVER } from "../../components/spire/names";
import { AGENT_SOCKET } from "../../components/spire/agentConfig";
import { SERVER_SOCKET } from "../../components/spire/paths";
import { IDENTITY_WAIT } from "../../components/mesh/identity";
import type { Arguments } from "./arguments";
import type { Facts } from "./facts";

/** Runs kubectl on the stack's own cluster and gives what it printed. */
export type Kubectl = (args: readonly string[]) => string;

/** Executables in the images, which have no shell and no PATH. */
const BINARIES = { server: "/opt/spire/bin/spire-server", agent: "/opt/spire/bin/spire-agent" } as const;

/** Answers a question, as text for people. @throws Error with kubectl's reason. */
export function answer({ question, pod = "" }: Arguments, facts: Facts, kubectl: Kubectl): string {
    const server = (...args: string[]) => onServer(kubectl, facts, `statefulset/${SERVER}`, args);
    switch (question) {
        case "entries":
            return server("entry", "show");
        case "agents":
            return server("agent", "list");
        case "bundle":
            return bundle(server("bundle", "show"), facts, kubectl);
        case "svid":
            return svid(pod, facts, kubectl, server);
        case "health":
            return health(facts, kubectl);
    }
}

function onServer(kubectl: Kubectl, facts: Facts, target: string, args: readonly string[]): string {
    return kubectl([
        ...["--namespace", facts.server, "exec", target, "--container", SERVER, "--"],
        ...[BINARIES.server, ...args, "-socketPath", SERVER_SOCKET],
    ]);
}

/** The server's bundle, and whether the agents' ConfigMap holds the same certificates. */
function bundle(served: string, facts: Facts, kubectl: Kubectl): string {
    const path = `jsonpath={.data.${BUNDLE_KEY.replaceAll(".", "\\.")}}`;
    const published = kubectl(["--namespace", facts.system, "get", "configmap", BUNDLE_CONFIG_MAP, "--output", path]);
    const certificates = (pem: string) =>
        (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(compact);
    const known = certificates(published);
    const missing = certificates(served).filter((certificate) => !known.includes(certificate)).length;
    const verdict =
        missing === 0
            ? "agents get the same"
            : `${missing} of its certificates are not there: see docs/runbooks/SpireBundleStale.md`;
    return `${served.trimEnd()}\n\nConfigMap ${facts.system}/${BUNDLE_CONFIG_MAP}: ${verdict}`;
}

function compact(pem: string): string {
    return pem.replaceAll(/\s/g, "");
}

/** What a pod is, and may be: its entries by its UID, and what it fetched at its start. */
function svid(pod: string, facts: Facts, kubectl: Kubectl, server: (...args: string[]) => string): string {
    const inMesh = ["--namespace", facts.mesh];
    const uid = kubectl([...inMesh, "get", "pod", pod, "--output", "jsonpath={.metadata.uid}"]).trim();
    return [
        `Entries for pod ${facts.mesh}/${pod} (k8s:pod-uid:${uid}):`,
        server("entry", "show", "-selector", `k8s:pod-uid:${uid}`).trimEnd(),
        "",
        "Fetched at its start:",
        kubectl([...inMesh, "logs", pod, "--container", IDENTITY_WAIT]).trimEnd(),
    ].join("\n");
}

/** One line for each server and agent. */
function health(facts: Facts, kubectl: Kubectl): string {
    const pods = (namespace: string, app: string) =>
        kubectl([
            ...["--namespace", namespace, "get", "pods", "--selector", `app.kubernetes.io/name=${app}`],
            ...["--output", "jsonpath={.items[*].metadata.name}"],
        ])
            .split(" ")
            .filter(Boolean);
    const asked = (pod: string, ask: () => string) => {
        try {
            return `${pod}: ${ask().trim()}`;
        } catch (error) {
            return `${pod}: ${error instanceof Error ? error.message : String(error)}`;
        }
    };
    return [
        ...pods(facts.server, SERVER).map((pod) =>
            asked(pod, () => onServer(kubectl, facts, `pod/${pod}`, ["healthcheck"])),
        ),
        ...pods(facts.system, AGENT).map((pod) =>
            asked(pod, () =>
                kubectl([
                    ...["--namespace", facts.system, "exec", pod, "--container", AGENT, "--"],
                    ...[BINARIES.agent, "healthcheck", "-socketPath", AGENT_SOCKET],
                ]),
            ),
        ),
    ].join("\n");
}
