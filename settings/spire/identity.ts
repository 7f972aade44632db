import { z } from "zod";
import * as p from "../shared/primitives";

const trustDomains = z.array(p.trustDomain).default([]).describe("Foreign trust domains whose bundles it receives");

const shared = {
    dnsNames: z
        .array(p.line)
        .default([])
        .describe("Templates of DNS names for the SVID, e.g. {{ .PodMeta.Name }}.example.svc"),
    ttl: p.duration.optional().describe("Lifetime of the SVID; unset: spire.server.svidTtl"),
    federatesWith: trustDomains,
};

/** Schema of the mesh app's identity. */
export const meshIdentity = z
    .strictObject({
        entries: z
            .enum(["static", "perPod"])
            .default("static")
            .describe(
                "Registration entries of the mesh: one that exists before the pods, for every node, or one for each pod, for its node only",
            ),
        ...shared,
    })
    .prefault({});

/** Schema of the identities of other workloads. */
export const identities = z
    .array(
        z.strictObject({
            name: p.dnsLabel.describe("Name of the ClusterSPIFFEID"),
            namespaces: z
                .array(p.dnsLabel)
                .min(1, { error: "at least one namespace: an empty list would mean all of them" })
                .describe("Namespaces of the pods"),
            podLabels: p.labels.default({}).describe("Labels of the pods; empty: all pods of the namespaces"),
            spiffeIdPath: p
                .text(
                    /^(?!.*\/\.{1,2}(\/|$))(\/(\{\{[^{}\p{Cc}]+\}\}|[\w.-])+)+$/u,
                    "a path, e.g. /ns/{{ .PodMeta.Namespace }}/sa/{{ .PodSpec.ServiceAccountName }}",
                )
                .default("/ns/{{ .PodMeta.Namespace }}/sa/{{ .PodSpec.ServiceAccountName }}")
                .describe("Template of the SPIFFE ID's path"),
            hint: p.line.optional().describe("Hint by which a workload with several SVIDs tells them apart"),
            ...shared,
        }),
    )
    .default([])
    .describe("Further identities, one ClusterSPIFFEID each");

/** Schema of a Secret with the TLS certificate of an endpoint. */
const tlsSecret = p.dnsName.describe("A Secret of type kubernetes.io/tls in the server's namespace");

const BUNDLE = "a bundle in SPIFFE's format: JSON with keys, as spire-server bundle show -format spiffe prints it";

function isBundle(text: string): boolean {
    try {
        return z.object({ keys: z.array(z.unknown()) }).safeParse(JSON.parse(text)).success;
    } catch {
        return false;
    }
}

/** Schema of federation with other trust domains. */
export const federation = z
    .strictObject({
        enabled: z.boolean().default(false).describe("Serve this trust domain's bundle to others"),
        profile: z
            .discriminatedUnion(
                "type",
                [
                    z.strictObject({
                        type: z.literal("https_spiffe").describe("The server authenticates with its own SVID"),
                    }),
                    z.strictObject({
                        type: z.literal("https_web").describe("The server authenticates with a Web PKI certificate"),
                        secretName: tlsSecret,
                    }),
                ],
                { error: "an object with type https_spiffe or https_web" },
            )
            .prefault({ type: "https_spiffe" }),
        serviceType: z.enum(["ClusterIP", "LoadBalancer", "NodePort"]).default("ClusterIP").describe("Service type"),
        fromCidrs: z.array(p.cidr).default([]).describe("IP ranges that may fetch the bundle; empty: all"),
        trustDomains: z
            .array(
                z.strictObject({
                    trustDomain: p.trustDomain.describe("Name of the other trust domain"),
                    bundleEndpointUrl: p.httpsUrl.describe("URL of its bundle endpoint"),
                    endpointSpiffeId: p
                        .text(
                            /^(?!.*\/\.{1,2}(\/|$))spiffe:\/\/[a-z0-9._-]{1,255}(\/[\w.-]+)*$/,
                            "a SPIFFE ID, e.g. spiffe://example.org/spire/server",
                        )
                        .optional()
                        .describe("SPIFFE ID of its endpoint (https_spiffe); unset: a Web PKI certificate (https_web)"),
                    bundle: z
                        .string()
                        .refine(isBundle, { error: BUNDLE })
                        .optional()
                        .describe(
                            "Its initial bundle; required if its endpoint authenticates with an SVID of the same trust domain",
                        ),
                }),
            )
            .default([])
            .describe("Trust domains to federate with, one ClusterFederatedTrustDomain each"),
    })
    .prefault({});

/** Schema of the OIDC discovery provider, with which cloud providers and OIDC clients verify JWT-SVIDs. */
export const oidcProvider = z
    .strictObject({
        enabled: z.boolean().default(false).describe("Run the provider; requires spire.server.jwtSvids.enabled"),
        domains: z
            .array(p.dnsName)
            .default([])
            .describe("Host names that it serves; the first one is the issuer of JWT SVIDs"),
        tlsSecretName: tlsSecret.optional(),
        replicas: p.count.default(2).describe("Number of pods"),
        fromCidrs: z.array(p.cidr).default([]).describe("IP ranges that may call it; empty: all"),
    })
    .prefault({});
