import { podSecurityLabels, type PodSecurityLevel } from "../../components/shared/podSecurity";
import { ownsOperator } from "../../settings/monitoring/schema";
import type { MonitoringSettings } from "../../settings/schema";
import { type Check } from "../check";
import { failed, judge, passed, skipped, type Outcome } from "../outcome";
import { judging, type Lookup } from "../cluster/lookup";
import type { MonitoringSnapshot, Operated } from "../cluster/monitoring";
import { nothingRuns } from "../cluster/nodes";
import type { Snapshot } from "../cluster/snapshot";
import { same, sameFields } from "../compare";
import { allReady, onEveryNode } from "./workloads";

const TOPIC = "Monitoring";
const LOOK = "get deployments,daemonsets,prometheuses,alertmanagers --all-namespaces --selector release=prometheus";

/** Builds a check of the chart's objects, which is skipped with a reason if this stack does not install the chart. */
function chartCheck(
    name: string,
    run: (monitoring: MonitoringSnapshot, settings: MonitoringSettings, snapshot: Snapshot) => Outcome,
    look = LOOK,
): Check {
    return {
        topic: TOPIC,
        name,
        look,
        run: (snapshot, { monitoring: { settings } }) =>
            ownsOperator(settings) ? run(snapshot.monitoring, settings, snapshot) : skipped(whyNoChart(settings)),
    };
}

function whyNoChart({ enabled }: MonitoringSettings): string {
    return enabled
        ? "this stack does not install the chart (monitoring.chart.type is existing)"
        : "monitoring is off (monitoring.enabled)";
}

/** Checks that a namespace is active, and enforces its Pod Security level. */
function closed(
    namespace: MonitoringSnapshot["namespace"],
    level: PodSecurityLevel,
    { podSecurityVersion }: MonitoringSettings,
): Outcome {
    return judging(namespace, ({ metadata, status }) =>
        judge(
            [
                ...same("status.phase", "Active", status?.phase),
                ...sameFields("metadata.labels", podSecurityLabels(level, podSecurityVersion), metadata?.labels),
            ],
            `${level} (${podSecurityVersion})`,
        ),
    );
}

/** Checks that the operator runs the requested replicas; on simulated nodes, only that they are requested. */
function operated(operatedObject: Lookup<Operated>, replicas: number, { nodes }: Snapshot): Outcome {
    return judging(operatedObject, ({ available, updated, trouble, ...asked }) => {
        const wanted = same("spec.replicas", replicas, asked.replicas);
        if (nothingRuns(nodes)) {
            return wanted.length > 0
                ? judge(wanted)
                : skipped(`${replicas} asked for; simulated nodes: no operator runs that makes its pods`);
        }
        return judge(
            [
                ...wanted,
                ...same("status.availableReplicas", replicas, available),
                ...same("status.updatedReplicas", replicas, updated),
                ...same("status.conditions", "", trouble),
            ],
            `${replicas}`,
        );
    });
}

/** Checks of the chart and its objects. */
export const MONITORING_CHECKS: readonly Check[] = [
    chartCheck(
        "Helm release deployed",
        ({ revisions }) =>
            judging(revisions, (all) => {
                const [newest] = all;
                if (newest === undefined) {
                    return failed("Helm has no record of the release");
                }
                const { revision, status } = newest;
                return status === "deployed"
                    ? passed(`revision ${revision}`)
                    : judge(same(`status of revision ${revision}`, "deployed", status));
            }),
        "get secrets --all-namespaces --selector owner=helm,name=prometheus --label-columns status,version",
    ),
    {
        topic: TOPIC,
        name: "namespace",
        look: "get namespaces --show-labels",
        run: ({ monitoring }, { monitoring: { settings } }) =>
            ownsOperator(settings) || (settings.enabled && makesHome(settings))
                ? closed(monitoring.namespace, "restricted", settings)
                : skipped(whyNoChart(settings)),
    },
    chartCheck(
        "namespace of node-exporter",
        ({ nodeNamespace }, settings) => closed(nodeNamespace, "privileged", settings),
        "get namespaces --show-labels",
    ),
    chartCheck("operator ready", ({ operator }) => allReady(operator, 1)),
    chartCheck("webhook ready", ({ webhook }, { operator: { webhook: wanted } }) =>
        wanted.replicas === 0
            ? skipped("the operator checks rules itself (monitoring.operator.webhook.replicas)")
            : allReady(webhook, wanted.replicas),
    ),
    chartCheck("Prometheus ready", ({ prometheus }, settings, snapshot) =>
        operated(prometheus, settings.prometheus.replicas, snapshot),
    ),
    chartCheck("Alertmanager ready", ({ alertmanager }, settings, snapshot) =>
        operated(alertmanager, settings.alertmanager.replicas, snapshot),
    ),
    chartCheck("Grafana ready", ({ grafana }) => allReady(grafana, 1)),
    chartCheck("kube-state-metrics ready", ({ kubeStateMetrics }) => allReady(kubeStateMetrics, 1)),
    chartCheck("node-exporter ready", ({ nodeExporter }, settings) =>
        settings.nodeExporter.enabled
            ? onEveryNode(nodeExporter)
            : skipped("node-exporter is off (monitoring.nodeExporter.enabled)"),
    ),
];

/** Whether this stack creates the namespace of rules and dashboards although it does not install the chart. */
function makesHome({ chart }: MonitoringSettings): boolean {
    return chart.type === "existing" && chart.createNamespace;
}
