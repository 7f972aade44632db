import type { types } from "@pulumi/kubernetes";
import type { PolicySpec } from "../shared/closedNamespace";
import { listOrNone } from "../shared/compact";
import { selectorLabels } from "../shared/labels";
import { cidrPeers, destinationPeer, dnsPeers, namespacePeer, tcp, udp } from "../shared/networkPolicy";
import type { MeshAppArgs } from "./args";
import { APP } from "./names";

/** Prefix of the names of policies for other apps in the mesh's namespace. */
export const NEIGHBOR = "allow-neighbor-";

/** NetworkPolicy specifications of the mesh's namespace by name; each allows traffic for one purpose. */
export function networkPolicySpecs(args: MeshAppArgs): Record<string, PolicySpec> {
    const { settings, spire, environment } = args;
    const { ports, networkPolicy } = settings;
    const podSelector = { matchLabels: selectorLabels(APP, environment) };
    const peers = [{ podSelector }];
    const ingress = (from: types.input.networking.v1.NetworkPolicyPeer[], port: number): PolicySpec => ({
        podSelector,
        policyTypes: ["Ingress"],
        ingress: [{ from, ports: [tcp(port)] }],
    });
    const callers = httpCallers(args);
    const dns = dnsPeers(networkPolicy);
    const dnsPorts = [udp(53), tcp(53)];
    const egress = (
        to: types.input.networking.v1.NetworkPolicyPeer[],
        openPorts: types.input.networking.v1.NetworkPolicyPort[],
    ): PolicySpec => ({ podSelector, policyTypes: ["Egress"], egress: [{ to: listOrNone(to), ports: openPorts }] });

    return {
        "allow-dns": egress(dns, dnsPorts),
        "allow-mesh": {
            podSelector,
            policyTypes: ["Ingress", "Egress"],
            ingress: [{ from: peers, ports: [tcp(ports.mesh)] }],
            egress: [{ to: peers, ports: [tcp(ports.mesh)] }],
        },
        // An empty `from` would mean all peers.
        ...(callers.length === 0 ? {} : { "allow-http": ingress(callers, ports.http) }),
        ...(settings.metrics.enabled
            ? {
                  "allow-metrics": ingress([prometheusPeer(args)], ports.metrics),
              }
            : {}),
        // The server admits only its agents, unless this is set: see the server's policies.
        ...(networkPolicy.spireServer
            ? {
                  "allow-spire": egress(
                      [namespacePeer(spire.serverNamespace, { "app.kubernetes.io/name": "spire-server" })],
                      [tcp(spire.serverPort)],
                  ),
              }
            : {}),
        ...(settings.serviceAccount.mountToken && networkPolicy.apiServerCidrs.length > 0
            ? {
                  "allow-api-server": egress(
                      cidrPeers(networkPolicy.apiServerCidrs),
                      networkPolicy.apiServerPorts.map(tcp),
                  ),
              }
            : {}),
        ...Object.fromEntries(
            networkPolicy.egress.map((rule) => [
                `allow-egress-${rule.name}`,
                egress([destinationPeer(rule)], rule.ports),
            ]),
        ),
        // The other side of these rules, which the default deny of this namespace would block: e.g. a Redis whose
        // replicas and sentinels find each other by name and replicate on the same ports.
        ...Object.fromEntries(
            neighborRules(args).map(({ name, podLabels, ports: open }) => {
                const neighbors = { matchLabels: podLabels };
                const among = [{ podSelector: neighbors }];
                return [
                    `${NEIGHBOR}${name}`,
                    {
                        podSelector: neighbors,
                        policyTypes: ["Ingress", "Egress"],
                        ingress: [{ from: [...peers, ...among], ports: open }],
                        egress: [
                            { to: among, ports: open },
                            { to: dns, ports: dnsPorts },
                        ],
                    },
                ];
            }),
        ),
    };
}

/** Who may call the http port. */
export function httpCallers({
    settings: { networkPolicy },
}: MeshAppArgs): types.input.networking.v1.NetworkPolicyPeer[] {
    return [
        ...networkPolicy.httpFromNamespaces.map((name) => namespacePeer(name)),
        ...networkPolicy.httpFromPods.map(({ namespace, podLabels }) => namespacePeer(namespace, podLabels)),
    ];
}

/** The Prometheus that may scrape the pods. */
export function prometheusPeer({ settings }: MeshAppArgs): types.input.networking.v1.NetworkPolicyPeer {
    return namespacePeer(settings.networkPolicy.metricsFromNamespace, { "app.kubernetes.io/name": "prometheus" });
}

/** Rules of `mesh.networkPolicy.egress` that lead to pods of the mesh's own namespace, e.g. Redis. */
export function neighborRules({ settings }: MeshAppArgs) {
    return settings.networkPolicy.egress.flatMap(({ name, namespace, podLabels, ports }) =>
        podLabels !== undefined && (namespace === undefined || namespace === settings.namespace)
            ? [{ name, podLabels, ports }]
            : [],
    );
}
