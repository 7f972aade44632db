import { JOBS } from "../../../components/monitoring/jobs";
import { container, flat, grows, object, POD, spire as spireSeries, STATE_METRICS_UP } from "../support/samples";
import type { CaseTable, Expected } from "../support/types";
import { limit, restarted } from "./capacity";
import { ofSpire } from "./spireServer";

/** An agent's pod. */
const AGENT = "spire-agent-0";

/** SPIRE's agents, and pods that wait for them. */
export const spireAgent: CaseTable = {
    groups: ["spire-agent"],
    cases: (context) => {
        const { systemNamespace: namespace } = ofSpire(context);
        const mesh = context.mesh.namespace;
        const agent = (name: string, labels = {}) => spireSeries(JOBS.spireAgent, namespace, name, labels);
        const unavailable = object("kube_daemonset_status_number_unavailable", { namespace, daemonset: "spire-agent" });
        const down = (nodes: number): Expected[] => [
            {
                labels: { severity: "critical", namespace, daemonset: "spire-agent" },
                description: `${nodes} nodes have no ready agent, or DaemonSet spire-agent in ${namespace} is gone: pods there lose their identity when their SVIDs end.`,
            },
        ];
        const memory = container("container_memory_working_set_bytes", namespace, "spire-agent", AGENT);
        const memoryLimit = limit(namespace, "spire-agent", "memory", 100, AGENT);
        const needsMemory: Expected[] = [
            {
                labels: { severity: "warning", namespace, pod: AGENT, container: "spire-agent" },
                description: `Agent ${AGENT} is near its memory limit or was killed for it.`,
            },
        ];
        const ofAgent = (severity: string, description: string): Expected[] => [
            { labels: { severity, namespace, pod: AGENT, node: "node-1" }, description },
        ];
        const synced = (status: string) => agent("spire_agent_manager_sync_fetch_entries_updates", { status });
        const renewed = (status: string) => agent("spire_agent_manager_sync_fetch_svids_updates", { status });
        const attested = (status: string) => agent("spire_agent_workload_api_workload_attestation", { status });
        const up = { [agent("up")]: flat(1) };
        const notSyncing = ofAgent(
            "warning",
            `Agent ${AGENT} on node node-1 has not synced for 15 minutes: new pods there get no SVID.`,
        );
        const waiting = object("kube_pod_init_container_status_ready", {
            namespace: mesh,
            pod: POD,
            container: "wait-for-identity",
        });
        const phase = (name: string) => object("kube_pod_status_phase", { namespace: mesh, pod: POD, phase: name });
        return {
            SpireAgentDown: [
                {
                    kind: "fires",
                    title: "two nodes have no ready agent",
                    series: { [unavailable]: flat(2) },
                    notYetAt: "9m30s",
                    at: "10m",
                    fires: down(2),
                },
                { kind: "fires", title: "the DaemonSet is gone", series: STATE_METRICS_UP, at: "10m", fires: down(1) },
                { kind: "boundary", title: "all are ready", series: { [unavailable]: flat(0) }, at: "30m" },
                {
                    kind: "stays quiet",
                    title: "a node restarts within 5 minutes",
                    series: { [unavailable]: "0x4 1x10 0x40" },
                    at: "12m",
                },
                { kind: "no data", title: "kube-state-metrics does not answer", series: {}, at: "30m" },
            ],
            SpireAgentMemory: [
                {
                    kind: "fires",
                    title: "95 % of the limit are in use",
                    series: { [memory]: flat(95), ...memoryLimit },
                    notYetAt: "4m30s",
                    at: "5m",
                    fires: needsMemory,
                },
                {
                    kind: "fires",
                    title: "it restarted after OOMKilled",
                    series: restarted(namespace, "spire-agent", "0x9 1x100", "OOMKilled", AGENT),
                    at: "11m",
                    fires: needsMemory,
                },
                {
                    kind: "boundary",
                    title: "90 % are in use",
                    series: { [memory]: flat(90), ...memoryLimit },
                    at: "30m",
                },
                {
                    kind: "stays quiet",
                    title: "half is in use",
                    series: { [memory]: flat(50), ...memoryLimit },
                    at: "30m",
                },
                { kind: "no data", title: "there is no agent", series: {}, at: "30m" },
            ],
            SpireAgentNotSyncing: [
                {
                    kind: "fires",
                    title: "each sync fails",
                    series: { ...up, [synced("Unavailable")]: grows(6) },
                    notYetAt: "4m30s",
                    at: "5m",
                    fires: notSyncing,
                },
                {
                    kind: "fires",
                    title: "it does not even try any more",
                    series: { ...up, [synced("OK")]: "0+6x40 240x100" },
                    notYetAt: "34m",
                    at: "41m",
                    fires: notSyncing,
                },
                {
                    kind: "boundary",
                    title: "one sync in 12 minutes succeeds",
                    series: { ...up, [synced("OK")]: grows(0.042), [synced("Unavailable")]: grows(3) },
                    at: "1h",
                },
                { kind: "stays quiet", title: "syncs succeed", series: { ...up, [synced("OK")]: grows(6) }, at: "1h" },
                { kind: "no data", title: "the agent is not scraped", series: { [agent("up")]: flat(0) }, at: "1h" },
            ],
            SpireSvidRenewalFailing: [
                {
                    kind: "fires",
                    title: "each renewal fails",
                    series: { [renewed("Unavailable")]: grows(2), [renewed("OK")]: flat(9) },
                    notYetAt: "4m30s",
                    at: "20m",
                    fires: ofAgent(
                        "critical",
                        `Agent ${AGENT} on node node-1 failed to renew SVIDs for 15 minutes; they end within the hour.`,
                    ),
                },
                {
                    kind: "boundary",
                    title: "one in ten succeeds",
                    series: { [renewed("Unavailable")]: grows(9), [renewed("OK")]: grows(1) },
                    at: "1h",
                },
                {
                    kind: "stays quiet",
                    title: "nothing is due",
                    series: { [renewed("Unavailable")]: flat(3), [renewed("OK")]: flat(9) },
                    at: "1h",
                },
                { kind: "no data", title: "the agent is not scraped", series: {}, at: "1h" },
            ],
            SpireWorkloadAttestationFailing: [
                {
                    kind: "fires",
                    title: "two of three fail",
                    series: { [attested("Unknown")]: grows(2), [attested("OK")]: grows(1) },
                    at: "30m",
                    fires: ofAgent(
                        "warning",
                        "60 attestations of workloads failed on node node-1 in 15 minutes, more than succeeded.",
                    ),
                },
                {
                    kind: "boundary",
                    title: "half of them fail",
                    series: { [attested("Unknown")]: grows(1), [attested("OK")]: grows(1) },
                    at: "1h",
                },
                {
                    kind: "stays quiet",
                    title: "all fail, but there are only 3 in 15 minutes",
                    series: { [attested("Unknown")]: grows(0.1) },
                    at: "1h",
                },
                { kind: "no data", title: "no workload asks", series: {}, at: "1h" },
            ],
            SpireNoIdentity: [
                {
                    kind: "fires",
                    title: "a pod waits in its init container",
                    series: { [waiting]: flat(0), [phase("Pending")]: flat(1) },
                    notYetAt: "4m30s",
                    at: "5m",
                    fires: [
                        {
                            labels: { severity: "warning", namespace: mesh, pod: POD },
                            description: `Pod ${POD} in ${mesh} gets no SVID and does not start.`,
                        },
                    ],
                },
                {
                    kind: "boundary",
                    title: "it has its identity and starts the app",
                    series: { [waiting]: flat(1), [phase("Pending")]: flat(1) },
                    at: "30m",
                },
                {
                    kind: "stays quiet",
                    title: "a pod that was evicted",
                    series: { [waiting]: flat(0), [phase("Pending")]: flat(0), [phase("Failed")]: flat(1) },
                    at: "30m",
                },
                { kind: "no data", title: "there is no pod", series: {}, at: "30m" },
            ],
        };
    },
};
