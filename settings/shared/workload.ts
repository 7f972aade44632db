import { z } from "zod";
import * as p from "./primitives";

/** Container image: `repository:tag` or `repository[:tag]@digest`. */
export const image = z
    .strictObject({
        repository: p
            .text(
                /^([a-z0-9.-]+(:\d+)?\/)?[a-z0-9]+([._/-]+[a-z0-9]+)*$/,
                "an image name without tag, e.g. registry.example.com/x0tta6bl4",
            )
            .default("x0tta6bl4")
            .describe("Image name with its registry, without tag"),
        tag: p
            .text(/^\w[\w.-]{0,127}$/, "an image tag, e.g. 3.4.0 (as text: quote it in YAML)")
            .default("3.4.0")
            .describe("Image tag; name a version, since `latest` runs another image each day"),
        digest: p.digest
            .optional()
            .describe("Image digest; when set it decides which image runs. Recommended for prod"),
        pullPolicy: z.enum(["IfNotPresent", "Always", "Never"]).default("IfNotPresent").describe("imagePullPolicy"),
        pullSecrets: z.array(p.dnsName).default([]).describe("Names of Secrets for a private registry"),
    })
    .prefault({});

/** CPU and memory of one container. */
export const resources = z
    .strictObject({
        requests: z
            .strictObject({
                cpu: p.quantity.default("100m").describe("CPU that the scheduler reserves"),
                memory: p.quantity.default("128Mi").describe("Memory that the scheduler reserves"),
            })
            .prefault({}),
        limits: z
            .strictObject({
                cpu: p.quantity.default("500m").describe("CPU above which the container is throttled"),
                memory: p.quantity.default("512Mi").describe("Memory above which the container is killed"),
            })
            .prefault({}),
    })
    .prefault({});

/** An HTTP probe on the app's http port. */
function probe(defaults: {
    initialDelaySeconds: number;
    periodSeconds: number;
    timeoutSeconds: number;
    failureThreshold: number;
}) {
    return z.strictObject({
        path: p.absolutePath.default("/health").describe("HTTP path; the app serves /health"),
        initialDelaySeconds: p.seconds
            .default(defaults.initialDelaySeconds)
            .describe("Wait before the first probe (s)"),
        periodSeconds: p.positiveSeconds.default(defaults.periodSeconds).describe("Time between probes (s)"),
        timeoutSeconds: p.positiveSeconds.default(defaults.timeoutSeconds).describe("Time for an answer (s)"),
        failureThreshold: p.count.default(defaults.failureThreshold).describe("Failures in a row that count"),
    });
}

/** Liveness and readiness with the timings of the replaced overlays; a startup probe when given. */
export const probes = z
    .strictObject({
        liveness: probe({
            initialDelaySeconds: 30,
            periodSeconds: 10,
            timeoutSeconds: 5,
            failureThreshold: 3,
        }).prefault({}),
        readiness: probe({
            initialDelaySeconds: 10,
            periodSeconds: 5,
            timeoutSeconds: 3,
            failureThreshold: 2,
        }).prefault({}),
        startup: probe({ initialDelaySeconds: 0, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 30 })
            .optional()
            .describe("Startup probe: set {} for the defaults; none when unset"),
    })
    .prefault({});

const expression = z.strictObject({
    key: z.string().min(1).describe("Node label"),
    operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]).describe("How the label is compared"),
    values: z.array(z.string()).optional().describe("Values to compare with; none for Exists and DoesNotExist"),
});

/** Where pods run. */
export const scheduling = z
    .strictObject({
        antiAffinity: z
            .enum(["preferred", "required", "none"])
            .default("preferred")
            .describe("Keep the app's pods on different nodes; `required` needs more nodes than replicas to roll"),
        nodeAffinity: z
            .strictObject({
                required: z.array(expression).default([]).describe("Node labels that must match, all of them"),
                preferred: z.array(expression).default([]).describe("Node labels that are preferred, weight 100 each"),
            })
            .prefault({}),
        topologySpread: z
            .array(
                z.strictObject({
                    topologyKey: z.string().min(1).describe("Node label, e.g. topology.kubernetes.io/zone"),
                    maxSkew: p.count.default(1).describe("Largest allowed difference between two domains"),
                    whenUnsatisfiable: z
                        .enum(["ScheduleAnyway", "DoNotSchedule"])
                        .default("ScheduleAnyway")
                        .describe("What happens when the spread cannot be kept"),
                }),
            )
            .default([])
            .describe("Topology spread constraints over the app's pods"),
        tolerations: z
            .array(
                z.strictObject({
                    key: z.string().optional().describe("Taint key; unset tolerates all"),
                    operator: z.enum(["Exists", "Equal"]).default("Equal").describe("How the taint is compared"),
                    value: z.string().optional().describe("Taint value, for Equal"),
                    effect: z
                        .enum(["NoSchedule", "PreferNoSchedule", "NoExecute"])
                        .optional()
                        .describe("Taint effect; unset tolerates all"),
                    tolerationSeconds: p.seconds.optional().describe("For NoExecute: how long the pod stays (s)"),
                }),
            )
            .default([])
            .describe("Taints that the pods tolerate"),
        priorityClassName: p.dnsName.optional().describe("PriorityClass of the pods"),
    })
    .prefault({});

/** HorizontalPodAutoscaler. */
export const autoscaling = z
    .strictObject({
        enabled: z.boolean().default(false).describe("Let a HorizontalPodAutoscaler own the replica count"),
        minReplicas: p.count.default(2).describe("Fewest pods"),
        maxReplicas: p.count.default(10).describe("Most pods"),
        targetCpuPercent: p.percent.default(80).describe("Average CPU use of the requests to hold (%)"),
        targetMemoryPercent: p.percent.default(80).describe("Average memory use of the requests to hold (%)"),
    })
    .prefault({});

/** PodDisruptionBudget. */
export const disruptionBudget = z
    .strictObject({
        enabled: z.boolean().default(true).describe("Keep pods running while nodes are drained"),
        minAvailable: p.count.default(1).describe("Pods that a drain must leave running"),
        unhealthyPodEvictionPolicy: z
            .enum(["IfHealthyBudget", "AlwaysAllow"])
            .default("IfHealthyBudget")
            .describe("Whether pods that are not Ready may be evicted regardless of the budget"),
    })
    .prefault({});
