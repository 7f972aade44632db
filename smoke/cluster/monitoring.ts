import { AppsV1Api, CoreV1Api, type V1DaemonSet, type V1Deployment, type V1Namespace } from "@kubernetes/client-node";
import { z } from "zod";
import { RELEASE, WORKLOADS } from "../../components/monitoring/names";
import { ownsOperator } from "../../settings/monitoring/schema";
import { type HelmRevision, helmRevisions } from "../../kube/helmReleases";
import type { Expectation } from "../expectation";
import type { Client } from "./client";
import { readCustom } from "./custom";
import { found, lookup, type Lookup, missing } from "./lookup";
import { nothingRuns } from "./nodes";

/** State of a Prometheus or an Alertmanager, as reported by the operator. */
export interface Operated {
    /** Number of desired pods. */
    readonly replicas: number;
    /** Number of available pods; 0 before the operator has processed the object. */
    readonly available: number;
    /** Number of pods of the latest version. */
    readonly updated: number;
    /** Problem that the operator reports; empty if there is none. */
    readonly trouble: string;
}

/** The relevant part of a revision of the release. */
export type Revision = Pick<HelmRevision, "revision" | "status">;

/** Objects of the chart in the snapshot. */
export interface MonitoringSnapshot {
    /** Revisions of the release, newest first. */
    readonly revisions: Lookup<readonly Revision[]>;
    /** Namespace of everything but node-exporter. */
    readonly namespace: Lookup<V1Namespace>;
    /** Namespace of node-exporter. */
    readonly nodeNamespace: Lookup<V1Namespace>;
    readonly operator: Lookup<V1Deployment>;
    readonly webhook: Lookup<V1Deployment>;
    readonly grafana: Lookup<V1Deployment>;
    readonly kubeStateMetrics: Lookup<V1Deployment>;
    readonly nodeExporter: Lookup<V1DaemonSet>;
    readonly prometheus: Lookup<Operated>;
    readonly alertmanager: Lookup<Operated>;
}

const operatedSchema = z
    .object({
        spec: z.object({ replicas: z.number().default(1) }),
        status: z
            .object({
                availableReplicas: z.number().default(0),
                updatedReplicas: z.number().default(0),
                conditions: z
                    .array(z.object({ type: z.string(), status: z.string(), message: z.string().default("") }))
                    .default([]),
            })
            .prefault({}),
    })
    .transform(({ spec, status }): Operated => ({
        replicas: spec.replicas,
        available: status.availableReplicas,
        updated: status.updatedReplicas,
        trouble: status.conditions
            .filter((condition) => condition.status !== "True")
            .map(({ type, message }) => `${type}: ${message}`)
            .join("; "),
    }));

/** Reads the objects of the chart. */
export async function readMonitoring(client: Client, expected: Expectation): Promise<MonitoringSnapshot> {
    const core = new CoreV1Api(client.configuration);
    const apps = new AppsV1Api(client.configuration);
    const { namespace, nodeNamespace } = expected.monitoring.settings;
    const deployment = (name: string) =>
        lookup(`Deployment ${namespace}/${name}`, apps.readNamespacedDeployment({ name, namespace }));
    const [revisions, home, nodeHome, operator, webhook, grafana, kubeStateMetrics, nodeExporter, operated] =
        await Promise.all([
            readRevisions(client, namespace),
            lookup(`Namespace ${namespace}`, core.readNamespace({ name: namespace })),
            lookup(`Namespace ${nodeNamespace}`, core.readNamespace({ name: nodeNamespace })),
            deployment(WORKLOADS.operator),
            deployment(WORKLOADS.webhook),
            deployment(WORKLOADS.grafana),
            deployment(WORKLOADS.kubeStateMetrics),
            lookup(
                `DaemonSet ${nodeNamespace}/${WORKLOADS.nodeExporter}`,
                apps.readNamespacedDaemonSet({ name: WORKLOADS.nodeExporter, namespace: nodeNamespace }),
            ),
            readOperated(client, namespace),
        ]);
    return {
        revisions,
        namespace: home,
        nodeNamespace: nodeHome,
        operator,
        webhook,
        grafana,
        kubeStateMetrics,
        nodeExporter,
        ...operated,
    };
}

/**
 * What Prometheus and Alertmanager are waiting for, e.g. `1 of 2 pods of Prometheus available`; `undefined` if nothing.
 */
export async function operatedWaitFor(
    client: Client,
    { monitoring: { settings } }: Expectation,
): Promise<string | undefined> {
    if (!ownsOperator(settings)) {
        return undefined;
    }
    const [nodes, { prometheus, alertmanager }] = await Promise.all([
        lookup("nodes", new CoreV1Api(client.configuration).listNode()),
        readOperated(client, settings.namespace),
    ]);
    if (nodes.ok && nothingRuns(found(nodes.value.items))) {
        return undefined;
    }
    return [["Prometheus", prometheus] as const, ["Alertmanager", alertmanager] as const]
        .flatMap(([name, one]) =>
            one.ok && one.value.available < one.value.replicas
                ? [`${one.value.available} of ${one.value.replicas} pods of ${name} available`]
                : [],
        )
        .at(0);
}

async function readRevisions(client: Client, namespace: string): Promise<Lookup<readonly Revision[]>> {
    const what = `records of Helm release ${namespace}/${RELEASE}`;
    const revisions = await lookup(what, helmRevisions(client.read, namespace, RELEASE));
    if (!revisions.ok) {
        return revisions;
    }
    return revisions.value === undefined
        ? missing(`${what} cannot be read: these credentials cannot list Secrets`)
        : found(revisions.value);
}

async function readOperated(client: Client, namespace: string) {
    const read = (kind: "Prometheus" | "Alertmanager", plural: string, name: string) =>
        readCustom(client, {
            what: `${kind} ${namespace}/${name}`,
            path: `/apis/monitoring.coreos.com/v1/namespaces/${namespace}/${plural}/${name}`,
            schema: operatedSchema,
        });
    const [prometheus, alertmanager] = await Promise.all([
        read("Prometheus", "prometheuses", WORKLOADS.prometheus),
        read("Alertmanager", "alertmanagers", WORKLOADS.alertmanager),
    ]);
    return { prometheus, alertmanager };
}
