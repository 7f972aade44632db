import * as units from "@grafana/grafana-foundation-sdk/units";
import { AGENT, CONTROLLER_MANAGER, SERVER } from "../../spire/names";
import { JOBS } from "../jobs";
import { glance, lines, row, stat, table } from "./kinds";
import type { DashboardContext } from "./context";
import type { DashboardSpec } from "./model";
import { NEVER_HAPPENED } from "./notes";
import { grown, mean, ofSpire, rate, sumBy, WINDOW } from "./promql";
import { anyIsBad, below, tooHigh, tooLow } from "./thresholds";
import { spireVariables } from "./variables";

const SERVERS = ofSpire(JOBS.spireServer);
const AGENTS = ofSpire(JOBS.spireAgent);
const MANAGERS = ofSpire(JOBS.spireManager);
const PODS = 'namespace=~"$namespace", pod=~"$pod"';
const CONTAINERS = `${PODS}, container=~"${SERVER}|${CONTROLLER_MANAGER}|${AGENT}"`;

const ATTESTATION = "spire_agent_workload_api_workload_attestation";
const SYNC = "spire_agent_manager_sync_fetch_entries_updates";
const CA_EXPIRY = "spire_server_manager_x509_ca_rotate_expiration";

const byContainer = (expr: string) => `${sumBy("pod", "container")} (${expr})`;
const MEMORY_OF_LIMIT = `${byContainer(`container_memory_working_set_bytes{${CONTAINERS}}`)} / ${byContainer(`kube_pod_container_resource_limits{${CONTAINERS}, resource="memory"}`)}`;

/** Milliseconds that a call took, as SPIRE's call counters have it, in seconds. */
const seconds = (call: string, labels: string) => `(${mean(`${call}_elapsed_time`, labels)}) / 1000`;
const failed = (labels: string) => `${labels}, status!="OK"`;

