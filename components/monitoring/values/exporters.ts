import type { MonitoringArgs } from "../args";
import { PRIORITY_CLASS } from "../names";
import { PATIENT_LIVENESS } from "./pods";
import { restrictedContainer, unprivilegedPod } from "./security";
import type { Values } from "./types";

/** User ID of node-exporter's image: `nobody`. */
const NOBODY = 65_534;

/** Collectors of kube-state-metrics: the chart's defaults, without Secrets. */
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

/**
 * The chart's values for kube-state-metrics, and for node-exporter, which runs in a separate namespace because it needs
 * host access.
 */
export function exporterValues({ settings }: MonitoringArgs): Values {
    const { kubeStateMetrics, nodeExporter } = settings;
    const { digests } = settings.images;
    return {
        "kube-state-metrics": {
            ...(digests.kubeStateMetrics === undefined ? {} : { image: { sha: digests.kubeStateMetrics } }),
            resources: kubeStateMetrics.resources,
            priorityClassName: PRIORITY_CLASS,
            // Metrics about Secrets are not used, so kube-state-metrics does not need to read Secrets.
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
