/** An alert, or a kind of alert, of the replaced system, and its replacement. */
interface Replaced {
    /** Its file, from the root of that repository. */
    readonly file: string;
    /** Its name, or what the file has several of. */
    readonly alert: string;
    /** What it looked at. */
    readonly was: string;
    /** Our alerts in its place; alerts of the monitoring chart are named as such in `because`. */
    readonly ours: readonly string[];
    /** Why none is needed, or what is different. */
    readonly because: string;
}

/** Makes the rows of one file. */
function of(file: string, rows: readonly [alert: string, was: string, ours: readonly string[], because: string][]) {
    return rows.map(([alert, was, ours, because]): Replaced => ({ file, alert, was, ours, because }));
}

const NOT_EMITTED = "its metric is emitted by nothing";

const LATENCY = ["X0tta6bl4HighLatency", "X0tta6bl4LatencyBudgetBurn"];
const ERRORS = ["X0tta6bl4HighErrorRate", "X0tta6bl4ErrorBudgetBurn"];
const DOWN = ["X0tta6bl4MeshDown", "X0tta6bl4ReplicasMissing", "X0tta6bl4MetricsMissing"];

/** Every alert of the replaced system. */
export const REPLACED_ALERTS: readonly Replaced[] = [
    ...of("infra/monitoring/alerting-rules.yml", [
        ["HighLatency", "p95 of requests above 0.5 s", LATENCY, "requests, or probes where none are recorded"],
        ["ConnectionDrops", "connection errors above 0.1/s", [], NOT_EMITTED],
        [
            "CircuitBreakerOpen",
            "x0tta6bl4_circuit_breaker_state == 2",
            ["X0tta6bl4CircuitBreakerOpen"],
            "the metric's real name has db_ in it, and open is 1",
        ],
        ["HighRetryRate", "retries above 0.5/s", [], NOT_EMITTED],
        ["ServiceDown", "up == 0", DOWN, "a target that does not answer is no outage by itself"],
        ["HighMemoryUsage", "resident memory above 1 GiB", ["X0tta6bl4MemoryPressure"], "as a share of the limit"],
        ["HighCPUUsage", "CPU above 80 %", ["X0tta6bl4CpuPressure"], "as a share of the limit"],
        ["SecurityEvent", "any security event", ["X0tta6bl4MtlsValidationFailures"], "what of it is recorded"],
        [
            "FailedAuthentication",
            "failed logins above 0.1/s",
            ["SpireNodeAttestationFailing", "SpireWorkloadAttestationFailing"],
            "for logins of users no metric is emitted; these are the platform's own",
        ],
        ["MeshNodeDisconnected", "x0tta6bl4_mesh_node_connected == 0", ["X0tta6bl4ReplicasMissing"], NOT_EMITTED],
        ["LowMeshConnectivity", "fewer than 2 connected peers", ["X0tta6bl4ReplicasMissing"], NOT_EMITTED],
        ["HighMeshLatency", "p95 between peers above 0.2 s", [], "the app defines the metric and records nothing"],
    ]),
    ...of("infra/monitoring/chaos-alerting-rules.yml", [
        ["HighMTTR", "recovery above 10 s", ["X0tta6bl4SelfHealingSlow"], "severity warning"],
        ["CriticalMTTR", "recovery above 30 s", ["X0tta6bl4SelfHealingSlow"], "severity critical"],
        ["MeshNodeDown", "up of mesh-nodes == 0", DOWN, "each node is a pod"],
        ["MeshNodeHighCPU", "CPU above 85 %", ["X0tta6bl4CpuPressure"], "as a share of the limit"],
        ["MeshNodeHighMemory", "memory above 90 %", ["X0tta6bl4MemoryPressure"], "as a share of the limit"],
        ["MeshLinkHighLatency", "above 200 ms", [], NOT_EMITTED],
        ["MeshLinkPacketLoss", "above 10 %", [], "the app defines a gauge and never sets it: it reads 0"],
        ["MeshConnectivityDegraded, MeshConnectivityCritical", "below 0.8, below 0.5", [], NOT_EMITTED],
        ["ChaosTestFailure", "a chaos test fails", [], "no chaos tests belong to this platform"],
        ["HighVerificationFailureRate", "above 0.1", ["X0tta6bl4MtlsValidationFailures"], NOT_EMITTED],
        ["ThreatIndicatorDetected", "more than 5 in 5 m", [], "the app defines the metric and records nothing"],
    ]),
    ...of("infra/monitoring/recording-rules.yml", [
        ["`mesh:mttr_*`", "time to recover", ["X0tta6bl4SelfHealingSlow"], "over the metric's real name"],
        ["`mesh:availability`", "healthy nodes", ERRORS, "what users get, not what nodes say of themselves"],
        ["`mesh:latency_*`", "latency between peers", [], "the app defines the metric and records nothing"],
        ["`mesh:slot_sync_*`, `mesh:k_disjoint_*`, `mesh:topology_*`", "mesh protocol", [], NOT_EMITTED],
        ["`ebpf:cpu_overhead_*`", "cost of eBPF", [], "no eBPF program runs in the pods as delivered"],
    ]),
    ...of("monitoring/prometheus_alerts.yml", [
        ["LowAvailability", "less than 99 % of 2xx", ["X0tta6bl4ErrorBudgetBurn"], "an objective of 99.9 %"],
        ["HighLatencyP95", "p95 above 1 s", LATENCY, "the same threshold"],
        ["HighErrorRate", "5xx above 2 %", ERRORS, "5 %; slower burns by the objective"],
        ["DatabaseCircuitBreakerOpen", "== 1", ["X0tta6bl4CircuitBreakerOpen"], "the same"],
    ]),
    ...of("monitoring/prometheus/alerts.yaml, alerts-basic.yaml", [
        ["X0TTA6BL4HealthCheckFailed", "up == 0", DOWN, "readiness instead of scrapes"],
        ["HighErrorRate", "errors above 10/s", ERRORS, "a share, since a rate depends on the traffic"],
        ["HighLatency", "p95 above 1 s", LATENCY, "the same threshold"],
        ["PQCHandshakeFailure", "above 0.1/s", [], "the app counts it where no page serves it"],
        [
            "SPIFFECertificateExpiring",
            "time left of an SVID",
            ["X0tta6bl4CertificateExpiring", "SpireSvidRenewalFailing", "SpireCaExpiring"],
            "the app keeps its SVID's end where no page serves it; agents and server tell instead",
        ],
        [
            "CriticalDependencyMissing",
            "a Python package is missing",
            ["X0tta6bl4CrashLooping", "X0tta6bl4MeshDown"],
            "no metric tells of it; the app does not start",
        ],
        [
            "MAPEKCycleFailure",
            "failed cycles",
            ["X0tta6bl4MapekStalled", "X0tta6bl4MapekSlow"],
            "failures are not counted",
        ],
        ["HighCPU", "above 0.8 for 10 m", ["X0tta6bl4CpuPressure"], "the same threshold"],
        ["HighMemory", "above 90 % for 10 m", ["X0tta6bl4MemoryPressure"], "the same threshold"],
        [
            "FrequentRestarts",
            "restarts in 15 m",
            ["X0tta6bl4CrashLooping", "X0tta6bl4OutOfMemory"],
            "and CrashLoopBackOff",
        ],
    ]),
    ...of("docs/monitoring/prometheus_alerts.yaml", [
        ["p95 above 0.5 s, p99 above 2 s", "latency", LATENCY, "p99 by the objective"],
        ["5xx above 5 %", "errors", ERRORS, "the same threshold"],
        ["Circuit breakers", "circuit_breaker_state", ["X0tta6bl4CircuitBreakerOpen"], "only the database's is served"],
        ["Redis", "Redis exporter", [], "Redis is not part of the stack; its chart brings alerts"],
        ["Database pool", "x0tta6bl4_db_connections_active", [], "the app defines the metric and never sets it"],
        ["`maas_*`", "business counters", [], "the app keeps them where no page serves them"],
        ["PodCrashLooping", "more than 3 restarts in 15 m", ["X0tta6bl4CrashLooping"], "the same threshold"],
        ["CPU and memory", "`process_*`", ["X0tta6bl4CpuPressure", "X0tta6bl4MemoryPressure"], "from the kubelet"],
    ]),
    ...of("monitoring/ebpf_alerts.yml", [
        [
            "EBPFHighLatency, PacketDrops, HighCPU, MemoryPressure, ProgramErrors",
            "`ebpf_*`",
            [],
            "no eBPF program runs in the pods as delivered, and its metrics are served by nothing",
        ],
    ]),
    ...of("ops/helm, charts/observability, deploy/helm/maas, chaos-mesh, charter", [
        ["All", "metrics of their own", [], "none of them is in the app's code"],
    ]),
    ...of("argocd/applications/monitoring.yaml", [
        ["MeshNodeDown", "up of mesh-nodes == 0", DOWN, "each node is a pod"],
        ["SPIREServerUnhealthy", "up == 0", ["SpireServerDown", "SpireMetricsMissing"], "readiness instead of scrapes"],
        ["HighMeshLatency", "p95 between peers above 0.1 s", [], "the app defines the metric and records nothing"],
        ["LowSelfHealingSuccess", "below 0.9", ["X0tta6bl4MapekStalled"], NOT_EMITTED],
    ]),
];
