import type { MonitoringArgs } from "../args";
import { PRIORITY_CLASS } from "../names";
import type { Values } from "./types";

/** The operator, its reloaders and the webhook that checks rules. */
export function operatorValues({ settings }: MonitoringArgs): Values {
    const { resources, reloaderResources, webhook } = settings.operator;
    return {
        prometheusOperator: {
            resources,
            priorityClassName: PRIORITY_CLASS,
            // Endpoints are deprecated since Kubernetes 1.33: these two and serviceDiscoveryRole belong together.
            kubeletEndpointsEnabled: false,
            kubeletEndpointSliceEnabled: true,
            prometheusConfigReloader: { enableProbe: true, resources: reloaderResources },
            admissionWebhooks: {
                failurePolicy: webhook.failurePolicy,
                patch: { resources: webhook.resources, priorityClassName: PRIORITY_CLASS },
                deployment: {
                    enabled: webhook.replicas > 0,
                    replicas: webhook.replicas,
                    resources: webhook.resources,
                    podDisruptionBudget: { enabled: webhook.replicas > 1, minAvailable: 1 },
                },
            },
        },
    };
}
