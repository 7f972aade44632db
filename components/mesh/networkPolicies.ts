import type { types } from "@pulumi/kubernetes";
import type { PolicySpec } from "../shared/closedNamespace";
import { listOrNone } from "../shared/compact";
import { selectorLabels } from "../shared/labels";
import { cidrPeer, cidrPeers, namespacePeer, tcp, udp } from "../shared/networkPolicy";
import type { MeshAppArgs } from "./args";
import { APP } from "./names";

/** What is open in the mesh's closed namespace: by name, one purpose each. */
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
    const egress = (
        to: types.input.networking.v1.NetworkPolicyPeer[],
        openPorts: types.input.networking.v1.NetworkPolicyPort[],
    ): PolicySpec => ({ podSelector, policyTypes: ["Egress"], egress: [{ to: listOrNone(to), ports: openPorts }] });

    return {
        "allow-dns": egress(
            [
                namespacePeer(networkPolicy.dnsNamespace, { "k8s-app": "kube-dns" }),
                ...networkPolicy.dnsCidrs.map((cidr) => cidrPeer(cidr)),
            ],
            [udp(53), tcp(53)],
        ),
        "allow-mesh": {
            podSelector,
            policyTypes: ["Ingress", "Egress"],
            ingress: [{ from: peers, ports: [tcp(ports.mesh)] }],
            egress: [{ to: peers, ports: [tcp(ports.mesh)] }],
        },
        // An empty `from` would mean everybody.
        ...(networkPolicy.httpFromNamespaces.length === 0
            ? {}
            : {
                  "allow-http": ingress(
                      networkPolicy.httpFromNamespaces.map((name) => namespacePeer(name)),
                      ports.http,
                  ),
              }),
        ...(settings.metrics.enabled
            ? {
                  "allow-metrics": ingress(
                      [namespacePeer(networkPolicy.metricsFromNamespace, { "app.kubernetes.io/name": "prometheus" })],
                      ports.metrics,
                  ),
              }
            : {}),
        ...(settings.spireSocket.type === "none"
            ? {}
            : {
                  "allow-spire": egress(
                      [namespacePeer(spire.serverNamespace, { "app.kubernetes.io/name": "spire-server" })],
                      [tcp(spire.serverPort)],
                  ),
              }),
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
                egress(
                    [
                        rule.cidr === undefined
                            ? namespacePeer(rule.namespace, rule.podLabels)
                            : cidrPeer(rule.cidr, rule.except),
                    ],
                    rule.ports,
                ),
            ]),
        ),
    };
}
