import { z } from "zod";
import * as p from "../shared/primitives";
import { BURST_CPU, containerResources } from "../shared/resources";

/** One step of a canary: a share of new pods, and how long it is watched. */
const step = z.strictObject({
    weight: z
        .int({ error: "a whole number from 1 to 99" })
        .min(1)
        .max(99)
        .describe("Share of the pods that run the new version (%), in whole pods of the least number of pods"),
    pauseSeconds: p.positiveSeconds
        .optional()
        .describe(
            "Time until the next step (s); unset: analysis.count × analysis.interval, and without analysis until `x0 rollout promote`",
        ),
    approval: z
        .boolean()
        .default(false)
        .describe("Wait for `npx x0 rollout promote` instead of a time before the next step"),
});

/** What decides whether the new version goes on. */
const analysis = z
    .strictObject({
        enabled: z
            .boolean()
            .default(true)
            .describe("Let Prometheus judge the new pods; without it only the deadline stops a bad version"),
        prometheus: p.httpUrl
            .refine((url) => !/[?#]/.test(url), { error: "a URL without query and fragment" })
            .optional()
            .describe("Address of Prometheus, as the controller reaches it; unset: this stack's own"),
        errorPercent: p
            .numberWithin(0.1, 50, "%")
            .optional()
            .describe("Highest share of failed requests to the new pods (%); unset: monitoring.alerts.errorPercent"),
        latencySeconds: p
            .numberWithin(0.05, 2.5, "s")
            .optional()
            .describe("Highest 95th percentile of the new pods' latency (s); unset: monitoring.alerts.latencySeconds"),
        interval: p.duration.default("1m").describe("Time between two measurements"),
        count: p.count.default(5).describe("Measurements that a step is watched for"),
        failureLimit: z
            .int({ error: "a whole number from 0 to 100" })
            .min(0)
            .max(100)
            .default(1)
            .describe("Failed measurements of errors or latency that are tolerated; crash loops have none"),
    })
    .prefault({});

/** The controller of Argo Rollouts. */
const controller = z
    .discriminatedUnion(
        "type",
        [
            z.strictObject({
                type: z
                    .literal("install")
                    .describe("A controller of this stack's own, in the mesh's namespace, with rights in it alone"),
                image: z
                    .strictObject({
                        repository: p.imageName
                            .default("quay.io/argoproj/argo-rollouts")
                            .describe("Image name including the registry, without tag"),
                        tag: p.imageTag("v1.10.1").default("v1.10.1").describe("Image tag"),
                        digest: p.digest.optional().describe("Image digest; takes precedence over the tag"),
                        pullPolicy: p.pullPolicy,
                        pullSecrets: p.pullSecrets.describe("Names of existing Secrets for a private registry"),
                    })
                    .prefault({}),
                resources: containerResources({
                    requests: { cpu: "20m", memory: "64Mi" },
                    limits: { cpu: BURST_CPU, memory: "256Mi" },
                }),
            }),
            z.strictObject({
                type: z.literal("existing").describe("A controller that watches the mesh's namespace already"),
                namespace: p.dnsLabel.default("argo-rollouts").describe("Namespace of its pods"),
                podLabels: p.labels
                    .default({ "app.kubernetes.io/name": "argo-rollouts" })
                    .describe("Labels of its pods, for the NetworkPolicy of Prometheus"),
            }),
        ],
        { error: "an object with type install or existing" },
    )
    .prefault({ type: "install" });

/** Settings that both ways of a Rollout share. */
const judged = {
    analysis,
    deadlineSeconds: p.positiveSeconds
        .optional()
        .describe("Time for a new pod to become available (s); unset: mesh.progressDeadlineSeconds"),
    onFailure: z
        .enum(["abort", "pause"])
        .default("abort")
        .describe(
            "What a failed analysis or deadline does: back to the old version, or wait for a person with the pods as they are",
        ),
    controller,
};

/** How a new version reaches the pods. */
export const delivery = z
    .discriminatedUnion(
        "type",
        [
            z.strictObject({ type: z.literal("rolling").describe("A Deployment, which replaces pod after pod") }),
            z.strictObject({
                type: z
                    .literal("canary")
                    .describe(
                        "A Rollout of Argo Rollouts: a share of new pods first, analyzed before the rest follows",
                    ),
                steps: z
                    .array(step)
                    .min(1, { error: "at least one step, or unset" })
                    .max(20, { error: "at most 20 steps" })
                    .optional()
                    .describe("Steps by rising weight; unset: one pod, then half of the pods"),
                ...judged,
            }),
            z.strictObject({
                type: z
                    .literal("blueGreen")
                    .describe(
                        "A Rollout of Argo Rollouts: all pods of the new version beside the old ones, then the Service leads to them at once",
                    ),
                autoPromotion: z
                    .boolean()
                    .default(true)
                    .describe(
                        "Let the Service lead to the new pods as soon as the analysis before has passed; false waits for `npx x0 rollout promote`",
                    ),
                scaleDownDelaySeconds: p.positiveSeconds
                    .default(600)
                    .describe(
                        "Time for which the old pods stay once the new version is delivered (s), for a quick way back",
                    ),
                ...judged,
            }),
        ],
        { error: "an object with type rolling, canary or blueGreen" },
    )
    .prefault({ type: "rolling" });

/** Settings of the delivery, validated and with defaults. */
export type DeliverySettings = z.output<typeof delivery>;

/** Settings of a canary. */
export type CanarySettings = Extract<DeliverySettings, { type: "canary" }>;

/** Settings of blue/green. */
export type BlueGreenSettings = Extract<DeliverySettings, { type: "blueGreen" }>;

/** Settings of a delivery by a Rollout. */
export type RolloutSettings = CanarySettings | BlueGreenSettings;

/** Whether a Rollout delivers, and no Deployment. */
export function isRollout(delivery: DeliverySettings): delivery is RolloutSettings {
    return delivery.type !== "rolling";
}

/** Whether a stack has a controller of its own. */
export function installsController({ delivery }: { readonly delivery: DeliverySettings }): boolean {
    return isRollout(delivery) && delivery.controller.type === "install";
}
