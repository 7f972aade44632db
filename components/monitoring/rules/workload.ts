import { objects, type ObjectsQuery } from "./promql";
import type { RuleContext } from "./types";

type Mesh = RuleContext["mesh"];

/**
 * Which series of kube-state-metrics count the mesh's pods: those of its Deployment, or of all ReplicaSets with its name.
 * The ReplicaSets are those of a Rollout, and while a stack changes from one to the other of the Deployment as well.
 */
function counted({ namespace, name, delivery }: Mesh, ofDeployment: string, ofReplicaSets: string): ObjectsQuery {
    return delivery !== "rolling"
        ? { name: ofReplicaSets, labels: { namespace }, more: [`replicaset=~"${name}-[a-z0-9]+"`] }
        : { name: ofDeployment, labels: { namespace, deployment: name }, more: [] };
}

/** Query of the pods that are available, one series for each workload. */
export function availableQuery(mesh: Mesh): ObjectsQuery {
    return counted(mesh, "kube_deployment_status_replicas_available", "kube_replicaset_status_ready_replicas");
}

/** Pods that are available, one series for each workload. */
export function availablePods(mesh: Mesh): string {
    return series(availableQuery(mesh));
}

/** Pods that are wanted, one series for each workload. */
export function wantedPods(mesh: Mesh): string {
    return series(counted(mesh, "kube_deployment_spec_replicas", "kube_replicaset_spec_replicas"));
}

/** Time at which each workload was made (s). */
export function workloadCreated(mesh: Mesh): string {
    return series(counted(mesh, "kube_deployment_created", "kube_replicaset_created"));
}

/** Labels by which alerts about the workload are summed up. */
export function workloadLabels({ delivery }: Mesh): string {
    return delivery !== "rolling" ? "namespace" : "namespace, deployment";
}

/** Puts the label `deployment` on what has been summed up without it, so that an alert has the same labels either way. */
export function asWorkload({ name, delivery }: Mesh, expr: string): string {
    return delivery !== "rolling" ? `label_replace(${expr}, "deployment", "${name}", "", "")` : expr;
}

function series({ name, labels, more }: ObjectsQuery): string {
    return objects(name, labels, ...more);
}
