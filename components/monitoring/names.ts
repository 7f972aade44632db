/**
 * Name of the Helm release, the prefix of every object of the chart; it must never change, since volumes are named
 * after it.
 */
export const RELEASE = "prometheus";

/** The chart. */
export const CHART = "kube-prometheus-stack";

/** What the chart makes of the release's name for its own objects: `RELEASE-CHART`, cut at 26 characters. */
export const FULL_NAME = "prometheus-kube-prometheus";

/** PriorityClass of the pods that must see trouble while it lasts. */
export const PRIORITY_CLASS = "x0tta6bl4-monitoring";

/** Services of the chart, by what they lead to, with the port to call and the one on a machine that forwards it. */
export const SERVICES = {
    grafana: { name: `${RELEASE}-grafana`, port: 80, local: 3000 },
    prometheus: { name: `${FULL_NAME}-prometheus`, port: 9090, local: 9091 },
    alertmanager: { name: `${FULL_NAME}-alertmanager`, port: 9093, local: 9093 },
} as const;

/**
 * Service of all kubelets. The operator makes it, with its EndpointSlices, and leaves it behind: neither is an object
 * of the chart. The operator's argument `--kubelet-service` names it.
 */
export const KUBELET_SERVICE = { namespace: "kube-system", name: `${FULL_NAME}-kubelet` } as const;

/** Workloads of the chart. Prometheus and Alertmanager are objects of the operator's, which runs them. */
export const WORKLOADS = {
    operator: `${FULL_NAME}-operator`,
    webhook: `${FULL_NAME}-operator-webhook`,
    grafana: SERVICES.grafana.name,
    kubeStateMetrics: `${RELEASE}-kube-state-metrics`,
    nodeExporter: `${RELEASE}-prometheus-node-exporter`,
    prometheus: SERVICES.prometheus.name,
    alertmanager: SERVICES.alertmanager.name,
} as const;

/** Ports inside the pods: the chart's own. */
export const PORTS = {
    /** Prometheus's API and metrics. */
    prometheus: 9090,
    /** Metrics of the config reloader beside Prometheus and Alertmanager. */
    reloader: 8080,
    /** Alertmanager's API and metrics. */
    alertmanager: 9093,
    /** Gossip between Alertmanagers. */
    gossip: 9094,
    /** Grafana. */
    grafana: 3000,
    /** Webhook and metrics of the operator, and of the pods that only check rules. */
    operator: 10_250,
    /** Metrics of kube-state-metrics about the cluster. */
    kubeStateMetrics: 8080,
    /** Metrics of node-exporter, on the node's own address. */
    nodeExporter: 9100,
    /** The kubelet. */
    kubelet: 10_250,
} as const;
