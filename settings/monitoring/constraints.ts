import { fault, limitsCoverRequests, repeated } from "../shared/constraints";
import { formatDuration, parseDuration } from "../shared/duration";
import type { Fault } from "../shared/faults";
import { quantityNumber } from "../shared/quantity";
import { alertmanagerFaults } from "./receiverConstraints";
import type { MonitoringSettings } from "./schema";

type Constraint = (stack: string, monitoring: MonitoringSettings) => Fault[];

/**
 * Share of the storage that samples may fill: compaction temporarily needs space for a second copy of the blocks that
 * it merges.
 */
const STORAGE_SHARE = 0.9;

/** Bytes per unit of `retentionSize`: Prometheus uses powers of 1024 regardless of the unit's name. */
const SIZE_UNITS: Readonly<Record<string, number>> = { MB: 2 ** 20, GB: 2 ** 30, TB: 2 ** 40 };

/** Constraints across several settings of monitoring; each returns the faults that it finds. */
const CONSTRAINTS: readonly Constraint[] = [
    retentionFits,
    retentionCoversObjectives,
    scrapedOftenEnough,
    criticalIsWorse,
    containerLimits,
    receiversFit,
    egressRulesDiffer,
];

/** Hours per unit of `retention`. */
const TIME_UNITS: Readonly<Record<string, number>> = { h: 1, d: 24, w: 168, y: 8_760 };

/**
 * Longest scrape interval (s): the shortest rule window, 5m, then holds at least four scrapes, even if some are late.
 */
const LONGEST_SCRAPE_INTERVAL = 60;

/** Longest window of the SLO alerts (h): 3 days. */
const LONGEST_WINDOW = 72;

/** Faults of monitoring settings that are individually valid but conflict with each other. */
export function monitoringFaults(stack: string, monitoring: MonitoringSettings): Fault[] {
    return monitoring.enabled ? CONSTRAINTS.flatMap((constraint) => constraint(stack, monitoring)) : [];
}

/** Each rule becomes a separate NetworkPolicy, named after its pods and its name. */
function egressRulesDiffer(stack: string, { networkPolicy: { egress } }: MonitoringSettings): Fault[] {
    return repeated(egress.map(({ from, name }) => `${from} ${name}`)).map((index) =>
        fault(
            stack,
            `monitoring.networkPolicy.egress[${index}].name`,
            egress[index]?.name,
            "a name that no other rule of the same pods has",
            "NAME",
        ),
    );
}

function retentionFits(stack: string, { prometheus }: MonitoringSettings): Fault[] {
    const { retentionSize, storage } = prometheus;
    const [key, size] = storage.type === "volume" ? ["size", storage.size] : ["sizeLimit", storage.sizeLimit];
    const limit = quantityNumber(size) * STORAGE_SHARE;
    const megabytes = Math.floor(limit / 2 ** 20);
    return sizeInBytes(retentionSize) > limit
        ? [
              fault(
                  stack,
                  "monitoring.prometheus.retentionSize",
                  retentionSize,
                  `at most ${STORAGE_SHARE * 100} % of monitoring.prometheus.storage.${key} (${size}), or the volume fills up`,
                  `${megabytes}MB`,
              ),
          ]
        : [];
}

function receiversFit(stack: string, { alertmanager }: MonitoringSettings): Fault[] {
    return alertmanagerFaults(stack, alertmanager);
}

function retentionCoversObjectives(stack: string, { prometheus: { retention } }: MonitoringSettings): Fault[] {
    const hours = Number.parseInt(retention, 10) * (TIME_UNITS[retention.slice(-1)] ?? 0);
    return hours < LONGEST_WINDOW
        ? [
              fault(
                  stack,
                  "monitoring.prometheus.retention",
                  retention,
                  "at least 3d, the longest window of the alerts on objectives",
                  "3d",
              ),
          ]
        : [];
}

function scrapedOftenEnough(stack: string, { prometheus: { scrapeInterval } }: MonitoringSettings): Fault[] {
    return (parseDuration(scrapeInterval) ?? 0) > LONGEST_SCRAPE_INTERVAL
        ? [
              fault(
                  stack,
                  "monitoring.prometheus.scrapeInterval",
                  scrapeInterval,
                  `at most ${formatDuration(LONGEST_SCRAPE_INTERVAL)}: the rules evaluate windows of 5 minutes, in which fewer samples would not fire an alert`,
                  formatDuration(LONGEST_SCRAPE_INTERVAL),
              ),
          ]
        : [];
}

function criticalIsWorse(stack: string, { alerts }: MonitoringSettings): Fault[] {
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

function containerLimits(stack: string, monitoring: MonitoringSettings): Fault[] {
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
