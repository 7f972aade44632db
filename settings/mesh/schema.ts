import { z } from "zod";
import * as features from "./features";
import { networkPolicy } from "../shared/network";
import * as p from "../shared/primitives";
import * as workload from "../shared/workload";

/** Where `/data` lives. */
const data = z
    .discriminatedUnion("type", [
        z.strictObject({
            type: z.literal("ephemeral").describe("A PersistentVolumeClaim for each pod, gone with the pod"),
            size: p.quantity.default("100Mi").describe("Size of each claim"),
            storageClass: p.dnsName.optional().describe("StorageClass; unset: the cluster's default"),
        }),
        z.strictObject({
            type: z.literal("emptyDir").describe("Space on the node's disk, gone with the pod"),
            size: p.quantity.default("100Mi").describe("sizeLimit"),
        }),
        z.strictObject({
            type: z.literal("existingClaim").describe("A claim of yours, kept when pods go"),
            claimName: p.dnsName.describe("Name of the claim in the mesh's namespace"),
            accessMode: z
                .enum(["ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany"])
                .describe("The claim's access mode; only ReadWriteMany may be shared by replicas"),
        }),
    ])
    .prefault({ type: "ephemeral" });

/** Everything about the x0tta6bl4 mesh app. */
export const meshSchema = z
    .strictObject({
        namespace: p.dnsLabel
            .optional()
            .describe("Namespace; unset: x0tta6bl4-staging or x0tta6bl4-production by stack"),
        podSecurity: z
            .strictObject({
                level: z
                    .enum(["restricted", "baseline", "privileged"])
                    .optional()
                    .describe(
                        "Pod Security level that the namespace enforces; unset: restricted, or what spireSocket and ebpf need",
                    ),
                version: p
                    .text(/^(latest|v1\.\d{1,3})$/, "latest or a Kubernetes minor version such as v1.36")
                    .default("latest")
                    .describe("Version of the Pod Security Standards"),
            })
            .prefault({}),
        image: workload.image,
        replicas: p.count.default(2).describe("Number of pods; ignored while autoscaling is on"),
        logLevel: z
            .enum(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
            .default("INFO")
            .describe("LOG_LEVEL of the app"),
        profiling: z.boolean().default(false).describe("PROFILING_ENABLED of the app"),
        ports: z
            .strictObject({
                http: p.port.default(8000).describe("API and probes"),
                metrics: p.port
                    .default(9090)
                    .describe("Prometheus metrics; equal to http when the app serves both on one port"),
                mesh: p.port.default(7946).describe("Mesh peers"),
            })
            .prefault({}),
        metrics: z
            .strictObject({
                enabled: z.boolean().default(true).describe("METRICS_ENABLED of the app, and the scrape annotations"),
                path: p.absolutePath.default("/metrics").describe("HTTP path of the metrics"),
            })
            .prefault({}),
        resources: workload.resources,
        probes: workload.probes,
        terminationGracePeriodSeconds: p.positiveSeconds
            .default(30)
            .describe("Time for a pod to end (s), preStop included"),
        preStopSleepSeconds: p.seconds
            .default(5)
            .describe("Wait before the app is told to end (s), so that Services stop sending first"),
        scheduling: workload.scheduling,
        autoscaling: workload.autoscaling,
        disruptionBudget: workload.disruptionBudget,
        data,
        writablePaths: z
            .array(
                z.strictObject({
                    path: p.absolutePath.describe("Directory in the container"),
                    sizeLimit: p.quantity.default("64Mi").describe("Most that it can hold"),
                }),
            )
            .default([
                { path: "/tmp", sizeLimit: "64Mi" },
                { path: "/app/.agent_coordination", sizeLimit: "64Mi" },
                { path: "/app/data", sizeLimit: "64Mi" },
                { path: "/app/logs", sizeLimit: "64Mi" },
            ])
            .describe("Directories that the app writes to; the rest of its file system is read-only"),
        spireSocket: z
            .strictObject({
                type: z
                    .enum(["csi", "hostPath", "none"])
                    .default("csi")
                    .describe(
                        "How pods get the SPIFFE Workload API: CSI driver csi.spiffe.io, a hostPath (needs podSecurity privileged), or not at all",
                    ),
                path: p.absolutePath
                    .default("/run/spire/sockets")
                    .describe("Directory of agent.sock, on the node (hostPath) and in the pod"),
                waitForIdentity: z
                    .boolean()
                    .default(true)
                    .describe(
                        "Start the app only when its pod has an SVID (init container with the SPIRE agent's image)",
                    ),
            })
            .prefault({}),
        serviceAccount: z
            .strictObject({
                mountToken: z.boolean().default(false).describe("Mount the API token; opens the way to the API server"),
                annotations: p.stringMap.default({}).describe("Annotations, e.g. for cloud workload identity"),
            })
            .prefault({}),
        secret: z
            .strictObject({
                existingName: p.dnsName
                    .optional()
                    .describe("A Secret of yours with the app's keys, instead of a generated one"),
                rotation: p.scalarText.default("1").describe("Change it to generate new keys and roll the pods"),
            })
            .prefault({}),
        service: z
            .strictObject({
                annotations: p.stringMap.default({}).describe("Annotations of the main Service"),
                headless: z
                    .boolean()
                    .default(false)
                    .describe("Add a headless Service for the mesh port (peer discovery by DNS)"),
            })
            .prefault({}),
        env: z
            .record(p.text(/^[A-Za-z_]\w*$/, "a name of an environment variable"), p.scalarText)
            .default({})
            .describe("Further environment variables; no secrets here"),
        networkPolicy,
        ebpf: z
            .strictObject({
                enabled: z
                    .boolean()
                    .default(false)
                    .describe(
                        "Give the pods what eBPF needs: root, capabilities BPF, NET_ADMIN and PERFMON, and /sys/fs/bpf",
                    ),
            })
            .prefault({}),
        mapeK: features.mapeK,
        zeroTrust: features.zeroTrust,
        networking: features.networking,
        obfuscation: features.obfuscation,
        dao: features.dao,
    })
    .prefault({});
