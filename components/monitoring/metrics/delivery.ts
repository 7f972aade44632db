import { type Metric, metricsOf } from "./types";

/** What the controller of Argo Rollouts says of itself, as far as it is used; its `namespace` is that of the Rollout. */
export const DELIVERY_METRICS: readonly Metric[] = metricsOf("argo-rollouts", "gauge", [
    ["rollout_info", ["name", "strategy", "traffic_router", "phase"], "1 for the phase of each Rollout"],
    ["rollout_info_replicas_updated", ["name"], "Pods of the newest version of each Rollout"],
]);
