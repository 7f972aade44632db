import { JOBS } from "../../../components/monitoring/jobs";
import type { RuleContext } from "../../../components/monitoring/rules";
import { container, kubelet, object, spire as spireSeries } from "../support/samples";
import { ofSpire } from "../cases/spireServer";
import type { Timeline } from "./timeline";

/** Facts about SPIRE and the cluster. */
export interface PlatformWorld {
    /** When SPIRE's server is Ready. Before it, its StatefulSet starts. */
    readonly spireReady: number;
    /** Creation time of the StatefulSet and the DaemonSet. */
    readonly spireCreated: number;
    /** A node whose agent is not ready from one time until another. */
    readonly agentGone?: { readonly from: number; readonly until: number };
}

/** Series of SPIRE, kube-state-metrics and the kubelets, all healthy. */
export function platformSeries(context: RuleContext, world: PlatformWorld): [string, Timeline][] {
    const { serverNamespace, systemNamespace } = ofSpire(context);
    const { spireReady, spireCreated, agentGone } = world;
    const made =
        (value: Timeline): Timeline =>
        (seconds) =>
            seconds >= spireCreated ? value(seconds) : undefined;
    const runs =
        (value: Timeline): Timeline =>
        (seconds) =>
            seconds >= spireReady ? value(seconds) : undefined;
    const always =
        (value: number): Timeline =>
        () =>
            value;
    const server = { namespace: serverNamespace, statefulset: "spire-server" };
    const agents = { namespace: systemNamespace, daemonset: "spire-agent" };
    const bundle = { namespace: systemNamespace, configmap: "spire-bundle" };
    const ofServer = (name: string, labels = {}) => spireSeries(JOBS.spireServer, serverNamespace, name, labels);
    const ofManager = (name: string, labels = {}) => spireSeries(JOBS.spireManager, serverNamespace, name, labels);
    const ofAgent = (name: string, labels = {}) => spireSeries(JOBS.spireAgent, systemNamespace, name, labels);
    const lost = (seconds: number) =>
        agentGone !== undefined && seconds >= agentGone.from && seconds < agentGone.until ? 1 : 0;
    const syncs = ofAgent("spire_agent_manager_sync_fetch_entries_updates", { status: "OK" });
    return [
        [object("up", { namespace: context.monitoringNamespace }), always(1)],
        ...["/metrics", "/metrics/cadvisor", "/metrics/probes"].map((path): [string, Timeline] => [
            kubelet(path, "up", { namespace: "kube-system" }),
            always(1),
        ]),
        [object("kube_namespace_created", { namespace: serverNamespace }), always(Math.min(0, spireCreated))],
        [object("kube_namespace_created", { namespace: systemNamespace }), always(Math.min(0, spireCreated))],
        [object("kube_statefulset_created", server), made(always(spireCreated))],
        [object("kube_statefulset_status_replicas_ready", server), made((seconds) => Number(seconds >= spireReady))],
        [
            object("kube_daemonset_status_number_unavailable", agents),
            made((seconds) => (seconds < spireReady ? 2 : lost(seconds))),
        ],
        [object("kube_configmap_info", bundle), runs(always(1))],
        [object("kube_configmap_metadata_resource_version", bundle), runs(always(7))],
        [ofServer("up"), made((seconds) => Number(seconds >= spireReady))],
        [ofServer("scrape_samples_scraped"), runs(always(300))],
        [ofServer("spire_server_manager_x509_ca_rotate_expiration"), runs(always(86_400))],
        [ofServer("spire_server_ca_manager_x509_ca_prepare", { status: "OK" }), runs(always(1))],
        [ofServer("spire_server_rpc_agent_v1_agent_attest_agent", { status: "OK" }), runs(always(2))],
        [ofManager("up"), made((seconds) => Number(seconds >= spireReady))],
        [ofManager("leader_election_master_status", { name: "spire-controller-manager" }), runs(always(1))],
        [ofAgent("up"), made((seconds) => Number(seconds >= spireReady))],
        [syncs, runs((seconds) => Math.floor((seconds - spireReady) / 5))],
        [
            ofAgent("spire_agent_workload_api_workload_attestation", { status: "OK" }),
            runs((seconds) => Math.floor((seconds - spireReady) / 60)),
        ],
        [
            ofAgent("spire_agent_manager_sync_fetch_svids_updates", { status: "OK" }),
            runs((seconds) => Math.floor((seconds - spireReady) / 600)),
        ],
        [
            object("kube_pod_container_resource_limits", {
                namespace: systemNamespace,
                pod: "spire-agent-0",
                container: "spire-agent",
                resource: "memory",
                unit: "byte",
            }),
            made(always(100)),
        ],
        [
            container("container_memory_working_set_bytes", systemNamespace, "spire-agent", "spire-agent-0"),
            runs(always(50)),
        ],
    ];
}
