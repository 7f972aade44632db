import { formatDuration } from "../../../settings/shared/duration";
import { IDENTITY_WAIT } from "../../mesh/identity";
import { AGENT, BUNDLE_CONFIG_MAP, SERVER } from "../../spire/names";
import { JOBS } from "../jobs";
import { killedForMemory, memoryShare } from "./capacity";
import { gone, objects, unlessStarting, series, sumOfIncreases } from "./promql";
import type { Alert, Group, RuleContext } from "./types";

/** Labels that identify an agent; `node` is added by the PodMonitor. */
const AGENT_LABELS = "namespace, pod, node";

type Spire = NonNullable<RuleContext["spire"]>;

/** Alerts on SPIRE: servers, agents, and the identities of pods. Empty if this stack does not create SPIRE. */
export function identityGroups(context: RuleContext): Group[] {
    const { spire } = context;
    if (spire === undefined) {
        return [];
    }
    return [
        {
            name: "spire-server",
            alerts: [
                serverDown(spire),
                caExpiring(spire, context),
                bundleStale(spire),
                nodeAttestationFailing(spire, context),
                noLeader(spire),
            ],
        },
        {
            name: "spire-agent",
            alerts: [
                agentDown(spire),
                agentMemory(spire, context),
                agentNotSyncing(spire),
                renewalFailing(spire),
                workloadAttestationFailing(spire, context),
                noIdentity(context),
            ],
        },
    ];
}

function server({ serverNamespace }: Spire, name: string, ...more: string[]): string {
    return series(name, { job: JOBS.spireServer, namespace: serverNamespace }, ...more);
}

function agent({ systemNamespace }: Spire, name: string, ...more: string[]): string {
    return series(name, { job: JOBS.spireAgent, namespace: systemNamespace }, ...more);
}

/** Time that the first SPIRE server can take to become ready (s): the timeout of Pulumi for a StatefulSet. */
const FIRST_SERVER_SECONDS = 600;

function serverDown({ serverNamespace }: Spire): Alert {
    const ready = "kube_statefulset_status_replicas_ready";
    const labels = { namespace: serverNamespace, statefulset: SERVER };
    const by = "namespace, statefulset";
    const pods = objects(ready, labels);
    const started = unlessStarting(pods, objects("kube_statefulset_created", labels), FIRST_SERVER_SECONDS, by);
    return {
        alert: "SpireServerDown",
        expr: `sum by (${by}) (${pods}) == 0 ${started} or ${gone(ready, labels, by)}`,
        for: "2m",
        severity: "critical",
        team: "platform",
        summary: "No SPIRE server is ready.",
        description:
            "StatefulSet {{ $labels.statefulset }} in {{ $labels.namespace }} has no ready pod, or is gone: no SVID is signed.",
        condition: `no SPIRE server is ready, or the StatefulSet is gone; a first deployment has ${FIRST_SERVER_SECONDS} s to start`,
        settings: [],
    };
}

function caExpiring(spire: Spire, { settings }: RuleContext): Alert {
    const { caRemainingPercent } = settings.spire;
    const seconds = Math.floor((spire.caChangeSeconds * caRemainingPercent) / 100);
    const end = server(spire, "spire_server_manager_x509_ca_rotate_expiration");
    return {
        alert: "SpireCaExpiring",
        expr: `min by (namespace, pod) (${end} > 0) - time() < ${seconds}`,
        for: "5m",
        severity: "critical",
        team: "platform",
        summary: "The CA of a SPIRE server was not renewed.",
        description:
            "The CA of {{ $labels.pod }} ends in {{ $value | humanizeDuration }}; the next one should be in use by now.",
        condition: `less than ${formatDuration(seconds)} left of a server's CA (${caRemainingPercent} % of the time at which the next one takes over)`,
        settings: ["spire.caRemainingPercent"],
    };
}

function bundleStale(spire: Spire): Alert {
    const labels = { namespace: spire.systemNamespace, configmap: BUNDLE_CONFIG_MAP };
    const by = "namespace, configmap";
    const missing = gone("kube_configmap_info", labels, by);
    const version = objects("kube_configmap_metadata_resource_version", labels);
    const prepared = server(spire, "spire_server_ca_manager_x509_ca_prepare", 'status="OK"');
    // A server that signs its own CA adds each new one to the bundle; with an upstream authority the root stays.
    const unchanged = `sum by (${by}) (changes(${version}[70m])) == 0 and on () sum(increase(${prepared}[1h] offset 10m)) > 0`;
    return {
        alert: "SpireBundleStale",
        expr: spire.selfSigned ? `${missing} or ${unchanged}` : missing,
        for: "10m",
        severity: "critical",
        team: "platform",
        summary: "The published trust bundle is missing or old.",
        description:
            "ConfigMap {{ $labels.configmap }} in {{ $labels.namespace }} is not what the SPIRE server has: agents that start now are not trusted.",
        condition:
            "the ConfigMap with the trust bundle is gone, or did not change within an hour of a new CA (where the server signs its own)",
        settings: [],
    };
}

function nodeAttestationFailing(spire: Spire, { settings }: RuleContext): Alert {
    const { attestationFailures } = settings.spire;
    // An agent that terminates during its attestation is counted as Canceled.
    const failed = server(spire, "spire_server_rpc_agent_v1_agent_attest_agent", 'status!~"OK|Canceled"');
    return {
        alert: "SpireNodeAttestationFailing",
        expr: `${sumOfIncreases(failed, "15m", "namespace, status")} > ${attestationFailures}`,
        for: "5m",
        severity: "warning",
        team: "platform",
        summary: "Nodes cannot prove themselves to SPIRE.",
        description: "{{ $value | humanize }} attestations of agents failed in 15 minutes: {{ $labels.status }}.",
        condition: `more than ${attestationFailures} failed attestations of agents in 15 m with one status`,
        settings: ["spire.attestationFailures"],
    };
}

