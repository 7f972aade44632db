import { CannotRun } from "../../../errors";
import { openClient } from "../../../smoke/cluster/client";
import { DEEP_CHECKS, runDeep } from "../../../smoke/deep";
import type { DeepOptions } from "../../../smoke/deep/options";
import type { Result } from "../../../smoke/check";
import type { Expectation } from "../../../smoke/expectation";
import { type Fixture, objectOf } from "../fixture";
import { FakeCluster, type FakeOptions } from "./fakeCluster";

/** Path of the nodes. */
export const NODES = "/api/v1/nodes";

/** Responses of healthy Prometheus and Alertmanager servers. */
export const HEALTHY = {
    "/api/v1/targets?state=active": {
        data: { activeTargets: [{ labels: { job: "mesh", instance: "10.0.0.1:9090" }, health: "up" }] },
    },
    "/api/v1/rules": { data: { groups: [{ name: "g", rules: [{ name: "r", health: "ok" }] }] } },
    "/api/v1/alerts": { data: { alerts: [{ labels: { alertname: "Watchdog" }, state: "firing" }] } },
    '/api/v2/alerts?filter=alertname="Watchdog"': [{}],
};

/** Objects of a cluster in which the stack runs, with Services that lead to a port of this machine. */
function objects({ snapshot, expected }: Fixture, port: number): Record<string, unknown> {
    const { namespace, names, spire, monitoring }: Expectation = expected;
    const at = (ns: string, name: string) => `/api/v1/namespaces/${ns}/services/${name}`;
    const service = { spec: { clusterIP: "127.0.0.1", ports: [{ name: "http", port }] } };
    const pods = objectOf(snapshot.pods).map((pod): [string, unknown] => [
        `/api/v1/namespaces/${namespace}/pods/${pod.metadata?.name ?? ""}`,
        pod,
    ]);
    return {
        ...Object.fromEntries<unknown>(pods),
        [`/apis/apps/v1/namespaces/${namespace}/deployments/${names.deployment}`]: objectOf(snapshot.deployment),
        [`${NODES}/a`]: { metadata: { name: "a" } },
        [`${NODES}/b`]: { metadata: { name: "b" } },
        "/api/v1/persistentvolumes/volume": { spec: {} },
        [at(namespace, names.service)]: service,
        [at("default", "kubernetes")]: service,
        [at(spire.serverNamespace, "spire-server")]: service,
        [at(monitoring.settings.namespace, "prometheus-kube-prometheus-prometheus")]: service,
    };
}

/** Result of a run. */
export interface Run {
    readonly results: readonly Result[];
    readonly cluster: FakeCluster;
    readonly error?: CannotRun;
}

/** Options of a run, besides the cluster. */
export interface RunOptions {
    readonly fixture: Fixture;
    /** Port of the app on this machine. */
    readonly port: number;
    readonly signal?: AbortSignal;
    readonly options?: Partial<DeepOptions>;
    readonly skip?: readonly string[];
}

/** Runs the checks whose topic contains a text. */
export async function runChecks(topic: string, fake: FakeOptions, more: RunOptions): Promise<Run> {
    const { fixture, port, options, skip = [], signal = new AbortController().signal } = more;
    const { cluster, kubeconfig } = await FakeCluster.start({
        enforces: true,
        proxied: HEALTHY,
        ...fake,
        objects: { ...objects(fixture, port), ...fake.objects },
    });
    const target = { context: "fake", kubeconfig };
    try {
        const results = await runDeep(
            DEEP_CHECKS.filter((check) => check.topic.includes(topic)),
            {
                client: await openClient(target),
                expected: fixture.expected,
                target,
                options: { rotation: false, receivers: false, ...options },
                skip,
                signal,
            },
        );
        return { results, cluster };
    } catch (error) {
        if (error instanceof CannotRun) {
            return { results: [], cluster, error };
        }
        throw error;
    } finally {
        cluster.stop();
    }
}

/** The result of a check by a part of its name, in one line: status, name, detail and differences. */
export function lineOf({ results }: Run, name: string): string {
    const found = results.find((result) => result.name.includes(name));
    return found === undefined ? `no result ${name} in:\n${results.map(inOneLine).join("\n")}` : inOneLine(found);
}

/** A result in one line. */
export function inOneLine({ topic, name, finding }: Result): string {
    const differences =
        finding.status === "failed"
            ? finding.differences.map(({ path, expected, actual }) => ` [${path}: ${expected} / ${actual}]`).join("")
            : "";
    return `${finding.status} ${topic} ${name}: ${finding.detail}${differences}`;
}
