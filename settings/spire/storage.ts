import { z } from "zod";
import * as p from "../shared/primitives";

/** Fields of a shared database of either type. */
const database = {
    host: p.dnsName.describe("Host name of the database, as in its certificate"),
    database: p
        .text(/^[\w-]{1,63}$/, "a database name: letters, digits, '_' and '-'")
        .default("spire")
        .describe("Database"),
    user: p
        .text(/^[\w-]{1,63}$/, "a user name: letters, digits, '_' and '-'")
        .default("spire")
        .describe("Database user"),
    maxOpenConnections: p.count.optional().describe("Maximum open connections per server; unset: 100, SPIRE's default"),
    secret: z
        .strictObject({
            name: p.dnsName.describe("An existing Secret in the server's namespace"),
            passwordKey: p.secretKey.default("password").describe("Key of the password"),
            caKey: p.secretKey.optional().describe("Key of the database's CA certificates; unset: the public CAs"),
            clientCertKey: p.secretKey.optional().describe("Key of the client certificate, with clientKeyKey"),
            clientKeyKey: p.secretKey.optional().describe("Key of the client certificate's private key"),
        })
        .refine((secret) => (secret.clientCertKey === undefined) === (secret.clientKeyKey === undefined), {
            error: "both clientCertKey and clientKeyKey, or neither",
        })
        .describe("Secret with the password and certificates of the database"),
    peer: z
        .strictObject({
            namespace: p.dnsLabel.optional().describe("Namespace of the database's pods"),
            podLabels: p.labels.optional().describe("Labels of the database's pods; unset: all pods of the namespace"),
            cidr: p.cidr.optional().describe("IP range of a database outside the cluster"),
        })
        .refine((peer) => (peer.cidr === undefined) !== (peer.namespace === undefined), {
            error: "either cidr, or namespace with or without podLabels",
        })
        .describe("Location of the database, for the NetworkPolicy"),
};

/**
 * Where the server stores registration entries, attested nodes and the trust bundle. Required, so that the choice is
 * explicit.
 */
export const datastore = z.discriminatedUnion(
    "type",
    [
        z.strictObject({ type: z.literal("sqlite").describe("A file on the server's volume; for one server only") }),
        z.strictObject({
            type: z.literal("postgres").describe("A PostgreSQL database, shared by all servers"),
            ...database,
            port: p.remotePort.default(5432).describe("Port of the database"),
            sslMode: z
                .enum(["verify-full", "verify-ca", "require"])
                .default("verify-full")
                .describe("TLS: verify-full checks chain and host name, verify-ca the chain, require nothing"),
        }),
        z.strictObject({
            type: z.literal("mysql").describe("A MySQL database, shared by all servers; TLS is always verified"),
            ...database,
            port: p.remotePort.default(3306).describe("Port of the database"),
        }),
    ],
    { error: "an object with type sqlite, postgres or mysql" },
);

const pluginData = z.record(z.string(), z.json()).describe("plugin_data as documented by SPIRE; no secrets");

const cloudKeys = <T extends string>(type: T, what: string) =>
    z.strictObject({ type: z.literal(type).describe(what), config: pluginData });

/** Where the server stores its signing keys. Required, so that the choice is explicit. */
export const keyManager = z.discriminatedUnion(
    "type",
    [
        z.strictObject({ type: z.literal("disk").describe("A file on each server's own volume") }),
        z.strictObject({
            type: z.literal("memory").describe("In memory, lost at a restart; requires an upstream authority"),
        }),
        cloudKeys("aws_kms", "AWS Key Management Service"),
        cloudKeys("gcp_kms", "Google Cloud Key Management Service"),
        cloudKeys("azure_key_vault", "Azure Key Vault"),
        cloudKeys("hashicorp_vault", "Vault's transit engine"),
    ],
    { error: "an object with type disk, memory, aws_kms, gcp_kms, azure_key_vault or hashicorp_vault" },
);

/** Upstream authority that signs the server's CA. Required, so that the choice is explicit. */
export const upstreamAuthority = z.discriminatedUnion(
    "type",
    [
        z.strictObject({ type: z.literal("none").describe("Every server signs its own CA") }),
        z.strictObject({
            type: z.literal("disk").describe("A CA in a Secret; changes take effect at the next rotation"),
            secretName: p.dnsName.describe("An existing Secret in the server's namespace"),
            certKey: p.secretKey
                .default("tls.crt")
                .describe("Key of the CA certificate, or of its chain up to bundleKey"),
            keyKey: p.secretKey.default("tls.key").describe("Key of the CA's private key"),
            bundleKey: p.secretKey.optional().describe("Key of the root certificates if the CA is an intermediate"),
        }),
        z.strictObject({
            type: z.literal("cert-manager").describe("A cert-manager issuer that can sign CAs"),
            issuerName: p.dnsName.describe("Name of the issuer"),
            issuerKind: z.enum(["Issuer", "ClusterIssuer"]).default("Issuer").describe("Kind of the issuer"),
            issuerGroup: p.dnsName.default("cert-manager.io").describe("API group of the issuer"),
            namespace: p.dnsLabel
                .optional()
                .describe("Namespace of the CertificateRequests; unset: the server's namespace"),
        }),
    ],
    { error: "an object with type none, disk or cert-manager" },
);

/** Additional plugins, for everything that SPIRE supports and these settings do not cover. */
export const extraPlugins = z
    .array(
        z.strictObject({
            type: z
                .enum(["NodeAttestor", "UpstreamAuthority", "BundlePublisher", "Notifier", "CredentialComposer"])
                .describe("Plugin type"),
            name: p.text(/^[\w-]{1,63}$/, "a plugin name: letters, digits, '_' and '-'").describe("Name of the plugin"),
            config: pluginData.default({}),
        }),
    )
    .default([])
    .describe("Additional plugins of the server");
