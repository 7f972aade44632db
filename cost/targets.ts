import { APP, meshNames } from "../components/mesh/names";
import { CHART, WORKLOADS } from "../components/monitoring/names";
import { AGENT, CONTROLLER_MANAGER, CSI_DRIVER, SERVER } from "../components/spire/names";
import type { MeshSettings, MonitoringSettings, SpireSettings } from "../settings/schema";
import { ownsOperator } from "../settings/monitoring/schema";
import type { Environment } from "../settings/shared/environments";
import type { Resources } from "../settings/shared/resources";

/** What an autoscaler does with the pods of a container. */
export interface Autoscaling {
    /** Utilization that it keeps, in percent of the requests. */
    readonly cpuPercent: number;
    /** See {@link cpuPercent}. */
    readonly memoryPercent: number;
    /** Settings of the two. */
    readonly settings: { readonly cpu: string; readonly memory: string };
}

/** A container whose requests and limits are a setting. */
export interface SizedContainer {
    /** Path of the setting, e.g. `mesh.resources`. */
    readonly setting: string;
    /** Namespace of its pods. */
    readonly namespace: string;
    /** The object that makes the pods, e.g. `Deployment shop/web`. */
    readonly object: string;
    /** Regular expression for the names of its pods, as PromQL takes it. */
    readonly pods: string;
    /** Name of the container. */
    readonly container: string;
    /** What it has now. */
    readonly current: Resources;
    /** What an autoscaler does; `undefined` without one. */
    readonly autoscaling?: Autoscaling;
}

/** The settings that say what runs where. */
export interface SizedSettings {
    readonly environment: Environment;
    readonly mesh: MeshSettings;
    readonly spire: SpireSettings;
    readonly monitoring: MonitoringSettings;
}

/** Names of pods by what makes them: two random parts, a number, one random part; what `kubectl get pods` shows. */
const POD_NAMES = { Deployment: "-[a-z0-9]+-[a-z0-9]+", StatefulSet: "-[0-9]+", DaemonSet: "-[a-z0-9]+" } as const;

/** Every container of a stack whose requests and limits are a setting. */
export function sizedContainers({ environment, mesh, spire, monitoring }: SizedSettings): SizedContainer[] {
    const meshNamespace = mesh.namespace ?? environment.namespace;
    const { autoscaling } = mesh;
    const app = meshNames(environment).app;
    const ofMesh: SizedContainer = {
        setting: "mesh.resources",
        ...ofPods(meshNamespace, "Deployment", app),
        container: APP,
        current: mesh.resources,
        ...(autoscaling.enabled
            ? {
                  autoscaling: {
                      cpuPercent: autoscaling.targetCpuPercent,
                      memoryPercent: autoscaling.targetMemoryPercent,
                      settings: {
                          cpu: "mesh.autoscaling.targetCpuPercent",
                          memory: "mesh.autoscaling.targetMemoryPercent",
                      },
                  },
              }
            : {}),
    };
    return [
        ofMesh,
        ...(spire.enabled ? spireContainers(spire) : []),
        ...(ownsOperator(monitoring) ? monitoringContainers(monitoring) : []),
    ];
}

function spireContainers({ serverNamespace, systemNamespace, server, agent, csi }: SpireSettings): SizedContainer[] {
    const servers = ofPods(serverNamespace, "StatefulSet", SERVER);
    return [
        { setting: "spire.server.resources", ...servers, container: SERVER, current: server.resources },
        {
            setting: "spire.server.controllerManager.resources",
            ...servers,
            container: CONTROLLER_MANAGER,
            current: server.controllerManager.resources,
        },
        {
            setting: "spire.agent.resources",
            ...ofPods(systemNamespace, "DaemonSet", AGENT),
            container: AGENT,
            current: agent.resources,
        },
        {
            setting: "spire.csi.resources",
            ...ofPods(systemNamespace, "DaemonSet", CSI_DRIVER),
            container: CSI_DRIVER,
            current: csi.resources,
        },
    ];
}

function monitoringContainers(settings: MonitoringSettings): SizedContainer[] {
    const { namespace, nodeNamespace, prometheus, alertmanager, grafana, operator, kubeStateMetrics } = settings;
    return [
        {
            setting: "monitoring.prometheus.resources",
            ...operated(namespace, "Prometheus", WORKLOADS.prometheus),
            current: prometheus.resources,
        },
        {
            setting: "monitoring.alertmanager.resources",
            ...operated(namespace, "Alertmanager", WORKLOADS.alertmanager),
            current: alertmanager.resources,
        },
        {
            setting: "monitoring.grafana.resources",
            ...ofPods(namespace, "Deployment", WORKLOADS.grafana),
            container: "grafana",
            current: grafana.resources,
        },
        {
            setting: "monitoring.operator.resources",
            ...ofPods(namespace, "Deployment", WORKLOADS.operator),
            container: CHART,
            current: operator.resources,
        },
        {
            setting: "monitoring.kubeStateMetrics.resources",
            ...ofPods(namespace, "Deployment", WORKLOADS.kubeStateMetrics),
            container: "kube-state-metrics",
            current: kubeStateMetrics.resources,
        },
        {
            setting: "monitoring.nodeExporter.resources",
            ...ofPods(nodeNamespace, "DaemonSet", WORKLOADS.nodeExporter),
            container: "node-exporter",
            current: settings.nodeExporter.resources,
        },
    ];
}

function ofPods(namespace: string, kind: keyof typeof POD_NAMES, name: string) {
    return { namespace, object: `${kind} ${namespace}/${name}`, pods: `${name}${POD_NAMES[kind]}` };
}

/** Pods of the operator's: it calls its StatefulSets by the kind and the name, and the container by the kind. */
function operated(namespace: string, kind: "Prometheus" | "Alertmanager", name: string) {
    const container = kind.toLowerCase();
    const pods = `${container}-${name}${POD_NAMES.StatefulSet}`;
    return { namespace, object: `${kind} ${namespace}/${name}`, pods, container };
}
