import type { JoinedServiceMesh } from "../../../settings/mesh/serviceMesh";
import { selectorLabels } from "../../shared/labels";
import type { MeshAppArgs } from "../args";
import { APP, meshNames } from "../names";
import type { MeshObject } from "./objects";

/** API of Istio's security policies; `v1` since Istio 1.22. */
const SECURITY_API = "security.istio.io/v1";

/** What matches callers outside the mesh: those without any identity. */
const OUTSIDE_MESH = { notPrincipals: ["*"] };

/** Istio's objects for the app's pods; the AuthorizationPolicy where NetworkPolicies see no port any more. */
export function istioObjects(args: MeshAppArgs, serviceMesh: JoinedServiceMesh): MeshObject[] {
    const { app } = meshNames(args.environment);
    return [
        {
            part: "peer-authentication",
            apiVersion: SECURITY_API,
            kind: "PeerAuthentication",
            name: app,
            spec: peerAuthentication(args, serviceMesh),
        },
        ...(serviceMesh.type === "istioAmbient"
            ? [
                  {
                      part: "authorization-policy",
                      apiVersion: SECURITY_API,
                      kind: "AuthorizationPolicy",
                      name: app,
                      spec: authorizationPolicy(args, serviceMesh),
                  },
              ]
            : []),
    ];
}

/** Refuses plain text, or accepts it, also where the whole mesh says otherwise; the metrics port may be an exception. */
function peerAuthentication(args: MeshAppArgs, serviceMesh: JoinedServiceMesh): object {
    return {
        selector: selector(args),
        mtls: { mode: serviceMesh.mtls === "strict" ? "STRICT" : "PERMISSIVE" },
        ...(isMetricsException(args, serviceMesh)
            ? { portLevelMtls: { [args.settings.ports.metrics]: { mode: "PERMISSIVE" } } }
            : {}),
    };
}

/**
 * Who may reach which port through ztunnel. NetworkPolicies see its port 15008 alone, so a peer that they admit for one port
 * reaches all of them (istio/istio#56659). The kubelet's probes do not pass ztunnel.
 */
function authorizationPolicy(args: MeshAppArgs, serviceMesh: JoinedServiceMesh): object {
    const { ports, networkPolicy, metrics, namespace } = args.settings;
    const callers = [
        ...networkPolicy.httpFromNamespaces,
        ...networkPolicy.httpFromPods.map(({ namespace: caller }) => caller),
    ];
    const outsiders = serviceMesh.mtls === "permissive" ? [OUTSIDE_MESH] : [];
    const scrapers = isMetricsException(args, serviceMesh) ? [OUTSIDE_MESH] : outsiders;
    return {
        selector: selector(args),
        action: "ALLOW",
        rules: [
            // Ends on the identity, so it holds in every trust domain that the mesh may have.
            rule(ports.mesh, [
                { principals: [`*/ns/${namespace}/sa/${meshNames(args.environment).app}`] },
                ...outsiders,
            ]),
            // No rule without a source, which would mean everybody.
            ...(callers.length === 0 ? [] : [rule(ports.http, [{ namespaces: unique(callers) }, ...outsiders])]),
            ...(metrics.enabled
                ? [rule(ports.metrics, [{ namespaces: [networkPolicy.metricsFromNamespace] }, ...scrapers])]
                : []),
        ],
    };
}

function rule(port: number, sources: readonly object[]): object {
    return { from: sources.map((source) => ({ source })), to: [{ operation: { ports: [String(port)] } }] };
}

/** Whether the metrics port alone takes plain text. */
export function isMetricsException(args: MeshAppArgs, { mtls, metrics }: JoinedServiceMesh): boolean {
    return mtls === "strict" && metrics === "plaintext" && args.settings.metrics.enabled;
}

function selector({ environment }: MeshAppArgs): object {
    return { matchLabels: selectorLabels(APP, environment) };
}

function unique(list: readonly string[]): string[] {
    return [...new Set(list)];
}
