import type { MonitoringArgs } from "../args";
import { CHART, PRIORITY_CLASS, RELEASE } from "../names";
import { sha } from "./images";
import { apart, PATIENT_LIVENESS } from "./pods";
import type { Values } from "./types";

/** Labels of the admission webhook pods, set by the chart. */
const WEBHOOK_PODS = { app: `${CHART}-operator-webhook`, release: RELEASE };

/** The chart's values for the operator, its config reloaders and the admission webhook, which validates rules. */
export function operatorValues({ settings }: MonitoringArgs): Values {
    const { resources, reloaderResources, webhook } = settings.operator;
    const { digests } = settings.images;
    return {
        prometheusOperator: {
            ...sha(digests.operator),
            resources,
            priorityClassName: PRIORITY_CLASS,
            livenessProbe: PATIENT_LIVENESS,
            // Endpoints are deprecated since Kubernetes 1.33. These two values and serviceDiscoveryRole must be
            // consistent.
            kubeletEndpointsEnabled: false,
            kubeletEndpointSliceEnabled: true,
            prometheusConfigReloader: {
                ...sha(digests.configReloader),
                enableProbe: true,
                resources: reloaderResources,
            },
            admissionWebhooks: {
                failurePolicy: webhook.failurePolicy,
                patch: { ...sha(digests.certgen), resources: webhook.resources, priorityClassName: PRIORITY_CLASS },
                deployment: {
                    ...sha(digests.webhook),
                    enabled: webhook.replicas > 0,
                    replicas: webhook.replicas,
                    resources: webhook.resources,
                    // The webhook only reads what the API server sends to it.
                    automountServiceAccountToken: false,
                    affinity: apart(WEBHOOK_PODS),
                    podDisruptionBudget: { enabled: webhook.replicas > 1, minAvailable: 1 },
                },
            },
        },
    };
}
