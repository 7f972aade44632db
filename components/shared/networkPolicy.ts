import type { types } from "@pulumi/kubernetes";
import type { Labels } from "./labels";

type Peer = types.input.networking.v1.NetworkPolicyPeer;
type Port = types.input.networking.v1.NetworkPolicyPort;

/**
 * Pods of another namespace, by the name label that Kubernetes itself puts on every namespace (since 1.21);
 * without `namespace` the policy's own. Without `podLabels` all its pods.
 */
export function namespacePeer(namespace: string | undefined, podLabels?: Labels): Peer {
    return {
        ...(namespace === undefined
            ? {}
            : { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } }),
        ...(podLabels === undefined ? {} : { podSelector: { matchLabels: podLabels } }),
    };
}

/** An IP range, less the ranges in `except`. */
export function cidrPeer(cidr: string, except: readonly string[] = []): Peer {
    return { ipBlock: { cidr, ...(except.length === 0 ? {} : { except: [...except] }) } };
}

/**
 * Peers for IP ranges of which nodes or the API server may be part; none, which means everywhere, when one range is every
 * address. To Cilium a node's address is in no range, not even in 0.0.0.0/0, unless policy-cidr-match-mode says nodes.
 */
export function cidrPeers(cidrs: readonly string[]): Peer[] {
    return cidrs.some((cidr) => cidr === "0.0.0.0/0" || cidr === "::/0") ? [] : cidrs.map((cidr) => cidrPeer(cidr));
}

/** A destination as settings name it: an IP range, or pods. */
interface Destination {
    readonly cidr?: string | undefined;
    readonly except?: readonly string[];
    readonly namespace?: string | undefined;
    readonly podLabels?: Labels | undefined;
}

/** The peer of a destination: its range, less the exceptions in it, or its pods. */
export function destinationPeer({ cidr, except, namespace, podLabels }: Destination): Peer {
    return cidr === undefined ? namespacePeer(namespace, podLabels) : cidrPeer(cidr, except);
}

/** Pods of the cluster's DNS: CoreDNS has this label, too. */
export function dnsPods(namespace: string): Peer {
    return namespacePeer(namespace, { "k8s-app": "kube-dns" });
}

/** Where names are looked up: the cluster's DNS, and caches on the nodes. */
export function dnsPeers(settings: { readonly dnsNamespace: string; readonly dnsCidrs: readonly string[] }): Peer[] {
    return [dnsPods(settings.dnsNamespace), ...settings.dnsCidrs.map((cidr) => cidrPeer(cidr))];
}

/** A TCP port. */
export function tcp(port: number): Port {
    return { protocol: "TCP", port };
}

/** A UDP port. */
export function udp(port: number): Port {
    return { protocol: "UDP", port };
}
