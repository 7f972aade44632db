import { MESH_IDENTITY, OIDC_IDENTITY } from "../../settings/spire/identityConstraints";
import { selectorLabels } from "../shared/labels";
import type { SpireArgs } from "./args";
import { OIDC_PROVIDER } from "./names";

/** `spec` of a ClusterSPIFFEID. */
export interface ClusterSpiffeIdSpec {
    readonly spiffeIDTemplate: string;
    readonly podSelector?: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly namespaceSelector: {
        readonly matchExpressions: readonly {
            readonly key: string;
            readonly operator: "In";
            readonly values: readonly string[];
        }[];
    };
    readonly dnsNameTemplates?: readonly string[];
    readonly ttl?: string;
    readonly federatesWith?: readonly string[];
    readonly hint?: string;
}

/** Options of a workload's identity. */
interface Wishes {
    readonly dnsNames?: readonly string[];
    readonly ttl?: string;
    readonly federatesWith?: readonly string[];
    readonly hint?: string;
}

/**
 * SPIFFE ID path by namespace and ServiceAccount. Pod names change, so a path by pod could not be used for
 * authorization.
 */
const DEFAULT_PATH = "/ns/{{ .PodMeta.Namespace }}/sa/{{ .PodSpec.ServiceAccountName }}";

/**
 * All ClusterSPIFFEIDs by name: the OIDC provider's, those from the settings, and the mesh's when its entries are
 * created per pod. Otherwise the mesh has a static entry: see `staticEntries.ts`.
 */
export function identities(args: SpireArgs): Record<string, ClusterSpiffeIdSpec> {
    const { settings, mesh, environment } = args;
    return {
        ...(settings.meshIdentity.entries === "perPod"
            ? { [MESH_IDENTITY]: spec([mesh.namespace], mesh.podLabels, DEFAULT_PATH, settings.meshIdentity) }
            : {}),
        ...(settings.oidcProvider.enabled
            ? {
                  [OIDC_IDENTITY]: spec(
                      [settings.serverNamespace],
                      selectorLabels(OIDC_PROVIDER, environment),
                      DEFAULT_PATH,
                      {},
                  ),
              }
            : {}),
        ...Object.fromEntries(
            settings.identities.map((identity) => [
                identity.name,
                spec(identity.namespaces, identity.podLabels, identity.spiffeIdPath, identity),
            ]),
        ),
    };
}

function spec(
    namespaces: readonly string[],
    podLabels: Readonly<Record<string, string>>,
    path: string,
    { dnsNames = [], ttl, federatesWith = [], hint }: Wishes,
): ClusterSpiffeIdSpec {
    return {
        spiffeIDTemplate: `spiffe://{{ .TrustDomain }}${path}`,
        ...(Object.keys(podLabels).length === 0 ? {} : { podSelector: { matchLabels: podLabels } }),
        // Selects by the label that Kubernetes sets; without a selector, every namespace would match.
        namespaceSelector: {
            matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: [...namespaces] }],
        },
        ...(dnsNames.length === 0 ? {} : { dnsNameTemplates: dnsNames }),
        ...(ttl === undefined ? {} : { ttl }),
        ...(federatesWith.length === 0 ? {} : { federatesWith }),
        ...(hint === undefined ? {} : { hint }),
    };
}
