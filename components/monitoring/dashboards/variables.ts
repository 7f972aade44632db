import { JOBS } from "../jobs";
import type { Variable } from "./model";

/** Namespaces with a mesh whose workload is a Deployment. */
export const MESH_NAMESPACES = 'label_values(kube_deployment_spec_replicas{deployment=~".+-x0tta6bl4"}, namespace)';

/** Namespaces with a mesh, whether its workload is a Deployment or a Rollout. */
export const CANARY_NAMESPACES =
    'label_values(kube_replicaset_spec_replicas{replicaset=~".+-x0tta6bl4-[a-z0-9]+"}, namespace)';

/**
 * Variables for a namespace with a mesh, and its pods. kube-state-metrics reports them even while the app does not
 * respond. The prefix of the name depends on the stack.
 */
export const MESH_VARIABLES: readonly Variable[] = [
    {
        name: "namespace",
        label: "Namespace",
        query: MESH_NAMESPACES,
        multi: false,
    },
    {
        name: "pod",
        label: "Pod",
        query: 'label_values(kube_pod_info{namespace="$namespace", pod=~".+-x0tta6bl4-.+"}, pod)',
        multi: true,
    },
];

/**
 * Variables for the scraped SPIRE namespaces, and their pods. They have distinct names: links pass variables by name,
 * and the mesh's values would leave SPIRE's panels empty.
 */
export const SPIRE_VARIABLES: readonly Variable[] = [
    {
        name: "spire_namespace",
        label: "Namespace",
        query: `label_values(up{job=~"${JOBS.spireServer}|${JOBS.spireAgent}"}, namespace)`,
        multi: true,
    },
    {
        name: "spire_pod",
        label: "Pod",
        query: `label_values(up{job=~"${JOBS.spireServer}|${JOBS.spireAgent}", namespace=~"$spire_namespace"}, pod)`,
        multi: true,
    },
];
