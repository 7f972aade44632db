import * as units from "@grafana/grafana-foundation-sdk/units";
import { AGENT, CONTROLLER_MANAGER, SERVER } from "../../spire/names";
import { JOBS } from "../jobs";
import type { RuleContext } from "../rules";
import { glance, lines, row, stat, table } from "./kinds";
import type { DashboardSpec } from "./model";
import { grown, OF_SPIRE_PODS, sumBy, WINDOW } from "./promql";
import { AGENTS, ATTESTATION, CA_EXPIRY, caLimits, failed, SERVERS, SYNC } from "./spireQueries";
import { agents, controllerManager, servers } from "./spireRows";
import { anyIsBad, below, tooHigh } from "./thresholds";
import { SPIRE_VARIABLES } from "./variables";

const CONTAINERS = `${OF_SPIRE_PODS}, container=~"${SERVER}|${CONTROLLER_MANAGER}|${AGENT}"`;

const byContainer = (expr: string) => `${sumBy("pod", "container")} (${expr})`;
const MEMORY_OF_LIMIT = `${byContainer(`container_memory_working_set_bytes{${CONTAINERS}}`)} / ${byContainer(`kube_pod_container_resource_limits{${CONTAINERS}, resource="memory"}`)}`;

/** Dashboard of SPIRE: whether identities are issued, and by which servers and agents. */
export function spire(context: RuleContext): DashboardSpec {
    const { memoryPercent } = context.settings;
    const memoryLimits = tooHigh((memoryPercent - 10) / 100, memoryPercent / 100);
    return {
        uid: "x0tta6bl4-spire",
        title: "SPIRE",
        question: "Does every workload get its identity, and will it tomorrow?",
        variables: SPIRE_VARIABLES,
        rows: [
            glance(
                stat({
                    title: "Servers up",
                    description: "SPIRE servers that answer Prometheus.",
                    unit: units.Number,
                    queries: [{ expr: `sum (up{job="${JOBS.spireServer}"}) or vector(0)`, legend: "up" }],
                    thresholds: below(1),
                    alerts: ["SpireServerDown", "SpireMetricsMissing"],
                }),
                stat({
                    title: "Agents missing",
                    description:
                        "Nodes that should run an agent, less agents that are Ready. Pods on such a node get no identity. Source: kube-state-metrics.",
                    unit: units.Number,
                    queries: [
                        {
                            expr: `sum (kube_daemonset_status_desired_number_scheduled{daemonset="${AGENT}"}) - sum (kube_daemonset_status_number_ready{daemonset="${AGENT}"})`,
                            legend: "missing",
                        },
                    ],
                    thresholds: anyIsBad,
                    alerts: ["SpireAgentDown"],
                }),
                stat({
                    title: "CA ends in",
                    description:
                        "Time until the first of the servers' CAs ends; the next one is made at half of its life.",
                    unit: units.Seconds,
                    queries: [{ expr: `min (${CA_EXPIRY}{${SERVERS}} > 0) - time()`, legend: "left" }],
                    thresholds: caLimits(context),
                    alerts: ["SpireCaExpiring"],
                }),
                stat({
                    title: "Workloads refused, 1 h",
                    description:
                        "Workload attestations that failed: no registration for who asked, or the kubelet did not answer.",
                    unit: units.Short,
                    queries: [{ expr: grown(ATTESTATION, failed(AGENTS), "1h"), legend: "refused" }],
                    thresholds: anyIsBad,
                    alerts: ["SpireNoIdentity"],
                }),
                stat({
                    title: "Agents that cannot sync",
                    description:
                        "Agents whose calls to the server failed within 5 minutes. They go on with what they have, and new pods wait.",
                    unit: units.Number,
                    queries: [
                        {
                            expr: `count (sum by (pod) (increase(${SYNC}{${failed(AGENTS)}}[5m])) > 0) or vector(0)`,
                            legend: "agents",
                        },
                    ],
                    thresholds: anyIsBad,
                    alerts: ["SpireAgentNotSyncing"],
                }),
                stat({
                    title: "Memory of the limit, fullest container",
                    description: "At the limit the container is ended. Staging's limits are tight for agents.",
                    unit: units.PercentUnit,
                    queries: [
                        {
                            expr: `max (${MEMORY_OF_LIMIT})`,
                            legend: "of the limit",
                        },
                    ],
                    thresholds: memoryLimits,
                    min: 0,
                    max: 1,
                    alerts: ["SpireAgentMemory"],
                }),
            ),
            servers(context),
            agents(),
            controllerManager(),
            row(
                "Resources",
                lines({
                    title: "Memory of the limit",
                    description: "By pod and container.",
                    unit: units.PercentUnit,
                    queries: [
                        {
                            expr: MEMORY_OF_LIMIT,
                            legend: "{{pod}} {{container}}",
                        },
                    ],
                    thresholds: memoryLimits,
                    min: 0,
                    max: 1,
                    alerts: ["SpireAgentMemory"],
                }),
                lines({
                    title: "CPU throttled",
                    description:
                        "Share of the scheduler's periods at the limit. It delays first identities, mostly at a start.",
                    unit: units.PercentUnit,
                    queries: [
                        {
                            expr: `${byContainer(`rate(container_cpu_cfs_throttled_periods_total{${CONTAINERS}}[${WINDOW}])`)} / ${byContainer(`rate(container_cpu_cfs_periods_total{${CONTAINERS}}[${WINDOW}])`)}`,
                            legend: "{{pod}} {{container}}",
                        },
                    ],
                    thresholds: tooHigh(0.25, 0.5),
                    min: 0,
                    max: 1,
                }),
                table({
                    title: "Versions that run",
                    description: "Servers and agents by release. Agents are never newer than servers.",
                    unit: units.Number,
                    by: ["job", "version"],
                    queries: [
                        {
                            expr: `${sumBy("job", "version")} (spire_server_started{${SERVERS}}) or ${sumBy("job", "version")} (spire_agent_started{${AGENTS}})`,
                            legend: "Pods",
                        },
                    ],
                }),
            ),
        ],
    };
}
