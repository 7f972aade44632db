import type { Overrides } from "./program";

const secret = { name: "spire-datastore", caKey: "ca.crt", clientCertKey: "tls.crt", clientKeyKey: "tls.key" };

/** Settings of SPIRE over those of staging, by what they are about; each must be deployable. */
export const SPIRE_VARIANTS: Readonly<Record<string, Overrides>> = {
    "its file alone": {},
    "postgres outside the cluster and memory keys below a chain": {
        server: {
            replicas: 2,
            datastore: {
                type: "postgres",
                host: "db.example.com",
                port: 5433,
                sslMode: "verify-ca",
                maxOpenConnections: 20,
                secret,
                peer: { cidr: "192.0.2.10/32" },
            },
            keyManager: { type: "memory" },
            upstreamAuthority: { type: "disk", secretName: "upstream", bundleKey: "ca.crt" },
            agentTtl: "2h",
        },
    },
    "mysql and cert-manager": {
        server: {
            replicas: 3,
            datastore: {
                type: "mysql",
                host: "mysql.databases.svc",
                secret: { name: "spire-mysql" },
                peer: { namespace: "databases", podLabels: { app: "mysql" } },
            },
            keyManager: { type: "aws_kms", config: { region: "eu-west-1" } },
            upstreamAuthority: {
                type: "cert-manager",
                issuerName: "spire-ca",
                issuerKind: "ClusterIssuer",
                namespace: "cert-manager",
            },
            env: [{ name: "VAULT_TOKEN", secretName: "vault", key: "token" }],
        },
        networkPolicy: { egress: [{ cidr: "192.0.2.20/32", port: 443 }] },
    },
    "entries for each pod": {
        meshIdentity: { entries: "perPod", ttl: "40m", dnsNames: ["{{ .PodMeta.Name }}.mesh.example.com"] },
    },
    "federation, OIDC and further identities": {
        server: { jwtSvids: { enabled: true, ttl: "10m" }, caTtl: "48h", svidTtl: "2h" },
        federation: {
            enabled: true,
            serviceType: "LoadBalancer",
            fromCidrs: ["198.51.100.0/24"],
            trustDomains: [
                { trustDomain: "web.example", bundleEndpointUrl: "https://web.example/bundle" },
                {
                    trustDomain: "spiffe_domain.example",
                    bundleEndpointUrl: "https://spiffe.example:8443",
                    endpointSpiffeId: "spiffe://spiffe_domain.example/spire/server",
                    bundle: '{"keys":[]}',
                },
            ],
        },
        oidcProvider: { enabled: true, domains: ["oidc.example.com"], tlsSecretName: "oidc-tls" },
        meshIdentity: { federatesWith: ["web.example"], dnsNames: ["mesh.example.com"], ttl: "1h" },
        identities: [
            { name: "billing", namespaces: ["billing", "billing-test"], podLabels: { app: "billing" }, hint: "main" },
            { name: "all-of-tools", namespaces: ["tools"], spiffeIdPath: "/tools/{{ .PodMeta.Name }}" },
        ],
    },
    "a web certificate for the bundle and a kubelet CA in a file": {
        federation: { enabled: true, profile: { type: "https_web", secretName: "bundle-tls" } },
        agent: { kubeletVerification: { type: "hostFile" }, kubeletAddress: "nodeName" },
    },
    "a mirror, digests and a kubelet CA in a ConfigMap": {
        images: {
            registry: "registry.example.com/mirror",
            pullSecrets: ["registry"],
            server: { digest: `sha256:${"a".repeat(64)}` },
        },
        agent: { kubeletVerification: { type: "configMap", name: "kubelet-ca" }, kubeletApi: "nodes/proxy" },
        networkPolicy: { enabled: false },
        serverNamespace: "identity",
        systemNamespace: "identity-system",
        clusterName: "cluster-7",
        server: { extraPlugins: [{ type: "Notifier", name: "gcs_bundle", config: { bucket: "b", object_path: "o" } }] },
    },
};

/** Stacks with variants: prod's own file, and everything else over the simpler one of staging. */
export const SPIRE_CASES: readonly [stack: string, variant: string, overrides: Overrides][] = [
    ["prod", "its file alone", {}],
    ...Object.entries(SPIRE_VARIANTS).map(([variant, overrides]): [string, string, Overrides] => [
        "staging",
        variant,
        overrides,
    ]),
];
