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

/** What a workload may ask of its identity. */
interface Wishes {
    readonly dnsNames?: readonly string[];
    readonly ttl?: string;
    readonly federatesWith?: readonly string[];
    readonly hint?: string;
}

/** Path of an identity by namespace and ServiceAccount: not by pod, since authorization by pod would be impossible. */
const DEFAULT_PATH = "/ns/{{ .PodMeta.Namespace }}/sa/{{ .PodSpec.ServiceAccountName }}";

/**
 * All ClusterSPIFFEIDs by name: the OIDC provider, those of the settings, and the mesh where its entries are made for
 * each pod. Otherwise the mesh has a static entry: see `staticEntries.ts`.
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
        // By the label that Kubernetes itself sets: no selector at all would mean every namespace.
        namespaceSelector: {
            matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: [...namespaces] }],
        },
        ...(dnsNames.length === 0 ? {} : { dnsNameTemplates: dnsNames }),
        ...(ttl === undefined ? {} : { ttl }),
        ...(federatesWith.length === 0 ? {} : { federatesWith }),
        ...(hint === undefined ? {} : { hint }),
    };
}
