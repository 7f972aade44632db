import {
    AutoscalingV2Api,
    CoreV1Api,
    DiscoveryV1Api,
    NetworkingV1Api,
    PolicyV1Api,
    RbacAuthorizationV1Api,
    type RbacV1Subject,
    type V1Deployment,
    type V1Pod,
    type V1Secret,
} from "@kubernetes/client-node";
import type { Expectation } from "../expectation";
import { reviewAccess } from "./access";
import type { Client } from "./client";
import { lookup, type Lookup } from "./lookup";
import { askPods, dryRunPod, findPorts } from "./probe";
import { isSimulated } from "./nodes";
import { RUN_LABEL } from "../subject";
import type { SecretKeys, Snapshot } from "./snapshot";
import { readMonitoring } from "./monitoring";
import { readMonitors } from "./monitors";
import { readSpire } from "./spire";
import { readWorkload } from "./workload";
import { servingVersion } from "../serving";

/** The objects that determine the state of a rollout. */
export type Rollout = Pick<Snapshot, "deployment" | "rollout" | "pods">;

/** Reads the Deployment, or the Rollout, and its pods. */
export async function readRollout(client: Client, expected: Expectation): Promise<Rollout> {
    const { configuration } = client;
    const { namespace } = expected;
    const [workload, pods] = await Promise.all([
        readWorkload(client, expected),
        lookup("pods", items(new CoreV1Api(configuration).listNamespacedPod({ namespace }))),
    ]);
    return { ...workload, pods: selectedPods(workload.deployment, pods) };
}

/** Reads everything that the checks need: all objects concurrently, then what depends on them. */
export async function readSnapshot(client: Client, expected: Expectation): Promise<Snapshot> {
    const core = new CoreV1Api(client.configuration);
    const rbac = new RbacAuthorizationV1Api(client.configuration);
    const autoscaling = new AutoscalingV2Api(client.configuration);
    const { namespace, names } = expected;
    const isOurs = (subject: RbacV1Subject) => subject.name === names.serviceAccount && subject.namespace === namespace;

    // All requests are started before the first is awaited; a lookup never rejects.
    const pending = {
        namespace: lookup(`Namespace ${namespace}`, core.readNamespace({ name: namespace })),
        services: lookup("Services", items(core.listNamespacedService({ namespace }))),
        endpointSlices: lookup(
            "EndpointSlices",
            items(new DiscoveryV1Api(client.configuration).listNamespacedEndpointSlice({ namespace })),
        ),
        configMap: lookup(
            `ConfigMap ${names.configMap}`,
            core.readNamespacedConfigMap({ name: names.configMap, namespace }),
        ),
        secret: lookup(
            `Secret ${names.secret}`,
            core.readNamespacedSecret({ name: names.secret, namespace }).then(keysOf),
        ),
        serviceAccount: lookup(
            `ServiceAccount ${names.serviceAccount}`,
            core.readNamespacedServiceAccount({ name: names.serviceAccount, namespace }),
        ),
        clusterRole: lookup(`ClusterRole ${names.clusterRole}`, rbac.readClusterRole({ name: names.clusterRole })),
        clusterRoleBindings: lookup(
            "ClusterRoleBindings",
            items(rbac.listClusterRoleBinding()).then((all) => all.filter((item) => item.subjects?.some(isOurs))),
        ),
        roleBindings: lookup(
            "RoleBindings",
            items(rbac.listNamespacedRoleBinding({ namespace })).then((all) =>
                all.filter((item) => item.subjects?.some(isOurs)),
            ),
        ),
        autoscalers: lookup(
            "HorizontalPodAutoscalers",
            items(autoscaling.listNamespacedHorizontalPodAutoscaler({ namespace })).then((all) =>
                all.filter((item) => item.spec?.scaleTargetRef.name === names.deployment),
            ),
        ),
        disruptionBudgets: lookup(
            "PodDisruptionBudgets",
            items(new PolicyV1Api(client.configuration).listNamespacedPodDisruptionBudget({ namespace })),
        ),
        networkPolicies: lookup(
            "NetworkPolicies",
            items(new NetworkingV1Api(client.configuration).listNamespacedNetworkPolicy({ namespace })),
        ),
        nodes: lookup("nodes", items(core.listNode())),
        spire: readSpire(client, expected),
        monitors: readMonitors(client, expected),
        monitoring: readMonitoring(client, expected),
    };
    const [rollout, access] = await Promise.all([readRollout(client, expected), reviewAccess(client, expected)]);

    const nodes = await pending.nodes;
    const simulated = new Set(nodes.ok ? nodes.value.filter(isSimulated).map((node) => node.metadata?.name) : []);
    const serving = servingVersion(rollout.rollout);
    const pods = (rollout.pods.ok ? rollout.pods.value : []).filter((pod) => serving?.has(pod) ?? true);
    const real = pods.filter(({ spec }) => spec?.nodeName !== undefined && !simulated.has(spec.nodeName));
    const [admission, http, ports] = await Promise.all([
        dryRunPod(client, namespace, rollout.deployment),
        askPods(client, expected, real),
        findPorts(client, expected, real),
    ]);
    return {
        ...rollout,
        namespace: await pending.namespace,
        services: await pending.services,
        endpointSlices: await pending.endpointSlices,
        configMap: await pending.configMap,
        secret: await pending.secret,
        serviceAccount: await pending.serviceAccount,
        clusterRole: await pending.clusterRole,
        clusterRoleBindings: await pending.clusterRoleBindings,
        roleBindings: await pending.roleBindings,
        autoscalers: await pending.autoscalers,
        disruptionBudgets: await pending.disruptionBudgets,
        networkPolicies: await pending.networkPolicies,
        nodes,
        spire: await pending.spire,
        monitors: await pending.monitors,
        monitoring: await pending.monitoring,
        access,
        admission,
        http,
        ports,
    };
}

/** Pods that a Deployment selects, without those of a deep check; if there is no Deployment, the reason. */
function selectedPods(deployment: Lookup<V1Deployment>, pods: Lookup<V1Pod[]>): Lookup<V1Pod[]> {
    if (!deployment.ok || !pods.ok) {
        return deployment.ok ? pods : deployment;
    }
    const wanted = Object.entries(deployment.value.spec?.selector.matchLabels ?? {});
    const chosen = pods.value.filter(
        ({ metadata }) =>
            metadata?.deletionTimestamp === undefined &&
            metadata?.labels?.[RUN_LABEL] === undefined &&
            wanted.every(([key, value]) => metadata?.labels?.[key] === value),
    );
    return { ok: true, value: chosen };
}

/** The objects of a list request. */
async function items<T>(request: Promise<{ items: T[] }>): Promise<T[]> {
    return (await request).items;
}

/** The parts of a Secret that are kept. */
function keysOf(secret: V1Secret): SecretKeys {
    const entries = Object.entries(secret.data ?? {});
    return {
        type: secret.type ?? "",
        keys: entries.map(([key]) => key).sort(),
        empty: entries.filter(([, value]) => value === "").map(([key]) => key),
    };
}
