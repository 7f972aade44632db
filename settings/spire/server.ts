import { z } from "zod";
import * as p from "../shared/primitives";
import { datastore, extraPlugins, keyManager, upstreamAuthority } from "./storage";
import { scheduling } from "../shared/workload";

/** CPU and memory of one container; each default is a fact of the SPIRE project or measured. */
export function containerResources(defaults: Record<"requests" | "limits", { cpu: string; memory: string }>) {
    const amounts = (kind: "requests" | "limits") =>
        z
            .strictObject({
                cpu: p.quantity.default(defaults[kind].cpu).describe(`CPU ${kind}`),
                memory: p.quantity.default(defaults[kind].memory).describe(`Memory ${kind}`),
            })
            .prefault({});
    return z.strictObject({ requests: amounts("requests"), limits: amounts("limits") }).prefault({});
}

/** Log levels of SPIRE. */
export const logLevel = z.enum(["DEBUG", "INFO", "WARN", "ERROR"]).default("INFO").describe("Log level");

/** The SPIRE server with the controller manager beside it. */
export const spireServer = z.strictObject(
    {
        replicas: p.count.default(1).describe("Number of servers; more than one need a shared datastore"),
        datastore,
        keyManager,
        upstreamAuthority,
        extraPlugins,
        env: z
            .array(
                z.strictObject({
                    name: p.text(/^[A-Z_][A-Z0-9_]*$/, "a name of an environment variable").describe("Variable"),
                    secretName: p.dnsName.describe("An existing Secret in the server's namespace"),
                    key: p.secretKey.describe("Key of the Secret"),
                }),
            )
            .default([])
            .describe("Variables from Secrets; extraPlugins and keyManager use them as ${NAME}"),
        caTtl: p.duration.default("24h").describe("Life of the server's CA"),
        caKeyType: z
            .enum(["ec-p256", "ec-p384", "rsa-2048", "rsa-4096"])
            .default("ec-p256")
            .describe("Type of the CA's key"),
        caSubject: z
            .strictObject({
                country: p
                    .text(/^[A-Z]{2}$/, "a country code of two capital letters")
                    .optional()
                    .describe("Country"),
                organization: z.string().min(1).default("x0tta6bl4").describe("Organisation"),
                commonName: z.string().min(1).optional().describe("Common name; unset: the trust domain"),
            })
            .prefault({}),
        svidTtl: p.duration
            .default("1h")
            .describe("Life of an X.509 SVID; at most a sixth of caTtl and 7 days, or SPIRE shortens it"),
        agentTtl: p.duration
            .optional()
            .describe("Life of an agent's SVID: how long agents outlive an outage; unset: svidTtl"),
        jwtSvids: z
            .strictObject({
                enabled: z.boolean().default(false).describe("Issue JWT SVIDs, too"),
                ttl: p.duration.default("5m").describe("Life of a JWT SVID"),
            })
            .prefault({}),
        pruneExpiredNodesAfter: p.duration
            .default("24h")
            .describe("Age at which nodes that are gone leave the datastore"),
        rateLimit: z
            .strictObject({
                attestation: z.boolean().default(true).describe("At most one attestation per second and address"),
                signing: z.boolean().default(true).describe("At most 500 signatures per second and address"),
            })
            .prefault({}),
        auditLog: z.boolean().default(false).describe("Log every call of the server's API"),
        logLevel,
        // SPIRE's hints: server 200m/256Mi; the controller manager held 44 MiB on a real node.
        resources: containerResources({
            requests: { cpu: "200m", memory: "256Mi" },
            limits: { cpu: "1", memory: "512Mi" },
        }),
        controllerManager: z
            .strictObject({
                gcInterval: p.duration
                    .default("10s")
                    .describe("Time after which entries that somebody changed are put right"),
                logLevel: z.enum(["debug", "info", "warn", "error"]).default("info").describe("Log level"),
                resources: containerResources({
                    requests: { cpu: "50m", memory: "64Mi" },
                    limits: { cpu: "200m", memory: "128Mi" },
                }),
            })
            .prefault({}),
        storage: z
            .strictObject({
                size: p.quantity.default("1Gi").describe("Size of each server's volume"),
                storageClass: p.dnsName.optional().describe("StorageClass; unset: the cluster's default"),
            })
            .prefault({}),
        serviceAccountAnnotations: p.stringMap
            .default({})
            .describe("Annotations of the ServiceAccount, e.g. for cloud workload identity"),
        scheduling: scheduling
            .unwrap()
            .extend({
                priorityClassName: p.dnsName.default("system-cluster-critical").describe("PriorityClass of the pods"),
            })
            .prefault({}),
        terminationGracePeriodSeconds: p.positiveSeconds.default(30).describe("Time for a server to end (s)"),
    },
    { error: p.objectWith("datastore, keyManager and upstreamAuthority") },
);
