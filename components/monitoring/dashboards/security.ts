import * as units from "@grafana/grafana-foundation-sdk/units";
import type { RuleContext } from "../rules";
import { parseDuration } from "../../../settings/shared/duration";
import { IDENTITY_WAIT } from "../../mesh/identity";
import { JOBS } from "../jobs";
import { glance, lines, row, stat } from "./kinds";
import type { DashboardSpec } from "./model";
import { NEVER_HAPPENED, NOT_RECORDED, NOT_RECORDED_NOTE } from "./notes";
import { grown, IN_NAMESPACE, OF_APP, OF_PODS, rate } from "./promql";
import { anyIsBad, below, tooLow } from "./thresholds";
import { caLimits } from "./spireQueries";
import { MESH_VARIABLES } from "./variables";

const AGENTS = `job="${JOBS.spireAgent}"`;
const SERVERS = `job="${JOBS.spireServer}"`;
const CA_EXPIRY = `min (spire_server_manager_x509_ca_rotate_expiration{${SERVERS}} > 0) - time()`;
const REFUSED = 'decision="deny", mode="enforce"';

/** Dashboard of security: which workloads have an identity, what is rejected, and what protects the namespace. */
export function security(context: RuleContext): DashboardSpec {
    const certificateSeconds = parseDuration(context.settings.certificateRemaining) ?? 0;
    return {
        uid: "x0tta6bl4-security",
        title: "Zero-trust security",
        question: "Does every pod have a valid identity, and are any requests refused?",
        variables: MESH_VARIABLES,
        rows: [
            glance(
                stat({
                    title: "Pods waiting for an identity",
                    description: `Pods whose init container ${IDENTITY_WAIT} still asks SPIRE; a few seconds at a start are normal. Source: kube-state-metrics.`,
                    unit: units.Number,
                    queries: [
                        {
                            expr: `sum (kube_pod_init_container_status_running{${OF_PODS}, container="${IDENTITY_WAIT}"} == 1 and on (namespace, pod) kube_pod_init_container_status_ready{${OF_PODS}, container="${IDENTITY_WAIT}"} == 0) or vector(0)`,
                            legend: "waiting",
                        },
                    ],
                    thresholds: anyIsBad,
                    alerts: ["SpireNoIdentity"],
                }),
                stat({
                    title: "SPIRE's CA ends in",
                    description:
                        "Time until the first of the servers' CAs ends. SPIRE makes the next one at half of its life, so this never falls far. Source: SPIRE servers.",
                    unit: units.Seconds,
                    queries: [{ expr: CA_EXPIRY, legend: "left" }],
                    thresholds: caLimits(context),
                    alerts: ["SpireCaExpiring"],
                }),
                stat({
                    title: "Workloads refused an identity, 1 h",
                    description:
                        "Workload attestations that failed on any node: a process without a registration entry called an agent's socket. Source: SPIRE agents.",
                    unit: units.Short,
                    queries: [
                        {
                            expr: grown(
                                "spire_agent_workload_api_workload_attestation",
                                `${AGENTS}, status!="OK"`,
                                "1h",
                            ),
                            legend: "refused",
                        },
                    ],
                    thresholds: anyIsBad,
                }),
                stat({
                    title: "mTLS validation failures, 1 h",
                    description: "Peer certificates that the chosen pods refused. Source: the app.",
                    unit: units.Short,
                    queries: [
                        { expr: grown("x0tta6bl4_mtls_validation_failures_total", OF_APP, "1h"), legend: "failures" },
                    ],
                    thresholds: anyIsBad,
                    alerts: ["X0tta6bl4MtlsValidationFailures"],
                }),
                stat({
                    title: "App certificate ends in",
                    description:
                        "Shortest life left of a certificate that the app rotates itself. The app shows 0 where no rotation ever ran; that is left out. Source: the app.",
                    unit: units.Seconds,
                    queries: [
                        { expr: `min (x0tta6bl4_mtls_certificate_expiry_seconds{${OF_APP}} > 0)`, legend: "left" },
                    ],
                    thresholds: tooLow(certificateSeconds, 2 * certificateSeconds),
                    noValue: "the app rotates none",
                    alerts: ["X0tta6bl4CertificateExpiring"],
                }),
                stat({
                    title: "Pods refused by Pod Security, 1 h",
                    description:
                        "Pods and workloads that Pod Security Admission refused in the whole cluster. Source: API server; a managed one may not let itself be scraped.",
                    unit: units.Short,
                    queries: [{ expr: grown("pod_security_evaluations_total", REFUSED, "1h"), legend: "refused" }],
                    thresholds: anyIsBad,
                }),
            ),
            row(
                "Identity",
                lines({
                    title: "SVIDs signed",
                    description:
                        "Certificates that the servers sign, of all workloads. Zero for an hour means that nothing is renewed.",
                    unit: units.OpsPerSecond,
                    queries: [{ expr: rate("spire_server_server_ca_sign_x509_svid", SERVERS), legend: "X.509 SVIDs" }],
                }),
                lines({
                    title: "Workload attestations by result",
                    description:
                        "Answers of the agents to workloads that ask who they are, by gRPC status; anything but OK is a refusal.",
                    unit: units.OpsPerSecond,
                    queries: [
                        {
                            expr: rate("spire_agent_workload_api_workload_attestation", AGENTS, "status"),
                            legend: "{{status}}",
                        },
                    ],
                }),
                lines({
                    title: "Open connections to the agents",
                    description:
                        "Workloads that hold a stream to the Workload API, by node: each gets its renewals through it.",
                    unit: units.Number,
                    queries: [
                        { expr: `sum by (node) (spire_agent_workload_api_connections{${AGENTS}})`, legend: "{{node}}" },
                    ],
                    stacked: true,
                }),
                lines({
                    title: "Life of SPIRE's CA",
                    description: "Time left, by server. It falls in a straight line and jumps up at each rotation.",
                    unit: units.Seconds,
                    queries: [
                        {
                            expr: `max by (pod) (spire_server_manager_x509_ca_rotate_expiration{${SERVERS}} > 0) - time()`,
                            legend: "{{pod}}",
                        },
                    ],
                    thresholds: caLimits(context),
                    min: 0,
                    alerts: ["SpireCaExpiring"],
                }),
            ),
            row(
                "Mutual TLS in the app",
                lines({
                    title: "Validation failures by type",
                    description:
                        "Peer certificates that the chosen pods refused, by reason. Source: the app's certificate validator.",
                    unit: units.OpsPerSecond,
                    queries: [
                        {
                            expr: rate("x0tta6bl4_mtls_validation_failures_total", OF_APP, "failure_type"),
                            legend: "{{failure_type}}",
                        },
                    ],
                    thresholds: anyIsBad,
                    noValue: NEVER_HAPPENED,
                }),
                lines({
                    title: "Certificate rotations, 1 h",
                    description:
                        "Rotations by the app's own controller in the hour before, by pod; SPIRE's renewals are not among them.",
                    unit: units.Short,
                    queries: [
                        {
                            expr: `sum by (pod) (increase(x0tta6bl4_mtls_certificate_rotations_total{${OF_APP}}[1h]))`,
                            legend: "{{pod}}",
                        },
                    ],
                }),
                lines({
                    title: "Age and rest of the app's certificates",
                    description:
                        "By pod. A rest that meets the line was not renewed in time. Pods whose controller never ran show 0 and are left out. Source: the app.",
                    unit: units.Seconds,
                    queries: [
                        {
                            expr: `max by (pod) (x0tta6bl4_mtls_certificate_expiry_seconds{${OF_APP}} > 0)`,
                            legend: "{{pod}} rest",
                        },
                        {
                            expr: `max by (pod) (x0tta6bl4_mtls_certificate_age_seconds{${OF_APP}} > 0)`,
                            legend: "{{pod}} age",
                        },
                    ],
                    thresholds: below(certificateSeconds),
                    min: 0,
                    noValue: "the app rotates none",
                    width: 24,
                    alerts: ["X0tta6bl4CertificateExpiring"],
                }),
            ),
            row(
                "What guards the namespace",
                stat({
                    title: "NetworkPolicies",
                    description:
                        "Policies in the namespace: a default deny, then one for each way in or out. None means that everything is open.",
                    unit: units.Number,
                    queries: [
                        {
                            expr: `count (kube_networkpolicy_created{${IN_NAMESPACE}}) or vector(0)`,
                            legend: "policies",
                        },
                    ],
                    thresholds: below(1),
                    width: 6,
                }),
                stat({
                    title: "Pods on their node's network",
                    description: "Pods to which no NetworkPolicy applies, since they use their node's address.",
                    unit: units.Number,
                    queries: [
                        {
                            expr: `count (kube_pod_info{${IN_NAMESPACE}, host_network="true"}) or vector(0)`,
                            legend: "pods",
                        },
                    ],
                    thresholds: anyIsBad,
                    width: 6,
                }),
                lines({
                    title: "Pod Security decisions of the cluster",
                    description:
                        "What the API server decides on pods, by level and decision. `deny` in mode enforce is a refused pod; audit and warn only tell.",
                    unit: units.OpsPerSecond,
                    queries: [
                        {
                            expr: rate("pod_security_evaluations_total", 'decision="deny"', "mode", "policy_level"),
                            legend: "{{mode}} {{policy_level}}",
                        },
                    ],
                    thresholds: anyIsBad,
                    noValue: NEVER_HAPPENED,
                }),
            ),
            row(
                "Threats that the app would report",
                lines({
                    title: "Threat alerts and Byzantine peers",
                    description: `Alerts of the app's detectors by type. ${NOT_RECORDED_NOTE} Until then look at the refusals above.`,
                    unit: units.OpsPerSecond,
                    queries: [
                        {
                            expr: rate("x0tta6bl4_threat_alerts_total", OF_APP, "threat_type"),
                            legend: "{{threat_type}}",
                        },
                        {
                            expr: rate("x0tta6bl4_byzantine_detections_total", OF_APP, "behavior_type"),
                            legend: "Byzantine: {{behavior_type}}",
                        },
                    ],
                    thresholds: anyIsBad,
                    noValue: NOT_RECORDED,
                    width: 24,
                }),
            ),
        ],
    };
}
