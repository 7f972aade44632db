import type { types } from "@pulumi/kubernetes";
import type { PolicySpec } from "../shared/closedNamespace";
import { listOrNone } from "../shared/compact";
import { cidrPeers, dnsPeers, namespacePeer, tcp, udp, urlPort } from "../shared/networkPolicy";
import type { DeliveryArgs } from "./args";
import { controllerSelector, PORTS } from "./names";

type Peer = types.input.networking.v1.NetworkPolicyPeer;
type Port = types.input.networking.v1.NetworkPolicyPort;

/** Labels of Prometheus's pods; the operator sets them. */
const PROMETHEUS = { "app.kubernetes.io/name": "prometheus" };

/** Policies of the controller by name, in the closed namespace of the mesh: each opens one thing. */
export function controllerPolicies(args: DeliveryArgs): Record<string, PolicySpec> {
    const { networkPolicy, prometheus } = args;
    const podSelector = { matchLabels: controllerSelector(args.environment) };
    const egress = (to: Peer[], ports: Port[]): PolicySpec => ({
        podSelector,
        policyTypes: ["Egress"],
        egress: [{ to: listOrNone(to), ports }],
    });
    return {
        "controller-dns": egress(dnsPeers(networkPolicy), [udp(53), tcp(53)]),
        "controller-api-server": egress(cidrPeers(networkPolicy.apiServerCidrs), networkPolicy.apiServerPorts.map(tcp)),
        ...(prometheus === undefined
            ? {}
            : {
                  // Where another Prometheus is, only its owner knows.
                  "controller-prometheus": egress(
                      prometheus.namespace === undefined ? [] : [namespacePeer(prometheus.namespace, PROMETHEUS)],
                      [tcp(urlPort(prometheus.url))],
                  ),
              }),
        "controller-metrics": {
            podSelector,
            policyTypes: ["Ingress"],
            ingress: [
                { from: [namespacePeer(networkPolicy.metricsFromNamespace, PROMETHEUS)], ports: [tcp(PORTS.metrics)] },
            ],
        },
    };
}
