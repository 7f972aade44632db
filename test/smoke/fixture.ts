import { loadYaml } from "@kubernetes/client-node";
import { recordedOutputs } from "../../engine/recordedOutputs";
import type * as k8s from "@kubernetes/client-node";
import * as pulumi from "@pulumi/pulumi";
import { ofOthers, programRun } from "../support/mesh";
import { at, only, type Overrides, type ProgramRun } from "../support/program";
import { found, type Lookup } from "../../smoke/cluster/lookup";
import type { Snapshot } from "../../smoke/cluster/snapshot";
import type { Expectation } from "../../smoke/expectation";
import { monitoringSnapshot } from "./monitoringFixture";
import { parseOutputs } from "../../smoke/outputs";
import { PERMISSIONS } from "../../smoke/permissions";

/** A cluster in the expected state, as plain objects that a test can modify. */
export interface Fixture {
    /** Snapshot of the cluster. */
    readonly snapshot: Snapshot;
    /** Expected state of the stack. */
    readonly expected: Expectation;
    /** Outputs of the stack as JSON text. */
    readonly outputs: string;
}

/** Runs the real program under mocks and converts its resources to what an API server would return. */
export async function fixture(stack: string, overrides: Overrides = {}): Promise<Fixture> {
    const whole = await programRun(stack, overrides);
    const run = { ...whole, resources: whole.resources.filter(({ name }) => !ofOthers(name)) };
    const outputs = await outputsText(whole);
    const { expected } = parseOutputs(outputs, "fixture");
    const { readiness } = expected.mesh.probes;
    const replicas = expected.mesh.autoscaling.enabled ? expected.mesh.autoscaling.minReplicas : expected.mesh.replicas;
    const { inputs } = only(run, "Deployment");
    const pods = Array.from({ length: replicas }, (_, index) => loadYaml<k8s.V1Pod>(pod(inputs, index)));
    const services = manifests(run, "Service").map((text) => loadYaml<k8s.V1Service>(text));
    const slices = services.map(({ metadata }) => slice(metadata?.name ?? "", pods));
    const snapshot: Snapshot = {
        namespace: found(loadYaml<k8s.V1Namespace>(manifest(run, "Namespace", { status: { phase: "Active" } }))),
        deployment: found(loadYaml<k8s.V1Deployment>(deployment(inputs, replicas))),
        pods: found(pods),
        services: found(services),
        endpointSlices: found(slices.map((text) => loadYaml<k8s.V1EndpointSlice>(text))),
        configMap: found(loadYaml<k8s.V1ConfigMap>(manifest(run, "ConfigMap"))),
        secret: found({
            type: "Opaque",
            keys: ["CSRF_SECRET_KEY", "FLASK_SECRET_KEY", "JWT_SECRET_KEY", "OPERATOR_PRIVATE_KEY"],
            empty: [],
        }),
        serviceAccount: found(loadYaml<k8s.V1ServiceAccount>(manifest(run, "ServiceAccount"))),
        clusterRole: found(loadYaml<k8s.V1ClusterRole>(manifest(run, "ClusterRole"))),
        clusterRoleBindings: found(
            manifests(run, "ClusterRoleBinding").map((text) => loadYaml<k8s.V1ClusterRoleBinding>(text)),
        ),
        roleBindings: found([]),
        access: PERMISSIONS.map((permission) => ({
            permission,
            allowed: found(permission.expected && expected.mesh.serviceAccount.mountToken),
        })),
        autoscalers: found(
            manifests(run, "HorizontalPodAutoscaler").map((text) => loadYaml<k8s.V2HorizontalPodAutoscaler>(text)),
        ),
        disruptionBudgets: found(
            manifests(run, "PodDisruptionBudget").map((text) => loadYaml<k8s.V1PodDisruptionBudget>(text)),
        ),
        networkPolicies: found(manifests(run, "NetworkPolicy").map((text) => loadYaml<k8s.V1NetworkPolicy>(text))),
        nodes: found([loadYaml<k8s.V1Node>(JSON.stringify({ apiVersion: "v1", kind: "Node", metadata: NODE }))]),
        spire: {
            server: found(loadYaml<k8s.V1StatefulSet>(rolledOut({ readyReplicas: expected.spire.servers }))),
            agents: found(loadYaml<k8s.V1DaemonSet>(rolledOut(ON_ONE_NODE))),
            csi: found(loadYaml<k8s.V1DaemonSet>(rolledOut(ON_ONE_NODE))),
            bundle: found(loadYaml<k8s.V1ConfigMap>(JSON.stringify({ data: { "bundle.crt": "BEGIN CERTIFICATE" } }))),
            identity: found({ podsSelected: replicas, entriesToSet: replicas, failures: 0 }),
            staticEntries: found({ "x0tta6bl4-nodes": true, "x0tta6bl4-mesh": true }),
        },
        monitors: {
            mesh: found({ matchLabels: { "x0tta6bl4.mesh/scrape": "true" } }),
            spire: [found({ matchLabels: {} }), found({ matchLabels: {} })],
            dashboards: found([...expected.monitoring.dashboards]),
        },
        monitoring: monitoringSnapshot(whole, expected),
        admission: found({ warnings: [] }),
        ports: (["http", "metrics", "mesh"] as const).map((port) => ({ port, status: "ok", detail: "answers" })),
        http: pods.flatMap(({ metadata }) =>
            [
                { path: readiness.path, body: "{}" },
                { path: expected.mesh.metrics.path, body: "# HELP x\n" },
            ].map(({ path, body }) => ({ pod: metadata?.name ?? "", path, answer: found({ status: 200, body }) })),
        ),
    };
    return { snapshot: structuredClone(snapshot), expected, outputs };
}

