import type { JoinedServiceMesh } from "../../../settings/mesh/serviceMesh";
import { selectorLabels } from "../../shared/labels";
import type { MeshAppArgs } from "../args";
import { APP, meshNames } from "../names";
import { isMetricsException } from "./istioPolicies";
import type { MeshObject } from "./objects";

/** Group of Linkerd's policies. */
const GROUP = "policy.linkerd.io";

/** A port of the app and who may reach it. */
interface Guarded {
    /** End of the objects' names. */
    readonly part: string;
    readonly port: number;
    /** Protocol of the port, which saves its detection. */
    readonly proxyProtocol: "HTTP/1" | "opaque" | "unknown";
    /** Kind and specification of what a caller must be; `undefined` where nobody may call. */
    readonly callers:
        { readonly kind: "MeshTLSAuthentication" | "NetworkAuthentication"; readonly spec: object } | undefined;
}

/**
 * Linkerd's objects for the app's pods. All traffic between proxies arrives at port 4143, so a peer that NetworkPolicies
 * admit for one port reaches all of them (linkerd/linkerd2#15246): each port gets a Server, which refuses whom no
 * AuthorizationPolicy names. The kubelet's probes stay authorized, since no route names them. With permissive mTLS there
 * are none: the annotation of the pods admits everybody.
 */
export function linkerdObjects(args: MeshAppArgs, serviceMesh: JoinedServiceMesh): MeshObject[] {
    return serviceMesh.mtls === "permissive"
        ? []
        : guardedPorts(args, serviceMesh).flatMap((guarded) => objectsOf(args, guarded));
}

function guardedPorts(args: MeshAppArgs, serviceMesh: JoinedServiceMesh): Guarded[] {
    const { ports, metrics, networkPolicy } = args.settings;
    const callers = [
        ...networkPolicy.httpFromNamespaces,
        ...networkPolicy.httpFromPods.map(({ namespace }) => namespace),
        // One port, one Server: it cannot be two.
        ...(metrics.enabled && ports.metrics === ports.http ? [networkPolicy.metricsFromNamespace] : []),
    ];
    return [
        ...(serviceMesh.gossip === "meshed"
            ? [
                  {
                      part: "mesh",
                      port: ports.mesh,
                      proxyProtocol: "opaque" as const,
                      callers: meshTls([{ kind: "ServiceAccount", name: meshNames(args.environment).app }]),
                  },
              ]
            : []),
        { part: "http", port: ports.http, proxyProtocol: "unknown", callers: meshTls(namespaces(callers)) },
        ...(metrics.enabled && ports.metrics !== ports.http
            ? [
                  {
                      part: "metrics",
                      port: ports.metrics,
                      proxyProtocol: "HTTP/1" as const,
                      callers: isMetricsException(args, serviceMesh)
                          ? ANY_NETWORK
                          : meshTls(namespaces([networkPolicy.metricsFromNamespace])),
                  },
              ]
            : []),
    ];
}

/** From anywhere, in plain text: the NetworkPolicy of the port admits Prometheus alone. */
const ANY_NETWORK = {
    kind: "NetworkAuthentication",
    spec: { networks: [{ cidr: "0.0.0.0/0" }, { cidr: "::/0" }] },
} as const;

function meshTls(identityRefs: readonly object[]): Guarded["callers"] {
    return identityRefs.length === 0 ? undefined : { kind: "MeshTLSAuthentication", spec: { identityRefs } };
}

/** All ServiceAccounts of namespaces. */
function namespaces(names: readonly string[]): object[] {
    return [...new Set(names)].map((namespace) => ({ kind: "ServiceAccount", namespace }));
}

function objectsOf({ environment }: MeshAppArgs, { part, port, proxyProtocol, callers }: Guarded): MeshObject[] {
    const name = `${meshNames(environment).app}-${part}`;
    const server: MeshObject = {
        part: `server-${part}`,
        apiVersion: `${GROUP}/v1beta3`,
        kind: "Server",
        name,
        spec: { podSelector: { matchLabels: selectorLabels(APP, environment) }, port, proxyProtocol },
    };
    return callers === undefined
        ? [server]
        : [
              server,
              {
                  part: `callers-${part}`,
                  apiVersion: `${GROUP}/v1alpha1`,
                  kind: callers.kind,
                  name,
                  spec: callers.spec,
              },
              {
                  part: `authorization-${part}`,
                  apiVersion: `${GROUP}/v1alpha1`,
                  kind: "AuthorizationPolicy",
                  name,
                  spec: {
                      targetRef: { group: GROUP, kind: "Server", name },
                      requiredAuthenticationRefs: [{ group: GROUP, kind: callers.kind, name }],
                  },
              },
          ];
}
