import type { MonitoringArgs } from "../args";
import { CHART, PRIORITY_CLASS, RELEASE } from "../names";
import { sha } from "./images";
import { apart, PATIENT_LIVENESS } from "./pods";
import type { Values } from "./types";

/** Pods that only check rules; the chart sets these labels. */
const WEBHOOK_PODS = { app: `${CHART}-operator-webhook`, release: RELEASE };

/** The operator, its reloaders and the webhook that checks rules. */
export function operatorValues({ settings }: MonitoringArgs): Values {
    const { resources, reloaderResources, webhook } = settings.operator;
    const { digests } = settings.images;
    return {
        prometheusOperator: {
            ...sha(digests.operator),
            resources,
            priorityClassName: PRIORITY_CLASS,
            livenessProbe: PATIENT_LIVENESS,
            // Endpoints are deprecated since Kubernetes 1.33: these two and serviceDiscoveryRole belong together.
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
                    // It only reads what the API server sends it.
                    automountServiceAccountToken: false,
                    affinity: apart(WEBHOOK_PODS),
                    podDisruptionBudget: { enabled: webhook.replicas > 1, minAvailable: 1 },
                },
            },
        },
    };
}
