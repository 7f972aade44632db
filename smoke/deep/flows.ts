import { ownsOperator } from "../../settings/monitoring/schema";
import type { SERVICES } from "../../components/monitoring/names";
import type { Expectation } from "../expectation";
import type { NetworkPath } from "./tasks";

/** Port of the pod that represents the rest of the cluster. */
export const OUTSIDE_PORT = 8080;

/**
 * Where a path begins: a pod with the app's labels, one without in the app's namespace, one in a separate namespace.
 */
export type Origin = "app" | "neighbor" | "outsider";

/** Destinations of the paths. All of them listen, so a refused connection is caused by a policy. */
export interface Addresses {
    /** A pod with the app's labels that listens on all of its ports. */
    readonly app: string;
    /** A pod in a namespace without policies that listens on {@link OUTSIDE_PORT}. */
    readonly outside: string;
    /** Service of the API server. */
    readonly apiServer: Listening;
    /** Services by name; `undefined` where they are not this stack's. */
    readonly spire?: Listening;
    readonly monitoring: Readonly<Partial<Record<keyof typeof SERVICES, Listening>>>;
}

/** A listening endpoint. */
export interface Listening {
    readonly host: string;
    readonly port: number;
}

/** A path with its origin and a description. */
export interface Flow extends NetworkPath {
    readonly from: Origin;
    /** Whether it leads to a pod of the run, which surely listens; a Service may be down. */
    readonly toProbe: boolean;
}

/** The paths that the settings open or close. */
export function flowsOf({ mesh, spire, monitoring }: Expectation, addresses: Addresses): Flow[] {
    const { ports, networkPolicy, serviceAccount } = mesh;
    const flow = (from: Origin, to: string, open: boolean, { host, port }: Listening): Flow => ({
        id: `from ${ORIGINS[from]} to ${to}`,
        from,
        host,
        port,
        protocol: "TCP",
        open,
        toProbe: host === addresses.app || host === addresses.outside,
    });
    const tcp = (host: string, port: number): Listening => ({ host, port });
    const outside = tcp(addresses.outside, OUTSIDE_PORT);
    const appPorts = [...new Set([ports.http, ports.metrics, ports.mesh])];
    // A rule of the stack's own may open any address: then nothing can be said about that port.
    const ownEgress = new Set(networkPolicy.egress.flatMap((rule) => rule.ports.map(({ port }) => port)));
    const closed = (from: "app" | "neighbor", to: string, at: Listening): Flow[] =>
        from === "app" && ownEgress.has(at.port) ? [] : [flow(from, to, false, at)];
    const monitors = ownsOperator(monitoring.settings) ? Object.entries(addresses.monitoring) : [];
    const ofStack = [
        ...(spire.enabled && spire.settings.networkPolicy.enabled && addresses.spire !== undefined
            ? [["the SPIRE server", addresses.spire] as const]
            : []),
        ...(monitoring.settings.networkPolicy.enabled ? monitors : []),
    ];
    const ofMesh = networkPolicy.enabled
        ? [
              flow("app", `the app's port ${ports.mesh}`, true, tcp(addresses.app, ports.mesh)),
              ...appPorts
                  .filter((port) => port !== ports.mesh)
                  .flatMap((port) => closed("app", `the app's port ${port}`, tcp(addresses.app, port))),
              ...(["app", "neighbor"] as const).flatMap((from) => closed(from, "another namespace", outside)),
              ...(serviceAccount.mountToken
                  ? [flow("app", "the API server", true, addresses.apiServer)]
                  : closed("app", "the API server", addresses.apiServer)),
              ...appPorts.flatMap((port) => closed("neighbor", `the app's port ${port}`, tcp(addresses.app, port))),
              ...appPorts.map((port) => flow("outsider", `the app's port ${port}`, false, tcp(addresses.app, port))),
              ...ofStack.flatMap(([to, at]) => closed("app", to, at)),
          ]
        : [];
    return [
        { ...flow("app", "cluster DNS", true, tcp("kubernetes.default.svc", 0)), protocol: "DNS" },
        // Proves that a probe can connect at all.
        flow("outsider", "its own namespace", true, outside),
        ...ofMesh,
        ...ofStack.map(([to, at]) => flow("outsider", to, false, at)),
    ];
}

/** Descriptions of the origins. */
const ORIGINS: Readonly<Record<Origin, string>> = {
    app: "the app",
    neighbor: "another pod of its namespace",
    outsider: "another namespace",
};
