import { type Metric, metricsOf } from "./types";

/** Metrics of kube-state-metrics; the labels `namespace`, `pod` and `container` are those of the object. */
const STATE_METRICS: readonly Metric[] = [
    ...metricsOf("kube-state-metrics", "gauge", [
        ["kube_configmap_info", ["namespace", "configmap"], "1 for each ConfigMap"],
        [
            "kube_configmap_metadata_resource_version",
            ["namespace", "configmap"],
            "Version of the ConfigMap: another number after each change",
        ],
        ["kube_daemonset_status_desired_number_scheduled", ["namespace", "daemonset"], "Nodes that should run a pod"],
        ["kube_daemonset_status_number_ready", ["namespace", "daemonset"], "Nodes with a ready pod"],
        ["kube_daemonset_status_number_unavailable", ["namespace", "daemonset"], "Nodes without a ready pod"],
        ["kube_deployment_created", ["namespace", "deployment"], "Time at which each Deployment was made (s)"],
        ["kube_deployment_spec_replicas", ["namespace", "deployment"], "Pods that should run"],
        ["kube_deployment_status_replicas_available", ["namespace", "deployment"], "Pods that are ready"],
        ["kube_deployment_status_replicas_unavailable", ["namespace", "deployment"], "Pods that are not ready"],
        ["kube_deployment_status_replicas_updated", ["namespace", "deployment"], "Pods of the newest template"],
        ["kube_replicaset_created", ["namespace", "replicaset"], "Time at which each ReplicaSet was made (s)"],
        ["kube_replicaset_spec_replicas", ["namespace", "replicaset"], "Pods of a version that should run"],
        ["kube_replicaset_status_ready_replicas", ["namespace", "replicaset"], "Pods of a version that are ready"],
        ["kube_horizontalpodautoscaler_spec_max_replicas", ["namespace", "horizontalpodautoscaler"], "Most pods"],
        ["kube_horizontalpodautoscaler_spec_min_replicas", ["namespace", "horizontalpodautoscaler"], "Fewest pods"],
        [
            "kube_horizontalpodautoscaler_status_current_replicas",
            ["namespace", "horizontalpodautoscaler"],
            "Pods that there are",
        ],
        [
            "kube_horizontalpodautoscaler_status_desired_replicas",
            ["namespace", "horizontalpodautoscaler"],
            "Pods that the autoscaler wants",
        ],
        [
            "kube_horizontalpodautoscaler_status_target_metric",
            ["namespace", "horizontalpodautoscaler", "metric_name", "metric_target_type"],
            "Value that the autoscaler measures",
        ],
        ["kube_namespace_created", ["namespace"], "Time at which each namespace was made (s)"],
        ["kube_networkpolicy_created", ["namespace", "networkpolicy"], "Time at which each NetworkPolicy was made (s)"],
        ["kube_node_info", ["node", "kubelet_version"], "1 for each node"],
        ["kube_node_status_condition", ["node", "condition", "status"], "1 for the status that holds"],
        ["kube_persistentvolumeclaim_info", ["namespace", "persistentvolumeclaim", "storageclass"], "1 for each claim"],
        ["kube_persistentvolumeclaim_status_phase", ["namespace", "persistentvolumeclaim", "phase"], "1 for the phase"],
        [
            "kube_pod_container_resource_limits",
            ["namespace", "pod", "container", "node", "resource", "unit"],
            "Limit of a container (cores, bytes)",
        ],
        [
            "kube_pod_container_resource_requests",
            ["namespace", "pod", "container", "node", "resource", "unit"],
            "Request of a container (cores, bytes)",
        ],
        [
            "kube_pod_container_status_last_terminated_reason",
            ["namespace", "pod", "container", "reason"],
            "1 for the reason that the container ended for the last time",
        ],
        ["kube_pod_container_status_ready", ["namespace", "pod", "container"], "1 when the container is ready"],
        [
            "kube_pod_container_status_waiting_reason",
            ["namespace", "pod", "container", "reason"],
            "1 for the reason that the container waits",
        ],
        ["kube_pod_deletion_timestamp", ["namespace", "pod"], "Time at which a pod that is to end must be gone (s)"],
        [
            "kube_pod_info",
            ["namespace", "pod", "node", "host_ip", "pod_ip", "host_network", "created_by_name"],
            "1 for each pod",
        ],
        [
            "kube_pod_init_container_status_running",
            ["namespace", "pod", "container"],
            "1 while the init container runs",
        ],
        [
            "kube_pod_init_container_status_ready",
            ["namespace", "pod", "container"],
            "1 when the init container is done",
        ],
        ["kube_pod_owner", ["namespace", "pod", "owner_kind", "owner_name"], "1 for each owner of a pod"],
        ["kube_pod_status_phase", ["namespace", "pod", "phase"], "1 for the phase that holds"],
        ["kube_pod_status_ready", ["namespace", "pod", "condition"], "1 for the condition that holds"],
        ["kube_poddisruptionbudget_status_current_healthy", ["namespace", "poddisruptionbudget"], "Healthy pods"],
        ["kube_poddisruptionbudget_status_desired_healthy", ["namespace", "poddisruptionbudget"], "Pods it must keep"],
        [
            "kube_poddisruptionbudget_status_pod_disruptions_allowed",
            ["namespace", "poddisruptionbudget"],
            "Pods that may be evicted now",
        ],
        ["kube_statefulset_created", ["namespace", "statefulset"], "Time at which each StatefulSet was made (s)"],
        ["kube_statefulset_replicas", ["namespace", "statefulset"], "Pods that should run"],
        ["kube_statefulset_status_replicas_ready", ["namespace", "statefulset"], "Pods that are ready"],
    ]),
    ...metricsOf("kube-state-metrics", "counter", [
        ["kube_pod_container_status_restarts_total", ["namespace", "pod", "container"], "Restarts of a container"],
    ]),
];

