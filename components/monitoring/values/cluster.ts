import { scrapesControlPlane, scrapesCoreDns } from "../../../settings/monitoring/schema";
import type { MonitoringArgs } from "../args";
import type { OwnChart } from "../chart";
import { PODS } from "../networkPolicies";
import type { Values } from "./types";

/**
 * Values that depend on the cluster: CRDs, control plane targets, the chart's default rules.
 */
export function clusterValues({ settings }: MonitoringArgs, { upgradeCrds }: OwnChart): Values {
    const { images } = settings;
    // On other clusters they cannot be scraped, and alerts about them being down would always fire.
    const reachable = scrapesControlPlane(settings);
    return {
        crds: {
            enabled: true,
            upgradeJob: {
                enabled: upgradeCrds,
                // The chart sets no labels on this pod, so no NetworkPolicy could allow its egress traffic.
                podLabels: PODS.crdUpgrade,
                image: { busybox: { tag: "1.37.0" } },
                resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "500m", memory: "256Mi" } },
            },
        },
        global: {
            rbac: { create: true, createAggregateClusterRoles: false },
            ...(images.registry === undefined ? {} : { imageRegistry: images.registry }),
            ...(images.pullSecrets.length === 0
                ? {}
                : { imagePullSecrets: images.pullSecrets.map((name) => ({ name })) }),
        },
        windowsMonitoring: { enabled: false },
        // The chart scrapes cAdvisor every 10 s: three times as many samples, for rules with windows of minutes.
        kubelet: { serviceMonitor: { cAdvisorInterval: settings.prometheus.scrapeInterval } },
        coreDns: { enabled: scrapesCoreDns(settings) },
        kubeControllerManager: { enabled: reachable },
        kubeScheduler: { enabled: reachable },
        kubeProxy: { enabled: reachable },
        kubeEtcd: { enabled: reachable },
        defaultRules: {
            create: true,
            rules: {
                etcd: reachable,
                kubeControllerManager: reachable,
                kubeProxy: reachable,
                kubeSchedulerAlerting: reachable,
                kubeSchedulerRecording: reachable,
                windows: false,
            },
        },
    };
}
