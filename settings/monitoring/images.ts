import { z } from "zod";
import * as p from "../shared/primitives";

/** Schema of the digest of an image whose tag the chart sets. */
const digest = (of: string) => p.digest.optional().describe(`Digest of ${of}, for the tag that the chart sets`);

/** Images of the chart. */
export const monitoringImages = z
    .strictObject({
        registry: p.registry
            .optional()
            .describe("Registry (and path) of mirrored images for air-gapped networks, instead of each image's own"),
        pullSecrets: p.pullSecrets.describe("Names of existing Secrets for a private registry, in both namespaces"),
        digests: z
            .strictObject({
                prometheus: digest("prometheus/prometheus"),
                operator: digest("prometheus-operator/prometheus-operator"),
                configReloader: digest("prometheus-operator/prometheus-config-reloader"),
                webhook: digest("prometheus-operator/admission-webhook"),
                certgen: digest("jkroepke/kube-webhook-certgen"),
                kubeStateMetrics: digest("kube-state-metrics/kube-state-metrics"),
                nodeExporter: digest("prometheus/node-exporter"),
                alertmanager: digest("prometheus/alertmanager"),
                grafana: digest("grafana/grafana"),
                sidecar: digest("kiwigrid/k8s-sidecar, which loads Grafana's dashboards and data sources"),
            })
            .prefault({}),
    })
    .prefault({});
