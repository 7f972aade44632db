import type { MonitoringArgs } from "../args";
import { PRIORITY_CLASS } from "../names";
import { PATIENT_LIVENESS } from "./pods";
import { restrictedContainer, unprivilegedPod } from "./security";
import type { Values } from "./types";

/** User of node-exporter's image: nobody. */
const NOBODY = 65_534;

/** kube-state-metrics, and node-exporter in a namespace of its own, since it needs the host. */
export function exporterValues({ settings }: MonitoringArgs): Values {
    const { kubeStateMetrics, nodeExporter } = settings;
    return {
        "kube-state-metrics": { resources: kubeStateMetrics.resources, priorityClassName: PRIORITY_CLASS },
        nodeExporter: { enabled: nodeExporter.enabled },
        "prometheus-node-exporter": {
            namespaceOverride: settings.nodeNamespace,
            resources: nodeExporter.resources,
            priorityClassName: PRIORITY_CLASS,
            livenessProbe: PATIENT_LIVENESS,
            securityContext: unprivilegedPod(NOBODY),
            containerSecurityContext: restrictedContainer,
        },
    };
}
