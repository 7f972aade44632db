import type { types } from "@pulumi/kubernetes";
import { injectsProxy } from "../../settings/mesh/serviceMesh";
import { selectorLabels } from "../shared/labels";
import type { MeshAppArgs } from "./args";
import { APP, meshNames } from "./names";
import { workloadKind } from "./workloadKind";

/**
 * HorizontalPodAutoscaler over CPU and memory, both in percent of the requests. Where a mesh adds a proxy to the pods, those
 * of the app's container alone: the proxy's would otherwise be mixed in, and without requests of its own stop the autoscaler.
 */
export function autoscalerSpec(args: MeshAppArgs): types.input.autoscaling.v2.HorizontalPodAutoscalerSpec {
    const { autoscaling, serviceMesh } = args.settings;
    const metric = (name: string, averageUtilization: number): types.input.autoscaling.v2.MetricSpec => {
        const target = { type: "Utilization", averageUtilization };
        return injectsProxy(serviceMesh)
            ? { type: "ContainerResource", containerResource: { name, container: APP, target } }
            : { type: "Resource", resource: { name, target } };
    };
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
