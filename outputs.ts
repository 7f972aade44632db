import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "./project";
import * as pulumi from "@pulumi/pulumi";
import type { MeshApp } from "./components/mesh";
import { meshNames } from "./components/mesh/names";
import { alertingSummary } from "./components/monitoring/alertmanager/summary";
import type { Monitoring } from "./components/monitoring";
import { SERVICES } from "./components/monitoring/names";
import type { Settings } from "./settings";
import { ownsOperator } from "./settings/monitoring/schema";
import { kubectl } from "./kube/kubectl";

/** Outputs shown by `pulumi stack output`: the interface for scripts and smoke tests. */
export interface StackOutputs {
    /** Cluster that the stack belongs to; commands are bound to it. */
    readonly cluster: { readonly context: string; readonly kubeconfig?: string };
    /** Namespace of the mesh app. */
    readonly namespace: pulumi.Output<string>;
    /** Deployment of the mesh app, or its Rollout with `mesh.delivery.type` canary or blueGreen. */
    readonly deployment: pulumi.Output<string>;
    /** Addresses of the services inside the cluster. */
    readonly services: {
        /** API, e.g. `http://staging-x0tta6bl4.x0tta6bl4-staging.svc:8000`. */
        readonly http: pulumi.Output<string>;
        /** Metrics endpoint, e.g. `http://staging-x0tta6bl4-metrics.x0tta6bl4-staging.svc:9090/metrics`. */
        readonly metrics: pulumi.Output<string>;
        /** `host:port` for mesh peers. */
        readonly mesh: pulumi.Output<string>;
    };
    /** Commands that forward local ports to the services; each contains `--context`. */
    readonly portForward: {
        readonly http: pulumi.Output<string>;
        readonly metrics: pulumi.Output<string>;
        readonly grafana?: string;
        readonly prometheus?: string;
        readonly alertmanager?: string;
    };
    /** Namespace of Prometheus's rules and of the dashboards; omitted without monitoring. */
    readonly monitoringNamespace?: string;
    /** Password of Grafana's user `admin`, a secret; omitted if it is in an existing Secret. */
    readonly grafanaPassword?: pulumi.Output<string>;
    /** Receivers of alerts, or a note that there are none; omitted if Alertmanager is not part of this stack. */
    readonly alerting?: string;
    /** SPIFFE trust domain. */
    readonly trustDomain: string;
    /** Secret from which the app reads its keys. */
    readonly secretName: string;
    /** ConfigMap of the app. */
    readonly configMapName: string;
    /** ServiceAccount of the app. */
    readonly serviceAccountName: string;
    /** ClusterRole and ClusterRoleBinding of the app. */
    readonly clusterRoleName: string;
    /** `Pulumi.README.md`, which Pulumi Cloud renders as the stack's page. */
    readonly readme: string;
}

/** The outputs of a stack. */
export function stackOutputs(settings: Settings, mesh: MeshApp, monitoring?: Monitoring): StackOutputs {
    const { cluster, environment, spire } = settings;
    const { ports, metrics } = settings.mesh;
    const names = meshNames(environment);
    const forward = (service: pulumi.Output<string>, port: number) =>
        pulumi.interpolate`${kubectl(cluster)} --namespace ${mesh.namespace} port-forward service/${service} ${port}:${port}`;
    const host = (service: pulumi.Output<string>) => pulumi.interpolate`${service}.${mesh.namespace}.svc`;
    return {
        cluster: { context: cluster.context, kubeconfig: cluster.kubeconfig },
        namespace: mesh.namespace,
        deployment: mesh.deployment,
        services: {
            http: pulumi.interpolate`http://${host(mesh.service)}:${ports.http}`,
            metrics: pulumi.interpolate`http://${host(mesh.metricsService)}:${ports.metrics}${metrics.path}`,
            mesh: pulumi.interpolate`${host(mesh.service)}:${ports.mesh}`,
        },
        portForward: {
            http: forward(mesh.service, ports.http),
            metrics: forward(mesh.metricsService, ports.metrics),
            ...monitoringForwards(settings),
        },
        monitoringNamespace: monitoring?.namespace,
        grafanaPassword: monitoring?.grafanaPassword,
        alerting: ownsOperator(settings.monitoring) ? alertingSummary(settings.monitoring.alertmanager) : undefined,
        trustDomain: spire.trustDomain,
        secretName: mesh.secretName,
        configMapName: mesh.configMap,
        serviceAccountName: names.app,
        clusterRoleName: names.clusterRole,
        readme: readFileSync(join(PROJECT_ROOT, "Pulumi.README.md"), "utf8"),
    };
}

function monitoringForwards(settings: Settings) {
    if (!ownsOperator(settings.monitoring)) {
        return {};
    }
    const forward = ({ name, port, local }: (typeof SERVICES)[keyof typeof SERVICES]) =>
        `${kubectl(settings.cluster)} --namespace ${settings.monitoring.namespace} port-forward service/${name} ${local}:${port}`;
    return {
        grafana: forward(SERVICES.grafana),
        prometheus: forward(SERVICES.prometheus),
        alertmanager: forward(SERVICES.alertmanager),
    };
}
