import { found, missing } from "../../smoke/cluster/lookup";
import { objectOf } from "./fixture";
import { mutation, put, type Mutation } from "./mutation";

/** At least one fault for every check of monitoring. */
export const MONITORING_MUTATIONS: readonly Mutation[] = [
    ...["operator", "Grafana", "kube-state-metrics"].map((name) =>
        mutation(`Monitoring ${name} ready`, ({ snapshot: { monitoring } }) => {
            const { operator, grafana, kubeStateMetrics } = monitoring;
            [operator, grafana, kubeStateMetrics].forEach((one) => (objectOf(one).status!.readyReplicas = 0));
        }),
    ),
    mutation("Monitoring node-exporter ready", ({ snapshot }) => {
        objectOf(snapshot.monitoring.nodeExporter).status!.numberReady = 0;
    }),
    mutation("Monitoring Prometheus ready", ({ snapshot }) => {
        put(objectOf(snapshot.monitoring.prometheus), "replicas", 3);
    }),
    mutation("Monitoring Prometheus ready", ({ snapshot }) => {
        put(objectOf(snapshot.monitoring.prometheus), "available", 0);
    }),
    mutation("Monitoring Alertmanager ready", ({ snapshot }) => {
        put(objectOf(snapshot.monitoring.alertmanager), "trouble", "Reconciled: no such Secret");
    }),
    mutation("Monitoring Alertmanager ready", ({ snapshot }) => {
        put(snapshot.monitoring, "alertmanager", missing("Alertmanager x not found"));
    }),
    mutation("Monitoring Helm release deployed", ({ snapshot }) => {
        put(objectOf(snapshot.monitoring.revisions), 0, { revision: 10, status: "pending-upgrade" });
    }),
    mutation("Monitoring Helm release deployed", ({ snapshot }) => {
        put(snapshot.monitoring, "revisions", found([]));
    }),
    mutation("Monitoring namespace", ({ snapshot }) => {
        put(
            objectOf(snapshot.monitoring.namespace).metadata!.labels!,
            "pod-security.kubernetes.io/enforce",
            "baseline",
        );
    }),
    mutation("Monitoring namespace of node-exporter", ({ snapshot }) => {
        objectOf(snapshot.monitoring.nodeNamespace).status!.phase = "Terminating";
    }),
    mutation("Monitoring ServiceMonitor finds the metrics Service alone", ({ snapshot }) => {
        put(objectOf(snapshot.monitors.mesh), "matchLabels", {});
    }),
    mutation("Monitoring ServiceMonitor finds the metrics Service alone", ({ snapshot }) => {
        put(snapshot.monitors, "mesh", missing("ServiceMonitor x not found"));
    }),
    mutation("Monitoring PodMonitors of SPIRE", ({ snapshot }) => {
        put(snapshot.monitors, "spire", [missing("PodMonitor spire/spire-server not found")]);
    }),
    mutation("Monitoring dashboards", ({ snapshot }) => {
        put(snapshot.monitors, "dashboards", found(["dashboard-x0tta6bl4-slo"]));
    }),
    mutation(
        "Monitoring webhook ready",
        ({ snapshot }) => (objectOf(snapshot.monitoring.webhook).status!.updatedReplicas = 0),
        "prod",
    ),
];
