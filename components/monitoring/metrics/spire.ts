import { type Metric, metricsOf, type MetricSource } from "./types";

/**
 * A call counter of SPIRE: the number of calls, and a summary of their duration (ms), both by gRPC status (`OK`,
 * `PermissionDenied` ...). SPIRE's counters do not end in `_total`, and a status that never occurred has no series.
 */
function calls(
    source: MetricSource,
    prefix: string,
    entries: readonly [name: string, description: string][],
): Metric[] {
    return entries.flatMap(([name, description]) => [
        ...metricsOf(source, "counter", [[`${prefix}_${name}`, ["status"], description]]),
        ...metricsOf(source, "summary", [[`${prefix}_${name}_elapsed_time`, ["status"], `${description}: time (ms)`]]),
    ]);
}

/** Metrics that every SPIRE process exposes, including those of the Go runtime and the process. */
function common(source: MetricSource, prefix: string): Metric[] {
    return metricsOf(source, "gauge", [
        [`${prefix}_started`, ["version", "trust_domain_id"], "1; carries the version"],
        [`${prefix}_uptime_in_ms`, [], "Uptime (ms)"],
        ["process_resident_memory_bytes", [], "Resident memory (bytes)"],
        ["process_open_fds", [], "Open files"],
        ["go_goroutines", [], "Goroutines"],
    ]);
}

const SERVER: readonly Metric[] = [
    ...common("spire-server", "spire_server"),
    ...metricsOf("spire-server", "gauge", [
        [
            "spire_server_manager_x509_ca_rotate_expiration",
            ["trust_domain_id"],
            "End of the CA in use (seconds since 1970)",
        ],
        [
            "spire_server_manager_x509_ca_rotate_ttl",
            ["trust_domain_id"],
            "Life of the CA when it was taken into use (s)",
        ],
        ["spire_server_node_agents_by_id_cache_count", [], "Agents in the cache"],
        ["spire_server_entry_entries_by_entryid_cache_count", [], "Registration entries in the cache"],
    ]),
    ...metricsOf("spire-server", "counter", [
        ["spire_server_server_ca_sign_x509_svid", [], "X.509 SVIDs that were signed"],
        ["spire_server_server_ca_sign_jwt_svid", [], "JWT SVIDs that were signed"],
        ["spire_server_ca_manager_x509_ca_activate", [], "CAs that were taken into use"],
        ["spire_server_ca_manager_bundle_pruned", [], "Bundles with ended authorities removed"],
    ]),
    ...calls("spire-server", "spire_server", [
        ["rpc_agent_v1_agent_attest_agent", "Attestation of agents"],
        ["rpc_agent_v1_agent_renew_agent", "Renewal of agents' SVIDs"],
        ["rpc_svid_v1_svid_batch_new_x509svid", "SVIDs that agents ask for"],
        ["rpc_entry_v1_entry_sync_authorized_entries", "Entries that agents ask for"],
        ["rpc_entry_v1_entry_batch_create_entry", "Entries that the controller manager writes"],
        ["ca_manager_x509_ca_prepare", "Preparation of the next CA"],
        ["svid_rotate", "Renewal of the server's own SVID"],
        ["datastore_bundle_fetch", "Reads of the bundle from the datastore"],
        ["datastore_registration_entry_list", "Reads of entries from the datastore"],
        ["datastore_node_list", "Reads of agents from the datastore"],
    ]),
];

const AGENT: readonly Metric[] = [
    ...common("spire-agent", "spire_agent"),
    ...metricsOf("spire-agent", "gauge", [
        ["spire_agent_workload_api_connections", [], "Open connections to the Workload API"],
        ["spire_agent_sync_bundles_total", [], "Bundles that the agent has"],
        ["spire_agent_sync_entries_total", [], "Entries that the agent has"],
        ["spire_agent_sync_entries_missing", [], "Entries that the last sync had to add"],
        ["spire_agent_sync_entries_stale", [], "Entries that the last sync had to bring up to date"],
        ["spire_agent_lru_cache_svid_map_size", ["svid_type"], "SVIDs in the cache"],
        ["spire_agent_lru_cache_record_map_size", ["svid_type"], "Entries in the cache"],
    ]),
    ...metricsOf("spire-agent", "counter", [
        ["spire_agent_workload_api_connection", [], "Connections to the Workload API"],
        ["spire_agent_workload_api_rate_limit_exceeded", ["method"], "Calls of the Workload API above the rate limit"],
    ]),
    ...metricsOf("spire-agent", "summary", [
        ["spire_agent_cache_manager_expiring_svids_workload", [], "SVIDs that are due for renewal"],
        ["spire_agent_cache_manager_outdated_svids_workload", [], "SVIDs whose entry changed"],
        ["spire_agent_workload_api_discovered_selectors", [], "Selectors that an attestation found"],
    ]),
    ...calls("spire-agent", "spire_agent", [
        ["agent_svid_rotate", "Renewal of the agent's own SVID"],
        ["node_attestor_new_svid", "Attestation at the server"],
        ["manager_sync_fetch_entries_updates", "Sync of entries with the server"],
        ["manager_sync_fetch_svids_updates", "Renewal of workloads' SVIDs"],
        ["workload_api_workload_attestation", "Attestation of workloads"],
        ["rpc_workload_api_fetch_x509svid", "Streams of X.509 SVIDs to workloads"],
    ]),
    ...metricsOf("spire-agent", "counter", [
        ["spire_agent_workload_api_workload_attestor", ["attestor", "status"], "Attestation of workloads by plugin"],
    ]),
];

/**
 * Metrics of the controller manager. It does not count failed entries: its reconciliation loops log errors and retry.
 */
const MANAGER: readonly Metric[] = [
    ...metricsOf("spire-controller-manager", "gauge", [
        ["leader_election_master_status", ["name"], "1 for the one that writes entries, 0 for those that stand by"],
        ["cluster_static_entry_failures", [], "ClusterStaticEntries that could not be rendered"],
        ["process_resident_memory_bytes", [], "Resident memory (bytes)"],
    ]),
    ...metricsOf("spire-controller-manager", "counter", [
        ["controller_runtime_reconcile_total", ["controller", "result"], "Objects that were looked at"],
        ["controller_runtime_reconcile_errors_total", ["controller"], "Objects that could not be looked at"],
    ]),
];

/**
 * Metrics of SPIRE 1.15. A name consists of the service's name and the keys of SPIRE's telemetry, joined by `_`; each
 * series also has the label `host`, the pod's host name.
 */
export const SPIRE_METRICS: readonly Metric[] = [...SERVER, ...AGENT, ...MANAGER];
