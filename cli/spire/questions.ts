import { BUNDLE_CONFIG_MAP, BUNDLE_KEY, AGENT, SERVER } from "../../components/spire/names";
import { AGENT_SOCKET } from "../../components/spire/agentConfig";
import { SERVER_SOCKET } from "../../components/spire/paths";
import { IDENTITY_WAIT } from "../../components/mesh/identity";
import { messageOf } from "../../errors";
import type { Arguments } from "./arguments";
import type { Facts } from "./facts";

/** Runs kubectl on the stack's own cluster and gives what it printed. */
export type Kubectl = (args: readonly string[]) => Promise<string>;

/** What a question gave. */
export interface Answer {
    /** For people. */
    readonly text: string;
    /** False when something that was asked for its health is not well. */
    readonly good: boolean;
}

/** Executables in the images, which have no shell and no PATH. */
const BINARIES = { server: "/opt/spire/bin/spire-server", agent: "/opt/spire/bin/spire-agent" } as const;

/** Answers a question. @throws Error with kubectl's reason. */
export async function answer({ question, pod = "" }: Arguments, facts: Facts, kubectl: Kubectl): Promise<Answer> {
    const server = (...args: string[]) => onServer(kubectl, facts, `statefulset/${SERVER}`, args);
    const told = (text: string): Answer => ({ text: text.trimEnd(), good: true });
    switch (question) {
        case "entries":
            return told(await server("entry", "show"));
        case "agents":
            return told(await server("agent", "list"));
        case "bundle":
            return told(await bundle(await server("bundle", "show"), facts, kubectl));
        case "svid":
            return told(await svid(pod, facts, kubectl, server));
        case "health":
            return health(facts, kubectl);
    }
}

function onServer(kubectl: Kubectl, facts: Facts, target: string, args: readonly string[]): Promise<string> {
    return kubectl([
        ...["--namespace", facts.server, "exec", target, "--container", SERVER, "--"],
        ...[BINARIES.server, ...args, "-socketPath", SERVER_SOCKET],
    ]);
}

function onAgent(kubectl: Kubectl, facts: Facts, pod: string, args: readonly string[]): Promise<string> {
    return kubectl([
        ...["--namespace", facts.system, "exec", pod, "--container", AGENT, "--"],
        ...[BINARIES.agent, ...args, "-socketPath", AGENT_SOCKET],
    ]);
}

/** The server's bundle, and whether the agents' ConfigMap holds the same certificates. */
async function bundle(served: string, facts: Facts, kubectl: Kubectl): Promise<string> {
    const path = `jsonpath={.data.${BUNDLE_KEY.replaceAll(".", "\\.")}}`;
    const published = await kubectl([
        ...["--namespace", facts.system, "get", "configmap", BUNDLE_CONFIG_MAP, "--output", path],
    ]);
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
async function svid(
    pod: string,
    facts: Facts,
    kubectl: Kubectl,
    server: (...args: string[]) => Promise<string>,
): Promise<string> {
    const inMesh = ["--namespace", facts.mesh];
    const uid = (await kubectl([...inMesh, "get", "pod", pod, "--output", "jsonpath={.metadata.uid}"])).trim();
    return [
        `Entries for pod ${facts.mesh}/${pod} (k8s:pod-uid:${uid}):`,
        (await server("entry", "show", "-selector", `k8s:pod-uid:${uid}`)).trimEnd(),
        "",
        "Fetched at its start:",
        await kubectl([...inMesh, "logs", pod, "--container", IDENTITY_WAIT]),
    ].join("\n");
}

/** One line for each server and agent. One that does not answer is told of, and the others are asked all the same. */
async function health(facts: Facts, kubectl: Kubectl): Promise<Answer> {
    const pods = async (namespace: string, app: string) =>
        (
            await kubectl([
                ...["--namespace", namespace, "get", "pods", "--selector", `app.kubernetes.io/name=${app}`],
                ...["--output", "jsonpath={.items[*].metadata.name}"],
            ])
        )
            .split(" ")
            .filter(Boolean);
    const asked = async (pod: string, ask: Promise<string>) => {
        try {
            return { line: `${pod}: ${(await ask).trim()}`, good: true };
        } catch (error) {
            return { line: `${pod}: ${messageOf(error)}`, good: false };
        }
    };
    const [servers, agents] = await Promise.all([pods(facts.server, SERVER), pods(facts.system, AGENT)]);
    const lines = await Promise.all([
        ...servers.map((pod) => asked(pod, onServer(kubectl, facts, `pod/${pod}`, ["healthcheck"]))),
        ...agents.map((pod) => asked(pod, onAgent(kubectl, facts, pod, ["healthcheck"]))),
    ]);
    return {
        text: lines.map(({ line }) => line).join("\n"),
        good: servers.length > 0 && agents.length > 0 && lines.every(({ good }) => good),
    };
}
