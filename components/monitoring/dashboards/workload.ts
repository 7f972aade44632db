import { APP } from "../../mesh/names";
import type { RuleContext } from "../rules/types";
import type { DashboardSpec } from "./model";
import { IN_NAMESPACE, named } from "./promql";
import { CANARY_NAMESPACES, MESH_NAMESPACES } from "./variables";

type Delivery = RuleContext["mesh"]["delivery"];

/** ReplicaSets of the mesh; a Deployment has them as a Rollout does, so they count the pods of every stack. */
const REPLICA_SETS = `${IN_NAMESPACE}, replicaset=~".+-${APP}-[a-z0-9]+"`;

/** Number of pods that are wanted, and that are available. */
export function workloadPods(delivery: Delivery): { readonly wanted: string; readonly available: string } {
    return delivery !== "rolling"
        ? {
              wanted: `sum (kube_replicaset_spec_replicas{${REPLICA_SETS}})`,
              available: `sum (kube_replicaset_status_ready_replicas{${REPLICA_SETS}})`,
          }
        : {
              wanted: `sum (kube_deployment_spec_replicas{${named("deployment")}})`,
              available: `sum (kube_deployment_status_replicas_available{${named("deployment")}})`,
          };
}

/** A dashboard that also lists the namespaces whose mesh is a Rollout, where this stack has one. */
export function withRollouts(spec: DashboardSpec, delivery: Delivery): DashboardSpec {
    const variables = spec.variables.map((variable) =>
        variable.query === MESH_NAMESPACES ? { ...variable, query: CANARY_NAMESPACES } : variable,
    );
    return delivery !== "rolling" ? { ...spec, variables } : spec;
}
