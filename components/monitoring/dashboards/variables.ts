import { JOBS } from "../jobs";
import type { Variable } from "./model";

/**
 * A namespace with a mesh, and its pods. kube-state-metrics knows them also while the app itself answers nothing.
 * The prefix before the name is the stack's.
 */
export const meshVariables: readonly Variable[] = [
    {
        name: "namespace",
        label: "Namespace",
        query: 'label_values(kube_deployment_spec_replicas{deployment=~".+-x0tta6bl4"}, namespace)',
        multi: false,
    },
    {
        name: "pod",
        label: "Pod",
        query: 'label_values(kube_pod_info{namespace="$namespace", pod=~".+-x0tta6bl4-.+"}, pod)',
        multi: true,
    },
];

/** The namespaces of SPIRE that are scraped, and their pods. */
export const spireVariables: readonly Variable[] = [
    {
        name: "namespace",
        label: "Namespace",
        query: `label_values(up{job=~"${JOBS.spireServer}|${JOBS.spireAgent}"}, namespace)`,
        multi: true,
    },
    {
        name: "pod",
        label: "Pod",
        query: `label_values(up{job=~"${JOBS.spireServer}|${JOBS.spireAgent}", namespace=~"$namespace"}, pod)`,
        multi: true,
    },
];
