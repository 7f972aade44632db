import { duration, flag, integer, type Kind, labelSelector, object, text, texts } from "./schema";

const className = text("Class of the controller manager that acts on this object");

/** ClusterSPIFFEID: a registration entry for each selected pod. */
const clusterSpiffeId: Kind = {
    kind: "ClusterSPIFFEID",
    plural: "clusterspiffeids",
    singular: "clusterspiffeid",
    spec: object(
        {
            spiffeIDTemplate: text("Template of the SPIFFE ID; knows .TrustDomain, .ClusterName, .PodMeta, .PodSpec"),
            podSelector: labelSelector("Pods that get the identity; all when unset"),
            namespaceSelector: labelSelector("Namespaces of the pods; all when unset"),
            dnsNameTemplates: texts("Templates of DNS names"),
            workloadSelectorTemplates: texts("Templates of further selectors, as type:value"),
            ttl: duration("Upper bound of the X.509 SVID's life"),
            jwtTtl: duration("Upper bound of the JWT SVID's life"),
            federatesWith: texts("Foreign trust domains"),
            admin: flag("The SVID may use SPIRE's administrative APIs"),
            downstream: flag("The entry describes a downstream SPIRE server"),
            autoPopulateDNSNames: flag("Add the names of the pod's Services"),
            fallback: flag("Only for pods that no other ClusterSPIFFEID selects"),
            hint: text("Tells a workload with several SVIDs which one this is"),
            className,
        },
        ["spiffeIDTemplate"],
    ),
    status: object({
        stats: object({
            namespacesSelected: integer("Namespaces selected"),
            namespacesIgnored: integer("Selected namespaces that the configuration ignores"),
            podsSelected: integer("Pods selected"),
            podEntryRenderFailures: integer("Pods whose entry could not be made from the templates"),
            entriesMasked: integer("Entries that another ClusterSPIFFEID makes as well"),
            entriesToSet: integer("Entries that should be at the server"),
            entryFailures: integer("Entries that the server refused"),
        }),
    }),
    columns: [
        { name: "Template", type: "string", jsonPath: ".spec.spiffeIDTemplate" },
        { name: "Pods", type: "integer", jsonPath: ".status.stats.podsSelected" },
        { name: "Entries", type: "integer", jsonPath: ".status.stats.entriesToSet" },
        { name: "Failures", type: "integer", jsonPath: ".status.stats.entryFailures" },
    ],
};

/** ClusterStaticEntry: a single registration entry. */
const clusterStaticEntry: Kind = {
    kind: "ClusterStaticEntry",
    plural: "clusterstaticentries",
    singular: "clusterstaticentry",
    spec: object(
        {
            spiffeID: text("SPIFFE ID"),
            parentID: text("SPIFFE ID of the parent"),
            selectors: texts("Selectors, as type:value"),
            federatesWith: texts("Foreign trust domains"),
            x509SVIDTTL: duration("Life of the X.509 SVID"),
            jwtSVIDTTL: duration("Life of the JWT SVID"),
            dnsNames: texts("DNS names"),
            hint: text("Tells a workload with several SVIDs which one this is"),
            admin: flag("The SVID may use SPIRE's administrative APIs"),
            downstream: flag("The entry describes a downstream SPIRE server"),
            storeSVID: flag("The agent keeps the SVID in a store"),
            className,
        },
        ["spiffeID", "parentID", "selectors"],
    ),
    status: object({
        rendered: flag("The entry could be made"),
        masked: flag("Another entry is the same"),
        set: flag("The last reconciliation created or updated it; false in each that finds it as it should be"),
    }),
    columns: [
        { name: "SPIFFE ID", type: "string", jsonPath: ".spec.spiffeID" },
        // No column for `set`: it is false of every entry that is at the server already.
        { name: "Rendered", type: "boolean", jsonPath: ".status.rendered" },
        { name: "Masked", type: "boolean", jsonPath: ".status.masked" },
    ],
};

/** ClusterFederatedTrustDomain: a federation relationship with another trust domain. */
const clusterFederatedTrustDomain: Kind = {
    kind: "ClusterFederatedTrustDomain",
    plural: "clusterfederatedtrustdomains",
    singular: "clusterfederatedtrustdomain",
    spec: object(
        {
            trustDomain: text("Trust domain to federate with", { pattern: "^[a-z0-9._-]{1,255}$" }),
            bundleEndpointURL: text("https URL of its trust bundle"),
            bundleEndpointProfile: object(
                {
                    type: text("How the endpoint proves itself", { enum: ["https_spiffe", "https_web"] }),
                    endpointSPIFFEID: text("SPIFFE ID of the endpoint, for https_spiffe"),
                },
                ["type"],
            ),
            trustDomainBundle: text("First trust bundle"),
            className,
        },
        ["trustDomain", "bundleEndpointURL", "bundleEndpointProfile"],
    ),
    status: object({}),
    columns: [
        { name: "Trust Domain", type: "string", jsonPath: ".spec.trustDomain" },
        { name: "Endpoint URL", type: "string", jsonPath: ".spec.bundleEndpointURL" },
    ],
};

/** Custom resource kinds of SPIRE Controller Manager. */
export const KINDS: readonly Kind[] = [clusterSpiffeId, clusterStaticEntry, clusterFederatedTrustDomain];
