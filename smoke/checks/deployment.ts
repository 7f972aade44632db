import { rollingUpdate } from "../../components/mesh/rollingUpdate";
import { canarySteps } from "../../components/delivery/rollout";
import { isRollout } from "../../settings/mesh/delivery";
import { rolloutDeadline } from "../../settings/mesh/deliveryConstraints";
import type { V1Deployment } from "@kubernetes/client-node";
import { type Check } from "../check";
import { failed, judge, passed, skipped, type Difference } from "../outcome";
import { judging } from "../cluster/lookup";
import { same, sameFields } from "../compare";
import type { Expectation } from "../expectation";
import { rolloutState } from "../rollout";
import { containerOf, CONTAINER } from "../subject";

const TOPIC = "Deployment";
const LOOK = `get deployment -o wide`;

/** Image reference from the settings; a digest takes precedence. */
export function imageOf({ image }: Expectation["mesh"]): string {
    return image.digest === undefined
        ? `${image.repository}:${image.tag}`
        : `${image.repository}:${image.tag}@${image.digest}`;
}

/** Differences in the replicas of a Deployment: the exact number, or the autoscaler's bounds. */
function replicaDifferences(deployment: V1Deployment, { mesh }: Expectation): Difference[] {
    const actual = deployment.spec?.replicas ?? 1;
    if (!mesh.autoscaling.enabled) {
        return same("spec.replicas", mesh.replicas, actual);
    }
    const { minReplicas, maxReplicas } = mesh.autoscaling;
    const inside = actual >= minReplicas && actual <= maxReplicas;
    return inside
        ? []
        : [
              {
                  path: "spec.replicas",
                  expected: `${minReplicas} to ${maxReplicas} (autoscaler)`,
                  actual: String(actual),
              },
          ];
}

/** A value as an object; an empty one where it is none. */
function record(value: unknown): Readonly<Record<string, unknown>> {
    return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

/** Checks of the app's Deployment or Rollout itself; its pod template has files of its own. */
export const DEPLOYMENT_CHECKS: readonly Check[] = [
    {
        topic: TOPIC,
        name: "exists",
        look: LOOK,
        run: ({ deployment }) => judging(deployment, ({ metadata }) => passed(metadata?.name)),
    },
    {
        topic: TOPIC,
        name: "rollout complete",
        look: "describe deployment",
        run: (snapshot) => {
            const { complete, underWay, detail } = rolloutState(snapshot);
            if (complete) {
                return passed(detail);
            }
            // Its end is known to nobody yet; the pods that serve are evaluated by the other checks.
            return underWay === true ? skipped(detail) : failed(detail);
        },
    },
    {
        topic: TOPIC,
        name: "replicas",
        look: LOOK,
        run: ({ deployment }, expected) =>
            judging(deployment, (value) =>
                judge(replicaDifferences(value, expected), String(value.spec?.replicas ?? 1)),
            ),
    },
    {
        topic: TOPIC,
        name: "image",
        look: LOOK,
        run: (snapshot, { mesh }) =>
            judging(containerOf(snapshot), ({ image, imagePullPolicy }) =>
                judge(
                    [
                        ...same(`containers[${CONTAINER}].image`, imageOf(mesh), image),
                        ...same(`containers[${CONTAINER}].imagePullPolicy`, mesh.image.pullPolicy, imagePullPolicy),
                    ],
                    image,
                ),
            ),
    },
    {
        topic: TOPIC,
        name: "strategy",
        look: "get deployment -o jsonpath={..spec.strategy}",
        run: ({ deployment, rollout }, { mesh, names }) => {
            const { delivery } = mesh;
            if (delivery.type === "blueGreen") {
                const { autoPromotion, scaleDownDelaySeconds } = delivery;
                const wanted = {
                    activeService: names.service,
                    previewService: `${names.service}-preview`,
                    autoPromotionEnabled: autoPromotion,
                    scaleDownDelaySeconds,
                };
                return judging(deployment, () =>
                    judge(
                        sameFields("spec.strategy.blueGreen", wanted, record(rollout?.strategy.blueGreen)),
                        `blueGreen, ${autoPromotion ? "switched by the analysis" : "switched by a person"}`,
                    ),
                );
            }
            if (delivery.type === "canary") {
                const steps = canarySteps(mesh, delivery);
                const wanted = { maxSurge: 1, maxUnavailable: 0, steps };
                return judging(deployment, () =>
                    judge(
                        sameFields("spec.strategy.canary", wanted, record(rollout?.strategy.canary)),
                        `canary, ${steps.length / 2} steps`,
                    ),
                );
            }
            const rolling = rollingUpdate(mesh.data);
            return judging(deployment, ({ spec }) =>
                judge(
                    same("spec.strategy", { type: "RollingUpdate", rollingUpdate: rolling }, spec?.strategy),
                    `RollingUpdate, ${rolling.maxSurge} more, ${rolling.maxUnavailable} fewer`,
                ),
            );
        },
    },
    {
        topic: TOPIC,
        name: "time to become available",
        look: "get deployment -o jsonpath={..spec.progressDeadlineSeconds}",
        run: ({ deployment }, { mesh }) => {
            const { minReadySeconds, delivery } = mesh;
            const progressDeadlineSeconds = isRollout(delivery)
                ? rolloutDeadline(mesh, delivery)
                : mesh.progressDeadlineSeconds;
            return judging(deployment, ({ spec }) =>
                judge(
                    [
                        // The API server omits 0.
                        ...same("spec.minReadySeconds", minReadySeconds, spec?.minReadySeconds ?? 0),
                        ...same("spec.progressDeadlineSeconds", progressDeadlineSeconds, spec?.progressDeadlineSeconds),
                    ],
                    `${progressDeadlineSeconds} s, Ready for ${minReadySeconds} s`,
                ),
            );
        },
    },
    {
        topic: TOPIC,
        name: "labels and selector",
        look: "get deployment,pods --show-labels",
        run: ({ deployment }, { environment }) =>
            judging(deployment, ({ metadata, spec }) => {
                const wanted = { "app.kubernetes.io/name": CONTAINER, environment };
                const selector = spec?.selector.matchLabels ?? {};
                return judge(
                    [
                        ...sameFields("metadata.labels", wanted, metadata?.labels),
                        ...sameFields("spec.template.metadata.labels", wanted, spec?.template.metadata?.labels),
                        ...sameFields("spec.template.metadata.labels", selector, spec?.template.metadata?.labels),
                        ...same("spec.selector[name]", CONTAINER, selector["app.kubernetes.io/name"]),
                    ],
                    `${CONTAINER}, ${environment}`,
                );
            }),
    },
];
