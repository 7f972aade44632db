import { z } from "zod";
import * as p from "../shared/primitives";

const trustDomains = z.array(p.trustDomain).default([]).describe("Foreign trust domains whose bundles it gets, too");

const shared = {
    dnsNames: z
        .array(z.string().min(1))
        .default([])
        .describe("Templates of DNS names for the SVID, e.g. {{ .PodMeta.Name }}.example.svc"),
    ttl: p.duration.optional().describe("Life of the SVID; unset: spire.server.svidTtl"),
    federatesWith: trustDomains,
};

/** The mesh app's own identity. */
export const meshIdentity = z.strictObject(shared).prefault({});

/** Identities of other workloads. */
export const identities = z
    .array(
        z.strictObject({
            name: p.dnsLabel.describe("Name of the ClusterSPIFFEID"),
            namespaces: z
                .array(p.dnsLabel)
                .min(1, { error: "at least one namespace: an empty list would mean all of them" })
                .describe("Namespaces of the pods"),
            podLabels: p.stringMap.default({}).describe("Labels of the pods; empty: all pods of the namespaces"),
            spiffeIdPath: p
                .text(
                    /^(\/(\{\{[^{}\n]+\}\}|[\w.-])+)+$/,
                    "a path, e.g. /ns/{{ .PodMeta.Namespace }}/sa/{{ .PodSpec.ServiceAccountName }}",
                )
                .default("/ns/{{ .PodMeta.Namespace }}/sa/{{ .PodSpec.ServiceAccountName }}")
                .describe("Path of the SPIFFE ID, as a template"),
            hint: z.string().min(1).optional().describe("Tells a workload with several SVIDs which one this is"),
            ...shared,
        }),
    )
    .default([])
    .describe("Further identities, one ClusterSPIFFEID each");

/** TLS of an endpoint, from a Secret. */
const tlsSecret = p.dnsName.describe("A Secret of type kubernetes.io/tls in the server's namespace");

const BUNDLE = "a bundle in SPIFFE's format: JSON with keys, as spire-server bundle show -format spiffe prints it";

function isBundle(text: string): boolean {
    try {
        return z.object({ keys: z.array(z.unknown()) }).safeParse(JSON.parse(text)).success;
    } catch {
        return false;
    }
}

/** Trust between this trust domain and others. */
export const federation = z
    .strictObject({
        enabled: z.boolean().default(false).describe("Serve this trust domain's bundle to others"),
        profile: z
            .discriminatedUnion("type", [
                z.strictObject({
                    type: z.literal("https_spiffe").describe("The server proves itself by its own SVID"),
                }),
                z.strictObject({
                    type: z.literal("https_web").describe("The server proves itself by a Web PKI certificate"),
                    secretName: tlsSecret,
                }),
            ])
            .prefault({ type: "https_spiffe" }),
        serviceType: z.enum(["ClusterIP", "LoadBalancer", "NodePort"]).default("ClusterIP").describe("Service type"),
        fromCidrs: z.array(p.cidr).default([]).describe("Where the bundle may be fetched from; empty: anywhere"),
        trustDomains: z
            .array(
                z.strictObject({
                    trustDomain: p.trustDomain.describe("Name of the other trust domain"),
                    bundleEndpointUrl: p.httpsUrl.describe("Where its bundle is"),
                    endpointSpiffeId: p
                        .text(
                            /^spiffe:\/\/[a-z0-9._-]+(\/[\w.-]+)*$/,
                            "a SPIFFE ID, e.g. spiffe://example.org/spire/server",
                        )
                        .optional()
                        .describe("SPIFFE ID of its endpoint (https_spiffe); unset: a Web PKI certificate (https_web)"),
                    bundle: z
                        .string()
                        .refine(isBundle, { error: BUNDLE })
                        .optional()
                        .describe(
                            "Its first bundle; needed where its endpoint proves itself by an SVID of the same trust domain",
                        ),
                }),
            )
            .default([])
            .describe("Trust domains to federate with, one ClusterFederatedTrustDomain each"),
    })
    .prefault({});

/** The OIDC discovery provider: lets clouds and OIDC clients verify JWT SVIDs. */
export const oidcProvider = z
    .strictObject({
        enabled: z.boolean().default(false).describe("Run the provider; needs spire.server.jwtSvids.enabled"),
        domains: z
            .array(p.dnsName)
            .default([])
            .describe("Host names that it answers for; the first one is the issuer of JWT SVIDs"),
        tlsSecretName: tlsSecret.optional(),
        replicas: p.count.default(2).describe("Number of pods"),
        fromCidrs: z.array(p.cidr).default([]).describe("Where it may be asked from; empty: anywhere"),
    })
    .prefault({});
