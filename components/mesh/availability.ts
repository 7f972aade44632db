import type { types } from "@pulumi/kubernetes";
import { selectorLabels } from "../shared/labels";
import type { MeshAppArgs } from "./args";
import { APP, meshNames } from "./names";
import { workloadKind } from "./workloadKind";

/** HorizontalPodAutoscaler over CPU and memory, both in percent of the requests. */
export function autoscalerSpec(args: MeshAppArgs): types.input.autoscaling.v2.HorizontalPodAutoscalerSpec {
    const { autoscaling } = args.settings;
    const metric = (name: string, averageUtilization: number) => ({
        type: "Resource",
        resource: { name, target: { type: "Utilization", averageUtilization } },
    });
    return {
        scaleTargetRef: { ...workloadKind(args.settings), name: meshNames(args.environment).app },
        minReplicas: autoscaling.minReplicas,
        maxReplicas: autoscaling.maxReplicas,
        metrics: [metric("cpu", autoscaling.targetCpuPercent), metric("memory", autoscaling.targetMemoryPercent)],
    };
}

/** PodDisruptionBudget: how many pods a drain must leave. */
export function disruptionBudgetSpec(args: MeshAppArgs): types.input.policy.v1.PodDisruptionBudgetSpec {
    const { minAvailable, unhealthyPodEvictionPolicy } = args.settings.disruptionBudget;
    return {
        minAvailable,
        unhealthyPodEvictionPolicy,
        selector: { matchLabels: selectorLabels(APP, args.environment) },
    };
}