function noLeader({ serverNamespace }: Spire): Alert {
    const leads = series("leader_election_master_status", { job: JOBS.spireManager, namespace: serverNamespace });
    return {
        alert: "SpireNoLeader",
        expr: `max by (namespace) (${leads}) == 0`,
        for: "10m",
        severity: "warning",
        team: "platform",
        summary: "No controller manager writes registration entries.",
        description: "No controller manager in {{ $labels.namespace }} holds the lease: new pods get no entry.",
        condition: "no controller manager leads",
        settings: [],
    };
}

function agentDown({ systemNamespace }: Spire): Alert {
    const labels = { namespace: systemNamespace, daemonset: AGENT };
    const by = "namespace, daemonset";
    const unavailable = "kube_daemonset_status_number_unavailable";
    return {
        alert: "SpireAgentDown",
        expr: `sum by (${by}) (${objects(unavailable, labels)}) > 0 or ${gone(unavailable, labels, by)}`,
        for: "10m",
        severity: "critical",
        team: "platform",
        summary: "A node has no ready SPIRE agent.",
        description:
            "{{ $value }} nodes have no ready agent, or DaemonSet {{ $labels.daemonset }} in {{ $labels.namespace }} is gone: pods there lose their identity when their SVIDs end.",
        condition: "nodes without a ready agent, or the DaemonSet is gone",
        settings: [],
    };
}

function agentMemory({ systemNamespace }: Spire, { settings: { memoryPercent } }: RuleContext): Alert {
    return {
        alert: "SpireAgentMemory",
        expr: `${memoryShare(systemNamespace, AGENT)} > ${memoryPercent / 100} or ${killedForMemory(systemNamespace, AGENT)}`,
        for: "5m",
        severity: "warning",
        team: "platform",
        summary: "A SPIRE agent needs more memory.",
        description: "Agent {{ $labels.pod }} is near its memory limit or was killed for it.",
        condition: `working memory above ${memoryPercent} % of the limit, or a restart in the last 15 m after OOMKilled`,
        settings: ["memoryPercent"],
    };
}

function agentNotSyncing(spire: Spire): Alert {
    const synced = agent(spire, "spire_agent_manager_sync_fetch_entries_updates", 'status="OK"');
    return {
        alert: "SpireAgentNotSyncing",
        // A status that never occurred has no series, so missing series are determined among the agents that are up.
        expr:
            `max by (${AGENT_LABELS}) (${agent(spire, "up")}) == 1 ` +
            `unless on (namespace, pod) ${sumOfIncreases(synced, "15m", "namespace, pod")} > 0`,
        for: "5m",
        severity: "warning",
        team: "platform",
        summary: "A SPIRE agent does not reach the server.",
        description:
            "Agent {{ $labels.pod }} on node {{ $labels.node }} has not synced for 15 minutes: new pods there get no SVID.",
        condition: "an agent answers, but had no successful sync in 15 m",
        settings: [],
    };
}

function renewalFailing(spire: Spire): Alert {
    const renewals = (status: string) =>
        sumOfIncreases(agent(spire, "spire_agent_manager_sync_fetch_svids_updates", status), "15m", AGENT_LABELS);
    return {
        alert: "SpireSvidRenewalFailing",
        expr: `${renewals('status!="OK"')} > 0 unless ${renewals('status="OK"')} > 0`,
        for: "5m",
        severity: "critical",
        team: "platform",
        summary: "SVIDs of a node's pods are not renewed.",
        description:
            "Agent {{ $labels.pod }} on node {{ $labels.node }} failed to renew SVIDs for 15 minutes; they end within the hour.",
        condition: "an agent's renewals of SVIDs fail and none succeeded in 15 m",
        settings: [],
    };
}

function workloadAttestationFailing(spire: Spire, { settings }: RuleContext): Alert {
    const { attestationFailures } = settings.spire;
    const attestations = (...more: string[]) =>
        sumOfIncreases(agent(spire, "spire_agent_workload_api_workload_attestation", ...more), "15m", AGENT_LABELS);
    const failed = attestations('status!="OK"');
    return {
        alert: "SpireWorkloadAttestationFailing",
        expr: `${failed} > ${attestationFailures} and ${failed} / ${attestations()} > 0.5`,
        for: "5m",
        severity: "warning",
        team: "platform",
        summary: "A SPIRE agent cannot tell which pods ask it.",
        description:
            "{{ $value | humanize }} attestations of workloads failed on node {{ $labels.node }} in 15 minutes, more than succeeded.",
        condition: `more than ${attestationFailures} failed attestations of workloads on a node in 15 m, and more than half`,
        settings: ["spire.attestationFailures"],
    };
}

function noIdentity({ mesh: { namespace } }: RuleContext): Alert {
    const waiting = objects("kube_pod_init_container_status_ready", { namespace, container: IDENTITY_WAIT });
    const pending = objects("kube_pod_status_phase", { namespace, phase: "Pending" });
    return {
        alert: "SpireNoIdentity",
        // The ready state covers both: a sidecar is ready once its startup probe succeeds, an init container once it
        // has completed. Only pods that have not started yet: an evicted pod also has a container that is not ready.
        expr: `sum by (namespace, pod) (${waiting}) == 0 and on (namespace, pod) ${pending} == 1`,
        for: "5m",
        severity: "warning",
        team: "platform",
        summary: "A mesh pod waits for its identity.",
        description: "Pod {{ $labels.pod }} in {{ $labels.namespace }} gets no SVID and does not start.",
        condition: `a pod is pending and its container ${IDENTITY_WAIT} has no SVID yet`,
        settings: [],
    };
}
