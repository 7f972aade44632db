import { z } from "zod";
import * as p from "../shared/primitives";
import { datastore, extraPlugins, keyManager, upstreamAuthority } from "./storage";
import { containerResources } from "../shared/resources";
import { scheduling } from "../shared/scheduling";
import { logLevel } from "./logLevel";

const LINE_OF_SUBJECT = /^[^\p{Cc}\p{Cf}]{1,64}$/u;

/** One attribute of a certificate subject: X.520 allows 64 characters (ub-organization-name, ub-common-name). */
const subjectPart = p.text(LINE_OF_SUBJECT, "1 to 64 characters on one line");

/** Schema of the SPIRE server and the controller manager in its pods. */
export const spireServer = z.strictObject(
    {
        replicas: p.count.default(1).describe("Number of servers; more than one requires a shared datastore"),
        datastore,
        keyManager,
        upstreamAuthority,
        extraPlugins,
        env: z
            .array(
                z.strictObject({
                    name: p
                        .text(/^[A-Z_][A-Z0-9_]{0,252}$/, "the name of an environment variable in capitals")
                        .describe("Variable"),
                    secretName: p.dnsName.describe("An existing Secret in the server's namespace"),
                    key: p.secretKey.describe("Key in the Secret"),
                }),
            )
            .default([])
            .describe("Environment variables from Secrets; extraPlugins and keyManager refer to them as ${NAME}"),
        caTtl: p.duration.default("24h").describe("Lifetime of the server's CA"),
        caKeyType: z
            .enum(["ec-p256", "ec-p384", "rsa-2048", "rsa-4096"])
            .default("ec-p256")
            .describe("Key type of the CA"),
        caSubject: z
            .strictObject({
                country: p
                    .text(/^[A-Z]{2}$/, "a country code of two capital letters")
                    .optional()
                    .describe("Country"),
                organization: subjectPart.default("x0tta6bl4").describe("Organization"),
                commonName: subjectPart.optional().describe("Common name; unset: the trust domain"),
            })
            .prefault({}),
        svidTtl: p.duration
            .default("1h")
            .describe("Lifetime of X.509 SVIDs; at most a sixth of caTtl and 7 days, beyond which SPIRE shortens it"),
        agentTtl: p.duration
            .optional()
            .describe("Lifetime of agents' SVIDs: how long agents survive a server outage; unset: svidTtl"),
        jwtSvids: z
            .strictObject({
                enabled: z.boolean().default(false).describe("Issue JWT SVIDs"),
                ttl: p.duration.default("5m").describe("Lifetime of JWT SVIDs"),
            })
            .prefault({}),
        pruneExpiredNodesAfter: p.duration
            .default("24h")
            .describe("Age at which expired nodes are removed from the datastore"),
        rateLimit: z
            .strictObject({
                attestation: z.boolean().default(true).describe("Limit attestations to one per second and address"),
                signing: z.boolean().default(true).describe("Limit signing requests to 500 per second and address"),
            })
            .prefault({}),
        auditLog: z.boolean().default(false).describe("Log every call to the server's API"),
        logLevel,
        // SPIRE recommends 200m/256Mi for the server; the controller manager used 44 MiB on a real node.
        resources: containerResources({
            requests: { cpu: "200m", memory: "256Mi" },
            limits: { cpu: "1", memory: "512Mi" },
        }),
        controllerManager: z
            .strictObject({
                gcInterval: p.duration.default("10s").describe("Interval at which changed entries are reconciled"),
                logLevel: z.enum(["debug", "info", "warn", "error"]).default("info").describe("Log level"),
                resources: containerResources({
                    requests: { cpu: "50m", memory: "64Mi" },
                    limits: { cpu: "200m", memory: "128Mi" },
                }),
            })
            .prefault({}),
        storage: z
            .strictObject({
                size: p.bytes.default("1Gi").describe("Size of each server's volume"),
                storageClass: p.dnsName.optional().describe("StorageClass; unset: the cluster's default"),
            })
            .prefault({}),
        serviceAccountAnnotations: p.annotations
            .default({})
            .describe("Annotations of the ServiceAccount, e.g. for cloud workload identity"),
        scheduling: scheduling
            .unwrap()
            .extend({
                priorityClassName: p.dnsName.default("system-cluster-critical").describe("PriorityClass of the pods"),
            })
            .prefault({}),
        terminationGracePeriodSeconds: p.positiveSeconds.default(30).describe("Time for a server to stop (s)"),
    },
    { error: p.objectWith("datastore, keyManager and upstreamAuthority") },
);
