/**
 * Name of the Helm release and prefix of the names of the chart's objects; it must never change, because volumes are
 * named after it.
 */
export const RELEASE = "prometheus";

/** Name of the chart. */
export const CHART = "kube-prometheus-stack";

/** Full name that the chart derives for its own objects: `RELEASE-CHART`, truncated to 26 characters. */
export const FULL_NAME = "prometheus-kube-prometheus";

/** PriorityClass of pods that must keep running while the cluster has problems. */
export const PRIORITY_CLASS = "x0tta6bl4-monitoring";

/** Services of the chart by backend, with the Service port and the local port for port forwarding. */
export const SERVICES = {
    grafana: { name: `${RELEASE}-grafana`, port: 80, local: 3000 },
    prometheus: { name: `${FULL_NAME}-prometheus`, port: 9090, local: 9091 },
    alertmanager: { name: `${FULL_NAME}-alertmanager`, port: 9093, local: 9093 },
} as const;

/**
 * Service of all kubelets. The operator creates it, with its EndpointSlices, and does not delete it: neither is an
 * object of the chart. The operator's argument `--kubelet-service` names it.
 */
export const KUBELET_SERVICE = { namespace: "kube-system", name: `${FULL_NAME}-kubelet` } as const;

/**
 * Workloads of the chart. Prometheus and Alertmanager are custom resources; the operator creates their StatefulSets.
 */
export const WORKLOADS = {
    operator: `${FULL_NAME}-operator`,
    webhook: `${FULL_NAME}-operator-webhook`,
    grafana: SERVICES.grafana.name,
    kubeStateMetrics: `${RELEASE}-kube-state-metrics`,
    nodeExporter: `${RELEASE}-prometheus-node-exporter`,
    prometheus: SERVICES.prometheus.name,
    alertmanager: SERVICES.alertmanager.name,
} as const;

/** Container ports; the defaults of the chart. */
export const PORTS = {
    /** Prometheus's API and metrics. */
    prometheus: 9090,
    /** Metrics of the config reloader in the pods of Prometheus and Alertmanager. */
    reloader: 8080,
    /** Alertmanager's API and metrics. */
    alertmanager: 9093,
    /** Gossip between Alertmanager replicas. */
    gossip: 9094,
    /** Grafana. */
    grafana: 3000,
    /** Webhook and metrics of the operator, and of the pods of the admission webhook. */
    operator: 10_250,
    /** Metrics of kube-state-metrics about the cluster. */
    kubeStateMetrics: 8080,
    /** Metrics of node-exporter, on the node's address. */
    nodeExporter: 9100,
    /** The kubelet. */
    kubelet: 10_250,
} as const;
