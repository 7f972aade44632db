import { z } from "zod";
import * as p from "../shared/primitives";

/** Digest of one image; the chart decides its tag. */
const digest = (of: string) => p.digest.optional().describe(`Digest of ${of}, of the tag that the chart names`);

/** Images of the chart. */
export const monitoringImages = z
    .strictObject({
        registry: p.registry
            .optional()
            .describe("Registry (and path) of mirrored images for closed networks, in place of each image's own"),
        pullSecrets: z
            .array(p.dnsName)
            .default([])
            .describe("Names of Secrets for a private registry, in both namespaces"),
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
                sidecar: digest("kiwigrid/k8s-sidecar, which loads Grafana's dashboards and datasources"),
            })
            .prefault({}),
    })
    .prefault({});
