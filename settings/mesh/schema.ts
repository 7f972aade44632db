import { z } from "zod";
import { delivery } from "./delivery";
import * as features from "./features";
import { networkPolicy } from "./networkPolicy";
import * as p from "../shared/primitives";
import { containerResources } from "../shared/resources";
import { scheduling } from "../shared/scheduling";
import { serviceMesh } from "./serviceMesh";
import * as workload from "./workload";

/** Storage of `/data`. */
const data = z
    .discriminatedUnion(
        "type",
        [
            z.strictObject({
                type: z.literal("ephemeral").describe("A PersistentVolumeClaim per pod, deleted with the pod"),
                size: p.bytes.default("100Mi").describe("Size of each claim"),
                storageClass: p.dnsName.optional().describe("StorageClass; unset: the cluster's default"),
            }),
            z.strictObject({
                type: z.literal("emptyDir").describe("Space on the node's disk, deleted with the pod"),
                size: p.bytes.default("100Mi").describe("Size limit of the volume"),
            }),
            z.strictObject({
                type: z.literal("existingClaim").describe("An existing claim, which outlives the pods"),
                claimName: p.dnsName.describe("Name of the claim in the mesh's namespace"),
                accessMode: z
                    .enum(["ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany"])
                    .describe("Access mode of the claim; replicas can share only ReadWriteMany"),
            }),
        ],
        { error: "an object with type ephemeral, emptyDir or existingClaim" },
    )
    .prefault({ type: "ephemeral" });

const ENV_TEXT = "text, in quotes where YAML would read a number, boolean or time: it makes 1.10 1.1 and 017 15";

/** Format in which the CLI writes an unquoted date or time in a stack file: Go's time.String(). */
const GO_TIME = /^\d{4,}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? [+-]\d{4} \S+$/;

/**
 * Maximum size of `mesh.env`, names and values (bytes). Pulumi passes a stack's whole configuration to the program as
 * one environment variable, for which the limit of Linux is 128 KiB (MAX_ARG_STRLEN, execve(2)); half of that is left
 * for all other settings.
 */
const MAX_ENV_BYTES = 64 * 1024;

/** The value of an environment variable; never converted. */
const variable = z
    .string({ error: ENV_TEXT })
    .refine((value) => !GO_TIME.test(value), {
        error: "text: YAML has read a date or time without quotes; quote it in the stack file",
    })
    .refine((value) => !value.includes("\0"), { error: "text without NUL characters" });