/** The object of a lookup; fails the test when there is none. */
export function objectOf<T>(subject: Lookup<T>): T {
    if (!subject.ok) {
        throw new Error(subject.reason);
    }
    return subject.value;
}

/** Status of a DaemonSet on one node. */
const ON_ONE_NODE = { desiredNumberScheduled: 1, numberReady: 1, updatedNumberScheduled: 1 };

/** A workload with nothing but its status. */
function rolledOut(status: object): string {
    return JSON.stringify({ status });
}

/** A real node. */
const NODE = { name: "node", annotations: {} };

/** The one object of a kind as JSON. */
function manifest(run: ProgramRun, kind: string, extra: object = {}): string {
    return JSON.stringify({ ...only(run, kind).inputs, ...extra });
}

/** All objects of a kind as JSON. */
function manifests(run: ProgramRun, kind: string): string[] {
    return run.resources
        .filter(({ type }) => type.startsWith("kubernetes:") && type.endsWith(`:${kind}`))
        .map(({ inputs }) => JSON.stringify(inputs));
}

/** The Deployment with all pods rolled out. */
function deployment(inputs: Readonly<Record<string, unknown>>, replicas: number): string {
    const metadata = Object.assign({ generation: 1 }, at(inputs, "metadata"));
    const spec = Object.assign({}, at(inputs, "spec"), { replicas });
    const status = { observedGeneration: 1, replicas, updatedReplicas: replicas, availableReplicas: replicas };
    return JSON.stringify({ ...inputs, metadata, spec, status });
}

/** A running pod of the Deployment. */
function pod(inputs: Readonly<Record<string, unknown>>, index: number): string {
    const template = at(inputs, "spec", "template");
    return JSON.stringify({
        apiVersion: "v1",
        kind: "Pod",
        metadata: Object.assign({}, at(template, "metadata"), { name: `pod-${index}` }),
        spec: Object.assign({}, at(template, "spec"), { nodeName: NODE.name }),
        status: {
            phase: "Running",
            podIP: `10.0.0.${index + 1}`,
            conditions: [{ type: "Ready", status: "True" }],
            initContainerStatuses: [
                { name: "wait-for-identity", ready: true, started: true, restartCount: 0, state: { running: {} } },
            ],
            containerStatuses: [{ name: "x0tta6bl4", ready: true, restartCount: 0, state: { running: {} } }],
        },
    });
}

/** Endpoints of a Service. */
function slice(service: string, pods: readonly k8s.V1Pod[]): string {
    return JSON.stringify({
        apiVersion: "discovery.k8s.io/v1",
        kind: "EndpointSlice",
        addressType: "IPv4",
        metadata: { labels: { "kubernetes.io/service-name": service } },
        endpoints: pods.map(({ status }) => ({ addresses: [status?.podIP], conditions: { ready: true } })),
    });
}

/** Outputs with the effective settings, as written by a run on the embedded cluster. */
async function outputsText({ outputs, resources }: ProgramRun): Promise<string> {
    const plain = await new Promise<Record<string, unknown>>((resolve) => {
        pulumi.output(outputs).apply(({ ...known }) => {
            resolve(known);
        });
    });
    const stack = { type: "pulumi:pulumi:Stack", urn: "stack", custom: false, outputs: plain };
    const components = resources.map(({ type, name, inputs }) => ({ type, urn: name, custom: false, inputs }));
    return JSON.stringify(recordedOutputs([stack, ...components]));
}
