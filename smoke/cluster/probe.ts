import { CoreV1Api, V1ObjectMeta, V1Pod, type V1Deployment } from "@kubernetes/client-node";
import { listenByExec, type PortFinding, portFindings } from "../../preflight/mesh/ports";
import type { Expectation } from "../expectation";
import type { Client } from "./client";
import { found, lookup, type Lookup } from "./lookup";
import type { Admission, PodAnswer } from "./snapshot";

/** Maximum length of a response body that is kept (characters). */
const BODY_LENGTH = 4_000;

/** Creates a pod from the Deployment's template with `dryRun`: admission evaluates it, nothing is persisted. */
export async function dryRunPod(
    client: Client,
    namespace: string,
    deployment: Lookup<V1Deployment>,
): Promise<Lookup<Admission>> {
    const template = deployment.ok ? deployment.value.spec?.template : undefined;
    if (!deployment.ok || template?.spec === undefined) {
        return deployment.ok ? { ok: false, reason: "the Deployment has no pod template" } : deployment;
    }
    const warnings: string[] = [];
    const core = new CoreV1Api(client.warned((text) => warnings.push(text)));
    const metadata = Object.assign(new V1ObjectMeta(), {
        generateName: "smoke-dry-run-",
        labels: template.metadata?.labels,
        annotations: template.metadata?.annotations,
    });
    const body = Object.assign(new V1Pod(), { metadata, spec: template.spec });
    const answer = await lookup(
        "a dry run of the pod template",
        core.createNamespacedPod({ namespace, body, dryRun: "All", fieldManager: "x0tta6bl4-smoke" }),
    );
    return answer.ok ? found({ warnings }) : answer;
}

/** Compares the ports in the settings with those of a pod, through the API server's proxy and with `kubectl exec`. */
export function findPorts(client: Client, expected: Expectation, pods: readonly V1Pod[]): Promise<PortFinding[]> {
    const { stack, namespace, mesh } = expected;
    const names = pods.flatMap(({ metadata }) => metadata?.name ?? []);
    return portFindings(
        { stack, namespace, mesh, pods: names },
        async (path) => (await client.get(path)).status,
        listenByExec(client.target, namespace),
    );
}

/** Requests the health and metrics paths of pods through the API server's proxy. */
export async function askPods(client: Client, expected: Expectation, pods: readonly V1Pod[]): Promise<PodAnswer[]> {
    const { ports, probes, metrics } = expected.mesh;
    const targets = [
        { port: ports.http, path: probes.readiness.path },
        ...(metrics.enabled ? [{ port: ports.metrics, path: metrics.path }] : []),
    ];
    const asked = pods.flatMap((pod) => targets.map((target) => ({ pod: pod.metadata?.name ?? "", ...target })));
    return Promise.all(
        asked.map(async ({ pod, port, path }) => {
            const url = `/api/v1/namespaces/${expected.namespace}/pods/${pod}:${port}/proxy${path}`;
            const answer = await lookup(`${path} of pod ${pod}`, client.get(url));
            return {
                pod,
                path,
                answer: answer.ok ? found({ ...answer.value, body: answer.value.body.slice(0, BODY_LENGTH) }) : answer,
            };
        }),
    );
}