/** Metrics of the API server. */
const API_SERVER: readonly Metric[] = metricsOf("api-server", "counter", [
    [
        "pod_security_evaluations_total",
        ["decision", "mode", "policy_level", "policy_version", "request_operation", "resource", "subresource"],
        "Pods and workloads that Pod Security Admission evaluated",
    ],
]);

/** Metrics of the kubelet: volumes and probes of pods. */
const KUBELET: readonly Metric[] = [
    ...metricsOf("kubelet", "gauge", [
        ["kubelet_volume_stats_available_bytes", ["namespace", "persistentvolumeclaim"], "Free space (bytes)"],
        ["kubelet_volume_stats_capacity_bytes", ["namespace", "persistentvolumeclaim"], "Size (bytes)"],
        ["kubelet_volume_stats_used_bytes", ["namespace", "persistentvolumeclaim"], "Used space (bytes)"],
    ]),
    ...metricsOf("kubelet", "counter", [
        [
            "prober_probe_total",
            ["namespace", "pod", "container", "probe_type", "result"],
            "Probes by type (Liveness, Readiness, Startup) and result (successful, failed, unknown)",
        ],
    ]),
    ...metricsOf("kubelet", "histogram", [
        [
            "prober_probe_duration_seconds",
            ["namespace", "pod", "container", "probe_type"],
            "Time that a pod takes to answer a probe (s), buckets 0.005 to 10",
        ],
    ]),
];

/**
 * Metrics of cAdvisor, without those that the monitoring chart drops, such as
 * `container_cpu_cfs_throttled_seconds_total`.
 */
const CADVISOR: readonly Metric[] = [
    ...metricsOf("cadvisor", "counter", [
        ["container_cpu_usage_seconds_total", ["namespace", "pod", "container"], "CPU time (s)"],
        ["container_cpu_cfs_periods_total", ["namespace", "pod", "container"], "Periods with a CPU limit"],
        ["container_cpu_cfs_throttled_periods_total", ["namespace", "pod", "container"], "Periods that hit the limit"],
        ["container_network_receive_bytes_total", ["namespace", "pod", "interface"], "Bytes received"],
        ["container_network_transmit_bytes_total", ["namespace", "pod", "interface"], "Bytes sent"],
        ["container_network_receive_packets_dropped_total", ["namespace", "pod", "interface"], "Packets lost in"],
        ["container_network_transmit_packets_dropped_total", ["namespace", "pod", "interface"], "Packets lost out"],
    ]),
    ...metricsOf("cadvisor", "gauge", [
        [
            "container_memory_working_set_bytes",
            ["namespace", "pod", "container"],
            "Memory that cannot be reclaimed (bytes)",
        ],
    ]),
];

const NODE_EXPORTER: readonly Metric[] = [
    ...metricsOf("node-exporter", "counter", [["node_cpu_seconds_total", ["cpu", "mode"], "CPU time of a node (s)"]]),
    ...metricsOf("node-exporter", "gauge", [
        ["node_memory_MemAvailable_bytes", [], "Available memory of a node (bytes)"],
        ["node_memory_MemTotal_bytes", [], "Memory of a node (bytes)"],
        ["node_filesystem_avail_bytes", ["device", "fstype", "mountpoint"], "Free space of a file system (bytes)"],
        ["node_filesystem_size_bytes", ["device", "fstype", "mountpoint"], "Size of a file system (bytes)"],
    ]),
];

/** Series that Prometheus generates. */
const PROMETHEUS: readonly Metric[] = metricsOf("prometheus", "gauge", [
    ["up", ["job", "instance"], "1 when the last scrape of a target succeeded"],
    ["scrape_duration_seconds", ["job", "instance"], "Time that a scrape took (s)"],
    ["scrape_samples_scraped", ["job", "instance"], "Samples of the last scrape"],
    ["ALERTS", ["alertname", "alertstate", "severity"], "1 for each alert that is pending or firing"],
]);

/** Metrics of the cluster, as scraped by the monitoring chart. */
export const CLUSTER_METRICS: readonly Metric[] = [
    ...STATE_METRICS,
    ...API_SERVER,
    ...KUBELET,
    ...CADVISOR,
    ...NODE_EXPORTER,
    ...PROMETHEUS,
];
