import type { types } from "@pulumi/kubernetes";
import { listOrNone } from "../shared/compact";
import { selectorLabels } from "../shared/labels";
import {
    cidrPeer,
    cidrPeers,
    destinationPeer,
    dnsPeers,
    namespacePeer,
    tcp,
    udp,
    urlPort,
} from "../shared/networkPolicy";
import type { SpireArgs } from "./args";
import { AGENT, OIDC_PROVIDER, SERVER } from "./names";
import { PORTS } from "../../settings/spire/ports";

type Spec = types.input.networking.v1.NetworkPolicySpec;
type Peer = types.input.networking.v1.NetworkPolicyPeer;
type Port = types.input.networking.v1.NetworkPolicyPort;

/** The kubelet's port. */
const KUBELET_PORT = 10_250;

/** An empty list of peers allows all peers, as does an omitted one; it is omitted to make that explicit. */
const everybodyIfNone = listOrNone<Peer>;

/** Builders of policies that allow ingress to, or egress from, the pods of one app. */
function ways({ environment }: SpireArgs, app: string) {
    const podSelector = { matchLabels: selectorLabels(app, environment) };
    return {
        ingress: (from: Peer[], ports: Port[]): Spec => ({
            podSelector,
            policyTypes: ["Ingress"],
            ingress: [{ from: everybodyIfNone(from), ports }],
        }),
        egress: (to: Peer[], ports: Port[]): Spec => ({
            podSelector,
            policyTypes: ["Egress"],
            egress: [{ to: everybodyIfNone(to), ports }],
        }),
    };
}

/** NetworkPolicy specifications of the server's namespace by name. */
export function serverNetworkPolicies(args: SpireArgs): Record<string, Spec> {
    const { settings, environment, mesh } = args;
    const { networkPolicy, systemNamespace, serverPort, federation, oidcProvider } = settings;
    const { ingress, egress } = ways(args, SERVER);
    const cidrs = (list: readonly string[]) => list.map((cidr) => cidrPeer(cidr));
    return {
        "spire-server-from-agents": ingress(
            [namespacePeer(systemNamespace, selectorLabels(AGENT, environment))],
            [tcp(serverPort)],
        ),
        ...(mesh.callsServer
            ? {
                  "spire-server-from-mesh": ingress([namespacePeer(mesh.namespace, mesh.podLabels)], [tcp(serverPort)]),
              }
            : {}),
        "spire-server-metrics": ingress([prometheus(args)], [tcp(PORTS.metrics), tcp(PORTS.managerMetrics)]),
        "spire-server-dns": egress(dnsPeers(args.settings.networkPolicy), [udp(53), tcp(53)]),
        "spire-server-api-server": egress(
            cidrPeers(networkPolicy.apiServerCidrs),
            networkPolicy.apiServerPorts.map(tcp),
        ),
        ...datastoreWay(args),
        ...(federation.enabled
            ? {
                  "spire-server-bundle-endpoint": ingress(cidrs(federation.fromCidrs), [tcp(PORTS.bundleEndpoint)]),
              }
            : {}),
        ...(federation.trustDomains.length === 0
            ? {}
            : {
                  "spire-server-foreign-bundles": egress(
                      [cidrPeer("0.0.0.0/0"), cidrPeer("::/0")],
                      foreignPorts(args).map(tcp),
                  ),
              }),
        ...Object.fromEntries(
            networkPolicy.egress.map(({ cidr, port }, index) => [
                `spire-server-egress-${index}`,
                egress([cidrPeer(cidr)], [tcp(port)]),
            ]),
        ),
        // The provider reads its keys through the mounted socket and opens no connections.
        ...(oidcProvider.enabled
            ? {
                  [OIDC_PROVIDER]: ways(args, OIDC_PROVIDER).ingress(cidrs(oidcProvider.fromCidrs), [tcp(PORTS.oidc)]),
              }
            : {}),
    };
}

/** NetworkPolicy specifications of the agents' namespace by name. The CSI driver has none: it needs no network. */
export function systemNetworkPolicies(args: SpireArgs): Record<string, Spec> {
    const { settings, environment } = args;
    const { ingress, egress } = ways(args, AGENT);
    return {
        "spire-agent-server": egress(
            [namespacePeer(settings.serverNamespace, selectorLabels(SERVER, environment))],
            [tcp(settings.serverPort)],
        ),
        "spire-agent-dns": egress(dnsPeers(args.settings.networkPolicy), [udp(53), tcp(53)]),
        "spire-agent-kubelet": egress(cidrPeers(settings.networkPolicy.nodeCidrs), [tcp(KUBELET_PORT)]),
        "spire-agent-metrics": ingress([prometheus(args)], [tcp(PORTS.metrics)]),
    };
}

function prometheus({ settings }: SpireArgs): Peer {
    return namespacePeer(settings.networkPolicy.metricsFromNamespace, { "app.kubernetes.io/name": "prometheus" });
}

function datastoreWay(args: SpireArgs): Record<string, Spec> {
    const { datastore } = args.settings.server;
    if (datastore.type === "sqlite") {
        return {};
    }
    return {
        "spire-server-datastore": ways(args, SERVER).egress([destinationPeer(datastore.peer)], [tcp(datastore.port)]),
    };
}

/** Distinct ports of the bundle endpoints of other trust domains. */
function foreignPorts({ settings }: SpireArgs): number[] {
    const ports = settings.federation.trustDomains.map(({ bundleEndpointUrl }) => urlPort(bundleEndpointUrl));
    return [...new Set(ports)].sort((a, b) => a - b);
}
