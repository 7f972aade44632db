import { fault, limitsCoverRequests } from "../shared/constraints";
import { type Fault, removeCommand } from "../shared/faults";
import { shown } from "../shared/given";
import type { MeshSettings } from "./schema";
import { joinedServiceMesh } from "./serviceMesh";

/** What a constraint may depend on. */
interface ConstraintInput {
    readonly stack: string;
    readonly mesh: MeshSettings;
}

type Constraint = (input: ConstraintInput) => Fault[];

/** Constraints of the service mesh; each returns the faults that it finds. */
const CONSTRAINTS: readonly Constraint[] = [
    revisionIsOfSidecars,
    identityIsOfSidecars,
    identityNeedsDriver,
    gossipIsCarried,
    gossipNeedsHeadless,
    plainMetricsHaveAPort,
    proxyPortsAreFree,
    proxyLimits,
];

/** Faults of the settings of the service mesh that are valid by themselves but not together. */
export function serviceMeshFaults(input: ConstraintInput): Fault[] {
    return CONSTRAINTS.flatMap((constraint) => constraint(input));
}

/** An ambient namespace with the label istio.io/rev would get sidecars as well, and Linkerd has no revisions. */
function revisionIsOfSidecars({ stack, mesh: { serviceMesh } }: ConstraintInput): Fault[] {
    const key = "mesh.serviceMesh.revision";
    return serviceMesh.revision === undefined || serviceMesh.type === "istioSidecar"
        ? []
        : [
              {
                  key,
                  given: shown(serviceMesh.revision),
                  allowed: `removed while mesh.serviceMesh.type is ${serviceMesh.type}: only sidecars are chosen by a revision`,
                  fix: removeCommand(stack, key),
              },
          ];
}

/** Neither ztunnel nor Linkerd's proxy can take its certificate from SPIRE (istio/istio#42339, linkerd/linkerd2#7033). */
function identityIsOfSidecars({ stack, mesh: { serviceMesh } }: ConstraintInput): Fault[] {
    return serviceMesh.identity === "spire" && serviceMesh.type !== "istioSidecar"
        ? [
              fault(
                  stack,
                  "mesh.serviceMesh.identity",
                  serviceMesh.identity,
                  `mesh while mesh.serviceMesh.type is ${serviceMesh.type}: only Istio's sidecars can take their certificates from SPIRE`,
                  "mesh",
              ),
          ]
        : [];
}

/** The injected proxy mounts the socket by the CSI driver: the namespace would refuse a host path. */
function identityNeedsDriver({ stack, mesh: { serviceMesh, spireSocket } }: ConstraintInput): Fault[] {
    return serviceMesh.identity === "spire" && serviceMesh.type === "istioSidecar" && spireSocket.type !== "csi"
        ? [
              fault(
                  stack,
                  "mesh.spireSocket.type",
                  spireSocket.type,
                  "csi while mesh.serviceMesh.identity is spire: the proxy gets SPIRE's socket from the CSI driver",
                  "csi",
              ),
          ]
        : [];
}

function gossipIsCarried({ stack, mesh: { serviceMesh } }: ConstraintInput): Fault[] {
    return serviceMesh.type === "istioAmbient" && serviceMesh.gossip === "excluded"
        ? [
              fault(
                  stack,
                  "mesh.serviceMesh.gossip",
                  serviceMesh.gossip,
                  "meshed while mesh.serviceMesh.type is istioAmbient: ztunnel leaves no single port alone, and carries TCP to pod IPs",
                  "meshed",
              ),
          ]
        : [];
}

/** A sidecar knows the IPs of pods only from a headless Service; to any other it sends plain text (istio/istio#31319). */
function gossipNeedsHeadless({ stack, mesh: { serviceMesh, service } }: ConstraintInput): Fault[] {
    return serviceMesh.type === "istioSidecar" && serviceMesh.gossip === "meshed" && !service.headless
        ? [
              fault(
                  stack,
                  "mesh.service.headless",
                  service.headless,
                  "true while mesh.serviceMesh.gossip is meshed: a sidecar recognizes pods by their IPs only through a headless Service",
                  true,
              ),
          ]
        : [];
}

/** What is opened for Prometheus would be opened for every caller of the API. */
function plainMetricsHaveAPort({ stack, mesh: { serviceMesh, metrics, ports } }: ConstraintInput): Fault[] {
    return serviceMesh.type !== "none" &&
        serviceMesh.mtls === "strict" &&
        serviceMesh.metrics === "plaintext" &&
        metrics.enabled &&
        ports.metrics === ports.http
        ? [
              fault(
                  stack,
                  "mesh.serviceMesh.metrics",
                  serviceMesh.metrics,
                  `meshed while mesh.ports.metrics equals mesh.ports.http (${ports.http}): plain text for Prometheus would open the API as well; ` +
                      "with a Prometheus outside the mesh, serve the metrics on another port or set mesh.serviceMesh.mtls to permissive",
                  "meshed",
              ),
          ]
        : [];
}

/**
 * Ports that the proxies take in the pod's network. Istio: application requirements in its documentation, of ztunnel the
 * same; Linkerd: `proxy.ports` of its chart linkerd-control-plane.
 */
const PROXY_PORTS = {
    istioSidecar: [15_000, 15_001, 15_002, 15_004, 15_006, 15_008, 15_020, 15_021, 15_053, 15_090],
    istioAmbient: [15_001, 15_006, 15_008, 15_020, 15_021, 15_053],
    linkerd: [4_140, 4_143, 4_190, 4_191],
} as const;

function proxyPortsAreFree({ stack, mesh: { serviceMesh, ports } }: ConstraintInput): Fault[] {
    const joined = joinedServiceMesh(serviceMesh);
    const taken: readonly number[] = joined === undefined ? [] : PROXY_PORTS[joined.type];
    return Object.entries(ports)
        .filter(([, port]) => taken.includes(port))
        .map(([name, port]) =>
            fault(
                stack,
                `mesh.ports.${name}`,
                port,
                `none of ${taken.join(", ")}, on which the proxy of mesh.serviceMesh listens`,
                "PORT",
            ),
        );
}

function proxyLimits({ stack, mesh: { serviceMesh } }: ConstraintInput): Fault[] {
    return limitsCoverRequests(stack, { "mesh.serviceMesh.proxy": serviceMesh.proxy });
}
