import { MESH_IDENTITY } from "../../settings/spire/identityConstraints";
import type { SpireArgs } from "./args";
import { AGENT, NODE_ALIAS } from "./names";

/** `spec` of a ClusterStaticEntry. */
export interface ClusterStaticEntrySpec {
    readonly spiffeID: string;
    readonly parentID: string;
    readonly selectors: readonly string[];
    readonly dnsNames?: readonly string[];
    readonly x509SVIDTTL?: string;
    readonly federatesWith?: readonly string[];
}

/**
 * Static entries by name, which exist before the pods; empty when the mesh's entries are created per pod. Two are
 * enough for any number of pods: a node alias for all agents of the cluster and, as its child, the mesh by namespace,
 * ServiceAccount and labels. A new pod therefore waits neither for the controller manager nor for the next
 * synchronization of its agent.
 */
export function staticEntries({ settings, mesh }: SpireArgs): Record<string, ClusterStaticEntrySpec> {
    const { trustDomain, clusterName, systemNamespace, meshIdentity } = settings;
    if (meshIdentity.entries === "perPod") {
        return {};
    }
    const { dnsNames, ttl, federatesWith } = meshIdentity;
    const nodes = `spiffe://${trustDomain}/cluster/${clusterName}/nodes`;
    return {
        [NODE_ALIAS]: {
            spiffeID: nodes,
            parentID: `spiffe://${trustDomain}/spire/server`,
            // Selectors of an agent that the server attested by TokenReview (plugin k8s_psat).
            selectors: [`cluster:${clusterName}`, `agent_ns:${systemNamespace}`, `agent_sa:${AGENT}`].map(
                (selector) => `k8s_psat:${selector}`,
            ),
        },
        [MESH_IDENTITY]: {
            spiffeID: `spiffe://${trustDomain}/ns/${mesh.namespace}/sa/${mesh.serviceAccount}`,
            parentID: nodes,
            selectors: [
                `ns:${mesh.namespace}`,
                `sa:${mesh.serviceAccount}`,
                ...Object.entries(mesh.podLabels).map(([label, value]) => `pod-label:${label}:${value}`),
            ].map((selector) => `k8s:${selector}`),
            ...(dnsNames.length === 0 ? {} : { dnsNames }),
            ...(ttl === undefined ? {} : { x509SVIDTTL: ttl }),
            ...(federatesWith.length === 0 ? {} : { federatesWith }),
        },
    };
}