/** Schema of the `mesh` section: the x0tta6bl4 mesh app. */
export const meshSchema = z
    .strictObject({
        namespace: p.ownNamespace
            .optional()
            .describe("Namespace; unset: x0tta6bl4-staging or x0tta6bl4-production, by stack"),
        podSecurity: z
            .strictObject({
                level: z
                    .enum(["restricted", "baseline", "privileged"])
                    .optional()
                    .describe(
                        "Pod Security level that the namespace enforces; unset: restricted, or what spireSocket and ebpf require",
                    ),
                version: p.podSecurityVersion.default("latest").describe("Version of the Pod Security Standards"),
            })
            .prefault({}),
        image: workload.image,
        replicas: p.count.default(2).describe("Number of pods; ignored while autoscaling is on"),
        logLevel: z
            .enum(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
            .default("INFO")
            .describe("Log level of the app (LOG_LEVEL)"),
        profiling: z.boolean().default(false).describe("Enable profiling in the app (PROFILING_ENABLED)"),
        ports: z
            .strictObject({
                http: p.port.default(8000).describe("API and probes"),
                metrics: p.port
                    .default(9090)
                    .describe("Prometheus metrics; equal to http if the app serves both on one port"),
                mesh: p.port.default(7946).describe("Mesh peers"),
            })
            .prefault({}),
        metrics: z
            .strictObject({
                enabled: z
                    .boolean()
                    .default(true)
                    .describe("Enable metrics in the app (METRICS_ENABLED) and the scrape annotations"),
                path: p.httpPath.default("/metrics").describe("HTTP path of the metrics"),
            })
            .prefault({}),
        resources: containerResources({
            requests: { cpu: "100m", memory: "128Mi" },
            limits: { cpu: "500m", memory: "512Mi" },
        }),
        probes: workload.probes,
        minReadySeconds: p.seconds
            .default(0)
            .describe("Time that a new pod must stay Ready before it counts as available (s)"),
        // 600 is the default of Kubernetes. It is explicit, because it must exceed what the startup probe allows.
        progressDeadlineSeconds: p.positiveSeconds
            .default(600)
            .describe(
                "Time for a pod of a rollout to become available (s), from pulling its image on; then the rollout counts as failed",
            ),
        terminationGracePeriodSeconds: p.positiveSeconds
            .default(30)
            .describe("Time for a pod to stop (s), preStop included"),
        preStopSleepSeconds: p.seconds
            .default(5)
            .describe("Delay before SIGTERM (s), so that endpoints are removed first"),
        scheduling,
        autoscaling: workload.autoscaling,
        disruptionBudget: workload.disruptionBudget,
        delivery,
        data,
        writablePaths: z
            .array(
                z.strictObject({
                    path: p.absolutePath.describe("Directory in the container"),
                    sizeLimit: p.bytes.default("64Mi").describe("Size limit of the directory"),
                }),
            )
            .default([
                { path: "/tmp", sizeLimit: "64Mi" },
                { path: "/app/.agent_coordination", sizeLimit: "64Mi" },
                { path: "/app/data", sizeLimit: "64Mi" },
                { path: "/app/logs", sizeLimit: "64Mi" },
            ])
            .describe("Directories that the app writes to; the rest of its root filesystem is read-only"),
        spireSocket: z
            .strictObject({
                type: z
                    .enum(["csi", "hostPath", "none"])
                    .default("csi")
                    .describe(
                        "How pods reach the SPIFFE Workload API: the CSI driver csi.spiffe.io, a hostPath (requires podSecurity privileged), or not at all",
                    ),
                path: p.absolutePath
                    .default("/run/spire/sockets")
                    .describe("Directory of agent.sock, on the node (hostPath) and in the pod"),
                waitForIdentity: z
                    .boolean()
                    .default(true)
                    .describe("Start the app only once its pod has an SVID (container with the SPIRE agent's image)"),
                waitAs: z
                    .enum(["auto", "sidecar", "initContainer"])
                    .default("auto")
                    .describe(
                        "What waits: a sidecar, which waits without a restart, or an init container, which the kubelet restarts until there is an SVID; auto: the sidecar on Kubernetes 1.29 and newer",
                    ),
            })
            .prefault({}),
        serviceAccount: z
            .strictObject({
                mountToken: z
                    .boolean()
                    .default(false)
                    .describe("Mount the ServiceAccount token and allow traffic to the API server"),
                annotations: p.annotations.default({}).describe("Annotations, e.g. for cloud workload identity"),
            })
            .prefault({}),
        secret: z
            .strictObject({
                existingName: p.dnsName
                    .optional()
                    .describe("An existing Secret with the app's keys, instead of a generated one"),
                rotation: p.rotation.default("1").describe("Change it to generate new keys and restart the pods"),
            })
            .prefault({}),
        service: z
            .strictObject({
                annotations: p.annotations.default({}).describe("Annotations of the main Service"),
                headless: z
                    .boolean()
                    .default(false)
                    .describe("Add a headless Service for the mesh port (peer discovery through DNS)"),
            })
            .prefault({}),
        env: z
            .record(p.variableName, variable)
            .refine((env) => envBytes(env) <= MAX_ENV_BYTES, {
                error: `at most ${MAX_ENV_BYTES / 1024} KiB of names and values in all; put more into a ConfigMap or a file`,
            })
            .default({})
            .describe("Further environment variables, values as text (quoted in YAML), 64 KiB in all; no secrets"),
        networkPolicy,
        serviceMesh,
        ebpf: z
            .strictObject({
                enabled: z
                    .boolean()
                    .default(false)
                    .describe(
                        "Grant what eBPF requires: root, the capabilities BPF, NET_ADMIN and PERFMON, and /sys/fs/bpf",
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

/** Settings of the mesh app, validated and with defaults. */
export type MeshSettings = z.output<typeof meshSchema>;

/** Size of an environment as counted by the kernel (bytes): `NAME=value` with a terminating null byte. */
function envBytes(env: Readonly<Record<string, string>>): number {
    return Object.entries(env).reduce((sum, [name, value]) => sum + Buffer.byteLength(`${name}=${value}`) + 1, 0);
}
