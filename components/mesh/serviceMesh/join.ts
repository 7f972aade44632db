import { stringify } from "yaml";
import type { JoinedServiceMesh } from "../../../settings/mesh/serviceMesh";
import type { Labels } from "../../shared/labels";
import type { MeshAppArgs } from "../args";
import { LINKERD_OPAQUE_PORTS } from "./ports";

/** File of the agents' socket: the proxy looks for `socket` unless it is told another name. */
const SOCKET_FILE = "agent.sock";

/** Labels of the namespace by which its pods join the mesh; of the two labels for sidecars never both. */
export function namespaceJoinLabels({ settings: { serviceMesh } }: MeshAppArgs): Labels {
    switch (serviceMesh?.type) {
        case "istioSidecar":
            return serviceMesh.revision === undefined
                ? { "istio-injection": "enabled" }
                : { "istio.io/rev": serviceMesh.revision };
        case "istioAmbient":
            return { "istio.io/dataplane-mode": "ambient" };
        default:
            return {};
    }
}

/** Annotations of the namespace by which its pods join the mesh. */
export function namespaceJoinAnnotations({ settings: { serviceMesh } }: MeshAppArgs): Labels {
    return serviceMesh?.type === "linkerd" ? { "linkerd.io/inject": "enabled" } : {};
}

/** Annotations of the app's pods for the proxy that is injected: what it costs, what it leaves alone, who certifies it. */
export function podJoinAnnotations(args: MeshAppArgs): Labels {
    const { serviceMesh } = args.settings;
    switch (serviceMesh?.type) {
        case "istioSidecar":
            return istioAnnotations(args, serviceMesh);
        case "linkerd":
            return linkerdAnnotations(args, serviceMesh);
        default:
            return {};
    }
}

/** Annotations of the Services with the mesh port. */
export function serviceJoinAnnotations({ settings: { serviceMesh, ports } }: MeshAppArgs): Labels {
    return serviceMesh?.type === "linkerd" && serviceMesh.gossip === "meshed"
        ? { "config.linkerd.io/opaque-ports": opaquePorts(ports.mesh) }
        : {};
}

/** Protocol of the mesh port in Services, without which Istio waits for the first bytes to guess it. */
export function meshPortProtocol({ settings: { serviceMesh } }: MeshAppArgs): { appProtocol?: string } {
    return serviceMesh === undefined || serviceMesh.type === "linkerd" ? {} : { appProtocol: "tcp" };
}

function istioAnnotations(args: MeshAppArgs, { gossip, identity, proxy }: JoinedServiceMesh): Labels {
    const { ports, metrics } = args.settings;
    const excluded = gossip === "excluded" ? [ports.mesh] : [];
    const outbound = [...excluded, ...outsidePorts(args)];
    return {
        "sidecar.istio.io/proxyCPU": proxy.requests.cpu,
        "sidecar.istio.io/proxyMemory": proxy.requests.memory,
        "sidecar.istio.io/proxyCPULimit": proxy.limits.cpu,
        "sidecar.istio.io/proxyMemoryLimit": proxy.limits.memory,
        // Where native sidecars are off, the app would otherwise start without a network.
        "proxy.istio.io/config": stringify({
            holdApplicationUntilProxyStarts: true,
            // With a name set, a missing socket is an error; without, the proxy silently asks Istio's own CA.
            ...(identity === "spire" ? { proxyMetadata: { WORKLOAD_IDENTITY_SOCKET_FILE: SOCKET_FILE } } : {}),
        }),
        ...(identity === "spire" ? { "inject.istio.io/templates": "sidecar,spire" } : {}),
        // Both directions: plain text that one side sends would meet the other side's mTLS (istio/istio#19280).
        ...(excluded.length === 0 ? {} : { "traffic.sidecar.istio.io/excludeInboundPorts": excluded.join(",") }),
        ...(outbound.length === 0 ? {} : { "traffic.sidecar.istio.io/excludeOutboundPorts": outbound.join(",") }),
        // Else the injector moves the annotations prometheus.io/* to its own port, which nobody scrapes here.
        ...(metrics.enabled ? { "prometheus.istio.io/merge-metrics": "false" } : {}),
    };
}

function linkerdAnnotations(args: MeshAppArgs, { gossip, mtls, proxy }: JoinedServiceMesh): Labels {
    const { ports } = args.settings;
    const excluded = gossip === "excluded" ? [ports.mesh] : [];
    const outbound = [...excluded, ...outsidePorts(args)];
    return {
        "config.linkerd.io/default-inbound-policy": mtls === "strict" ? "all-authenticated" : "all-unauthenticated",
        "config.linkerd.io/proxy-cpu-request": proxy.requests.cpu,
        "config.linkerd.io/proxy-memory-request": proxy.requests.memory,
        "config.linkerd.io/proxy-cpu-limit": proxy.limits.cpu,
        "config.linkerd.io/proxy-memory-limit": proxy.limits.memory,
        ...(gossip === "meshed" ? { "config.linkerd.io/opaque-ports": opaquePorts(ports.mesh) } : {}),
        ...(excluded.length === 0 ? {} : { "config.linkerd.io/skip-inbound-ports": excluded.join(",") }),
        ...(outbound.length === 0 ? {} : { "config.linkerd.io/skip-outbound-ports": outbound.join(",") }),
    };
}

/** The SPIRE server is outside the mesh and speaks TLS of its own, on a port whose name promises plain gRPC. */
function outsidePorts({ settings, spire }: MeshAppArgs): number[] {
    return settings.networkPolicy.spireServer ? [spire.serverPort] : [];
}

function opaquePorts(port: number): string {
    return [...LINKERD_OPAQUE_PORTS, port].join(",");
}
