import type { Environment } from "../../settings/shared/environments";
import { labels, type Labels, selectorLabels } from "../shared/labels";

/** Value of `app.kubernetes.io/name` of the controller's pods: that of Argo Rollouts' own manifests and chart. */
export const CONTROLLER = "argo-rollouts";

/** API version of the kinds of Argo Rollouts. */
export const API_VERSION = "argoproj.io/v1alpha1";

/** Ports of the controller: its defaults. */
export const PORTS = { metrics: 8090, health: 8080 } as const;

/** Label that the controller puts on the ReplicaSets and pods of each version. */
export const HASH_LABEL = "rollouts-pod-template-hash";

/** Label of ConfigMaps and Secrets that a delivery keeps for the versions that use them. */
export const VERSIONED_LABEL = "delivery.x0tta6bl4.mesh/versioned";

/** Names of the objects of the delivery; other tools look them up, so they must never change. */
export interface DeliveryNames {
    /** Deployment, ServiceAccount, Role and RoleBinding of the controller, and its PodMonitor. */
    readonly controller: string;
    /** AnalysisTemplate. */
    readonly analysis: string;
}

/** The names in an environment. */
export function deliveryNames({ prefix }: Pick<Environment, "prefix">): DeliveryNames {
    return { controller: `${prefix}${CONTROLLER}`, analysis: `${prefix}x0tta6bl4-objectives` };
}

/** Labels of the controller's objects. */
export function controllerLabels(environment: Environment): Labels {
    return labels(CONTROLLER, "rollouts-controller", environment);
}

/** Labels that select the controller's pods. */
export function controllerSelector(environment: Environment): Labels {
    return selectorLabels(CONTROLLER, environment);
}
