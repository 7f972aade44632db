import { loadYaml } from "@kubernetes/client-node";
import type * as k8s from "@kubernetes/client-node";
import type { ProgramRun } from "../support/program";
import { found, missing } from "../../smoke/cluster/lookup";
import type { MonitoringSnapshot, Operated } from "../../smoke/cluster/monitoring";
import type { Expectation } from "../../smoke/expectation";

/** Objects of the chart as returned by an API server, in the expected state. */
export function monitoringSnapshot(run: ProgramRun, { monitoring }: Expectation): MonitoringSnapshot {
    const { prometheus, alertmanager, operator } = monitoring.settings;
    const namespace = (name: string) => {
        const made = run.resources.find((resource) => resource.name === name);
        return made === undefined
            ? missing(`no ${name}`)
            : found(loadYaml<k8s.V1Namespace>(JSON.stringify({ ...made.inputs, status: { phase: "Active" } })));
    };
    return {
        revisions: found([
            { revision: 10, status: "deployed" },
            { revision: 9, status: "superseded" },
        ]),
        namespace: namespace("monitoring-namespace"),
        nodeNamespace: namespace("monitoring-node-namespace"),
        operator: deployment(1),
        webhook:
            operator.webhook.replicas === 0 ? missing("Deployment x not found") : deployment(operator.webhook.replicas),
        grafana: deployment(1),
        kubeStateMetrics: deployment(1),
        nodeExporter: found(
            loadYaml<k8s.V1DaemonSet>(
                JSON.stringify({
                    status: { desiredNumberScheduled: 1, numberReady: 1, updatedNumberScheduled: 1 },
                }),
            ),
        ),
        prometheus: operated(prometheus.replicas),
        alertmanager: operated(alertmanager.replicas),
    };
}

function deployment(replicas: number) {
    return found(
        loadYaml<k8s.V1Deployment>(
            JSON.stringify({ spec: { replicas }, status: { readyReplicas: replicas, updatedReplicas: replicas } }),
        ),
    );
}

function operated(replicas: number) {
    return found<Operated>({ replicas, available: replicas, updated: replicas, trouble: "" });
}
