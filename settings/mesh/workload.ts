import { z } from "zod";
import * as p from "../shared/primitives";

/** Container image: `repository:tag` or `repository[:tag]@digest`. */
export const image = z
    .strictObject({
        repository: p.imageName.default("x0tta6bl4").describe("Image name including the registry, without tag"),
        tag: p
            .imageTag("3.4.0")
            .default("3.4.0")
            .describe("Image tag; use a fixed version, since `latest` changes without an update"),
        digest: p.digest.optional().describe("Image digest; takes precedence over the tag. Recommended for prod"),
        pullPolicy: p.pullPolicy,
        pullSecrets: p.pullSecrets.describe("Names of existing Secrets for a private registry"),
    })
    .prefault({});

/** Timings of a probe, and its path. */
interface ProbeDefaults {
    readonly initialDelaySeconds: number;
    readonly periodSeconds: number;
    readonly timeoutSeconds: number;
    readonly failureThreshold: number;
}

/** Fields of an HTTP probe on the app's http port. */
function probeFields(defaults: ProbeDefaults) {
    return {
        path: p.httpPath.default("/health").describe("HTTP path; the app serves /health"),
        initialDelaySeconds: p.seconds
            .default(defaults.initialDelaySeconds)
            .describe("Delay before the first probe (s)"),
        periodSeconds: p.positiveSeconds.default(defaults.periodSeconds).describe("Interval between probes (s)"),
        timeoutSeconds: p.positiveSeconds.default(defaults.timeoutSeconds).describe("Timeout of a probe (s)"),
        failureThreshold: p.count
            .default(defaults.failureThreshold)
            .describe("Consecutive failures before the probe counts as failed"),
    };
}

function probe(defaults: ProbeDefaults) {
    return z.strictObject(probeFields(defaults)).prefault({});
}

/**
 * The startup probe. Until it succeeds, the kubelet runs neither liveness nor readiness probes (Kubernetes
 * documentation, Configure Probes), so a slow start neither kills the container nor counts as failed requests. 60
 * probes, one every 5 s, are 5 minutes: the app starts in about 30 s at 200m CPU, so a node may be ten times as slow. A
 * short period costs little and lets a pod be ready soon after its app is.
 */
const startup = z
    .strictObject({
        enabled: z
            .boolean()
            .default(true)
            .describe(
                "Let the app start before liveness and readiness are probed, for initialDelaySeconds + periodSeconds × failureThreshold",
            ),
        ...probeFields({ initialDelaySeconds: 0, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 60 }),
    })
    .prefault({});

/** Liveness and readiness with the timings of the replaced overlays, and a startup probe before them. */
export const probes = z
    .strictObject({
        liveness: probe({ initialDelaySeconds: 30, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 }),
        readiness: probe({ initialDelaySeconds: 10, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 2 }),
        startup,
    })
    .prefault({});

/** HorizontalPodAutoscaler. */
export const autoscaling = z
    .strictObject({
        enabled: z.boolean().default(false).describe("Let a HorizontalPodAutoscaler set the replica count"),
        minReplicas: p.count.default(2).describe("Minimum number of pods"),
        maxReplicas: p.count.default(10).describe("Maximum number of pods"),
        targetCpuPercent: p.percent.default(80).describe("Target CPU utilization, in percent of the requests"),
        targetMemoryPercent: p.percent.default(80).describe("Target memory utilization, in percent of the requests"),
    })
    .prefault({});

/** PodDisruptionBudget. */
export const disruptionBudget = z
    .strictObject({
        enabled: z.boolean().default(true).describe("Create a PodDisruptionBudget, which node drains respect"),
        minAvailable: p.count.default(1).describe("Pods that must stay available during a drain"),
        unhealthyPodEvictionPolicy: z
            .enum(["IfHealthyBudget", "AlwaysAllow"])
            .default("IfHealthyBudget")
            .describe("Whether pods that are not ready may be evicted regardless of the budget"),
    })
    .prefault({});