/** Whether identities are handed out, and by whom. */
export function spire({ caHandOverSeconds }: DashboardContext): DashboardSpec {
    const caLimits = tooLow(caHandOverSeconds / 2, caHandOverSeconds * 0.9);
    return {
        uid: "x0tta6bl4-spire",
        title: "SPIRE",
        question: "Does every workload get its identity, and will it tomorrow?",
        variables: spireVariables,
        rows: [
            glance(
                stat({
                    title: "Servers up",
                    description: "SPIRE servers that answer Prometheus.",
                    unit: units.Number,
                    queries: [{ expr: `sum (up{job="${JOBS.spireServer}"}) or vector(0)`, legend: "up" }],
                    thresholds: below(1),
                    alerts: ["SpireServerDown"],
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
                    thresholds: caLimits,
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
                    thresholds: tooHigh(0.85, 0.95),
                    min: 0,
                    max: 1,
                    alerts: ["SpireAgentMemory"],
                }),
            ),
            row(
                "Servers",
                lines({
                    title: "SVIDs signed",
                    description:
                        "What the CAs sign. X.509 SVIDs are renewed at half of their life, so this follows the number of workloads.",
                    unit: units.OpsPerSecond,
                    queries: [
                        { expr: rate("spire_server_server_ca_sign_x509_svid", SERVERS), legend: "X.509 SVIDs" },
                        { expr: rate("spire_server_server_ca_sign_jwt_svid", SERVERS), legend: "JWT SVIDs" },
                    ],
                }),
                lines({
                    title: "Life of the CAs",
                    description: "Time left, by server: a straight fall, and a jump up at each rotation.",
                    unit: units.Seconds,
                    queries: [{ expr: `max by (pod) (${CA_EXPIRY}{${SERVERS}} > 0) - time()`, legend: "{{pod}}" }],
                    thresholds: caLimits,
                    min: 0,
                    alerts: ["SpireCaExpiring"],
                }),
                lines({
                    title: "Node attestations by result",
                    description:
                        "Agents that prove their node to a server, by gRPC status. Anything but OK: the cluster name, the token's audience or the agents' ServiceAccount does not fit.",
                    unit: units.OpsPerSecond,
                    queries: [
                        {
                            expr: rate("spire_server_rpc_agent_v1_agent_attest_agent", SERVERS, "status"),
                            legend: "{{status}}",
                        },
                    ],
                    noValue: NEVER_HAPPENED,
                    alerts: ["SpireAttestationFailures"],
                }),
                lines({
                    title: "Datastore, time of a look-up",
                    description:
                        "Mean time to list registrations and to fetch the bundle. A slow database slows every renewal down.",
                    unit: units.Seconds,
                    queries: [
                        {
                            expr: seconds("spire_server_datastore_registration_entry_list", SERVERS),
                            legend: "list registrations",
                        },
                        { expr: seconds("spire_server_datastore_bundle_fetch", SERVERS), legend: "fetch the bundle" },
                    ],
                }),
            ),
            row(
                "Agents",
                lines({
                    title: "Workload attestations by result",
                    description:
                        "Workloads that ask who they are, by gRPC status. PermissionDenied: no registration fits.",
                    unit: units.OpsPerSecond,
                    queries: [{ expr: rate(ATTESTATION, AGENTS, "status"), legend: "{{status}}" }],
                    alerts: ["SpireNoIdentity"],
                }),
                lines({
                    title: "Time of a workload attestation",
                    description:
                        "Mean, by node; most of it is the kubelet's answer. A pod waits that long for its first identity.",
                    unit: units.Seconds,
                    queries: [
                        {
                            expr: `(${mean(`${ATTESTATION}_elapsed_time`, AGENTS, "node")}) / 1000`,
                            legend: "{{node}}",
                        },
                    ],
                    thresholds: tooHigh(5, 30),
                    min: 0,
                }),
                lines({
                    title: "Failed synchronisations",
                    description:
                        "Calls for new registrations that failed, by node and status. Agents wait longer after each, up to about 4 minutes.",
                    unit: units.OpsPerSecond,
                    queries: [{ expr: rate(SYNC, failed(AGENTS), "node", "status"), legend: "{{node}} {{status}}" }],
                    thresholds: anyIsBad,
                    noValue: NEVER_HAPPENED,
                    alerts: ["SpireAgentNotSyncing"],
                }),
                lines({
                    title: "Open connections",
                    description: "Workloads that hold a stream to the Workload API, by node.",
                    unit: units.Number,
                    queries: [
                        {
                            expr: `${sumBy("node")} (spire_agent_workload_api_connections{${AGENTS}})`,
                            legend: "{{node}}",
                        },
                    ],
                    stacked: true,
                }),
                lines({
                    title: "Renewals of the agents' own SVIDs",
                    description: "By result. An agent whose own SVID ends must attest its node again.",
                    unit: units.OpsPerSecond,
                    queries: [{ expr: rate("spire_agent_agent_svid_rotate", AGENTS, "status"), legend: "{{status}}" }],
                    noValue: NEVER_HAPPENED,
                    width: 24,
                }),
            ),
            row(
                "Controller manager",
                lines({
                    title: "Reconciliations by result",
                    description:
                        "How often the controller manager compares registrations with pods, by controller and result.",
                    unit: units.OpsPerSecond,
                    queries: [
                        {
                            expr: rate("controller_runtime_reconcile_total", MANAGERS, "controller", "result"),
                            legend: "{{controller}} {{result}}",
                        },
                    ],
                }),
                lines({
                    title: "Who writes registrations",
                    description:
                        "1 for the controller manager that leads, 0 for those that stand by. No line at 1: nobody registers new pods.",
                    unit: units.Number,
                    queries: [{ expr: `max by (pod) (leader_election_master_status{${MANAGERS}})`, legend: "{{pod}}" }],
                    min: 0,
                    max: 1,
                }),
            ),
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
                    thresholds: tooHigh(0.85, 0.95),
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
