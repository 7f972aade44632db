import type { types } from "@pulumi/kubernetes";
import type { Labels } from "./labels";

type Peer = types.input.networking.v1.NetworkPolicyPeer;
type Port = types.input.networking.v1.NetworkPolicyPort;

/**
 * Peer that selects pods of another namespace by `kubernetes.io/metadata.name`, which Kubernetes sets on every
 * namespace (since 1.21); without `namespace`, pods of the policy's own namespace. Without `podLabels`, all pods of the
 * namespace.
 */
export function namespacePeer(namespace: string | undefined, podLabels?: Labels): Peer {
    return {
        ...(namespace === undefined
            ? {}
            : { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } }),
        ...(podLabels === undefined ? {} : { podSelector: { matchLabels: podLabels } }),
    };
}

/** Port that a URL of http or https leads to. */
export function urlPort(url: string): number {
    const { port, protocol } = new URL(url);
    return port !== "" ? Number(port) : protocol === "http:" ? 80 : 443;
}

/** Peer for an IP range, excluding the ranges in `except`. */
export function cidrPeer(cidr: string, except: readonly string[] = []): Peer {
    return { ipBlock: { cidr, ...(except.length === 0 ? {} : { except: [...except] }) } };
}

/**
 * Peers for IP ranges that may include nodes or the API server. Empty, which matches every peer, when one of the ranges
 * covers all addresses: in Cilium, no CIDR matches a node's address, not even 0.0.0.0/0, unless
 * `policy-cidr-match-mode` is `nodes`.
 */
export function cidrPeers(cidrs: readonly string[]): Peer[] {
    return cidrs.some((cidr) => cidr === "0.0.0.0/0" || cidr === "::/0") ? [] : cidrs.map((cidr) => cidrPeer(cidr));
}

/** A destination in the settings: an IP range, or pods. */
interface Destination {
    readonly cidr?: string | undefined;
    readonly except?: readonly string[];
    readonly namespace?: string | undefined;
    readonly podLabels?: Labels | undefined;
}

/** Peer for a destination: its IP range without its exceptions, or its pods. */
export function destinationPeer({ cidr, except, namespace, podLabels }: Destination): Peer {
    return cidr === undefined ? namespacePeer(namespace, podLabels) : cidrPeer(cidr, except);
}

/** Peer that selects the cluster DNS pods; CoreDNS also has the label `k8s-app: kube-dns`. */
export function dnsPods(namespace: string): Peer {
    return namespacePeer(namespace, { "k8s-app": "kube-dns" });
}

/** Peers that resolve names: cluster DNS, and DNS caches on the nodes. */
export function dnsPeers(settings: { readonly dnsNamespace: string; readonly dnsCidrs: readonly string[] }): Peer[] {
    return [dnsPods(settings.dnsNamespace), ...settings.dnsCidrs.map((cidr) => cidrPeer(cidr))];
}

/** NetworkPolicy port for TCP. */
export function tcp(port: number): Port {
    return { protocol: "TCP", port };
}

/** NetworkPolicy port for UDP. */
export function udp(port: number): Port {
    return { protocol: "UDP", port };
}
