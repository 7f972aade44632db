import { type Metric, metricsOf } from "./types";

/** Metrics that the app records. */
const RECORDED: readonly Metric[] = [
    ...metricsOf("app", "gauge", [
        ["x0tta6bl4_db_circuit_breaker_state", [], "Database circuit breaker: 0 closed, 1 open, 2 half-open"],
        [
            "x0tta6bl4_mtls_certificate_expiry_seconds",
            [],
            "Time left of the mTLS certificate (s); 0 where the mTLS controller never ran",
        ],
        [
            "x0tta6bl4_mtls_certificate_age_seconds",
            [],
            "Age of the mTLS certificate (s); 0 where the mTLS controller never ran",
        ],
    ]),
    ...metricsOf("app", "counter", [
        ["x0tta6bl4_mtls_certificate_rotations_total", [], "Renewals of the mTLS certificate"],
        ["x0tta6bl4_mtls_validation_failures_total", ["failure_type"], "Peer certificates that were refused"],
        ["x0tta6bl4_self_healing_events_total", ["event_type", "node_id"], "Events of the self-healing manager"],
    ]),
    ...metricsOf("app", "histogram", [
        [
            "x0tta6bl4_mapek_cycle_duration_seconds",
            ["phase"],
            "Duration of a phase of MAPE-K (s), buckets 0.01 to 1; only while the loop runs",
        ],
        ["x0tta6bl4_self_healing_mttr_seconds", ["recovery_type"], "Time to recover (s), buckets 0.005 to 10"],
        ["maas_llm_inference_latency_seconds", ["model", "status"], "Duration of an inference (s)"],
    ]),
];

/** Metrics that the app defines but never records, e.g. because its request middleware is not installed. */
const DEFINED_ONLY: readonly Metric[] = [
    ...metricsOf(
        "app",
        "counter",
        [
            ["x0tta6bl4_requests_total", ["method", "endpoint", "status", "api_key"], "Requests to the API"],
            ["x0tta6bl4_mapek_cycles_total", ["status"], "Cycles of MAPE-K"],
            ["x0tta6bl4_mapek_anomalies_detected_total", ["anomaly_type", "severity"], "Anomalies that MAPE-K found"],
            ["x0tta6bl4_mapek_recovery_actions_total", ["action_type", "status"], "Recovery actions of MAPE-K"],
            ["x0tta6bl4_mesh_connections_total", ["connection_type"], "Connections to peers"],
            ["x0tta6bl4_mesh_bandwidth_bytes_total", ["direction"], "Bytes over the mesh"],
            ["x0tta6bl4_spiffe_svid_issuance_total", [], "SVIDs that the app got"],
            ["x0tta6bl4_spiffe_svid_renewal_total", [], "SVIDs that the app renewed"],
            ["x0tta6bl4_threat_alerts_total", ["threat_type", "severity"], "Alerts of threat intelligence"],
            ["x0tta6bl4_byzantine_detections_total", ["behavior_type"], "Byzantine behaviour of peers"],
            ["x0tta6bl4_raft_leader_changes_total", [], "Changes of the Raft leader"],
        ],
        { recorded: false },
    ),
    ...metricsOf(
        "app",
        "gauge",
        [
            ["x0tta6bl4_error_rate_ratio", [], "Share of failed requests"],
            ["x0tta6bl4_db_connections_active", [], "Open database connections"],
            ["x0tta6bl4_mapek_knowledge_base_size_entries", [], "Entries of the knowledge base"],
            ["x0tta6bl4_mapek_metrics_cache_size_bytes", [], "Size of the metrics cache (bytes)"],
            ["x0tta6bl4_mesh_nodes_active", [], "Nodes of the mesh that answer"],
            ["x0tta6bl4_mesh_packet_loss_ratio", [], "Share of lost packets"],
            ["x0tta6bl4_mesh_peers_count", ["node_id"], "Peers of a node"],
            ["x0tta6bl4_node_health_status", ["node_id"], "1 when a node is healthy"],
            ["x0tta6bl4_node_uptime_seconds", ["node_id"], "Uptime of a node (s)"],
            ["x0tta6bl4_suspect_nodes_count", [], "Nodes under suspicion"],
            ["x0tta6bl4_raft_followers_count", [], "Followers of the Raft leader"],
            ["x0tta6bl4_raft_term", [], "Raft term"],
        ],
        { recorded: false },
    ),
    ...metricsOf(
        "app",
        "histogram",
        [
            [
                "x0tta6bl4_request_duration_seconds",
                ["method", "endpoint", "api_key"],
                "Duration of a request (s), buckets 0.01 to 5",
            ],
            ["x0tta6bl4_mesh_latency_seconds", ["node_id", "peer_id"], "Latency between peers (s), buckets 0.001 to 1"],
            ["x0tta6bl4_mesh_hop_count", [], "Hops of a packet"],
            ["x0tta6bl4_spire_server_latency_seconds", [], "Latency of the SPIRE server (s)"],
            ["x0tta6bl4_raft_log_replication_duration_seconds", [], "Duration of a Raft replication (s)"],
        ],
        { recorded: false },
    ),
];

/** Gauges that the app appends to `/metrics` if eBPF is enabled; its image lacks the required dependencies. */
const EBPF: readonly Metric[] = metricsOf(
    "app",
    "gauge",
    [
        ["ebpf_packets_ingress_total", [], "Packets in, counted since the program was loaded"],
        ["ebpf_packets_egress_total", [], "Packets out"],
        ["ebpf_bytes_ingress_total", [], "Bytes in"],
        ["ebpf_bytes_egress_total", [], "Bytes out"],
        ["ebpf_packet_loss_total", [], "Lost packets"],
        ["ebpf_retransmissions_total", [], "TCP retransmissions"],
        ["ebpf_active_connections_total", [], "Open connections"],
    ],
    { recorded: false },
);

/**
 * Metrics that the mesh app serves at `/metrics`. There are no `process_*` or `python_*` metrics, because it uses a
 * private registry.
 */
export const APP_METRICS: readonly Metric[] = [...RECORDED, ...DEFINED_ONLY, ...EBPF];
