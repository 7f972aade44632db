import { formatDuration, parseDuration } from "../shared/duration";
import type { Fault } from "../shared/faults";
import { parseQuantity } from "../shared/quantity";
import { alertmanagerFaults } from "./receiverConstraints";
import type { MeshSettings, MonitoringSettings, SpireSettings } from "../schema";
import { fault, limitsCoverRequests, namespacesDiffer } from "../shared/constraints";

/** Everything that a rule may know. */
interface Sections {
    readonly monitoring: MonitoringSettings;
    readonly mesh: MeshSettings;
    readonly spire: SpireSettings;
}

type Rule = (stack: string, sections: Sections) => Fault[];

/** Share of the storage that samples may fill: compaction needs room for a second copy of what it merges. */
const STORAGE_SHARE = 0.9;

/** Bytes in each unit of `retentionSize`: Prometheus counts in powers of 1024 whatever the unit's name. */
const SIZE_UNITS: Readonly<Record<string, number>> = { MB: 2 ** 20, GB: 2 ** 30, TB: 2 ** 40 };

/** Rules over more than one setting of monitoring; each returns the faults that it finds. */
const RULES: readonly Rule[] = [
    retentionFits,
    retentionCoversObjectives,
    scrapedOftenEnough,
    criticalIsWorse,
    containerLimits,
    ownNamespaces,
    prometheusMayScrape,
    receiversFit,
];

/** Hours in each unit of `retention`. */
const TIME_UNITS: Readonly<Record<string, number>> = { h: 1, d: 24, w: 168, y: 8_760 };

/** Longest time between two scrapes (s): four of them, and some that come late, fit into the rules' shortest window of 5 m. */
const LONGEST_SCRAPE_INTERVAL = 60;

/** Longest window of the objectives' alerts (h): 3 days. */
const LONGEST_WINDOW = 72;

/** Faults of monitoring's settings that are each valid but do not fit together. */
export function monitoringFaults(stack: string, sections: Sections): Fault[] {
    return sections.monitoring.enabled ? RULES.flatMap((rule) => rule(stack, sections)) : [];
}

function retentionFits(stack: string, { monitoring: { prometheus } }: Sections): Fault[] {
    const { retentionSize, storage } = prometheus;
    const [key, size] = storage.type === "volume" ? ["size", storage.size] : ["sizeLimit", storage.sizeLimit];
    const limit = (parseQuantity(size) ?? 0) * STORAGE_SHARE;
    const megabytes = Math.floor(limit / 2 ** 20);
    return sizeInBytes(retentionSize) > limit
        ? [
              fault(
                  stack,
                  "monitoring.prometheus.retentionSize",
                  retentionSize,
                  `at most ${STORAGE_SHARE * 100} % of monitoring.prometheus.storage.${key} (${size}), or the disk runs full`,
                  `${megabytes}MB`,
              ),
          ]
        : [];
}

function receiversFit(stack: string, { monitoring: { alertmanager } }: Sections): Fault[] {
    return alertmanagerFaults(stack, alertmanager);
}

function retentionCoversObjectives(stack: string, { monitoring }: Sections): Fault[] {
    const { retention } = monitoring.prometheus;
    const hours = Number.parseInt(retention, 10) * (TIME_UNITS[retention.slice(-1)] ?? 0);
    return hours < LONGEST_WINDOW
        ? [
              fault(
                  stack,
                  "monitoring.prometheus.retention",
                  retention,
                  "at least 3d: the alerts of the objectives look back so far",
                  "3d",
              ),
          ]
        : [];
}

function scrapedOftenEnough(stack: string, { monitoring }: Sections): Fault[] {
    const { scrapeInterval } = monitoring.prometheus;
    return (parseDuration(scrapeInterval) ?? 0) > LONGEST_SCRAPE_INTERVAL
        ? [
              fault(
                  stack,
                  "monitoring.prometheus.scrapeInterval",
                  scrapeInterval,
                  `at most ${formatDuration(LONGEST_SCRAPE_INTERVAL)}: rules look at 5 minutes, and alerts on fewer samples would not fire`,
                  formatDuration(LONGEST_SCRAPE_INTERVAL),
              ),
          ]
        : [];
}

function criticalIsWorse(stack: string, { monitoring: { alerts } }: Sections): Fault[] {
    const { recoverySeconds, recoveryCriticalSeconds } = alerts;
    return recoveryCriticalSeconds < recoverySeconds
        ? [
              fault(
                  stack,
                  "monitoring.alerts.recoveryCriticalSeconds",
                  recoveryCriticalSeconds,
                  `at least monitoring.alerts.recoverySeconds (${recoverySeconds})`,
                  String(recoverySeconds),
              ),
          ]
        : [];
}

function sizeInBytes(size: string): number {
    return Number.parseInt(size, 10) * (SIZE_UNITS[size.slice(-2)] ?? 0);
}

function containerLimits(stack: string, { monitoring }: Sections): Fault[] {
    const { prometheus, operator, kubeStateMetrics, nodeExporter, alertmanager, grafana } = monitoring;
    return limitsCoverRequests(stack, {
        "monitoring.prometheus.resources": prometheus.resources,
        "monitoring.operator.resources": operator.resources,
        "monitoring.operator.reloaderResources": operator.reloaderResources,
        "monitoring.operator.webhook.resources": operator.webhook.resources,
        "monitoring.kubeStateMetrics.resources": kubeStateMetrics.resources,
        "monitoring.nodeExporter.resources": nodeExporter.resources,
        "monitoring.alertmanager.resources": alertmanager.resources,
        "monitoring.grafana.resources": grafana.resources,
        "monitoring.grafana.sidecarResources": grafana.sidecarResources,
    });
}

function ownNamespaces(stack: string, { monitoring, mesh, spire }: Sections): Fault[] {
    return namespacesDiffer(
        stack,
        {
            "mesh.namespace": mesh.namespace,
            "spire.serverNamespace": spire.serverNamespace,
            "spire.systemNamespace": spire.systemNamespace,
        },
        { "monitoring.namespace": monitoring.namespace, "monitoring.nodeNamespace": monitoring.nodeNamespace },
    );
}

/** The targets' NetworkPolicies must let in the namespace that Prometheus is in. */
function prometheusMayScrape(stack: string, { monitoring, mesh, spire }: Sections): Fault[] {
    if (monitoring.chart.type === "existing") {
        return [];
    }
    const closed = [
        ...(mesh.metrics.enabled && mesh.networkPolicy.enabled ? [["mesh", mesh] as const] : []),
        ...(spire.enabled && spire.networkPolicy.enabled ? [["spire", spire] as const] : []),
    ];
    return closed
        .filter(([, { networkPolicy }]) => networkPolicy.metricsFromNamespace !== monitoring.namespace)
        .map(([section, { networkPolicy }]) =>
            fault(
                stack,
                `${section}.networkPolicy.metricsFromNamespace`,
                networkPolicy.metricsFromNamespace,
                `monitoring.namespace (${monitoring.namespace}), or Prometheus gets no metrics`,
                monitoring.namespace,
            ),
        );
}
