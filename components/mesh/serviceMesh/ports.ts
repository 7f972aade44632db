import type { JoinedServiceMesh } from "../../../settings/mesh/serviceMesh";

type MeshType = JoinedServiceMesh["type"];

/**
 * Port under which traffic between two pods of the mesh reaches a pod, whatever port the app asked for: HBONE of ztunnel
 * (Istio documentation, "Ambient and Kubernetes NetworkPolicy"), the inbound port of Linkerd's proxy (Linkerd
 * documentation, "Network Policy"). An Istio sidecar keeps the original port.
 */
export const TRANSPORT_PORT: Readonly<Record<MeshType, number | undefined>> = {
    istioSidecar: undefined,
    istioAmbient: 15_008,
    linkerd: 4_143,
};

/** Where the proxies of the pods get their configuration and certificates. */
export const CONTROL_PLANE: Readonly<
    Record<MeshType, { readonly ports: readonly number[]; readonly podLabels?: Readonly<Record<string, string>> }>
> = {
    // istiod: XDS and the CA on one port, with TLS.
    istioSidecar: { ports: [15_012], podLabels: { app: "istiod" } },
    // ztunnel asks for the pods of its node, from its own namespace.
    istioAmbient: { ports: [] },
    // linkerd-destination, linkerd-identity and the policy controller, each in a pod of its own.
    linkerd: { ports: [8_086, 8_080, 8_090] },
};

/** Ports of the proxy in the pod with metrics; ztunnel's are in a namespace of its own. */
export const PROXY_METRICS_PORTS: Readonly<Record<MeshType, readonly number[]>> = {
    // The agent's, and Envoy's own.
    istioSidecar: [15_020, 15_090],
    istioAmbient: [],
    linkerd: [4_191],
};

/**
 * Source of the kubelet's probes in ambient mode, after istio-cni has rewritten it (`HOST_PROBE_SNAT_IP` and
 * `HOST_PROBE_SNAT_IPV6` of istio-cni). Link-local, so no other host can have it.
 */
export const AMBIENT_PROBE_CIDRS = ["169.254.7.127/32", "fd16:9254:7127:1337:ffff:ffff:ffff:ffff/128"] as const;

/** `proxy.opaquePorts` of the chart linkerd-control-plane 2.20: the annotation replaces this list. */
export const LINKERD_OPAQUE_PORTS = [25, 587, 3306, 4444, 5432, 6379, 9300, 11_211] as const;

/** Users of the injected proxies, whose own traffic is not captured: Istio's `ProxyUID`, Linkerd's `proxy.uid`. */
export const PROXY_USERS = { istioSidecar: 1337, linkerd: 2102 } as const;
