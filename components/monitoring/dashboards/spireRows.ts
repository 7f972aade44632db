import * as units from "@grafana/grafana-foundation-sdk/units";
import { BUNDLE_CONFIG_MAP } from "../../spire/names";
import type { RuleContext } from "../rules";
import { lines, row } from "./kinds";
import type { RowSpec } from "./model";
import { NEVER_HAPPENED } from "./notes";
import { IN_SPIRE, mean, rate, sumBy } from "./promql";
import { AGENTS, ATTESTATION, CA_EXPIRY, caLimits, failed, MANAGERS, SERVERS, SYNC } from "./spireQueries";
import { anyIsBad, tooHigh } from "./thresholds";

/** Duration of a call (s); SPIRE's call counters record it in milliseconds. */
function seconds(call: string, labels: string): string {
    return `(${mean(`${call}_elapsed_time`, labels)}) / 1000`;
}

/** Row of the SPIRE servers. */
export function servers(context: RuleContext): RowSpec {
    return row(
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
            thresholds: caLimits(context),
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
            alerts: ["SpireNodeAttestationFailing"],
        }),
        lines({
            title: "Changes of the published trust bundle, 1 h",
            description:
                "Versions of the ConfigMap that agents start with. It changes with each new CA that the servers sign themselves. No line: it is gone.",
            unit: units.Short,
            queries: [
                {
                    expr: `sum (changes(kube_configmap_metadata_resource_version{${IN_SPIRE}, configmap="${BUNDLE_CONFIG_MAP}"}[1h]))`,
                    legend: "changes",
                },
            ],
            min: 0,
            noValue: "no bundle",
            alerts: ["SpireBundleStale"],
        }),
        lines({
            title: "Preparations of the next CA",
            description: "By result, at half of a CA's life. Failures here come hours before the CA ends.",
            unit: units.OpsPerSecond,
            queries: [
                {
                    expr: rate("spire_server_ca_manager_x509_ca_prepare", SERVERS, "status"),
                    legend: "{{status}}",
                },
            ],
            noValue: NEVER_HAPPENED,
            alerts: ["SpireCaExpiring"],
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
    );
}

/** Row of the SPIRE agents. */
export function agents(): RowSpec {
    return row(
        "Agents",
        lines({
            title: "Workload attestations by result",
            description: "Workloads that ask who they are, by gRPC status. PermissionDenied: no registration fits.",
            unit: units.OpsPerSecond,
            queries: [{ expr: rate(ATTESTATION, AGENTS, "status"), legend: "{{status}}" }],
            alerts: ["SpireWorkloadAttestationFailing", "SpireNoIdentity"],
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
            title: "Renewals of the workloads' SVIDs",
            description:
                "Calls of the agents for new SVIDs, by result. Failures for longer than half an SVID's life end identities.",
            unit: units.OpsPerSecond,
            queries: [
                {
                    expr: rate("spire_agent_manager_sync_fetch_svids_updates", AGENTS, "status"),
                    legend: "{{status}}",
                },
            ],
            noValue: NEVER_HAPPENED,
            alerts: ["SpireSvidRenewalFailing"],
        }),
        lines({
            title: "Renewals of the agents' own SVIDs",
            description: "By result. An agent whose own SVID ends must attest its node again.",
            unit: units.OpsPerSecond,
            queries: [{ expr: rate("spire_agent_agent_svid_rotate", AGENTS, "status"), legend: "{{status}}" }],
            noValue: NEVER_HAPPENED,
        }),
    );
}

/** Row of SPIRE Controller Manager. */
export function controllerManager(): RowSpec {
    return row(
        "Controller manager",
        lines({
            title: "Reconciliations by result",
            description: "How often the controller manager compares registrations with pods, by controller and result.",
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
                "1 for the controller manager that leads, 0 for those that stand by. No line at 1: new pods are not registered.",
            unit: units.Number,
            queries: [{ expr: `max by (pod) (leader_election_master_status{${MANAGERS}})`, legend: "{{pod}}" }],
            min: 0,
            max: 1,
            alerts: ["SpireNoLeader"],
        }),
    );
}
