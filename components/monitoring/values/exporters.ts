import type { MonitoringArgs } from "../args";
import { PRIORITY_CLASS } from "../names";
import { PATIENT_LIVENESS } from "./pods";
import { restrictedContainer, unprivilegedPod } from "./security";
import type { Values } from "./types";

/** User of node-exporter's image: nobody. */
const NOBODY = 65_534;

/** What kube-state-metrics tells about: all that the chart has, but Secrets. */
const COLLECTORS = [
    "certificatesigningrequests",
    "configmaps",
    "cronjobs",
    "daemonsets",
    "deployments",
    "endpointslices",
    "horizontalpodautoscalers",
    "ingresses",
    "jobs",
    "leases",
    "limitranges",
    "mutatingwebhookconfigurations",
    "namespaces",
    "networkpolicies",
    "nodes",
    "persistentvolumeclaims",
    "persistentvolumes",
    "poddisruptionbudgets",
    "pods",
    "replicasets",
    "replicationcontrollers",
    "resourcequotas",
    "services",
    "statefulsets",
    "storageclasses",
    "validatingwebhookconfigurations",
    "volumeattachments",
];

/** kube-state-metrics, and node-exporter in a namespace of its own, since it needs the host. */
export function exporterValues({ settings }: MonitoringArgs): Values {
    const { kubeStateMetrics, nodeExporter } = settings;
    const { digests } = settings.images;
    return {
        "kube-state-metrics": {
            ...(digests.kubeStateMetrics === undefined ? {} : { image: { sha: digests.kubeStateMetrics } }),
            resources: kubeStateMetrics.resources,
            priorityClassName: PRIORITY_CLASS,
            // Its metrics about Secrets are not used, so it need not read them.
            collectors: COLLECTORS,
        },
        nodeExporter: { enabled: nodeExporter.enabled },
        "prometheus-node-exporter": {
            ...(digests.nodeExporter === undefined ? {} : { image: { digest: digests.nodeExporter } }),
            namespaceOverride: settings.nodeNamespace,
            hostRootFsMount: { enabled: nodeExporter.hostRootFsMount },
            resources: nodeExporter.resources,
            priorityClassName: PRIORITY_CLASS,
            livenessProbe: PATIENT_LIVENESS,
            securityContext: unprivilegedPod(NOBODY),
            containerSecurityContext: restrictedContainer,
        },
    };
}
