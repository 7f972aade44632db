import { APP } from "../../components/mesh/names";
import { messageOf } from "../../errors";
import type { ContextName } from "../../kube/kubeconfig";
import { socketTables } from "../../kube/listening";
import type { ResolvedMeshSettings } from "../../settings";
import type { MeshSettings } from "../../settings/schema";
import { setCommand } from "../../settings/shared/faults";
import { refusesHttp, refusesMetrics } from "./outsiders";

/** A port of the mesh app. */
export type MeshPort = keyof MeshSettings["ports"];

/** Comparison of a configured port with the running app. */
export interface PortFinding {
    readonly port: MeshPort;
    /** `skip`: nothing can be said, or no setting can help; `detail` says why. */
    readonly status: "ok" | "fail" | "skip";
    /** Which port answers, or does not. */
    readonly detail: string;
    /** Command that moves the setting to the port that answers, quoted for a shell. */
    readonly fix?: string;
}

/** The app of a stack. */
export interface RunningMesh {
    readonly stack: string;
    readonly namespace: string;
    readonly mesh: Pick<ResolvedMeshSettings, "ports" | "metrics" | "probes" | "serviceMesh">;
    /** Names of its pods that run on real nodes. */
    readonly pods: readonly string[];
}

/** HTTP status of a GET at the API server; rejects when the API server itself does not answer. */
export type Ask = (path: string) => Promise<number>;

/** TCP ports on which a pod's container listens. @throws Error with the reason why they cannot be read. */
export type Listen = (pod: string) => Promise<readonly number[]>;

/** Reads what the app's container listens on by `kubectl exec`. */
export function listenByExec(target: ContextName, namespace: string): Listen {
    return async (pod) => listeningPorts(await socketTables(target, { namespace, pod, container: APP }));
}

/**
 * Ports on which builds of the app are known to serve: 8000 in its production image, 8080 in its own Dockerfile. The
 * app serves all paths, /metrics included, on one port.
 */
const KNOWN_PORTS = [8000, 8080] as const;

/** Ports in the state LISTEN of /proc/net/tcp and /proc/net/tcp6 (proc(5): local address and state are hexadecimal). */
export function listeningPorts(table: string): number[] {
    const ports = table.split("\n").flatMap((line) => {
        const match = /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A /.exec(line);
        return match?.[1] === undefined ? [] : [Number.parseInt(match[1], 16)];
    });
    return [...new Set(ports)].sort((a, b) => a - b);
}

/** Compares the ports of the settings with what a pod answers and listens on. Changes nothing. */
export async function portFindings(app: RunningMesh, ask: Ask, listen: Listen): Promise<PortFinding[]> {
    const [pod] = app.pods;
    if (pod === undefined) {
        return skipAll("no pod runs on a real node: nothing can be asked");
    }
    const { ports, probes, metrics } = app.mesh;
    const answers = async (port: number, path: string) =>
        (await ask(`/api/v1/namespaces/${app.namespace}/pods/${pod}:${port}/proxy${path}`)) === 200;
    const listening = await listen(pod).then(
        (found) => ({ found }),
        (error: unknown) => ({ reason: messageOf(error) }),
    );
    const known = "found" in listening ? listening.found : [];
    try {
        const closed = { http: refusesHttp(app.mesh), metrics: refusesMetrics(app.mesh) };
        const http =
            closed.http === undefined
                ? await httpPort(app, "http", probes.readiness.path, answers, [...KNOWN_PORTS, ...known])
                : ({ port: "http", status: "skip", detail: closed.http } as const);
        const page =
            closed.metrics !== undefined
                ? ({ port: "metrics", status: "skip", detail: closed.metrics } as const)
                : metrics.enabled
                  ? await httpPort(app, "metrics", metrics.path, answers, [ports.http, ...KNOWN_PORTS, ...known])
                  : ({ port: "metrics", status: "skip", detail: "metrics are off" } as const);
        return [http, page, meshPort(app, listening)];
    } catch (error) {
        return skipAll(`the pods cannot be asked through the API server: ${messageOf(error)}`);
    }
}

/** One reason for all ports. */
export function skipAll(detail: string): PortFinding[] {
    return (["http", "metrics", "mesh"] as const).map((port) => ({ port, status: "skip", detail }));
}

async function httpPort(
    { stack, mesh }: RunningMesh,
    port: "http" | "metrics",
    path: string,
    answers: (port: number, path: string) => Promise<boolean>,
    others: readonly number[],
): Promise<PortFinding> {
    const wanted = mesh.ports[port];
    const key = `mesh.ports.${port}`;
    if (await answers(wanted, path)) {
        return { port, status: "ok", detail: `${path} answers on ${wanted}` };
    }
    for (const other of new Set(others)) {
        if (other !== wanted && (await answers(other, path))) {
            const detail = `${path} answers on ${other}, not on ${key} (${wanted})`;
            return { port, status: "fail", detail, fix: setCommand(stack, key, String(other)) };
        }
    }
    const asked = [...new Set([wanted, ...others])].join(", ");
    return {
        port,
        status: "fail",
        detail: `${path} answers on none of the ports ${asked}; ${key} is ${wanted}`,
        // Without metrics the app works; without its API it does not, and no other port is known.
        ...(port === "metrics" ? { fix: setCommand(stack, "mesh.metrics.enabled", "false") } : {}),
    };
}

type Listening = { readonly found: readonly number[] } | { readonly reason: string };

function meshPort({ stack, mesh: { ports } }: RunningMesh, listening: Listening): PortFinding {
    const port = "mesh";
    if ("reason" in listening) {
        return { port, status: "skip", detail: `what the app listens on cannot be read: ${listening.reason}` };
    }
    const { found } = listening;
    if (found.includes(ports.mesh)) {
        return { port, status: "ok", detail: `the app listens on ${ports.mesh}` };
    }
    const own = found.filter((other) => other !== ports.http && other !== ports.metrics && !isKnown(other));
    const [only] = own;
    const detail = `nothing listens on mesh.ports.mesh (${ports.mesh}); the app listens on ${found.join(", ") || "no port"}`;
    return own.length === 1 && only !== undefined
        ? { port, status: "fail", detail, fix: setCommand(stack, "mesh.ports.mesh", String(only)) }
        : { port, status: "skip", detail: `${detail}: this build has no listener for peers, and no setting adds one` };
}

function isKnown(port: number): boolean {
    return KNOWN_PORTS.some((known) => known === port);
}
