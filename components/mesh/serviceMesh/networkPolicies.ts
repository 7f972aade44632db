import type { types } from "@pulumi/kubernetes";
import type { JoinedServiceMesh } from "../../../settings/mesh/serviceMesh";
import type { PolicySpec } from "../../shared/closedNamespace";
import { selectorLabels } from "../../shared/labels";
import { cidrPeer, destinationPeer, namespacePeer, tcp } from "../../shared/networkPolicy";
import type { MeshAppArgs } from "../args";
import { APP } from "../names";
import { httpCallers, neighborRules, prometheusPeer } from "../networkPolicies";
import { AMBIENT_PROBE_CIDRS, CONTROL_PLANE, PROXY_METRICS_PORTS, TRANSPORT_PORT } from "./ports";

type Peer = types.input.networking.v1.NetworkPolicyPeer;
type Port = types.input.networking.v1.NetworkPolicyPort;
type IngressRule = types.input.networking.v1.NetworkPolicyIngressRule;
type EgressRule = types.input.networking.v1.NetworkPolicyEgressRule;

/** What names of policies for the proxies of other apps in the mesh's namespace start with. */
export const MESHED_NEIGHBOR = "allow-service-mesh-neighbor-";

/**
 * What the service mesh needs beside the other policies, by name, one purpose each; none where the pods join no mesh. The
 * other policies stay: they are about the original ports, which callers outside the mesh and Istio's sidecars use.
 */
export function serviceMeshPolicySpecs(args: MeshAppArgs): Record<string, PolicySpec> {
    const { serviceMesh } = args.settings;
    if (serviceMesh === undefined) {
        return {};
    }
    const pods = { matchLabels: selectorLabels(APP, args.environment) };
    const metrics = PROXY_METRICS_PORTS[serviceMesh.type].map(tcp);
    return {
        ...named("allow-service-mesh", policy(pods, transportFrom(args, serviceMesh), transportTo(args, serviceMesh))),
        ...named("allow-service-mesh-control-plane", policy(pods, [], controlPlane(serviceMesh))),
        ...named(
            "allow-service-mesh-metrics",
            policy(pods, args.settings.metrics.enabled ? open([prometheusPeer(args)], metrics) : [], []),
        ),
        // All pods of the namespace: the kubelet may always ask the pods of its node, under whichever address.
        ...(serviceMesh.type === "istioAmbient"
            ? {
                  "allow-service-mesh-probes": {
                      podSelector: {},
                      policyTypes: ["Ingress"],
                      ingress: [{ from: AMBIENT_PROBE_CIDRS.map((cidr) => cidrPeer(cidr)) }],
                  },
              }
            : {}),
        ...Object.fromEntries(
            neighborRules(args).flatMap((rule) => Object.entries(neighborPolicy(args, serviceMesh, rule))),
        ),
    };
}

/** Other apps of this namespace join the mesh with it, so their proxies need the same ways. */
function neighborPolicy(
    args: MeshAppArgs,
    serviceMesh: JoinedServiceMesh,
    { name, podLabels }: ReturnType<typeof neighborRules>[number],
): Record<string, PolicySpec> {
    const pods = { matchLabels: podLabels };
    const among = [{ podSelector: pods }];
    const port = transport(serviceMesh);
    return named(
        `${MESHED_NEIGHBOR}${name}`,
        policy(pods, open([appPeer(args), ...among], port), [...lead(among, port), ...controlPlane(serviceMesh)]),
    );
}

/** Callers that may come through the mesh. What each of them reaches is for the mesh's own policies, by port. */
function transportFrom(args: MeshAppArgs, serviceMesh: JoinedServiceMesh): IngressRule[] {
    const { gossip, metrics } = serviceMesh;
    return open(
        [
            ...(gossip === "meshed" ? [appPeer(args)] : []),
            ...httpCallers(args),
            ...(metrics === "meshed" && args.settings.metrics.enabled ? [prometheusPeer(args)] : []),
        ],
        transport(serviceMesh),
    );
}

/** Destinations that may be in the mesh: pods, never an IP range. */
function transportTo(args: MeshAppArgs, serviceMesh: JoinedServiceMesh): EgressRule[] {
    const { egress } = args.settings.networkPolicy;
    return lead(
        [
            ...(serviceMesh.gossip === "meshed" ? [appPeer(args)] : []),
            ...egress.filter(({ cidr }) => cidr === undefined).map(destinationPeer),
        ],
        transport(serviceMesh),
    );
}

function controlPlane({ type, controlPlaneNamespace }: JoinedServiceMesh): EgressRule[] {
    const { ports, podLabels } = CONTROL_PLANE[type];
    return lead([namespacePeer(controlPlaneNamespace, podLabels)], ports.map(tcp));
}

function transport({ type }: JoinedServiceMesh): Port[] {
    const port = TRANSPORT_PORT[type];
    return port === undefined ? [] : [tcp(port)];
}

function appPeer({ environment }: MeshAppArgs): Peer {
    return { podSelector: { matchLabels: selectorLabels(APP, environment) } };
}

/** A rule for callers; none without a caller or a port, which would mean everybody or every port. */
function open(from: Peer[], ports: Port[]): IngressRule[] {
    return from.length === 0 || ports.length === 0 ? [] : [{ from, ports }];
}

/** A rule for destinations; none without one or without a port. */
function lead(to: Peer[], ports: Port[]): EgressRule[] {
    return to.length === 0 || ports.length === 0 ? [] : [{ to, ports }];
}

/** A policy of the rules; nothing where there are none. */
function policy(
    podSelector: types.input.meta.v1.LabelSelector,
    ingress: IngressRule[],
    egress: EgressRule[],
): PolicySpec | undefined {
    const policyTypes = [...(ingress.length === 0 ? [] : ["Ingress"]), ...(egress.length === 0 ? [] : ["Egress"])];
    return policyTypes.length === 0
        ? undefined
        : {
              podSelector,
              policyTypes,
              ...(ingress.length === 0 ? {} : { ingress }),
              ...(egress.length === 0 ? {} : { egress }),
          };
}

function named(name: string, spec: PolicySpec | undefined): Record<string, PolicySpec> {
    return spec === undefined ? {} : { [name]: spec };
}
