import type { V2HorizontalPodAutoscaler, V1PodDisruptionBudget } from "@kubernetes/client-node";
import { injectsProxy } from "../../settings/mesh/serviceMesh";
import { type Check } from "../check";
import { judge } from "../outcome";
import { judging } from "../cluster/lookup";
import { same, sameFields } from "../compare";
import { CONTAINER } from "../subject";

const TOPIC = "Availability";

/**
 * Target utilization of a resource metric (percent of the requests): of the pod, or with a proxy, of the app's
 * container.
 */
function targetOf({ spec }: V2HorizontalPodAutoscaler, name: string, beside: boolean): number | undefined {
    const metrics = (spec?.metrics ?? []).map(({ resource, containerResource }) =>
        beside && containerResource?.container === CONTAINER ? containerResource : beside ? undefined : resource,
    );
    return metrics.find((metric) => metric?.name === name)?.target.averageUtilization;
}

/** Whether a PodDisruptionBudget covers the app's pods. */
function coversApp({ spec }: V1PodDisruptionBudget): boolean {
    return spec?.selector?.matchLabels?.["app.kubernetes.io/name"] === CONTAINER;
}

/** Checks of autoscaler and PodDisruptionBudget. */
export const AVAILABILITY_CHECKS: readonly Check[] = [
    {
        topic: TOPIC,
        name: "HorizontalPodAutoscaler",
        look: "get horizontalpodautoscalers",
        run: ({ autoscalers }, { mesh }) =>
            judging(autoscalers, (all) => {
                const wanted = mesh.autoscaling;
                const [autoscaler] = all;
                const count = same("autoscalers of the Deployment", wanted.enabled ? 1 : 0, all.length);
                if (autoscaler === undefined || count.length > 0) {
                    return judge(count, "off, as set");
                }
                const { minReplicas, maxReplicas } = wanted;
                const beside = injectsProxy(mesh.serviceMesh);
                return judge(
                    [
                        ...sameFields("spec", { minReplicas, maxReplicas }, autoscaler.spec),
                        ...same("cpu target (%)", wanted.targetCpuPercent, targetOf(autoscaler, "cpu", beside)),
                        ...same(
                            "memory target (%)",
                            wanted.targetMemoryPercent,
                            targetOf(autoscaler, "memory", beside),
                        ),
                    ],
                    `${minReplicas} to ${maxReplicas}`,
                );
            }),
    },
    {
        topic: TOPIC,
        name: "PodDisruptionBudget",
        look: "get poddisruptionbudgets",
        run: ({ disruptionBudgets }, { mesh, environment }) =>
            judging(disruptionBudgets, (all) => {
                const { enabled, minAvailable, unhealthyPodEvictionPolicy } = mesh.disruptionBudget;
                const ours = all.filter(coversApp);
                const count = same("budgets over the app's pods", enabled ? 1 : 0, ours.length);
                if (!enabled || count.length > 0) {
                    return judge(count, "off, as set");
                }
                return judge(
                    [
                        ...sameFields("spec", { minAvailable, unhealthyPodEvictionPolicy }, ours[0]?.spec),
                        ...same("selector.environment", environment, ours[0]?.spec?.selector?.matchLabels?.environment),
                    ],
                    `at least ${minAvailable} available`,
                );
            }),
    },
];
